using System.Collections.Frozen;
using System.Text;

namespace Gild.Jinja.Unicode;

/// <summary>Python's <c>lower</c>, <c>upper</c>, <c>title</c>, <c>capitalize</c>, <c>swapcase</c> and <c>casefold</c>.</summary>
static class CaseMapping
{
    const int CapitalSigma = 0x3A3;
    const char SmallSigma = '\u03C3';
    const char FinalSigma = '\u03C2';

    static readonly FrozenDictionary<int, string> LowerSeveral = Several(UnicodeTables.LowerSeveral);
    static readonly FrozenDictionary<int, string> UpperSeveral = Several(UnicodeTables.UpperSeveral);
    static readonly FrozenDictionary<int, string> TitleSeveral = Several(UnicodeTables.TitleSeveral);
    static readonly FrozenDictionary<int, string> FoldSeveral = Several(UnicodeTables.FoldSeveral);

    public static string ToLower(string text) => Ascii.IsValid(text) ? LowerAscii(text) : Map(text, AppendLower);

    public static string ToUpper(string text) =>
        Ascii.IsValid(text)
            ? text.ToUpperInvariant()
            : Map(text, static (StringBuilder to, string _, int point, int _) => AppendUpper(to, point));

    public static string ToFolded(string text) =>
        Ascii.IsValid(text)
            ? LowerAscii(text)
            : Map(text, static (StringBuilder to, string _, int point, int _) => Append(to, point, UnicodeTables.FoldRuns, FoldSeveral));

    /// <summary>First character in title case, the others in lower case.</summary>
    public static string Capitalize(string text) =>
        Map(text, static (StringBuilder to, string from, int point, int offset) =>
        {
            if (offset == 0)
            {
                AppendTitle(to, point);
            }
            else
            {
                AppendLower(to, from, point, offset);
            }
        });

    /// <summary>Each run of cased characters starts in title case and goes on in lower case.</summary>
    public static string ToTitle(string text) =>
        Map(text, static (StringBuilder to, string from, int point, int offset) =>
        {
            if (offset > 0 && IsCased(CodePoints.Before(from, offset, out _)))
            {
                AppendLower(to, from, point, offset);
            }
            else
            {
                AppendTitle(to, point);
            }
        });

    public static string SwapCase(string text) =>
        Map(text, static (StringBuilder to, string from, int point, int offset) =>
        {
            CharacterClass kind = CharacterClasses.Of(point);
            if ((kind & CharacterClass.Upper) != 0)
            {
                AppendLower(to, from, point, offset);
            }
            else if ((kind & CharacterClass.Lower) != 0)
            {
                AppendUpper(to, point);
            }
            else
            {
                CodePoints.Append(to, point);
            }
        });

    public static bool IsCased(int codePoint) =>
        CharacterClasses.Is(codePoint, CharacterClass.Upper | CharacterClass.Lower | CharacterClass.Title);

    delegate void Mapper(StringBuilder to, string from, int point, int offset);

    static string Map(string text, Mapper mapper)
    {
        StringBuilder to = new(text.Length + 8);
        for (int offset = 0; offset < text.Length;)
        {
            int point = CodePoints.At(text, offset, out int width);
            mapper(to, text, point, offset);
            offset += width;
        }

        return to.ToString();
    }

    static string LowerAscii(string text) => text.ToLowerInvariant();

    static void AppendUpper(StringBuilder to, int point) => Append(to, point, UnicodeTables.UpperRuns, UpperSeveral);

    static void AppendTitle(StringBuilder to, int point) => Append(to, point, UnicodeTables.TitleRuns, TitleSeveral);

    static void AppendLower(StringBuilder to, string from, int point, int offset)
    {
        if (point == CapitalSigma)
        {
            to.Append(IsFinalSigma(from, offset) ? FinalSigma : SmallSigma);
        }
        else
        {
            Append(to, point, UnicodeTables.LowerRuns, LowerSeveral);
        }
    }

    static void Append(StringBuilder to, int point, ReadOnlySpan<int> runs, FrozenDictionary<int, string> several)
    {
        if (point >= 128 && several.TryGetValue(point, out string? mapped))
        {
            to.Append(mapped);
        }
        else
        {
            CodePoints.Append(to, Simple(point, runs));
        }
    }

    static int Simple(int point, ReadOnlySpan<int> runs)
    {
        int low = 0;
        int high = (runs.Length / 3) - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int first = runs[middle * 3];
            if (point < first)
            {
                high = middle - 1;
                continue;
            }

            int step = runs[(middle * 3) + 1] & 3;
            int count = runs[(middle * 3) + 1] >> 2;
            if (point > first + ((count - 1) * step))
            {
                low = middle + 1;
                continue;
            }

            return (point - first) % step == 0 ? point + runs[(middle * 3) + 2] : point;
        }

        return point;
    }

    /// <summary>A sigma is final after a cased character and before none, whatever ignorable stands between.</summary>
    static bool IsFinalSigma(string text, int offset)
    {
        int at = offset;
        CharacterClass kind = CharacterClass.None;
        while (at > 0)
        {
            kind = CharacterClasses.Of(CodePoints.Before(text, at, out int width));
            if ((kind & CharacterClass.CaseIgnorable) == 0)
            {
                break;
            }

            kind = CharacterClass.None;
            at -= width;
        }

        if ((kind & CharacterClass.Cased) == 0)
        {
            return false;
        }

        for (at = offset + 1; at < text.Length;)
        {
            kind = CharacterClasses.Of(CodePoints.At(text, at, out int width));
            if ((kind & CharacterClass.CaseIgnorable) == 0)
            {
                return (kind & CharacterClass.Cased) == 0;
            }

            at += width;
        }

        return true;
    }

    static FrozenDictionary<int, string> Several(string table)
    {
        Dictionary<int, string> mappings = [];
        foreach (string entry in table.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            mappings[CodePoints.At(entry, 0, out int width)] = entry[width..];
        }

        return mappings.ToFrozenDictionary();
    }
}
