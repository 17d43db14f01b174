using System.Diagnostics;
using SilverSample;
using SilverSample.Output;
using Gild.Tests.SilverSample;

namespace Gild.Tests.Gold;

/// <summary>What a run left: its exit code, what it printed, its database (DuckDB) and the folder of its artifacts.</summary>
sealed record GoldRun(int ExitCode, string Output, string Database, string Target);

/// <summary>Runs of the Gold project through the program.</summary>
static class GoldProject
{
    internal static string Folder => Repository.PathOf("src", "dbt_gold");

    /// <summary>Everything but the tests.</summary>
    internal static string[] TablesOnly => ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"];

    /// <summary>Writes a day of the Silver sample into a folder.</summary>
    internal static void WriteSilver(string folder, SampleDay day, SampleSize? size = null) =>
        new SampleFolder(new SampleOptions(size ?? SampleSize.S, SampleFixture.Seed, day, folder, false, false)).Write();

    /// <summary>A run on DuckDB. The database file and the folder of artifacts bear the name of the run.</summary>
    internal static GoldRun RunOnDuckDb(string folder, string name, string silver, string command, string asOf, params string[] more)
    {
        string database = Path.Combine(folder, name + ".duckdb");
        return Run(
            "local", Path.Combine(folder, name), database, command, [.. WithAsOf(asOf, more)], ("SILVER_ROOT", silver), ("GOLD_DB", database));
    }

    /// <summary>Any command on any target.</summary>
    internal static GoldRun Run(
        string target, string folder, string database, string command, string[] more, params (string Name, string Value)[] environment)
    {
        // The native program where ./test built it, else the one beside this test program.
        string? native = Environment.GetEnvironmentVariable("GILD_EXE");
        ProcessStartInfo start = new(native ?? "dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        if (native is null)
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "gild.dll"));
        }

        foreach (string word in (string[])
            [command, "--project-dir", Folder, "--profiles-dir", Folder, "--target", target, "--target-path", folder, "--log-path", folder, .. more])
        {
            start.ArgumentList.Add(word);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new GoldRun(process.ExitCode, output + errors.Result, database, folder);
    }

    /// <summary>Options with the instant that a run writes into its rows, beside vars that are there already.</summary>
    internal static IEnumerable<string> WithAsOf(string asOf, string[] more)
    {
        int vars = Array.IndexOf(more, "--vars");
        string others = vars < 0 ? "" : $", {more[vars + 1]}";
        return [.. more.Where((_, i) => vars < 0 || (i != vars && i != vars + 1)), "--vars", $"{{as_of: \"{asOf}\"{others}}}"];
    }
}
