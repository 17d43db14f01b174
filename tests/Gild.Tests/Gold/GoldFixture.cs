using SilverSample;
using Xunit;

namespace Gild.Tests.Gold;

/// <summary>Runs of the Gold project over the Silver sample of size S: day 1, day 2 on top of it, once more, and all at once.</summary>
public sealed class GoldFixture : IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("gold-").FullName;

    public GoldFixture()
    {
        string silver = Path.Combine(_root, "silver");
        GoldProject.WriteSilver(silver, SampleDay.First);
        FirstDay = Run("day1", silver, "build", FirstAsOf);
        File.Copy(FirstDay.Database, Path.Combine(_root, "increment.duckdb"));
        FirstSilver = Path.Combine(_root, "silver-day1");
        CopyFolder(silver, FirstSilver);
        GoldProject.WriteSilver(silver, SampleDay.Second);
        Silver = silver;
        SecondDay = Run("increment", silver, "build", SecondAsOf);
        Again = Run("increment", silver, "run", "2026-02-01 13:00:00");
        FullRefresh = Run("full", silver, "build", "2026-02-01 14:00:00", ["--full-refresh", .. GoldProject.TablesOnly]);
        Expected = Path.Combine(silver, "expected.json");
        Nothing = Run("nothing", Path.Combine(_root, "nowhere"), "run", "2026-02-01 15:00:00");
    }

    internal const string FirstAsOf = "2026-01-31 21:00:00", SecondAsOf = "2026-02-01 12:00:00";

    internal GoldRun FirstDay { get; }

    internal GoldRun SecondDay { get; }

    /// <summary>A run over the same Silver files, at 13:00, in the database of <see cref="SecondDay"/>.</summary>
    internal GoldRun Again { get; }

    internal GoldRun FullRefresh { get; }

    /// <summary>A run without Silver files.</summary>
    internal GoldRun Nothing { get; }

    /// <summary>Silver of day 1.</summary>
    internal string FirstSilver { get; }

    /// <summary>Silver of both days.</summary>
    internal string Silver { get; }

    /// <summary>The expected counts that the sample generator wrote.</summary>
    internal string Expected { get; }

    /// <summary>A folder of its own below that of the fixture.</summary>
    internal string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(_root, name)).FullName;

    GoldRun Run(string name, string silver, string command, string asOf, params string[] more) =>
        GoldProject.RunOnDuckDb(_root, name, silver, command, asOf, more);

    static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}

/// <summary>Tests that share the runs.</summary>
[CollectionDefinition(Name)]
public sealed class GoldCollection : ICollectionFixture<GoldFixture>
{
    internal const string Name = "Gold";
}
