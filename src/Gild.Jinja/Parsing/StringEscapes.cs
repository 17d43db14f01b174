using System.Globalization;
using System.Text;
using Gild.Jinja.Unicode;

namespace Gild.Jinja.Parsing;

/// <summary>Escapes in string literals, as Python's <c>unicode-escape</c> codec reads them.</summary>
static class StringEscapes
{
    /// <summary>Decodes the text between the quotes; false with the codec's complaint when it cannot.</summary>
    public static bool TryDecode(string body, out string decoded, out string problem)
    {
        // Jinja2 encodes to ASCII with backslash escapes before it decodes, so a backslash before a letter beyond ASCII
        // escapes the backslash of that letter's own escape.
        string text = EscapeBeyondAscii(body);
        StringBuilder result = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                result.Append(text[i]);
                continue;
            }

            if (++i == text.Length)
            {
                return Fail("\\ at end of string", out decoded, out problem);
            }

            switch (text[i])
            {
                case '\n':
                    break;
                case '\\' or '\'' or '"':
                    result.Append(text[i]);
                    break;
                case 'a':
                    result.Append('\a');
                    break;
                case 'b':
                    result.Append('\b');
                    break;
                case 'f':
                    result.Append('\f');
                    break;
                case 'n':
                    result.Append('\n');
                    break;
                case 'r':
                    result.Append('\r');
                    break;
                case 't':
                    result.Append('\t');
                    break;
                case 'v':
                    result.Append('\v');
                    break;
                case >= '0' and <= '7':
                    result.Append((char)ReadOctal(text, ref i));
                    break;
                case 'x' or 'u' or 'U':
                    if (!TryReadHex(text, ref i, result, out string? complaint))
                    {
                        return Fail(complaint, out decoded, out problem);
                    }

                    break;
                case 'N':
                    if (!TryReadName(text, ref i, result, out string? namesComplaint))
                    {
                        return Fail(namesComplaint, out decoded, out problem);
                    }

                    break;
                default:
                    result.Append('\\').Append(text[i]);
                    break;
            }
        }

        decoded = result.ToString();
        problem = "";
        return true;
    }

    static bool Fail(string complaint, out string decoded, out string problem)
    {
        decoded = "";
        problem = complaint;
        return false;
    }

    static int ReadOctal(string text, ref int i)
    {
        int value = text[i] - '0';
        for (int digits = 1; digits < 3 && i + 1 < text.Length && text[i + 1] is >= '0' and <= '7'; digits++)
        {
            value = value * 8 + text[++i] - '0';
        }

        return value;
    }

    // \N{NAME}
    static bool TryReadName(string text, ref int i, StringBuilder result, out string complaint)
    {
        int close = i + 1 < text.Length && text[i + 1] == '{' ? text.IndexOf('}', i + 2) : -1;
        if (close <= i + 2)
        {
            complaint = "malformed \\N character escape";
            return false;
        }

        complaint = "unknown Unicode character name";
        if (!CharacterNames.TryFind(text[(i + 2)..close], out int point))
        {
            return false;
        }

        AppendPoint(result, point);
        i = close;
        return true;
    }

    static void AppendPoint(StringBuilder result, int point)
    {
        if (point < 0x10000)
        {
            result.Append((char)point);
        }
        else
        {
            result.Append(char.ConvertFromUtf32(point));
        }
    }

    static bool TryReadHex(string text, ref int i, StringBuilder result, out string complaint)
    {
        char kind = text[i];
        int digits = kind switch { 'x' => 2, 'u' => 4, _ => 8 };
        complaint = kind switch
        {
            'x' => "truncated \\xXX escape",
            'u' => "truncated \\uXXXX escape",
            _ => "truncated \\UXXXXXXXX escape",
        };
        if (i + digits >= text.Length
            || !uint.TryParse(text.AsSpan(i + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value))
        {
            return false;
        }

        if (value > 0x10FFFF)
        {
            complaint = "illegal Unicode character";
            return false;
        }

        i += digits;
        AppendPoint(result, (int)value);
        return true;
    }

    static string EscapeBeyondAscii(string body)
    {
        if (Ascii.IsValid(body))
        {
            return body;
        }

        StringBuilder result = new(body.Length + 16);
        for (int i = 0; i < body.Length; i++)
        {
            char c = body[i];
            if (c < 128)
            {
                result.Append(c);
            }
            else if (char.IsHighSurrogate(c) && i + 1 < body.Length && char.IsLowSurrogate(body[i + 1]))
            {
                result.Append(CultureInfo.InvariantCulture, $"\\U{char.ConvertToUtf32(c, body[++i]):x8}");
            }
            else if (c < 256)
            {
                result.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
            }
            else
            {
                result.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
        }

        return result.ToString();
    }
}
