using System.Text;
using Gild.Jinja.Unicode;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>The encodings of <c>str.encode</c> and <c>bytes.decode</c>: UTF-8, UTF-16, UTF-32, ASCII and Latin-1.</summary>
static class TextEncodings
{
    /// <exception cref="JinjaException">LookupError for an unknown encoding, UnicodeEncodeError.</exception>
    public static byte[] Encode(string text, string encoding, string errors)
    {
        string name = Normalize(encoding);
        List<byte> bytes = new(text.Length + 4);
        if (name is "utf_16" or "utf_32")
        {
            bytes.AddRange(name == "utf_16" ? [0xFF, 0xFE] : [0xFF, 0xFE, 0, 0]);
        }

        for (int i = 0; i < text.Length;)
        {
            int point = CodePoints.At(text, i, out int width);
            i += width;
            if (point > Highest(name) || (point is >= 0xD800 and < 0xE000 && name != "latin_1" && name != "ascii"))
            {
                foreach (char c in Substitute(point, errors, encoding))
                {
                    AppendEncoded(bytes, name, c);
                }

                continue;
            }

            AppendEncoded(bytes, name, point);
        }

        return [.. bytes];
    }

    /// <exception cref="JinjaException">LookupError for an unknown encoding, UnicodeDecodeError.</exception>
    public static string Decode(byte[] bytes, string encoding, string errors)
    {
        string name = Normalize(encoding);
        Encoding decoder = name switch
        {
            "utf_8" => new UTF8Encoding(false, throwOnInvalidBytes: errors == "strict"),
            "utf_16" => new UnicodeEncoding(false, true, errors == "strict"),
            "utf_32" => new UTF32Encoding(false, true, errors == "strict"),
            "ascii" => errors == "strict"
                ? Encoding.GetEncoding("us-ascii", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                : Encoding.GetEncoding("us-ascii", EncoderFallback.ReplacementFallback, new DecoderReplacementFallback("\uFFFD")),
            _ => Encoding.Latin1,
        };
        try
        {
            string text = decoder.GetString(bytes);
            return errors == "ignore" ? text.Replace("\uFFFD", "", StringComparison.Ordinal) : text;
        }
        catch (DecoderFallbackException)
        {
            throw new JinjaException("UnicodeDecodeError", $"'{encoding}' codec can't decode the bytes");
        }
    }

    static string Normalize(string encoding) =>
        encoding.ToLowerInvariant().Replace('-', '_').Replace(' ', '_') switch
        {
            "utf_8" or "utf8" or "u8" or "utf" => "utf_8",
            "utf_16" or "utf16" or "u16" => "utf_16",
            "utf_32" or "utf32" or "u32" => "utf_32",
            "ascii" or "us_ascii" or "646" => "ascii",
            "latin_1" or "latin1" or "iso_8859_1" or "iso8859_1" or "8859" or "l1" or "latin" => "latin_1",
            _ => throw new JinjaException("LookupError", $"unknown encoding: {encoding}"),
        };

    static int Highest(string name) => name switch
    {
        "ascii" => 0x7F,
        "latin_1" => 0xFF,
        _ => 0x10FFFF,
    };

    static string Substitute(int point, string errors, string encoding) => errors switch
    {
        "ignore" => "",
        "replace" => "?",
        "xmlcharrefreplace" => $"&#{point};",
        "backslashreplace" => ValueText.ToAscii(Value.From(CodePoints.ToText(point)))[1..^1],
        "strict" => throw new JinjaException(
            "UnicodeEncodeError", $"'{encoding}' codec can't encode character {ValueText.ToAscii(Value.From(CodePoints.ToText(point)))}"),
        _ => throw new JinjaException("LookupError", $"unknown error handler name '{errors}'"),
    };

    static void AppendEncoded(List<byte> bytes, string name, int point)
    {
        switch (name)
        {
            case "ascii" or "latin_1":
                bytes.Add((byte)point);
                break;
            case "utf_32":
                bytes.AddRange([(byte)point, (byte)(point >> 8), (byte)(point >> 16), 0]);
                break;
            case "utf_16":
                foreach (char c in CodePoints.ToText(point))
                {
                    bytes.AddRange([(byte)c, (byte)(c >> 8)]);
                }

                break;
            default:
                Span<byte> utf8 = stackalloc byte[4];
                bytes.AddRange(utf8[..new Rune(point).EncodeToUtf8(utf8)]);
                break;
        }
    }
}
