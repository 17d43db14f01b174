using System.Diagnostics;
using Gild.Tests.SilverSample;
using SilverSample;
using SilverSample.Output;

namespace Gild.Tests.Gold;

/// <summary>Runs of the Gold project over the Silver sample of size S: day 1, day 2 on top of it, once more, and all at once.</summary>
public sealed class GoldFixture : IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("gold-").FullName;

    public GoldFixture()
    {
        string silver = Path.Combine(_root, "silver");
        Write(silver, SampleDay.First);
        FirstDay = Run("day1", silver, "build", "2026-01-31 21:00:00");
        File.Copy(FirstDay.Database, Path.Combine(_root, "increment.duckdb"));
        Write(silver, SampleDay.Second);
        SecondDay = Run("increment", silver, "build", "2026-02-01 12:00:00");
        Again = Run("increment", silver, "run", "2026-02-01 13:00:00");
        FullRefresh = Run("full", silver, "build", "2026-02-01 14:00:00", "--full-refresh", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test");
        Expected = Path.Combine(silver, "expected.json");
        Nothing = Run("nothing", Path.Combine(_root, "nowhere"), "run", "2026-02-01 15:00:00");
    }

    /// <summary>What a run left: its exit code, what it printed, its database and the folder of its artifacts.</summary>
    internal sealed record GoldRun(int ExitCode, string Output, string Database, string Target);

    internal GoldRun FirstDay { get; }

    internal GoldRun SecondDay { get; }

    /// <summary>A run over the same Silver files, at 13:00.</summary>
    internal GoldRun Again { get; }

    internal GoldRun FullRefresh { get; }

    /// <summary>A run without Silver files.</summary>
    internal GoldRun Nothing { get; }

    /// <summary>The expected counts that the sample generator wrote.</summary>
    internal string Expected { get; }

    static void Write(string folder, SampleDay day) =>
        new SampleFolder(new SampleOptions(SampleSize.S, SampleFixture.Seed, day, folder, false, false)).Write();

    GoldRun Run(string name, string silver, string command, string asOf, params string[] more)
    {
        string project = Repository.PathOf("src", "dbt_gold");
        string database = Path.Combine(_root, name + ".duckdb");
        string target = Path.Combine(_root, name);
        // The native program where ./test built it, else the one beside this test program.
        string? native = Environment.GetEnvironmentVariable("GILD_EXE");
        ProcessStartInfo start = new(native ?? "dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        if (native is null)
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "gild.dll"));
        }

        foreach (string word in (string[])
            [command, "--project-dir", project, "--profiles-dir", project, "--target", "local", "--target-path", target, "--log-path", target,
                "--vars", $"{{as_of: \"{asOf}\"}}", .. more])
        {
            start.ArgumentList.Add(word);
        }

        start.Environment["SILVER_ROOT"] = silver;
        start.Environment["GOLD_DB"] = database;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new GoldRun(process.ExitCode, output + errors.Result, database, target);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
