using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace Gild.Engine.Graph;

/// <summary>Shell wildcards as Python's <c>fnmatch</c> has them, and paths as <c>Path.glob</c> has them.</summary>
static class Glob
{
    static readonly ConcurrentDictionary<(string, bool), Regex> Compiled = new();

    /// <summary><c>*</c> matches anything, slashes and dots included.</summary>
    public static bool Matches(string text, string pattern) => IsPlain(pattern)
        ? string.Equals(text, pattern, StringComparison.Ordinal)
        : Compiled.GetOrAdd((pattern, false), static key => Compile(key.Item1, false)).IsMatch(text);

    /// <summary><c>*</c> stays within one part of a path; <c>**</c> crosses them.</summary>
    public static bool MatchesPath(string path, string pattern) => IsPlain(pattern)
        ? string.Equals(path, pattern, StringComparison.Ordinal)
        : Compiled.GetOrAdd((pattern, true), static key => Compile(key.Item1, true)).IsMatch(path);

    public static bool IsPlain(string pattern) => pattern.AsSpan().IndexOfAny('*', '?', '[') < 0;

    static Regex Compile(string pattern, bool path)
    {
        StringBuilder regex = new("^");
        for (int i = 0; i < pattern.Length; i++)
        {
            char c = pattern[i];
            if (c == '*' && path && i + 1 < pattern.Length && pattern[i + 1] == '*')
            {
                bool slash = i + 2 < pattern.Length && pattern[i + 2] == '/';
                regex.Append(slash ? "(?:.*/)?" : ".*");
                i += slash ? 2 : 1;
            }
            else if (c == '*')
            {
                regex.Append(path ? "[^/]*" : ".*");
            }
            else if (c == '?')
            {
                regex.Append(path ? "[^/]" : ".");
            }
            else if (c == '[' && pattern.IndexOf(']', Math.Min(i + 2, pattern.Length)) is > 0 and var end)
            {
                string set = pattern[(i + 1)..end].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal);
                regex.Append('[').Append(set.StartsWith('!') ? "^" + set[1..] : set.StartsWith('^') ? "\\" + set : set).Append(']');
                i = end;
            }
            else
            {
                regex.Append(Regex.Escape(c.ToString()));
            }
        }

        return new Regex(regex.Append("\\z").ToString(), RegexOptions.Singleline | RegexOptions.CultureInvariant);
    }
}
