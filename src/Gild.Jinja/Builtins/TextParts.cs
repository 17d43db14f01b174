using System.Text;
using Gild.Jinja.Unicode;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>How Python's str cuts texts: strip, split, lines.</summary>
static class TextParts
{
    /// <summary><c>strip</c>, <c>lstrip</c>, <c>rstrip</c>: white space when <paramref name="characters"/> is null.</summary>
    public static string Strip(string text, string? characters, bool atStart, bool atEnd)
    {
        int start = 0;
        int end = text.Length;
        while (atStart && start < end && IsStripped(CodePoints.At(text, start, out int width), characters))
        {
            start += width;
        }

        while (atEnd && end > start && IsStripped(CodePoints.Before(text, end, out int width), characters))
        {
            end -= width;
        }

        return text[start..end];
    }

    static bool IsStripped(int point, string? characters)
    {
        if (characters is null)
        {
            return CharacterClasses.IsSpace(point);
        }

        for (int i = 0; i < characters.Length;)
        {
            if (CodePoints.At(characters, i, out int width) == point)
            {
                return true;
            }

            i += width;
        }

        return false;
    }

    /// <summary><c>split()</c> at white space, from the left.</summary>
    public static List<string> SplitSpace(string text, long most)
    {
        List<string> parts = [];
        int at = 0;
        while (true)
        {
            while (at < text.Length && CharacterClasses.IsSpace(text[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                return parts;
            }

            if (most >= 0 && parts.Count >= most)
            {
                parts.Add(text[at..]);
                return parts;
            }

            int end = at;
            while (end < text.Length && !CharacterClasses.IsSpace(text[end]))
            {
                end++;
            }

            parts.Add(text[at..end]);
            at = end;
        }
    }

    /// <summary><c>rsplit()</c> at white space.</summary>
    public static List<string> SplitSpaceFromRight(string text, long most)
    {
        List<string> parts = [];
        int at = text.Length;
        while (true)
        {
            while (at > 0 && CharacterClasses.IsSpace(text[at - 1]))
            {
                at--;
            }

            if (at == 0)
            {
                break;
            }

            if (most >= 0 && parts.Count >= most)
            {
                parts.Add(text[..at]);
                break;
            }

            int start = at;
            while (start > 0 && !CharacterClasses.IsSpace(text[start - 1]))
            {
                start--;
            }

            parts.Add(text[start..at]);
            at = start;
        }

        parts.Reverse();
        return parts;
    }

    public static List<string> Split(string text, string separator, long most)
    {
        List<string> parts = [];
        int at = 0;
        while (most < 0 || parts.Count < most)
        {
            int next = text.IndexOf(separator, at, StringComparison.Ordinal);
            if (next < 0)
            {
                break;
            }

            parts.Add(text[at..next]);
            at = next + separator.Length;
        }

        parts.Add(text[at..]);
        return parts;
    }

    public static List<string> SplitFromRight(string text, string separator, long most)
    {
        List<string> parts = [];
        int end = text.Length;
        while (most < 0 || parts.Count < most)
        {
            int next = text.AsSpan(0, end).LastIndexOf(separator);
            if (next < 0)
            {
                break;
            }

            parts.Add(text[(next + separator.Length)..end]);
            end = next;
        }

        parts.Add(text[..end]);
        parts.Reverse();
        return parts;
    }

    /// <summary><c>splitlines</c>, at all of Python's line ends.</summary>
    public static List<string> Lines(string text, bool keepEnds)
    {
        List<string> lines = [];
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('\n' or '\r' or '\v' or '\f' or '\x1c' or '\x1d' or '\x1e' or '\x85' or '\u2028' or '\u2029'))
            {
                continue;
            }

            int end = text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n' ? i + 2 : i + 1;
            lines.Add(text[start..(keepEnds ? end : i)]);
            start = end;
            i = end - 1;
        }

        if (start < text.Length)
        {
            lines.Add(text[start..]);
        }

        return lines;
    }

    /// <summary><c>replace</c>; a negative count means all.</summary>
    public static string Replace(string text, string old, string with, long count)
    {
        if (count == 0)
        {
            return text;
        }

        if (old.Length == 0)
        {
            return Interleave(text, with, count);
        }

        StringBuilder? result = null;
        int at = 0;
        for (long done = 0; count < 0 || done < count; done++)
        {
            int next = text.IndexOf(old, at, StringComparison.Ordinal);
            if (next < 0)
            {
                break;
            }

            result ??= new StringBuilder(text.Length);
            ValueOps.GuardSize((long)result.Length + next - at + with.Length);
            result.Append(text, at, next - at).Append(with);
            at = next + old.Length;
        }

        return result is null ? text : result.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>Replacing nothing: the new text before each character and at the end.</summary>
    static string Interleave(string text, string with, long count)
    {
        StringBuilder result = new();
        int at = 0;
        long done = 0;
        while (at < text.Length && (count < 0 || done < count))
        {
            CodePoints.At(text, at, out int width);
            result.Append(with).Append(text, at, width);
            ValueOps.GuardSize(result.Length);
            at += width;
            done++;
        }

        result.Append(text, at, text.Length - at);
        return (count < 0 || done < count ? result.Append(with) : result).ToString();
    }

    /// <summary><c>expandtabs</c>.</summary>
    public static string ExpandTabs(string text, long size)
    {
        StringBuilder result = new(text.Length + 16);
        long column = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '\t')
            {
                long spaces = size > 0 ? size - (column % size) : 0;
                ValueOps.GuardSize(result.Length + spaces);
                result.Append(' ', (int)spaces);
                column += spaces;
                continue;
            }

            result.Append(c);
            column = c is '\n' or '\r' ? 0 : char.IsLowSurrogate(c) ? column : column + 1;
        }

        return result.ToString();
    }

    /// <summary>Puts <paramref name="fill"/> around a text until it is <paramref name="width"/> code points wide.</summary>
    public static string Pad(string text, long width, string fill, Alignment alignment)
    {
        long missing = width - CodePoints.Count(text);
        if (missing <= 0)
        {
            return text;
        }

        ValueOps.GuardSize(missing * fill.Length);
        // Python's center puts the odd one to the left when the width is odd.
        long left = alignment switch
        {
            Alignment.Left => 0,
            Alignment.Right => missing,
            Alignment.CenterOfFormat => missing / 2,
            _ => (missing / 2) + (missing & width & 1),
        };
        StringBuilder padded = new(text.Length + (int)missing);
        padded.Insert(0, fill, (int)left);
        padded.Append(text);
        for (long i = left; i < missing; i++)
        {
            padded.Append(fill);
        }

        return padded.ToString();
    }
}

enum Alignment
{
    Left,
    Right,
    /// <summary>As <c>str.center</c> does it.</summary>
    Center,
    /// <summary>As the format mini-language does it: the odd one to the right.</summary>
    CenterOfFormat,
}
