using System.Text;
using System.Text.RegularExpressions;
using Gild.Jinja.Unicode;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>Makes links of what looks like a web or mail address in escaped text: the <c>urlize</c> filter.</summary>
sealed partial class Urlize(string attributes, Value limit, List<string> schemes)
{
    static readonly (string Open, string Close)[] Brackets = [("(", ")"), ("<", ">"), ("&lt;", "&gt;")];

    public string Convert(string escaped)
    {
        StringBuilder result = new(escaped.Length + 64);
        for (int start = 0; start < escaped.Length;)
        {
            bool isSpace = CharacterClasses.IsSpace(escaped[start]);
            int end = start + 1;
            while (end < escaped.Length && CharacterClasses.IsSpace(escaped[end]) == isSpace)
            {
                end++;
            }

            result.Append(isSpace ? escaped[start..end] : ConvertWord(escaped[start..end]));
            start = end;
        }

        return result.ToString();
    }

    string ConvertWord(string word)
    {
        int headEnd = HeadEnd(word);
        string middle = word[headEnd..];
        int tailStart = TailStart(middle);
        string tail = middle[tailStart..];
        middle = middle[..tailStart];
        foreach ((string open, string close) in Brackets)
        {
            Balance(ref middle, ref tail, open, close);
        }

        return string.Concat(word.AsSpan(0, headEnd), Link(middle), tail);
    }

    static int HeadEnd(string word)
    {
        int end = 0;
        while (true)
        {
            if (end < word.Length && (word[end] is '(' or '<'))
            {
                end++;
            }
            else if (string.CompareOrdinal(word, end, "&lt;", 0, 4) == 0)
            {
                end += 4;
            }
            else
            {
                return end;
            }
        }
    }

    static int TailStart(string text)
    {
        int start = text.Length;
        while (true)
        {
            if (start > 0 && (text[start - 1] is ')' or '>' or '.' or ','))
            {
                start--;
            }
            else if (text.AsSpan(0, start).EndsWith("&gt;"))
            {
                start -= 4;
            }
            else
            {
                return start;
            }
        }
    }

    /// <summary>Closing brackets at the end belong to the address as far as it opens brackets.</summary>
    static void Balance(ref string middle, ref string tail, string open, string close)
    {
        int opened = Count(middle, open);
        if (opened <= Count(middle, close))
        {
            return;
        }

        int end = 0;
        for (int moves = Math.Min(opened, Count(tail, close)); moves > 0; moves--)
        {
            end = tail.IndexOf(close, end, StringComparison.Ordinal) + close.Length;
        }

        middle += tail[..end];
        tail = tail[end..];
    }

    static int Count(ReadOnlySpan<char> text, string part) => text.Count(part);

    string Link(string middle)
    {
        if (HttpPattern().IsMatch(middle))
        {
            bool hasScheme = middle.StartsWith("https://", StringComparison.Ordinal) || middle.StartsWith("http://", StringComparison.Ordinal);
            return $"<a href=\"{(hasScheme ? "" : "https://")}{middle}\"{attributes}>{Trim(middle)}</a>";
        }

        if (middle.StartsWith("mailto:", StringComparison.Ordinal) && IsMailAddress(middle.AsSpan(7)))
        {
            return $"<a href=\"{middle}\">{middle[7..]}</a>";
        }

        bool mayBeMail = !middle.StartsWith("www.", StringComparison.Ordinal) && !middle.StartsWith('@') && !middle.Contains(':');
        if (mayBeMail && IsMailAddress(middle))
        {
            return $"<a href=\"mailto:{middle}\">{middle}</a>";
        }

        foreach (string scheme in schemes)
        {
            if (middle != scheme && middle.StartsWith(scheme, StringComparison.Ordinal))
            {
                middle = $"<a href=\"{middle}\"{attributes}>{middle}</a>";
            }
        }

        return middle;
    }

    string Trim(string url)
    {
        if (limit.IsNone || !ValueOps.IsLess(limit, Value.From((long)CodePoints.Count(url))))
        {
            return url;
        }

        return ValueText.ToText(ValueOps.Slice(Value.From(url), Value.None, limit, Value.None)) + "...";
    }

    static bool IsMailAddress(ReadOnlySpan<char> text)
    {
        int at = text.LastIndexOf('@');
        ReadOnlySpan<char> domain = text[(at + 1)..];
        int dot = domain.LastIndexOf('.');
        if (at < 1 || dot < 1 || dot == domain.Length - 1 || (domain[0] is '.' or '-'))
        {
            return false;
        }

        for (int i = 0; i < domain.Length;)
        {
            int point = CodePoints.At(domain, i, out int width);
            if (!CharacterClasses.IsWord(point) && (i > dot || point is not ('.' or '-')))
            {
                return false;
            }

            i += width;
        }

        return true;
    }

    [GeneratedRegex(
        """
        ^(?:
            (?:https?://|www\.) (?:(?:[\p{L}\p{N}_%-]+\.)+)? (?:[a-z]{2,63} | xn--[\p{L}\p{N}_%]{2,59})
        |   (?:[\p{L}\p{N}_%-]{2,63}\.)+ (?:com|net|int|edu|gov|org|info|mil)
        |   https?:// (?: \p{Nd}{1,3}(?:\.\p{Nd}{1,3}){3} | \[(?:[\p{Nd}a-f]{0,4}:){2}(?:[\p{Nd}a-f]{0,4}:?){1,6}\] )
        )
        (?::\p{Nd}{1,5})?
        (?:[/?\#].*)?
        \z
        """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.Singleline)]
    private static partial Regex HttpPattern();
}
