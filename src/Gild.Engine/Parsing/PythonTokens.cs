using System.Text;
using Gild.Jinja.Diagnostics;

namespace Gild.Engine.Parsing;

/// <summary>A word, number, string or sign of Python code.</summary>
/// <param name="Text">As it is written; of a string only its quotes.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Literal">The value of a plain string, quoted for the template language; null for everything else.</param>
readonly record struct PythonToken(string Text, Span Span, string? Literal = null);

/// <summary>Splits Python code into tokens; comments, blanks and line ends are left out.</summary>
static class PythonTokens
{
    public static List<PythonToken> Read(SourceText source)
    {
        string text = source.Text;
        List<PythonToken> tokens = [];
        int at = 0;
        while (at < text.Length)
        {
            char c = text[at];
            if (c == '#')
            {
                int end = text.IndexOf('\n', at);
                at = end < 0 ? text.Length : end;
            }
            else if (char.IsWhiteSpace(c) || c == '\\')
            {
                at++;
            }
            else if (StringPrefix(text, at) is >= 0 and var prefix)
            {
                tokens.Add(ReadString(source, at, prefix));
                at = tokens[^1].Span.Offset + tokens[^1].Span.Length;
            }
            else
            {
                int end = at + 1;
                while (IsWord(c) && end < text.Length && (IsWord(text[end]) || (text[end] == '.' && char.IsAsciiDigit(c))))
                {
                    end++;
                }

                tokens.Add(new PythonToken(text[at..end], new Span(at, end - at)));
                at = end;
            }
        }

        return tokens;
    }

    static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    /// <summary>The length of the prefix of the string that begins here; -1 when none does.</summary>
    static int StringPrefix(string text, int at)
    {
        int length = 0;
        while (length < 3 && at + length < text.Length && "rRbBuUfF".Contains(text[at + length], StringComparison.Ordinal))
        {
            length++;
        }

        return length < 3 && at + length < text.Length && text[at + length] is '"' or '\'' ? length : -1;
    }

    static PythonToken ReadString(SourceText source, int start, int prefix)
    {
        string text = source.Text;
        bool raw = text.AsSpan(start, prefix).ContainsAny('r', 'R');
        char quote = text[start + prefix];
        int at = start + prefix;
        int width = at + 2 < text.Length && text[at + 1] == quote && text[at + 2] == quote ? 3 : 1;
        string end = new(quote, width);
        at += width;
        StringBuilder value = new();
        while (true)
        {
            if (at >= text.Length || (width == 1 && text[at] == '\n'))
            {
                throw PythonCode.Error(source, new PythonToken(end, new Span(start, prefix + width)), "this string is never closed");
            }

            if (string.CompareOrdinal(text, at, end, 0, width) == 0)
            {
                break;
            }

            if (text[at] == '\\' && at + 1 < text.Length)
            {
                value.Append(raw ? @"\\" : "\\").Append(raw && text[at + 1] is '\'' or '\\' ? "\\" : "").Append(text[at + 1]);
                at += 2;
                continue;
            }

            value.Append(text[at] == '\'' ? @"\'" : text[at].ToString());
            at++;
        }

        // The value of an f-string or of bytes is not known here.
        bool plain = !text.AsSpan(start, prefix).ContainsAny("fFbB");
        return new PythonToken(end, new Span(start, at + width - start), plain ? $"'{value}'" : null);
    }
}
