using SilverSample.Values;

namespace SilverSample.Output;

/// <summary>
/// The sample folder as a whole. A sample is written beside its place and moved there when it is complete; an
/// increment is written beside it and moved in file by file while the manifest says so. A killed run therefore leaves
/// either the old state, or an increment that the next run repeats.
/// </summary>
sealed class SampleFolder(SampleOptions options)
{
    const string ExpectedFile = "expected.json";

    readonly string _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Out));

    string Partial => _folder + ".partial";

    string Replaced => _folder + ".replaced";

    /// <summary>Brings the folder into the state the options ask for; returns the sentence to tell.</summary>
    /// <exception cref="SampleException">The folder holds something else, or cannot be written.</exception>
    public string Write()
    {
        using var claim = Claim();
        Recover();
        var manifest = Existing();
        if (manifest is null && options.Day == SampleDay.Second)
        {
            throw new SampleException($"--day 2 adds to a sample of day 1, and {_folder} holds none. Run --day 1 first, or use --day both.");
        }

        if (manifest is not null && !Matches(manifest) && (!options.Force || options.Day == SampleDay.Second))
        {
            throw new SampleException(
                $"{_folder} holds the sample of size {manifest.Size}, seed {manifest.Seed}{(manifest.IsLongText ? ", long texts" : "")}, not the one asked for. "
                + (options.Day == SampleDay.Second ? "Use its size and seed, or another folder." : "Use --force to replace it, or another folder."));
        }

        if (options.Day == SampleDay.Second)
        {
            return manifest is { Days: 2, IsAddingDay2: false } && !options.Force ? Already() : AddDay2();
        }

        if (manifest is null || options.Force)
        {
            return WriteAll();
        }

        return (options.Day, manifest) switch
        {
            (SampleDay.First, { Days: 1, IsAddingDay2: false }) or (SampleDay.Both, { Days: 2 }) => Already(),
            (SampleDay.Both, _) => AddDay2(),
            _ => throw new SampleException($"{_folder} already holds {(manifest.IsAddingDay2 ? "part of " : "")}day 2. Use --force to write day 1 alone, or another folder."),
        };
    }

    bool Matches(Manifest manifest) =>
        manifest.Size == options.Size.Name && manifest.Seed == options.Seed && manifest.IsLongText == options.IsLongText;

    string Already() => $"{_folder} is complete already: size {options.Size.Name}, seed {options.Seed}, {Days(options.Day)}.";

    static string Days(SampleDay day) => day == SampleDay.First ? "day 1" : "day 1 and 2";

    /// <summary>Keeps a second run away from the same folder.</summary>
    FileStream Claim()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder) ?? _folder);
            return new FileStream(_folder + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (File.Exists(_folder + ".lock"))
        {
            throw new SampleException($"Another run is writing {_folder} ({_folder}.lock is taken). Wait for it, or choose another folder.", e);
        }
    }

    /// <summary>Clears what a killed run left: unfinished work, or the old sample between two renames.</summary>
    void Recover()
    {
        if (Directory.Exists(Replaced) && !Directory.Exists(_folder))
        {
            Directory.Move(Replaced, _folder);
        }

        Delete(Replaced);
        Delete(Partial);
    }

    Manifest? Existing()
    {
        if (File.Exists(_folder))
        {
            throw new SampleException($"{_folder} is a file. --out names a folder.");
        }

        var manifest = Directory.Exists(_folder) ? Manifest.Read(_folder) : null;
        if (manifest is null && Directory.Exists(_folder) && Directory.EnumerateFileSystemEntries(_folder).Any())
        {
            throw new SampleException($"{_folder} is not empty and holds no {Manifest.FileName}. Nothing was touched: choose a new or empty folder.");
        }

        return manifest;
    }

    string WriteAll()
    {
        var draws = new Draws(options.Seed);
        var writer = new SampleWriter(options.Size, draws, options.IsLongText);
        Directory.CreateDirectory(Partial);
        writer.WriteDay1(Partial);
        if (options.Day == SampleDay.Both)
        {
            writer.WriteDay2(Partial, Partial);
        }

        var days = options.Day == SampleDay.Both ? 2 : 1;
        File.WriteAllBytes(Path.Combine(Partial, ExpectedFile), ExpectedCounts.ToJson(options.Size, draws, Enumerable.Range(1, days)));
        new Manifest(options.Size.Name, options.Seed, options.IsLongText, days, false).Write(Partial);
        if (Directory.Exists(_folder))
        {
            Directory.Move(_folder, Replaced);
        }

        Directory.Move(Partial, _folder);
        Delete(Replaced);
        return $"Wrote {_folder}: size {options.Size.Name}, seed {options.Seed}, {Days(options.Day)}.";
    }

    string AddDay2()
    {
        var draws = new Draws(options.Seed);
        Directory.CreateDirectory(Partial);
        new SampleWriter(options.Size, draws, options.IsLongText).WriteDay2(Partial, _folder);
        File.WriteAllBytes(Path.Combine(Partial, ExpectedFile), ExpectedCounts.ToJson(options.Size, draws, [1, 2]));
        var manifest = new Manifest(options.Size.Name, options.Seed, options.IsLongText, 2, true);
        manifest.Write(_folder);
        foreach (var file in Directory.EnumerateFiles(Partial, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var target = Path.Combine(_folder, Path.GetRelativePath(Partial, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(file, target, overwrite: true);
        }

        (manifest with { IsAddingDay2 = false }).Write(_folder);
        Delete(Partial);
        return $"Added day 2 to {_folder}: size {options.Size.Name}, seed {options.Seed}.";
    }

    static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
