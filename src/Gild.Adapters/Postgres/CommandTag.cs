using System.Globalization;
using Gild.Engine.Adapters;
using Npgsql;

namespace Gild.Adapters.Postgres;

/// <summary>
/// The server's word for what a statement did, as psycopg2 shows it: <c>SELECT 5</c>, <c>INSERT 0 3</c>, <c>CREATE VIEW</c>. Npgsql keeps
/// the count and the kind of statements with rows; the words of the others are read from the statement.
/// </summary>
static class CommandTag
{
    /// <summary>Words after CREATE, DROP or ALTER that do not belong to the kind of object.</summary>
    static readonly string[] Modifiers =
        ["OR", "REPLACE", "TEMP", "TEMPORARY", "UNLOGGED", "GLOBAL", "LOCAL", "RECURSIVE", "UNIQUE", "TRUSTED", "PROCEDURAL", "DEFAULT"];

    internal static AdapterResponse ResponseOf(NpgsqlBatchCommand? command, string statement)
    {
        ulong rows = command?.Rows ?? 0;
        return (command?.StatementType ?? StatementType.Other) switch
        {
            StatementType.Select => Counted("SELECT", rows),
            StatementType.Insert => Counted("INSERT", rows, "INSERT 0"),
            StatementType.Update => Counted("UPDATE", rows),
            StatementType.Delete => Counted("DELETE", rows),
            StatementType.Merge => Counted("MERGE", rows),
            StatementType.Copy => Counted("COPY", rows),
            StatementType.Move => Counted("MOVE", rows),
            StatementType.Fetch => Counted("FETCH", rows),
            StatementType.CreateTableAs => Counted("SELECT", rows),
            _ => OtherResponse(statement),
        };
    }

    /// <summary>Whether the statement begins or ends a transaction (not: a savepoint).</summary>
    internal static bool IsTransactionWord(string statement) => FirstWord(statement) switch
    {
        "BEGIN" or "START" or "COMMIT" or "END" or "ABORT" => true,
        "ROLLBACK" => !Words(statement, 3).Contains("TO"),
        _ => false,
    };

    static AdapterResponse Counted(string code, ulong rows, string? prefix = null) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{prefix ?? code} {rows}"), code, (long)rows);

    static AdapterResponse OtherResponse(string statement)
    {
        string tag = Of(statement);
        return new AdapterResponse(tag, tag, -1);
    }

    /// <summary>The tag of a statement without rows.</summary>
    internal static string Of(string statement)
    {
        string[] words = Words(statement, 12);
        return words switch
        {
            [] => "",
            ["CREATE" or "DROP" or "ALTER", ..] => $"{words[0]} {ObjectKind(words)}",
            ["TRUNCATE", ..] => "TRUNCATE TABLE",
            ["REFRESH", ..] => "REFRESH MATERIALIZED VIEW",
            ["START", ..] => "START TRANSACTION",
            ["END", ..] => "COMMIT",
            ["ABORT", ..] => "ROLLBACK",
            ["LOCK", ..] => "LOCK TABLE",
            ["DISCARD", "ALL", ..] => "DISCARD ALL",
            ["SET", "CONSTRAINTS", ..] => "SET CONSTRAINTS",
            _ => words[0],
        };
    }

    static string ObjectKind(string[] words)
    {
        string[] rest = [.. words.Skip(1).SkipWhile(w => Modifiers.Contains(w))];
        return rest switch
        {
            ["MATERIALIZED", "VIEW", ..] => "MATERIALIZED VIEW",
            ["FOREIGN", "TABLE", ..] => "FOREIGN TABLE",
            ["FOREIGN", "DATA", ..] => "FOREIGN DATA WRAPPER",
            ["EVENT", "TRIGGER", ..] => "EVENT TRIGGER",
            ["ACCESS", "METHOD", ..] => "ACCESS METHOD",
            ["TEXT", "SEARCH", var kind, ..] => $"TEXT SEARCH {kind}",
            ["OPERATOR", "CLASS" or "FAMILY", ..] => $"OPERATOR {rest[1]}",
            ["USER", "MAPPING", ..] => "USER MAPPING",
            ["USER" or "GROUP", ..] => "ROLE",
            ["DEFAULT", "PRIVILEGES", ..] => "DEFAULT PRIVILEGES",
            [var kind, ..] => kind,
            [] => "",
        };
    }

    internal static string FirstWord(string statement) => Words(statement, 1) is [var word] ? word : "";

    /// <summary>The first words in upper case, without comments.</summary>
    internal static string[] Words(string statement, int count)
    {
        List<string> words = [];
        int i = 0;
        while (i < statement.Length && words.Count < count)
        {
            if (SkipComment(statement, ref i))
            {
                continue;
            }

            if (!IsWordStart(statement[i]))
            {
                i++;
                continue;
            }

            int start = i;
            while (i < statement.Length && (IsWordStart(statement[i]) || char.IsAsciiDigit(statement[i])))
            {
                i++;
            }

            words.Add(statement[start..i].ToUpperInvariant());
        }

        return [.. words];
    }

    static bool IsWordStart(char c) => char.IsAsciiLetter(c) || c == '_';

    /// <summary>Moves over a comment that begins at <paramref name="i"/>; block comments nest.</summary>
    static bool SkipComment(string text, ref int i)
    {
        ReadOnlySpan<char> rest = text.AsSpan(i);
        if (rest.StartsWith("--", StringComparison.Ordinal))
        {
            int end = rest.IndexOf('\n');
            i = end < 0 ? text.Length : i + end + 1;
            return true;
        }

        if (!rest.StartsWith("/*", StringComparison.Ordinal))
        {
            return false;
        }

        int depth = 0;
        while (i < text.Length)
        {
            if (text.AsSpan(i).StartsWith("/*", StringComparison.Ordinal))
            {
                depth++;
                i += 2;
            }
            else if (text.AsSpan(i).StartsWith("*/", StringComparison.Ordinal))
            {
                depth--;
                i += 2;
                if (depth == 0)
                {
                    break;
                }
            }
            else
            {
                i++;
            }
        }

        return true;
    }
}
