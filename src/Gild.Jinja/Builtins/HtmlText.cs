using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Gild.Jinja.Unicode;

namespace Gild.Jinja.Builtins;

/// <summary>HTML as text: references resolved as <c>html.unescape</c> does, tags taken out as MarkupSafe does.</summary>
static class HtmlText
{
    const int LongestName = 32;

    static readonly Lazy<FrozenDictionary<string, string>> Entities = new(ReadEntities);

    /// <summary>Code points of numeric references that HTML reads as Windows-1252.</summary>
    static ReadOnlySpan<ushort> Windows1252 =>
    [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
        0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
    ];

    /// <summary>Takes comments and tags out, joins white space to single spaces, resolves references.</summary>
    public static string StripTags(string text)
    {
        text = RemoveTags(RemoveComments(text));
        return Unescape(string.Join(' ', TextParts.SplitSpace(text, -1)));
    }

    /// <summary>Without comments; a mark that a removal joins together opens one too.</summary>
    static string RemoveComments(string text)
    {
        const string Open = "<!--";
        const string Close = "-->";
        if (!text.Contains(Close, StringComparison.Ordinal))
        {
            return text;
        }

        StringBuilder kept = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            kept.Append(text[i]);
            if (text[i] != '-' || kept.Length < Open.Length || kept.ToString(kept.Length - Open.Length, Open.Length) != Open)
            {
                continue;
            }

            // The closing mark may share its dashes with the opening one.
            ReadOnlySpan<char> rest = text.AsSpan(i + 1);
            int end = rest.StartsWith(">") ? 1 : rest.StartsWith("->") ? 2 : rest.IndexOf(Close) + Close.Length;
            if (end < Close.Length && !(rest.StartsWith(">") || rest.StartsWith("->")))
            {
                return kept.Append(rest).ToString();
            }

            kept.Length -= Open.Length;
            i += end;
        }

        return kept.ToString();
    }

    static string RemoveTags(string text)
    {
        StringBuilder kept = new(text.Length);
        int at = 0;
        while (true)
        {
            int start = text.IndexOf('<', at);
            int end = start < 0 ? -1 : text.IndexOf('>', start);
            if (end < 0)
            {
                return kept.Append(text, at, text.Length - at).ToString();
            }

            kept.Append(text, at, start - at);
            at = end + 1;
        }
    }

    /// <summary>Python's <c>html.unescape</c>.</summary>
    public static string Unescape(string text)
    {
        int at = text.IndexOf('&', StringComparison.Ordinal);
        if (at < 0)
        {
            return text;
        }

        StringBuilder plain = new(text.Length);
        int copied = 0;
        while (at >= 0)
        {
            plain.Append(text, copied, at - copied);
            int length = at + 1 < text.Length && text[at + 1] == '#'
                ? AppendNumeric(plain, text.AsSpan(at))
                : AppendNamed(plain, text.AsSpan(at));
            if (length == 0)
            {
                plain.Append('&');
                length = 1;
            }

            copied = at + length;
            at = copied < text.Length ? text.IndexOf('&', copied) : -1;
        }

        return plain.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>Appends what <c>&amp;#...;</c> means and returns its length; 0 when it is none.</summary>
    static int AppendNumeric(StringBuilder plain, ReadOnlySpan<char> text)
    {
        int at = 2;
        bool isHex = text.Length > 2 && (text[2] is 'x' or 'X');
        at += isHex ? 1 : 0;
        int start = at;
        long code = 0;
        while (at < text.Length && (isHex ? char.IsAsciiHexDigit(text[at]) : char.IsAsciiDigit(text[at])))
        {
            int digit = int.Parse(text.Slice(at, 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            code = Math.Min((code * (isHex ? 16 : 10)) + digit, 0x1000000);
            at++;
        }

        if (at == start)
        {
            return 0;
        }

        at += at < text.Length && text[at] == ';' ? 1 : 0;
        AppendReferenced(plain, (int)code);
        return at;
    }

    static void AppendReferenced(StringBuilder plain, int code)
    {
        switch (code)
        {
            case 0 or (>= 0xD800 and <= 0xDFFF) or > 0x10FFFF:
                plain.Append('\uFFFD');
                return;
            case >= 0x80 and <= 0x9F:
                plain.Append((char)Windows1252[code - 0x80]);
                return;
            case 0x0D:
                plain.Append('\r');
                return;
        }

        bool isControl = code is (>= 1 and <= 8) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F;
        bool isNoncharacter = code is >= 0xFDD0 and <= 0xFDEF || (code & 0xFFFE) == 0xFFFE;
        if (!isControl && !isNoncharacter)
        {
            CodePoints.Append(plain, code);
        }
    }

    /// <summary>Appends what <c>&amp;name;</c> means and returns its length; 0 when nothing fits. The longest known start of a name counts.</summary>
    static int AppendNamed(StringBuilder plain, ReadOnlySpan<char> text)
    {
        int end = 1;
        while (end < text.Length && end <= LongestName && !(text[end] is '\t' or '\n' or '\f' or ' ' or '<' or '&' or '#' or ';'))
        {
            end++;
        }

        if (end == 1)
        {
            return 0;
        }

        string name = text[1..end].ToString();
        if (end < text.Length && text[end] == ';' && Entities.Value.TryGetValue(name + ";", out string? exact))
        {
            plain.Append(exact);
            return end + 1;
        }

        for (int length = name.Length; length > 1; length--)
        {
            if (Entities.Value.TryGetValue(name[..length], out string? known))
            {
                plain.Append(known);
                return length + 1;
            }
        }

        return 0;
    }

    static FrozenDictionary<string, string> ReadEntities()
    {
        string[] parts = HtmlEntities.Pairs.Split(' ');
        Dictionary<string, string> entities = new(parts.Length / 2) { ["Tab;"] = "\t", ["NewLine;"] = "\n" };
        for (int i = 0; i + 1 < parts.Length; i += 2)
        {
            entities[parts[i]] = parts[i + 1];
        }

        return entities.ToFrozenDictionary();
    }
}
