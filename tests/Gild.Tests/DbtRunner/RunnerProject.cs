using System.Globalization;
using System.Text.Json;
using Gild.Tests.Adapters;
using Npgsql;
using Xunit;

namespace Gild.Tests.DbtRunner;

/// <summary>The server that the tests of the runner share; each project has a schema of its own there.</summary>
public sealed class RunnerFixture : IDisposable
{
    public const string Name = "runner";

    readonly PostgresServer _server = new();

    public int Port => _server.Port;

    public void Dispose() => _server.Dispose();
}

[CollectionDefinition(RunnerFixture.Name)]
public sealed class RunnerTestGroup : ICollectionFixture<RunnerFixture>;

/// <summary>A small project on PostgreSQL in a folder of its own. Every model notes in <c>audit</c> that it was built, in the transaction that builds it.</summary>
sealed class RunnerProject : IDisposable
{
    static int s_count;

    readonly string _connection;

    public RunnerProject(RunnerFixture fixture, params (string Path, string Text)[] files)
    {
        Schema = string.Create(CultureInfo.InvariantCulture, $"shop{Interlocked.Increment(ref s_count)}");
        Folder = Directory.CreateTempSubdirectory("gild-runner-").FullName;
        _connection = $"Host=127.0.0.1;Port={fixture.Port};Username=gild;Database=postgres;Pooling=false";
        Write("project/dbt_project.yml", "name: shop\nversion: 1.0.0\nprofile: shop\nmodel-paths: [models]\nmacro-paths: [macros]\nmodels:\n  +pre-hook: \"insert into "
            + Schema + ".audit values ('{{ this.name }}')\"\n");
        Write("project/profiles.yml", $$$"""
            shop:
              target: dev
              outputs:
                dev:
                  type: postgres
                  host: 127.0.0.1
                  port: {{{fixture.Port}}}
                  user: gild
                  password: "{{ env_var('DBT_ENV_SECRET_PASSWORD') }}"
                  dbname: postgres
                  schema: {{{Schema}}}
                  threads: 2
            """);
        foreach ((string path, string text) in files)
        {
            Write($"project/{path}", text);
        }

        Execute($"create schema {Schema}", $"create table {Schema}.audit (name text)");
    }

    public string Folder { get; }

    public string Schema { get; }

    public string StateFolder => Path.Combine(Folder, "state");

    public const string Password = "correct-horse-battery";

    /// <summary>The function's environment; later ones win.</summary>
    public (string, string)[] Environment(params (string, string)[] more) =>
    [
        ("DBT_PROJECT_DIR", Path.Combine(Folder, "project")), ("DBT_PROFILES_DIR", Path.Combine(Folder, "project")),
        ("DBT_TARGET_PATH", Path.Combine(Folder, "work", "target")), ("DBT_LOG_PATH", Path.Combine(Folder, "work", "logs")),
        ("GILD_STATE_URI", StateFolder), ("DBT_ENV_SECRET_PASSWORD", Password), .. more,
    ];

    public RunnerProcess Start(params (string, string)[] more) => new(Folder, Environment(more));

    public string PathOf(string name) => Path.Combine(Folder, name);

    public void Write(string name, string text)
    {
        string path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Models that each take a while, in chains of three.</summary>
    public static (string, string)[] SlowModels(int count, double seconds) =>
    [
        .. Enumerable.Range(1, count).Select(i => ($"models/m{i:D2}.sql", string.Create(CultureInfo.InvariantCulture,
            $"{{{{ config(materialized='table') }}}} select {i} as id, pg_sleep({seconds})::text as slept{(i % 3 == 1 ? "" : $" -- {{{{ ref('m{i - 1:D2}') }}}}")}"))),
    ];

    /// <summary>Quick models, and one after them that no invocation of a test can finish until <see cref="MakeTheLongModelShort"/>.</summary>
    public static (string, string)[] QuickModelsAndALongOne(int quick) =>
    [
        .. SlowModels(quick, 0.01),
        ("models/m99.sql", string.Create(CultureInfo.InvariantCulture, $"{{{{ config(materialized='table') }}}} select pg_sleep(600)::text as s -- {{{{ ref('m{quick:D2}') }}}}")),
    ];

    public void MakeTheLongModelShort(int quick) =>
        Write("project/models/m99.sql", string.Create(CultureInfo.InvariantCulture, $"{{{{ config(materialized='table') }}}} select 99 as id -- {{{{ ref('m{quick:D2}') }}}}"));

    public void Execute(params string[] statements)
    {
        using NpgsqlConnection connection = new(_connection);
        connection.Open();
        foreach (string statement in statements)
        {
            using NpgsqlCommand command = new(statement, connection);
            command.ExecuteNonQuery();
        }
    }

    /// <summary>The first column of all rows, joined by commas.</summary>
    public string Query(string sql)
    {
        using NpgsqlConnection connection = new(_connection);
        connection.Open();
        using NpgsqlCommand command = new(sql, connection);
        using NpgsqlDataReader reader = command.ExecuteReader();
        List<string> rows = [];
        while (reader.Read())
        {
            rows.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture) ?? "");
        }

        return string.Join(',', rows);
    }

    /// <summary>Names of the tables and views in the project's schema but the audit.</summary>
    public string Relations() => Query($"select table_name from information_schema.tables where table_schema = '{Schema}' and table_name not in ('audit', 'gate') order by 1");

    /// <summary>Models that were built more than once.</summary>
    public string BuiltAgain() => Query($"select name from {Schema}.audit group by 1 having count(*) > 1 order by 1");

    public string Builds() => Query($"select count(*) from {Schema}.audit");

    /// <summary>Status by unique id in the artifacts of a run that is done.</summary>
    public Dictionary<string, string> Statuses() =>
        JsonDocument.Parse(File.ReadAllBytes(PathOf("state/last/run_results.json"))).RootElement.GetProperty("results").EnumerateArray()
            .ToDictionary(r => r.GetProperty("unique_id").GetString()!, r => r.GetProperty("status").GetString()!);

    public void Dispose()
    {
        Execute($"drop schema {Schema} cascade");
        Directory.Delete(Folder, true);
    }
}
