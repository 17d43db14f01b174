using System.Text.Json;
using SilverSample;
using SilverSample.Output;
using Xunit;

namespace Gild.Tests.SilverSample;

/// <summary>Samples of size S on disk, written once for all tests: day 1, and day 1 with the increment of day 2.</summary>
public sealed class SampleFixture : IDisposable
{
    internal const ulong Seed = 20251218;

    readonly string _root = Directory.CreateTempSubdirectory("silver-sample-").FullName;

    public SampleFixture()
    {
        Day1Folder = Write("day1", SampleDay.First, size: SampleSize.S);
        BothFolder = Write("both", SampleDay.First, size: SampleSize.S);
        Write("both", SampleDay.Second, size: SampleSize.S);
        Day1 = new SampleQuery(Day1Folder);
        Both = new SampleQuery(BothFolder);
    }

    internal string Day1Folder { get; }

    internal string BothFolder { get; }

    internal SampleQuery Day1 { get; }

    internal SampleQuery Both { get; }

    /// <summary>A size of few partitions, for tests of the folder rather than of its contents.</summary>
    internal static SampleSize Tiny { get; } = new("T", 1_000, 100, 4, 7, [2, 10, 18]);

    /// <summary>Writes a sample below the folder of the fixture and returns its path.</summary>
    internal string Write(string name, SampleDay day, ulong seed = Seed, bool isForced = false, SampleSize? size = null)
    {
        var folder = Path.Combine(_root, name);
        new SampleFolder(new SampleOptions(size ?? Tiny, seed, day, folder, false, isForced)).Write();
        return folder;
    }

    /// <summary>A path below the folder of the fixture where nothing is yet.</summary>
    internal string NewPath(string name) => Path.Combine(_root, name);

    /// <summary>A section of expected.json, e.g. measures of day1.</summary>
    internal static Dictionary<string, JsonElement> Expected(string folder, string day, string section)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json")));
        return json.RootElement.GetProperty(day).GetProperty(section).EnumerateObject().ToDictionary(p => p.Name, p => p.Value.Clone(), StringComparer.Ordinal);
    }

    public void Dispose()
    {
        Day1.Dispose();
        Both.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}

/// <summary>Tests that share the written samples.</summary>
[CollectionDefinition(Name)]
public sealed class SampleCollection : ICollectionFixture<SampleFixture>
{
    internal const string Name = "Silver sample";
}
