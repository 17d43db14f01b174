using System.Globalization;
using System.IO.Compression;

namespace Gild.Jinja.Unicode;

/// <summary>
/// Characters by name, for <c>\N{BULLET}</c> in string literals. The names lie compressed in the assembly and are read through
/// from the start for each look-up: hardly any template asks.
/// </summary>
static class CharacterNames
{
    const string Resource = "Gild.Jinja.Unicode.names.deflate";
    const string Ideograph = "CJK UNIFIED IDEOGRAPH-";
    const string Syllable = "HANGUL SYLLABLE ";
    const int FirstSyllable = 0xAC00;

    static readonly string[] Initials =
        ["G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P", "H"];

    static readonly string[] Vowels =
    [
        "A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE", "WI", "YU", "EU", "YI", "I",
    ];

    static readonly string[] Finals =
    [
        "", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M", "B", "BS", "S", "SS", "NG",
        "J", "C", "K", "T", "P", "H",
    ];

    static readonly (int First, int Last)[] Ideographs =
    [
        (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x2A6DF), (0x2A700, 0x2B738), (0x2B740, 0x2B81D), (0x2B820, 0x2CEA1),
        (0x2CEB0, 0x2EBE0), (0x30000, 0x3134A),
    ];

    /// <summary>The code point of the character called <paramref name="name"/>, in any case of letters; names that are computed only in capitals, as in Python.</summary>
    public static bool TryFind(string name, out int point)
    {
        if (name.StartsWith(Ideograph, StringComparison.Ordinal))
        {
            return int.TryParse(name.AsSpan(Ideograph.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out point)
                && IsIdeograph(point) && name == Ideograph + point.ToString("X4", CultureInfo.InvariantCulture);
        }

        return name.StartsWith(Syllable, StringComparison.Ordinal)
            ? TryFindSyllable(name[Syllable.Length..], out point)
            : TryFindListed(name.ToUpperInvariant(), out point);
    }

    static bool IsIdeograph(int point) => Array.Exists(Ideographs, range => point >= range.First && point <= range.Last);

    static bool TryFindSyllable(string sound, out int point)
    {
        for (point = 0; point < Initials.Length * Vowels.Length * Finals.Length; point++)
        {
            int vowel = point / Finals.Length % Vowels.Length;
            string initial = Initials[point / (Finals.Length * Vowels.Length)];
            string final = Finals[point % Finals.Length];
            if (sound.Length == initial.Length + Vowels[vowel].Length + final.Length && sound == initial + Vowels[vowel] + final)
            {
                point += FirstSyllable;
                return true;
            }
        }

        return false;
    }

    static bool TryFindListed(string wanted, out int point)
    {
        point = -1;
        using Stream? packed = typeof(CharacterNames).Assembly.GetManifestResourceStream(Resource);
        if (packed is null)
        {
            return false;
        }

        using StreamReader lines = new(new DeflateStream(packed, CompressionMode.Decompress));
        while (lines.ReadLine() is { } line)
        {
            ReadOnlySpan<char> name = line;
            int distance = 1;
            int space = name.IndexOf(' ');
            if (space > 0 && int.TryParse(name[..space], NumberStyles.None, CultureInfo.InvariantCulture, out int written))
            {
                distance = written;
                name = name[(space + 1)..];
            }

            point += distance;
            if (name.SequenceEqual(wanted))
            {
                return true;
            }
        }

        return false;
    }
}
