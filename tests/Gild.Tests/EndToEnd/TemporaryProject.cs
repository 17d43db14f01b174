using System.Text.Json;
using Gild.Adapters.DuckDb;
using Gild.Engine.Adapters;
using Gild.Tests.Adapters;
using Xunit;

namespace Gild.Tests.EndToEnd;

/// <summary>A dbt project in a folder of its own, on the DuckDB file shop.duckdb beside it; gone when disposed.</summary>
sealed class TemporaryProject : IDisposable
{
    public const string ProjectFile = """
        name: shop
        version: '1.0'
        profile: shop
        """;

    const string ProfilesFile = """
        shop:
          target: dev
          outputs:
            dev: {type: duckdb, path: "{{ env_var('SHOP_DB', 'shop.duckdb') }}", schema: main, threads: 2}
            ci: {type: duckdb, path: ci.duckdb, schema: main, threads: 2}
        """;

    public TemporaryProject(params (string Path, string Text)[] files)
    {
        Folder = Directory.CreateTempSubdirectory("gild-project-").FullName;
        Write("dbt_project.yml", ProjectFile);
        Write("profiles.yml", ProfilesFile);
        foreach ((string path, string text) in files)
        {
            Write(path, text);
        }
    }

    public string Folder { get; }

    public string Database => PathOf("shop.duckdb");

    public string PathOf(string name) => Path.Combine(Folder, name);

    public void Write(string path, string text)
    {
        string file = PathOf(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public Outcome Run(params string[] arguments) => GildProgram.Run(Folder, arguments);

    /// <summary>Runs a command that must end with the exit code, and returns what it printed.</summary>
    public Outcome Run(int exitCode, params string[] arguments)
    {
        Outcome outcome = Run(arguments);
        Assert.True(outcome.ExitCode == exitCode, $"expected exit code {exitCode}, got {outcome}");
        Assert.DoesNotContain("   at Gild.", outcome.All, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", outcome.All, StringComparison.Ordinal);
        return outcome;
    }

    /// <summary>The rows of a statement as text: cells by <c>, </c>, rows by <c>; </c>. Opens the file, so no program may have it open.</summary>
    public string Query(string sql) => Query(Database, sql);

    public static string Query(string database, string sql)
    {
        Assert.True(File.Exists(database), $"{database} was not made");
        using Adapter adapter = DuckDbAdapter.Factory.Create(Rows.Output(("type", "duckdb"), ("path", database)), Rows.Environment);
        using Connection connection = adapter.Open("test", TestContext.Current.CancellationToken);
        return connection.Text(sql);
    }

    /// <summary>Every table and view of the database by name: what a reader would find, helper tables included.</summary>
    public string Relations() => File.Exists(Database)
        ? Query("select table_name from information_schema.tables order by 1").Replace("; ", " ", StringComparison.Ordinal)
        : "";

    /// <summary>Statuses of run_results.json by the name of the node.</summary>
    public Dictionary<string, string> Statuses()
    {
        using JsonDocument results = Artifact("run_results.json");
        return results.RootElement.GetProperty("results").EnumerateArray()
            .Where(r => !r.GetProperty("unique_id").GetString()!.StartsWith("operation.", StringComparison.Ordinal))
            .ToDictionary(r => r.GetProperty("unique_id").GetString()!.Split('.')[2], r => r.GetProperty("status").GetString()!);
    }

    public JsonDocument Artifact(string name) => JsonDocument.Parse(File.ReadAllBytes(PathOf(Path.Combine("target", name))));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
