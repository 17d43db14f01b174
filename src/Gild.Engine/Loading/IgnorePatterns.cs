using System.Text;
using System.Text.RegularExpressions;

namespace Gild.Engine.Loading;

/// <summary>The patterns of a <c>.dbtignore</c>, with git's wildcards: <c>*</c>, <c>**</c>, <c>?</c>, <c>[...]</c>, <c>!</c>, a last <c>/</c>.</summary>
public sealed class IgnorePatterns
{
    readonly List<(Regex Pattern, bool Negated)> _rules = [];

    public IgnorePatterns(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            Add(line.TrimEnd('\r', ' ', '\t'));
        }
    }

    /// <param name="path">Relative to the project, with <c>/</c>.</param>
    public bool IsIgnored(string path)
    {
        bool ignored = false;
        foreach ((Regex pattern, bool negated) in _rules)
        {
            if (pattern.IsMatch(path))
            {
                ignored = !negated;
            }
        }

        return ignored;
    }

    void Add(string line)
    {
        if (line.Length == 0 || line[0] == '#')
        {
            return;
        }

        bool negated = line[0] == '!';
        string pattern = negated ? line[1..] : line;
        bool folder = pattern.EndsWith('/');
        pattern = pattern.TrimEnd('/');
        if (pattern.Length == 0)
        {
            return;
        }

        bool anchored = pattern.Contains('/', StringComparison.Ordinal);
        StringBuilder regex = new(anchored ? "^" : "^(?:.*/)?");
        Translate(pattern.TrimStart('/'), regex);
        regex.Append(folder ? "/.*$" : "(?:/.*)?$");
        _rules.Add((new Regex(regex.ToString(), RegexOptions.CultureInvariant), negated));
    }

    static void Translate(string pattern, StringBuilder regex)
    {
        for (int i = 0; i < pattern.Length; i++)
        {
            char c = pattern[i];
            if (c == '*' && i + 1 < pattern.Length && pattern[i + 1] == '*')
            {
                bool slash = i + 2 < pattern.Length && pattern[i + 2] == '/';
                regex.Append(slash ? "(?:.*/)?" : ".*");
                i += slash ? 2 : 1;
            }
            else if (c == '*')
            {
                regex.Append("[^/]*");
            }
            else if (c == '?')
            {
                regex.Append("[^/]");
            }
            else if (c == '[' && pattern.IndexOf(']', i + 1) is > 0 and var end)
            {
                string set = pattern[(i + 1)..end].Replace("\\", "\\\\", StringComparison.Ordinal);
                regex.Append('[').Append(set.StartsWith('!') ? "^" + set[1..] : set).Append(']');
                i = end;
            }
            else if (c == '\\' && i + 1 < pattern.Length)
            {
                regex.Append(Regex.Escape(pattern[++i].ToString()));
            }
            else
            {
                regex.Append(Regex.Escape(c.ToString()));
            }
        }
    }
}
