using System.Runtime.CompilerServices;
using System.Text;

namespace Gild.Jinja.Unicode;

/// <summary>
/// Python's view of a text, code point by code point, over UTF-16. A text without surrogates, which is nearly every
/// one, is recognized with one vectorized look and then handled unit by unit.
/// </summary>
static class CodePoints
{
    static readonly string[] SingleTexts = MakeSingleTexts();

    /// <summary>Whether some code point takes two units (or is half of a pair).</summary>
    public static bool HasSurrogates(ReadOnlySpan<char> text) => text.ContainsAnyInRange('\uD800', '\uDFFF');

    /// <summary>Number of code points: Python's <c>len()</c>.</summary>
    public static int Count(ReadOnlySpan<char> text)
    {
        int count = text.Length;
        int first = text.IndexOfAnyInRange('\uD800', '\uDBFF');
        if (first < 0)
        {
            return count;
        }

        for (int i = first; i + 1 < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && char.IsLowSurrogate(text[i + 1]))
            {
                count--;
                i++;
            }
        }

        return count;
    }

    /// <summary>The code point at a unit offset; a lone surrogate stands for itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int At(ReadOnlySpan<char> text, int offset, out int width)
    {
        char c = text[offset];
        if (char.IsHighSurrogate(c) && offset + 1 < text.Length && char.IsLowSurrogate(text[offset + 1]))
        {
            width = 2;
            return char.ConvertToUtf32(c, text[offset + 1]);
        }

        width = 1;
        return c;
    }

    /// <summary>The code point that ends just before a unit offset.</summary>
    public static int Before(ReadOnlySpan<char> text, int offset, out int width)
    {
        char c = text[offset - 1];
        if (char.IsLowSurrogate(c) && offset >= 2 && char.IsHighSurrogate(text[offset - 2]))
        {
            width = 2;
            return char.ConvertToUtf32(text[offset - 2], c);
        }

        width = 1;
        return c;
    }

    /// <summary>Unit offset of the code point with this index; the length of the text when it has fewer.</summary>
    public static int OffsetOf(ReadOnlySpan<char> text, int index)
    {
        int first = text.IndexOfAnyInRange('\uD800', '\uDBFF');
        if (first < 0 || index <= first)
        {
            return Math.Min(index, text.Length);
        }

        int offset = first;
        for (int left = index - first; left > 0 && offset < text.Length; left--)
        {
            At(text, offset, out int width);
            offset += width;
        }

        return offset;
    }

    /// <summary>Index of the code point at a unit offset.</summary>
    public static int IndexOf(ReadOnlySpan<char> text, int offset) => Count(text[..offset]);

    /// <summary>One code point as a text.</summary>
    public static string ToText(int codePoint) => codePoint switch
    {
        < 256 => SingleTexts[codePoint],
        < 0x10000 => ((char)codePoint).ToString(),
        _ => char.ConvertFromUtf32(codePoint),
    };

    /// <summary>The code points of a text.</summary>
    public static int[] ToArray(string text)
    {
        int[] points = new int[Count(text)];
        int offset = 0;
        for (int i = 0; i < points.Length; i++)
        {
            points[i] = At(text, offset, out int width);
            offset += width;
        }

        return points;
    }

    public static string FromSpan(ReadOnlySpan<int> points)
    {
        StringBuilder text = new(points.Length);
        foreach (int point in points)
        {
            Append(text, point);
        }

        return text.ToString();
    }

    public static void Append(StringBuilder text, int codePoint)
    {
        if (codePoint < 0x10000)
        {
            text.Append((char)codePoint);
        }
        else
        {
            text.Append((char)(0xD800 + ((codePoint - 0x10000) >> 10))).Append((char)(0xDC00 + ((codePoint - 0x10000) & 0x3FF)));
        }
    }

    /// <summary>Order by code point, which differs from the order of UTF-16 units above U+D7FF.</summary>
    public static int Compare(string left, string right)
    {
        int common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length - right.Length;
        }

        return Rank(left[common]) - Rank(right[common]);
    }

    static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;

    static string[] MakeSingleTexts()
    {
        string[] texts = new string[256];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = ((char)i).ToString();
        }

        return texts;
    }
}
