using Gild.Adapters.Postgres;
using Gild.Engine.Adapters;

namespace Gild.Adapters.Redshift;

/// <summary>A statement of the open transaction, so that the transaction can be run again.</summary>
/// <param name="Sql">The whole text, in which the statement has its place.</param>
/// <param name="Seen">What its rows were, when they were read: decisions may hang on them.</param>
sealed record SentStatement(Statement Statement, string Sql, bool Fetch, int? Limit, int? Seen)
{
    internal bool MakesTemporaryTable => CommandTag.Words(Statement.Text, 2) is ["CREATE", "TEMP" or "TEMPORARY"];

    /// <summary>Temporary tables and parameters live in the session alone.</summary>
    internal bool MakesSessionState => MakesTemporaryTable || CommandTag.FirstWord(Statement.Text) is "SET" or "RESET" or "USE" or "PREPARE";

    /// <summary>Whether running it twice is the same as once.</summary>
    internal bool OnlyReads => CommandTag.FirstWord(Statement.Text) is "SELECT" or "WITH" or "SHOW" or "EXPLAIN";

    internal static int? Fingerprint(bool fetch, QueryResult result)
    {
        if (!fetch)
        {
            return null;
        }

        HashCode hash = default;
        foreach (ResultColumn column in result.Table.Columns)
        {
            hash.Add(column);
        }

        foreach (Gild.Jinja.Values.Value[] row in result.Table.Rows)
        {
            foreach (Gild.Jinja.Values.Value cell in row)
            {
                hash.Add(cell.ToString(), StringComparer.Ordinal);
            }
        }

        return hash.ToHashCode();
    }
}
