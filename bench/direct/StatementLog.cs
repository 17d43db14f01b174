using System.Text.RegularExpressions;

namespace Gild.Bench.Direct;

/// <summary>The statements of the last build in a <c>dbt.log</c>, by the node that sent them.</summary>
static partial class StatementLog
{
    /// <summary>Node names in order of their first statement, each with its statements in order.</summary>
    public static List<KeyValuePair<string, List<string>>> Read(string path)
    {
        List<KeyValuePair<string, List<string>>> nodes = [];
        Dictionary<string, List<string>> byName = new(StringComparer.Ordinal);
        List<string>? current = null;
        string time = "";
        foreach (string line in File.ReadLines(path))
        {
            if (Line().Match(line) is not { Success: true } match)
            {
                continue;
            }

            string text = match.Groups["text"].Value;
            if (text.StartsWith("======", StringComparison.Ordinal))
            {
                nodes.Clear();
                byName.Clear();
                current = null;
            }
            else if (Sent().Match(text) is { Success: true } sent)
            {
                string name = sent.Groups["name"].Value;
                if (!byName.TryGetValue(name, out current))
                {
                    byName[name] = current = [];
                    nodes.Add(new(name, current));
                }

                current.Add(sent.Groups["sql"].Value);
                time = match.Groups["time"].Value;
            }
            else if (current is not null && match.Groups["time"].Value == time)
            {
                // The lines of one statement bear one time.
                current[^1] += "\n" + text;
            }
            else
            {
                current = null;
            }
        }

        return nodes;
    }

    [GeneratedRegex(@"^(?<time>\d\d:\d\d:\d\d\.\d+)  (?<text>.*)$")]
    private static partial Regex Line();

    [GeneratedRegex(@"^On (?<name>[A-Za-z_][^ ]*): (?<sql>.*)$")]
    private static partial Regex Sent();
}
