using System.Globalization;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;
using Xunit;

namespace Gild.Tests.SilverSample;

/// <summary>Asks an in-memory DuckDB about the Parquet files of a sample; every cell comes back as text.</summary>
sealed class SampleQuery : IDisposable
{
    readonly DuckDBDatabase _database;
    readonly DuckDBNativeConnection _connection;

    /// <summary>Loads the three datasets of <paramref name="folder"/> as tables linkedin, linkedin_companies, ai_enrichment.</summary>
    public SampleQuery(string folder)
    {
        Assert.Equal(DuckDBState.Success, NativeMethods.Startup.DuckDBOpen(":memory:", out _database));
        Assert.Equal(DuckDBState.Success, NativeMethods.Startup.DuckDBConnect(_database, out _connection));
        Rows("set threads = 1");
        Load("linkedin", folder, "*/*/*/*");
        Load("linkedin_companies", folder, "*");
        Load("ai_enrichment", folder, "*/*/*");
    }

    /// <summary>All rows of a query.</summary>
    public List<string?[]> Rows(string sql)
    {
        var state = NativeMethods.Query.DuckDBQuery(_connection, sql, out var result);
        try
        {
            Assert.True(state == DuckDBState.Success, state == DuckDBState.Success ? "" : NativeMethods.Query.DuckDBResultError(ref result));
            var columns = (long)NativeMethods.Query.DuckDBColumnCount(ref result);
            var rows = NativeMethods.Query.DuckDBRowCount(ref result);
            List<string?[]> all = [];
            for (var row = 0L; row < rows; row++)
            {
                var cells = new string?[columns];
                for (var column = 0L; column < columns; column++)
                {
                    var text = NativeMethods.Types.DuckDBValueVarchar(ref result, column, row);
                    cells[column] = Marshal.PtrToStringUTF8(text);
                    NativeMethods.Helpers.DuckDBFree(text);
                }

                all.Add(cells);
            }

            return all;
        }
        finally
        {
            NativeMethods.Query.DuckDBDestroyResult(ref result);
        }
    }

    /// <summary>The first row as numbers.</summary>
    public long[] Numbers(string sql) => [.. Rows(sql)[0].Select(c => long.Parse(c!, CultureInfo.InvariantCulture))];

    /// <summary>The one number of a query.</summary>
    public long Number(string sql) => Numbers(sql)[0];

    /// <summary>First column as key, second as number; NULL has the key <c>__null__</c>.</summary>
    public SortedDictionary<string, long> Counts(string sql) => new(
        Rows(sql).ToDictionary(r => r[0] ?? "__null__", r => long.Parse(r[1]!, CultureInfo.InvariantCulture)),
        StringComparer.Ordinal);

    /// <summary>The first column as a set.</summary>
    public SortedSet<string> Texts(string sql) => new(Rows(sql).Select(r => r[0]!), StringComparer.Ordinal);

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }

    /// <summary>Reads the files once: every query would open hundreds of them again.</summary>
    void Load(string name, string folder, string partitions) => Rows(
        $"create table {name} as select * from read_parquet('{folder}/{name}/{partitions}/*.parquet', "
        + "hive_partitioning = true, hive_types_autocast = false, union_by_name = true)");
}
