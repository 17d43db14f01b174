using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SilverSample.Output;

namespace SilverSample;

/// <summary>The command line: options, usage errors (exit code 2) and the run itself.</summary>
static class CommandLine
{
    const ulong DefaultSeed = 20251218;

    const int Done = 0, CouldNotRun = 2;

    /// <summary>Parses the arguments, writes the sample, and returns the exit code.</summary>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        Option<SampleSize> size = new("--size")
        {
            Description = "S: 2,000 postings, M: 50,000, L: 1,000,000.",
            HelpName = "S|M|L",
            Required = true,
            CustomParser = Choice("--size", SampleSize.All.ToDictionary(s => s.Name, StringComparer.OrdinalIgnoreCase)),
        };
        Option<ulong> seed = new("--seed")
        {
            Description = "Seed of all values.",
            HelpName = "number",
            DefaultValueFactory = _ => DefaultSeed,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                {
                    result.AddError($"--seed {text}: expected a whole number from 0 to {ulong.MaxValue}.");
                }

                return value;
            },
        };
        Option<SampleDay> day = new("--day")
        {
            Description = "1 (default): the first load. 2: adds the increment of 2026-02-01 to an existing folder. both: the two together.",
            HelpName = "1|2|both",
            DefaultValueFactory = _ => SampleDay.First,
            CustomParser = Choice("--day", new Dictionary<string, SampleDay>(StringComparer.OrdinalIgnoreCase)
            {
                ["1"] = SampleDay.First,
                ["2"] = SampleDay.Second,
                ["both"] = SampleDay.Both,
            }),
        };
        Option<string> folder = new("--out") { Description = "Folder of the sample.", HelpName = "dir", Required = true };
        Option<bool> longText = new("--long-text") { Description = "Descriptions of up to 4,000 characters instead of 500." };
        Option<bool> force = new("--force") { Description = "Replace the sample in the folder." };
        RootCommand root = new("Writes the deterministic sample of the three Silver datasets (linkedin, linkedin_companies, ai_enrichment) as Parquet.")
        {
            size, seed, day, folder, longText, force,
        };
        root.SetAction(parsed => Write(
            new SampleOptions(
                parsed.GetRequiredValue(size),
                parsed.GetValue(seed),
                parsed.GetValue(day),
                parsed.GetRequiredValue(folder),
                parsed.GetValue(longText),
                parsed.GetValue(force)),
            output,
            error));

        var result = root.Parse(args);
        if (result.Errors.Count == 0)
        {
            return result.Invoke(new InvocationConfiguration { Output = output, Error = error });
        }

        var unknown = result.UnmatchedTokens.FirstOrDefault(t => t.StartsWith('-'));
        if (unknown is not null)
        {
            error.WriteLine($"{unknown} is not an option. Did you mean {Nearest(unknown, root.Options.Select(o => o.Name))}?");
        }

        foreach (var problem in unknown is null ? result.Errors : [])
        {
            error.WriteLine(problem.Message);
        }

        error.WriteLine("Try silver-sample --help.");
        return CouldNotRun;
    }

    /// <summary>The name that takes the fewest edits to reach.</summary>
    static string Nearest(string name, IEnumerable<string> known) => known.MinBy(k => Edits(name, k))!;

    static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }

    static int Write(SampleOptions options, TextWriter output, TextWriter error)
    {
        try
        {
            output.WriteLine(new SampleFolder(options).Write());
            return Done;
        }
        catch (Exception e) when (e is SampleException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine(e.Message);
            return CouldNotRun;
        }
    }

    static Func<ArgumentResult, T?> Choice<T>(string option, Dictionary<string, T> choices) => result =>
    {
        var text = result.Tokens[0].Value;
        if (choices.TryGetValue(text, out var value))
        {
            return value;
        }

        result.AddError($"{option} {text}: expected {string.Join(", ", choices.Keys)}.");
        return default;
    };
}
