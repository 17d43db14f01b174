using System.Text;
using System.Text.RegularExpressions;

namespace Gild.Tests.Docs;

/// <summary>
/// Reads the error codes, with their messages and remedies, out of the source and docs/errors.tsv: the page docs/errors.md.
/// </summary>
static partial class ErrorCodes
{
    static readonly (char Letter, string Title)[] s_kinds =
    [
        ('J', "Templates"), ('P', "Project, properties and packages"), ('C', "Command line and flags"), ('R', "Running nodes"),
        ('A', "Adapters"), ('X', "Other"),
    ];

    public static string Page()
    {
        SortedDictionary<string, List<(string Cause, string Remedy)>> codes = Read();
        StringBuilder page = new("""
            # Errors

            Every error and warning has a code, such as `error[P0345]`. This page lists them with the cause as the message tells it (… stands for
            names and values of the project) and what to do. It is made from the source and `docs/errors.tsv`: after a change run
            `GILD_UPDATE=1 dotnet run --project tests/Gild.Tests -c Release -- --filter-class '*PageTests'`; a test holds it current.

            """);
        foreach ((char letter, string title) in s_kinds)
        {
            page.Append("\n## ").Append(title).Append("\n\n| code | cause | what to do |\n|---|---|---|\n");
            foreach ((string code, List<(string Cause, string Remedy)> uses) in codes.Where(c => c.Key[0] == letter))
            {
                page.Append("| `").Append(code).Append("` | ")
                    .AppendJoin("<br>", uses.Select(u => u.Cause).Where(c => c.Length > 0).Distinct()).Append(" | ")
                    .AppendJoin("<br>", uses.Select(u => u.Remedy).Where(r => r.Length > 0).Distinct()).Append(" |\n");
            }
        }

        return page.ToString();
    }

    public static SortedDictionary<string, List<(string Cause, string Remedy)>> Read()
    {
        SortedDictionary<string, List<(string, string)>> codes = new(StringComparer.Ordinal);
        foreach (string project in (string[])["Gild.Jinja", "Gild.Engine", "Gild.Adapters", "Gild.Cli"])
        {
            IEnumerable<string> files = Directory.EnumerateFiles(Repository.PathOf("src", project), "*.cs", SearchOption.AllDirectories)
                .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                    && !f.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
            foreach (string text in files.Order(StringComparer.Ordinal).Select(File.ReadAllText))
            {
                foreach (Match match in Code().Matches(text))
                {
                    List<string> literals = Literals(text, match.Index + match.Length);
                    string cause = literals.FirstOrDefault() ?? "";
                    string remedy = string.Join("; ", literals.Skip(1).Where(l => l.Length > 10 && l.Contains(' ', StringComparison.Ordinal)));
                    string code = match.Groups[1].Value;
                    codes.TryAdd(code, []);
                    codes[code].Add((cause, remedy));
                }
            }
        }

        foreach (string[] cells in File.ReadAllLines(Repository.PathOf("docs", "errors.tsv")).Where(l => l[0] != '#').Select(l => l.Split('\t')))
        {
            Xunit.Assert.True(codes.ContainsKey(cells[0]), $"docs/errors.tsv tells of {cells[0]}, which no source uses");
            codes[cells[0]] = [(cells[1], cells[2])];
        }

        return codes;
    }

    /// <summary>The texts of a statement from a position to its end, interpolated values as …, neighbours joined by + as one.</summary>
    static List<string> Literals(string text, int at)
    {
        List<string> found = [];
        bool joined = false;
        while (at < text.Length && text[at] is not ';' && !Code().IsMatch(text.AsSpan(at, Math.Min(7, text.Length - at))))
        {
            if (text[at] == '"')
            {
                string literal = Literal(text, ref at, interpolated: text[at - 1] == '$');
                if (joined && found.Count > 0)
                {
                    found[^1] += literal;
                }
                else
                {
                    found.Add(literal);
                }

                joined = false;
                continue;
            }

            joined = text[at] == '+' || joined && (char.IsWhiteSpace(text[at]) || text[at] == '$');
            at++;
        }

        return [.. found.Select(l => l.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Trim())];
    }

    static string Literal(string text, ref int at, bool interpolated)
    {
        StringBuilder literal = new();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\')
            {
                at++;
                literal.Append(text[at] == 'n' ? ' ' : text[at]);
            }
            else if (interpolated && text[at] is '{' or '}')
            {
                if (text[at + 1] == text[at])
                {
                    literal.Append(text[at]);
                    at++;
                    continue;
                }

                SkipValue(text, ref at);
                literal.Append('…');
            }
            else
            {
                literal.Append(text[at]);
            }
        }

        at++;
        return literal.ToString();
    }

    // From an opening brace to its closing one, over texts and braces inside.
    static void SkipValue(string text, ref int at)
    {
        int depth = 0;
        while (true)
        {
            switch (text[at])
            {
                case '{':
                    depth++;
                    break;
                case '}':
                    if (--depth == 0)
                    {
                        return;
                    }

                    break;
                case '"':
                    Literal(text, ref at, interpolated: text[at - 1] == '$');
                    continue;
            }

            at++;
        }
    }

    [GeneratedRegex("\"([AJPCRX][0-9]{4})\"")]
    private static partial Regex Code();
}
