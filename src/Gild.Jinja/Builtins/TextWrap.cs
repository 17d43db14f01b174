using Gild.Jinja.Unicode;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>Python's <c>textwrap.wrap</c> with the settings that the <c>wordwrap</c> filter uses: tabs and other white space stay.</summary>
static class TextWrap
{
    /// <summary>Lines of at most <paramref name="width"/> code points.</summary>
    /// <exception cref="JinjaException">ValueError for a width below 1, TypeError.</exception>
    public static List<string> Wrap(string text, Value width, bool breakLongWords, Value breakOnHyphens)
    {
        // textwrap splits at hyphens only for True itself, and cuts long words there for anything true.
        bool splitsAtHyphens = breakOnHyphens.IsBool && breakOnHyphens.AsBool;
        List<string> chunks = splitsAtHyphens ? HyphenChunks(text) : SpaceChunks(text);
        if (!ValueOps.Compare(ComparisonOperator.Greater, width, Value.From(0L)))
        {
            throw JinjaException.ValueError($"invalid width {ValueText.ToRepr(width)} (must be > 0)");
        }

        double most = ValueOps.ToFloat(width);
        chunks.Reverse();
        List<string> lines = [];
        while (chunks.Count > 0)
        {
            List<string> line = [];
            double length = 0;
            if (IsBlank(chunks[^1]) && lines.Count > 0)
            {
                chunks.RemoveAt(chunks.Count - 1);
            }

            while (chunks.Count > 0 && length + CodePoints.Count(chunks[^1]) <= most)
            {
                length += CodePoints.Count(chunks[^1]);
                line.Add(chunks[^1]);
                chunks.RemoveAt(chunks.Count - 1);
            }

            if (chunks.Count > 0 && CodePoints.Count(chunks[^1]) > most)
            {
                BreakLongWord(chunks, line, length, most, width, breakLongWords, breakOnHyphens.IsTrue);
            }

            if (line.Count > 0 && IsBlank(line[^1]))
            {
                line.RemoveAt(line.Count - 1);
            }

            if (line.Count > 0)
            {
                lines.Add(string.Concat(line));
            }
        }

        return lines;
    }

    static bool IsBlank(string chunk) => TextParts.Strip(chunk, null, atStart: true, atEnd: false).Length == 0;

    static void BreakLongWord(
        List<string> chunks, List<string> line, double length, double most, Value width, bool breakLongWords, bool breakOnHyphens)
    {
        double left = most < 1 ? 1 : most - length;
        string chunk = chunks[^1];
        if (breakLongWords)
        {
            if (!width.IsInt64 && !width.IsBool)
            {
                throw JinjaException.TypeError("slice indices must be integers or None or have an __index__ method");
            }

            int end = CodePoints.OffsetOf(chunk, (int)left);
            if (breakOnHyphens)
            {
                int hyphen = end > 0 ? chunk.LastIndexOf('-', end - 1) : -1;
                if (hyphen > 0 && chunk.AsSpan(0, hyphen).ContainsAnyExcept('-'))
                {
                    end = hyphen + 1;
                }
            }

            line.Add(chunk[..end]);
            chunks[^1] = chunk[end..];
        }
        else if (line.Count == 0)
        {
            line.Add(chunk);
            chunks.RemoveAt(chunks.Count - 1);
        }
    }

    /// <summary>Runs of white space and of other characters.</summary>
    static List<string> SpaceChunks(string text)
    {
        List<string> chunks = [];
        for (int start = 0; start < text.Length;)
        {
            bool isSpace = IsWrapSpace(text[start]);
            int end = start + 1;
            while (end < text.Length && IsWrapSpace(text[end]) == isSpace)
            {
                end++;
            }

            chunks.Add(text[start..end]);
            start = end;
        }

        return chunks;
    }

    /// <summary>The white space that textwrap parts words at: ASCII only.</summary>
    static bool IsWrapSpace(char c) => c is ' ' or '\t' or '\n' or '\v' or '\f' or '\r';

    static bool IsWordCharacter(string text, int at) => at >= 0 && at < text.Length && (CharacterClasses.IsWord(PointAround(text, at))
        || text[at] is '!' or '"' or '\'' or '&' or '.' or ',' or '?');

    static bool IsLetter(string text, int at)
    {
        if (at < 0 || at >= text.Length)
        {
            return false;
        }

        int point = PointAround(text, at);
        return CharacterClasses.IsWord(point) && CharacterClasses.DecimalValue(point) < 0;
    }

    /// <summary>The code point whose unit stands at an offset, also when it is the second one.</summary>
    static int PointAround(string text, int at) =>
        char.IsLowSurrogate(text[at]) && at > 0 && char.IsHighSurrogate(text[at - 1])
            ? CodePoints.At(text, at - 1, out _)
            : CodePoints.At(text, at, out _);

    /// <summary>White space, words with their trailing hyphens, and dashes between words, as textwrap's pattern takes them.</summary>
    static List<string> HyphenChunks(string text)
    {
        List<string> chunks = [];
        for (int start = 0; start < text.Length;)
        {
            int end = IsWrapSpace(text[start]) ? SpaceEnd(text, start)
                : IsDashBetweenWords(text, start) ? DashEnd(text, start)
                : WordEnd(text, start);
            chunks.Add(text[start..end]);
            start = end;
        }

        return chunks;
    }

    static int SpaceEnd(string text, int start)
    {
        while (start < text.Length && IsWrapSpace(text[start]))
        {
            start++;
        }

        return start;
    }

    static int DashEnd(string text, int start)
    {
        while (start < text.Length && text[start] == '-')
        {
            start++;
        }

        return start;
    }

    /// <summary>Two or more dashes after a word character and before a word.</summary>
    static bool IsDashBetweenWords(string text, int start)
    {
        int end = DashEnd(text, start);
        return end - start >= 2 && IsWordCharacter(text, start - 1) && end < text.Length && CharacterClasses.IsWord(PointAround(text, end));
    }

    /// <summary>
    /// The shortest run that ends behind a hyphen between letters, before white space or the end, or before dashes
    /// between words.
    /// </summary>
    static int WordEnd(string text, int start)
    {
        for (int end = start + 1; ; end++)
        {
            if (end >= text.Length)
            {
                return text.Length;
            }

            if (text[end] == '-' && IsHyphenInWord(text, end))
            {
                return end + 1;
            }

            if (IsWrapSpace(text[end]) || (text[end] == '-' && IsDashBetweenWords(text, end)))
            {
                return end;
            }
        }
    }

    /// <summary>Whether a word may be broken behind this hyphen: two letters before it, two behind it, single hyphens allowed.</summary>
    static bool IsHyphenInWord(string text, int hyphen)
    {
        bool afterLetters = IsLetter(text, hyphen - 1)
            && (IsLetter(text, hyphen - 2) || (hyphen >= 3 && text[hyphen - 2] == '-' && IsLetter(text, hyphen - 3)));
        int next = hyphen + 1;
        return afterLetters && IsLetter(text, next)
            && (IsLetter(text, next + 1) || (next + 1 < text.Length && text[next + 1] == '-' && IsLetter(text, next + 2)));
    }
}
