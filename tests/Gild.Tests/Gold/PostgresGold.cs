using Gild.Tests.Adapters;
using Npgsql;

namespace Gild.Tests.Gold;

/// <summary>Runs of the Gold project on PostgreSQL over the same Silver rows as <see cref="GoldFixture"/>: day 1, day 2, all at once.</summary>
public sealed class PostgresGold : IDisposable
{
    const string Database = "gold";

    readonly PostgresServer _server = new();
    readonly string _root;

    public PostgresGold(GoldFixture duckDb)
    {
        _root = duckDb.NewFolder("postgres");
        // Texts sort by their bytes and fold to lower case as on the other engines. The planner guesses one row for joins of arrays'
        // items and then loops over thousands; compiling the large expressions costs more than running them.
        Execute("postgres", $"create database {Database} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'");
        Execute("postgres", $"alter database {Database} set enable_nestloop = off");
        Execute("postgres", $"alter database {Database} set jit = off");

        LoadSilver(duckDb.FirstDay.Database);
        FirstDay = Run("day1", "build", GoldFixture.FirstAsOf);
        FirstTables = Export("day1");
        FirstAnswers = FirstDay.ExitCode == 0 ? GoldDocumentTests.Questions().ToDictionary(sql => sql, Rows, StringComparer.Ordinal) : [];
        LoadSilver(duckDb.SecondDay.Database);
        SecondDay = Run("day2", "build", GoldFixture.SecondAsOf);
        SecondTables = Export("day2");
        FullRefresh = Run("full", "build", GoldFixture.SecondAsOf, ["--full-refresh", .. GoldProject.TablesOnly]);
        RefreshedTables = Export("full");
    }

    internal GoldRun FirstDay { get; }

    internal GoldRun SecondDay { get; }

    internal GoldRun FullRefresh { get; }

    /// <summary>Folder with a CSV file for each table of schema gold after day 1.</summary>
    internal string FirstTables { get; }

    internal string SecondTables { get; }

    internal string RefreshedTables { get; }

    /// <summary>What day 1 answers to the questions of <c>docs/gold.md</c>, by their SQL.</summary>
    internal Dictionary<string, List<string?[]>> FirstAnswers { get; }

    /// <summary>Rows of a query; every cell as text.</summary>
    List<string?[]> Rows(string sql)
    {
        using NpgsqlConnection connection = Open(Database);
        using NpgsqlCommand command = new(sql, connection);
        using NpgsqlDataReader reader = command.ExecuteReader();
        List<string?[]> rows = [];
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i =>
                reader.IsDBNull(i) ? null : Convert.ToString(reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture))]);
        }

        return rows;
    }

    internal void Execute(string sql) => Execute(Database, sql);

    internal GoldRun Run(string name, string command, string asOf, params string[] more) => GoldProject.Run(
        "postgres", Path.Combine(_root, name), "", command, [.. GoldProject.WithAsOf(asOf, more)],
        ("PGHOST", "127.0.0.1"), ("PGPORT", $"{_server.Port}"), ("PGUSER", "gild"), ("PGPASSWORD", "none"), ("PGDATABASE", Database));

    /// <summary>Copies the Silver tables of a DuckDB database, arrays as text[], instants as UTC without zone.</summary>
    void LoadSilver(string duckDbFile)
    {
        using GoldDatabase source = new(("source", duckDbFile));
        using NpgsqlConnection connection = Open(Database);
        foreach ((string schema, string table) in (ReadOnlySpan<(string, string)>)
            [("silver_linkedin", "linkedin"), ("silver_companies", "linkedin_companies"), ("silver_ai", "ai_enrichment")])
        {
            List<string?[]> columns = source.Rows($"select column_name, column_type from (describe {schema}.{table})");
            string file = Path.Combine(_root, table + ".csv");
            source.Rows($"""
                copy (select {string.Join(", ", columns.Select(c => c[1] == "VARCHAR[]" ? ArrayText(c[0]!) : c[0]))} from {schema}.{table})
                to '{file}' (format csv, header false, nullstr '\N')
                """);
            Execute(connection, $"drop schema if exists {schema} cascade");
            Execute(connection, $"create schema {schema}");
            Execute(connection, $"create table {schema}.{table} ({string.Join(", ", columns.Select(c => $"{c[0]} {TypeOf(c[1]!)}"))})");
            using (TextWriter copy = connection.BeginTextImport($"copy {schema}.{table} from stdin (format csv, null '\\N')"))
            using (StreamReader rows = new(file))
            {
                char[] block = new char[1 << 16];
                for (int read = rows.Read(block); read > 0; read = rows.Read(block))
                {
                    copy.Write(block, 0, read);
                }
            }

            Execute(connection, $"analyze {schema}.{table}");
        }
    }

    static string TypeOf(string duckDbType) => duckDbType switch
    {
        "VARCHAR" => "text",
        "VARCHAR[]" => "text[]",
        "DOUBLE" => "double precision",
        "TIMESTAMP WITH TIME ZONE" => "timestamp",
        _ => duckDbType,
    };

    /// <summary>A list as PostgreSQL writes an array: {"a","b"}.</summary>
    static string ArrayText(string column) => $$"""
        '{' || array_to_string([ '"' || replace(replace(x, '\', '\\'), '"', '\"') || '"' for x in {{column}} ], ',') || '}' as {{column}}
        """;

    string Export(string name)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_root, name + "-tables")).FullName;
        using NpgsqlConnection connection = Open(Database);
        List<string> tables = [];
        using (NpgsqlCommand command = new("select table_name from information_schema.tables where table_schema = 'gold'", connection))
        using (NpgsqlDataReader reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                tables.Add(reader.GetString(0));
            }
        }

        foreach (string table in tables)
        {
            using TextReader rows = connection.BeginTextExport($"copy gold.{table} to stdout (format csv, header true, null '\\N')");
            using StreamWriter file = new(Path.Combine(folder, table + ".csv"));
            char[] block = new char[1 << 16];
            for (int read = rows.Read(block); read > 0; read = rows.Read(block))
            {
                file.Write(block, 0, read);
            }
        }

        return folder;
    }

    NpgsqlConnection Open(string database)
    {
        NpgsqlConnection connection = new($"Host=127.0.0.1;Port={_server.Port};Username=gild;Database={database};Pooling=false");
        connection.Open();
        return connection;
    }

    void Execute(string database, string sql)
    {
        using NpgsqlConnection connection = Open(database);
        Execute(connection, sql);
    }

    static void Execute(NpgsqlConnection connection, string sql)
    {
        using NpgsqlCommand command = new(sql, connection);
        command.ExecuteNonQuery();
    }

    public void Dispose() => _server.Dispose();
}
