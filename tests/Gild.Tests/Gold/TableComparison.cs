using System.Text;

namespace Gild.Tests.Gold;

/// <summary>Compares the Gold tables of two catalogs of one DuckDB session, row for row and with all columns.</summary>
static class TableComparison
{
    const int RowsShown = 3;

    /// <summary>The differences of all 81 tables, empty when there are none: counts, then the first rows that only one side has.</summary>
    /// <param name="database">Session with both catalogs, which hold schema <c>gold</c>.</param>
    /// <param name="left">First catalog; its columns are the ones compared.</param>
    /// <param name="right">Second catalog.</param>
    /// <param name="withTimes">Whether the build time of the rows (<c>dbt_updated_at</c>) counts.</param>
    internal static string Differences(GoldDatabase database, string left, string right, bool withTimes = false)
    {
        StringBuilder report = new();
        foreach (string table in Tables(database, left).Union(Tables(database, right), StringComparer.Ordinal))
        {
            string[] columns = Columns(database, left, table, withTimes);
            string[] others = Columns(database, right, table, withTimes);
            if (columns.Length == 0 || !columns.SequenceEqual(others, StringComparer.Ordinal))
            {
                report.Append($"{table}: columns of {left}: {string.Join(", ", columns)}; of {right}: {string.Join(", ", others)}\n");
                continue;
            }

            AddOnesidedRows(report, database, table, columns, left, right);
            AddOnesidedRows(report, database, table, columns, right, left);
        }

        return report.ToString();
    }

    internal static IReadOnlyList<string> Tables(GoldDatabase database, string catalog) => [.. database.Rows(
        $"select table_name from duckdb_tables() where schema_name = 'gold' and database_name = '{catalog}' order by 1").Select(r => r[0]!)];

    static string[] Columns(GoldDatabase database, string catalog, string table, bool withTimes) => [.. database.Rows(
        $"""
        select '"' || column_name || '"' from duckdb_columns()
        where database_name = '{catalog}' and schema_name = 'gold' and table_name = '{table}' {(withTimes ? "" : "and column_name <> 'dbt_updated_at'")}
        order by column_name
        """).Select(r => r[0]!)];

    static void AddOnesidedRows(StringBuilder report, GoldDatabase database, string table, string[] columns, string one, string other)
    {
        string list = string.Join(", ", columns);
        string rows = $"select {list} from {one}.gold.{table} except all select {list} from {other}.gold.{table}";
        long count = database.Number($"select count(*) from ({rows})");
        if (count == 0)
        {
            return;
        }

        report.Append($"{table}: {count} rows only in {one}\n");
        foreach (string?[] row in database.Rows($"select * from ({rows}) order by all limit {RowsShown}"))
        {
            report.Append("    ").AppendJoin(", ", columns.Zip(row, (c, v) => $"{c.Trim('"')}={v ?? "null"}")).Append('\n');
        }
    }
}
