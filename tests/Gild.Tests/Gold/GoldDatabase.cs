using System.Globalization;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;
using Xunit;

namespace Gild.Tests.Gold;

/// <summary>Asks a database file that a run left behind; every cell comes back as text.</summary>
sealed class GoldDatabase : IDisposable
{
    readonly DuckDBDatabase _database;
    readonly DuckDBNativeConnection _connection;

    /// <summary>Attaches the files read-only under their names; the first one is the current database.</summary>
    public GoldDatabase(params (string Name, string Path)[] files)
    {
        Assert.Equal(DuckDBState.Success, NativeMethods.Startup.DuckDBOpen(":memory:", out _database));
        Assert.Equal(DuckDBState.Success, NativeMethods.Startup.DuckDBConnect(_database, out _connection));
        foreach ((string name, string path) in files)
        {
            Rows($"attach '{path}' as {name} (read_only)");
        }

        if (files.Length > 0)
        {
            Rows($"use {files[0].Name}");
        }
    }

    /// <summary>The tables of schema gold, in order of their names.</summary>
    public IReadOnlyList<string> Tables() =>
        [.. Rows("select table_name from duckdb_tables() where schema_name = 'gold' and database_name = current_database() order by 1").Select(r => r[0]!)];

    /// <summary>The one number of a query.</summary>
    public long Number(string sql) => long.Parse(Rows(sql)[0][0]!, CultureInfo.InvariantCulture);

    /// <summary>All rows of a query.</summary>
    public List<string?[]> Rows(string sql)
    {
        DuckDBState state = NativeMethods.Query.DuckDBQuery(_connection, sql, out DuckDBResult result);
        try
        {
            Assert.True(state == DuckDBState.Success, state == DuckDBState.Success ? "" : NativeMethods.Query.DuckDBResultError(ref result));
            long columns = (long)NativeMethods.Query.DuckDBColumnCount(ref result);
            long rows = NativeMethods.Query.DuckDBRowCount(ref result);
            List<string?[]> all = [];
            for (long row = 0; row < rows; row++)
            {
                string?[] cells = new string?[columns];
                for (long column = 0; column < columns; column++)
                {
                    IntPtr text = NativeMethods.Types.DuckDBValueVarchar(ref result, column, row);
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

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }
}
