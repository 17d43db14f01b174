using Gild.Jinja.Unicode;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>
/// Python's <c>textwrap.wrap</c> with the settings that the <c>wordwrap</c> filter uses: tabs and other white space stay.
/// Chunks are ranges of the text, so that cutting a long word copies nothing.
/// </summary>
sealed class TextWrap
{
    readonly string _text;
    readonly Value _width;
    readonly double _most;
    readonly bool _breakLongWords;
    readonly bool _breakOnHyphens;
    readonly Stack<Range> _chunks = new();

    /// <summary>Code points before each unit; null when every unit is one.</summary>
    readonly int[]? _counts;

    readonly record struct Range(int Start, int End);

    TextWrap(string text, Value width, bool breakLongWords, Value breakOnHyphens)
    {
        _text = text;
        _width = width;
        _breakLongWords = breakLongWords;
        _breakOnHyphens = breakOnHyphens.IsTrue;
        _counts = CodePoints.HasSurrogates(text) ? CountPoints(text) : null;
        // textwrap splits at hyphens only for True itself, and cuts long words there for anything true.
        List<Range> chunks = breakOnHyphens.IsBool && breakOnHyphens.AsBool ? HyphenChunks(text) : SpaceChunks(text);
        if (!ValueOps.Compare(ComparisonOperator.Greater, width, Value.From(0L)))
        {
            throw JinjaException.ValueError($"invalid width {ValueText.ToRepr(width)} (must be > 0)");
        }

        _most = ValueOps.ToFloat(width);
        for (int i = chunks.Count - 1; i >= 0; i--)
        {
            _chunks.Push(chunks[i]);
        }
    }

    /// <summary>Lines of at most <paramref name="width"/> code points.</summary>
    /// <exception cref="JinjaException">ValueError for a width below 1, TypeError.</exception>
    public static List<string> Wrap(string text, Value width, bool breakLongWords, Value breakOnHyphens) =>
        new TextWrap(text, width, breakLongWords, breakOnHyphens).Lines();

    List<string> Lines()
    {
        List<string> lines = [];
        List<Range> line = [];
        while (_chunks.Count > 0)
        {
            line.Clear();
            double length = 0;
            if (lines.Count > 0 && IsBlank(_chunks.Peek()))
            {
                _chunks.Pop();
            }

            while (_chunks.TryPeek(out Range next) && length + CountOf(next) <= _most)
            {
                length += CountOf(next);
                line.Add(_chunks.Pop());
            }

            if (_chunks.TryPeek(out Range tooLong) && CountOf(tooLong) > _most)
            {
                BreakLongWord(line, length);
            }

            if (line.Count > 0 && IsBlank(line[^1]))
            {
                line.RemoveAt(line.Count - 1);
            }

            if (line.Count > 0)
            {
                // The chunks of a line follow each other in the text.
                lines.Add(_text[line[0].Start..line[^1].End]);
            }
        }

        return lines;
    }

    static int[] CountPoints(string text)
    {
        int[] counts = new int[text.Length + 1];
        for (int i = 0, points = 0; i < text.Length; points++)
        {
            CodePoints.At(text, i, out int width);
            counts[i] = points;
            counts[i + width - 1] = points;
            i += width;
            counts[i] = points + 1;
        }

        return counts;
    }

    int CountOf(Range chunk) => _counts is null ? chunk.End - chunk.Start : _counts[chunk.End] - _counts[chunk.Start];

    /// <summary>The offset behind the first <paramref name="count"/> code points of a chunk.</summary>
    int OffsetOf(Range chunk, int count)
    {
        if (_counts is null)
        {
            return Math.Min(chunk.Start + count, chunk.End);
        }

        int offset = chunk.Start;
        for (int i = 0; i < count && offset < chunk.End; i++)
        {
            CodePoints.At(_text, offset, out int width);
            offset += width;
        }

        return offset;
    }

    bool IsBlank(Range chunk)
    {
        for (int i = chunk.Start; i < chunk.End; i++)
        {
            if (!CharacterClasses.IsSpace(_text[i]))
            {
                return false;
            }
        }

        return true;
    }

    void BreakLongWord(List<Range> line, double length)
    {
        if (!_breakLongWords)
        {
            if (line.Count == 0)
            {
                line.Add(_chunks.Pop());
            }

            return;
        }

        if (!_width.IsInt64 && !_width.IsBool)
        {
            throw JinjaException.TypeError("slice indices must be integers or None or have an __index__ method");
        }

        Range chunk = _chunks.Pop();
        int end = OffsetOf(chunk, (int)(_most - length));
        if (_breakOnHyphens)
        {
            ReadOnlySpan<char> start = _text.AsSpan(chunk.Start, end - chunk.Start);
            int hyphen = start.LastIndexOf('-');
            if (hyphen > 0 && start[..hyphen].ContainsAnyExcept('-'))
            {
                end = chunk.Start + hyphen + 1;
            }
        }

        line.Add(chunk with { End = end });
        _chunks.Push(chunk with { Start = end });
    }

    /// <summary>Runs of white space and of other characters.</summary>
    static List<Range> SpaceChunks(string text)
    {
        List<Range> chunks = [];
        for (int start = 0; start < text.Length;)
        {
            bool isSpace = IsWrapSpace(text[start]);
            int end = start + 1;
            while (end < text.Length && IsWrapSpace(text[end]) == isSpace)
            {
                end++;
            }

            chunks.Add(new Range(start, end));
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
    static List<Range> HyphenChunks(string text)
    {
        List<Range> chunks = [];
        for (int start = 0; start < text.Length;)
        {
            int end = IsWrapSpace(text[start]) ? SpaceEnd(text, start)
                : IsDashBetweenWords(text, start) ? DashEnd(text, start)
                : WordEnd(text, start);
            chunks.Add(new Range(start, end));
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
        if (!IsWordCharacter(text, start - 1))
        {
            return false;
        }

        int end = DashEnd(text, start);
        return end - start >= 2 && end < text.Length && CharacterClasses.IsWord(PointAround(text, end));
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
