using Gild.Adapters.Postgres;
using Gild.Engine.Adapters;
using Npgsql;

namespace Gild.Adapters.Redshift;

/// <summary>What Redshift's errors mean to the person who meets them, and which of them go away when the transaction is run again.</summary>
static class RedshiftErrors
{
    internal static PostgresErrors Texts { get; } = new("Redshift", HintOf);

    static readonly (string Words, string Hint)[] Hints =
    [
        ("Serializable isolation violation", "Two transactions touched the same tables: let one run at a time write to this target, or raise 'retries'."),
        ("conflict with concurrent transaction", "Another transaction wrote the same rows or tables: let one run at a time write to this target, or raise 'retries'."),
        ("dropped by a concurrent transaction", "Another session dropped the table: let one run at a time write to this target, and leave 'allow_concurrent_drops' off."),
        ("could not open relation with OID", "Another session replaced the table while it was read: run again, or raise 'retries'."),
        ("canceling statement due to statement timeout", "The statement ran longer than 'query_timeout' in the profile allows."),
        ("exceeds DDL length", "A text is longer, in bytes, than its column: give the column a longer varchar (65535 at most)."),
        ("value too long for type", "A text is longer, in bytes, than its type: a varchar without a length holds 256 bytes."),
        ("Spectrum", "Check the rights of the external schema's IAM role on S3 and Glue, and that files and table agree on the types."),
        ("leader node", "Functions of the leader node cannot be used together with tables; see docs/redshift.md."),
        ("IAM authentication failed", "Temporary passwords work over TLS and for the user that came with them only; check 'sslmode' and 'serverless_work_group'."),
    ];

    static readonly (string Words, string? State)[] Passing =
    [
        ("could not open relation with OID", null),
        ("conflict with concurrent transaction", null),
        ("Serializable isolation violation", null),
        ("dropped by a concurrent transaction", null),
        ("", "40001"),
        ("", "40P01"),
    ];

    static string? HintOf(PostgresException e)
    {
        string text = $"{e.MessageText} {e.Detail}";
        foreach ((string words, string hint) in Hints)
        {
            if (text.Contains(words, StringComparison.OrdinalIgnoreCase))
            {
                return hint;
            }
        }

        return e.SqlState switch
        {
            "28P01" or "28000" => "Check user and password in the profile.",
            "3D000" => "Create the database, or change 'dbname' in the profile.",
            "42501" => "Grant the right to the user that signs in; a role of IAM is the user \"IAMR:role\".",
            "53300" => "The warehouse has no free connections: lower 'threads' in the profile.",
            _ => null,
        };
    }

    /// <summary>Whether the same transaction may well succeed when it is run again (dbt-redshift's list, and the codes 1018 and 1023 that it misses).</summary>
    internal static bool IsPassing(AdapterException e, bool retryAll)
    {
        if (e.SqlState is null or PostgresErrors.Cancelled || e.ConnectionLost)
        {
            return false;
        }

        string text = $"{e.Message} {e.Detail}";
        return retryAll
            || e.Message.Trim() is "1018" or "1023"
            || Passing.Any(p => p.State is null ? text.Contains(p.Words, StringComparison.OrdinalIgnoreCase) : p.State == e.SqlState)
            || (text.Contains("schema", StringComparison.OrdinalIgnoreCase) && text.Contains("does not exist", StringComparison.OrdinalIgnoreCase));
    }
}
