using System.Buffers;
using System.Globalization;
using System.Text;
using Gild.Jinja.Diagnostics;

namespace Gild.Jinja.Parsing;

/// <summary>
/// Text → tokens, one at a time and over the source itself: tokens are ranges, nothing is copied but strings with
/// escapes. White space control is applied here, so that a data token is what will be written.
/// Rules are those of Jinja2's lexer with its default delimiters; <c>\r\n</c> and <c>\r</c> count as one line end.
/// </summary>
sealed class Lexer
{
    static readonly SearchValues<char> LineEnds = SearchValues.Create("\r\n");

    readonly SourceText _source;
    readonly string _text;
    readonly JinjaOptions _options;
    readonly int _end;
    readonly bool _hasCarriageReturn;

    // Opening brackets that wait for their partner; inside them "}}" and "%}" are operators.
    readonly Stack<char> _brackets = new();

    int _position;
    int _line = 1;
    bool _lineStarting = true;
    State _state;

    enum State : byte
    {
        Root,
        Block,
        Variable,
    }

    public Lexer(SourceText source, JinjaOptions options)
    {
        _source = source;
        _text = source.Text;
        _options = options;
        _hasCarriageReturn = _text.Contains('\r');
        _end = _text.Length;
        if (!options.KeepTrailingNewline && _end > 0)
        {
            if (_text.EndsWith("\r\n", StringComparison.Ordinal))
            {
                _end -= 2;
            }
            else if (_text[_end - 1] is '\n' or '\r')
            {
                _end--;
            }
        }
    }

    /// <summary>The next token; Eof for ever at the end.</summary>
    /// <exception cref="JinjaException">TemplateSyntaxError with its place.</exception>
    public Token Next()
    {
        while (true)
        {
            if (_state == State.Root)
            {
                if (NextInRoot(out Token token))
                {
                    return token;
                }

                continue;
            }

            return NextInTag();
        }
    }

    /// <summary>
    /// The text up to <c>{% endWORD %}</c>, which is consumed too. Called when the opening tag has just been read.
    /// </summary>
    public bool TryReadRawBody(string word, out Span body)
    {
        int start = _position;
        if (!FindEndTag(word, start, out int bodyEnd, out int afterTag, out _))
        {
            body = default;
            return false;
        }

        body = Span.Between(start, bodyEnd);
        MoveTo(afterTag);
        return true;
    }

    // Text, raw blocks and comments, up to the next tag. False when nothing but something invisible was read.
    bool NextInRoot(out Token token)
    {
        if (_position >= _end)
        {
            token = new Token(TokenKind.Eof, _end, 0, _line);
            return true;
        }

        int tag = FindTag(_position);
        if (tag < 0)
        {
            token = new Token(TokenKind.Data, _position, _end - _position, _line);
            MoveTo(_end);
            return true;
        }

        // The tag stays unread when there is text before it; that text may lose its end to the tag's sign.
        int textEnd = TrimmedEnd(_position, tag);
        if (tag > _position)
        {
            token = new Token(TokenKind.Data, _position, textEnd - _position, _line);
            bool visible = textEnd > _position;
            MoveTo(tag);
            // The tag's own trimming must not look behind again: its text is empty from here on.
            if (visible)
            {
                return true;
            }
        }

        return ReadTagStart(out token);
    }

    bool ReadTagStart(out Token token)
    {
        int start = _position;
        int line = _line;
        if (_text[start + 1] == '#')
        {
            SkipComment();
            token = default;
            return false;
        }

        if (_text[start + 1] == '%' && MatchRawStart(start) is int bodyStart)
        {
            return ReadRaw(bodyStart, out token);
        }

        int after = start + 2;
        if (after < _end && _text[after] is '-' or '+')
        {
            after++;
        }

        bool isBlock = _text[start + 1] == '%';
        token = new Token(isBlock ? TokenKind.BlockBegin : TokenKind.VariableBegin, start, after - start, line);
        _state = isBlock ? State.Block : State.Variable;
        _position = after;
        _lineStarting = false;
        return true;
    }

    int FindTag(int from)
    {
        while (from < _end)
        {
            int brace = _text.AsSpan(from, _end - from).IndexOf('{');
            if (brace < 0 || from + brace + 1 >= _end)
            {
                return -1;
            }

            from += brace;
            if (_text[from + 1] is '{' or '%' or '#')
            {
                return from;
            }

            from++;
        }

        return -1;
    }

    // Where the text before the tag at `tag` ends once the tag's sign (or lstrip_blocks) has been obeyed.
    int TrimmedEnd(int start, int tag)
    {
        char sign = tag + 2 < _end ? _text[tag + 2] : '\0';
        if (sign == '-')
        {
            int end = tag;
            while (end > start && IsSpace(_text[end - 1]))
            {
                end--;
            }

            return end;
        }

        if (!_options.LstripBlocks || sign == '+' || _text[tag + 1] == '{')
        {
            return tag;
        }

        int lineStart = _text.AsSpan(start, tag - start).LastIndexOfAny(LineEnds) + 1;
        if (lineStart == 0 && !_lineStarting)
        {
            return tag;
        }

        for (int i = start + lineStart; i < tag; i++)
        {
            if (!IsSpace(_text[i]))
            {
                return tag;
            }
        }

        return start + lineStart;
    }

    void SkipComment()
    {
        int start = _position;
        int close = _text.AsSpan(start + 2, _end - start - 2).IndexOf("#}");
        if (close < 0)
        {
            throw Error("Missing end of comment tag", start, 2, JinjaCodes.NeverClosed);
        }

        int hash = start + 2 + close;
        int after = hash + 2;
        // "{#-#}": the sign belongs to the opening unless there is room for both.
        int bodyStart = start + 2 < hash && _text[start + 2] is '-' or '+' ? start + 3 : start + 2;
        char sign = hash > bodyStart ? _text[hash - 1] : '\0';
        MoveTo(AfterTag(after, sign, trimBlocks: true));
    }

    int AfterTag(int after, char sign, bool trimBlocks)
    {
        if (sign == '-')
        {
            return SkipSpace(after);
        }

        return sign != '+' && trimBlocks && _options.TrimBlocks ? SkipLineEnd(after) : after;
    }

    // The place behind "{% raw %}" when the tag at `start` is one.
    int? MatchRawStart(int start)
    {
        int i = start + 2;
        if (i < _end && _text[i] is '-' or '+')
        {
            i++;
        }

        i = SkipSpace(i);
        if (!_text.AsSpan(i, _end - i).StartsWith("raw"))
        {
            return null;
        }

        i = SkipSpace(i + 3);
        if (_text.AsSpan(i, _end - i).StartsWith("-%}"))
        {
            return SkipSpace(i + 3);
        }

        return _text.AsSpan(i, _end - i).StartsWith("%}") ? i + 2 : null;
    }

    bool ReadRaw(int bodyStart, out Token token)
    {
        int tag = _position;
        MoveTo(bodyStart);
        if (!FindEndTag("raw", bodyStart, out int bodyEnd, out int afterTag, out char sign))
        {
            throw Error("Missing end of raw directive", tag, bodyStart - tag, JinjaCodes.NeverClosed);
        }

        int textEnd = bodyEnd;
        if (sign == '-')
        {
            while (textEnd > bodyStart && IsSpace(_text[textEnd - 1]))
            {
                textEnd--;
            }
        }
        else if (sign != '+' && _options.LstripBlocks)
        {
            textEnd = TrimmedEnd(bodyStart, bodyEnd);
        }

        token = new Token(TokenKind.Data, bodyStart, textEnd - bodyStart, _line);
        MoveTo(afterTag);
        return textEnd > bodyStart;
    }

    bool FindEndTag(string word, int from, out int bodyEnd, out int afterTag, out char openSign)
    {
        while (true)
        {
            int found = from > _end ? -1 : _text.AsSpan(from, _end - from).IndexOf("{%");
            if (found < 0)
            {
                bodyEnd = afterTag = 0;
                openSign = '\0';
                return false;
            }

            bodyEnd = from + found;
            int i = bodyEnd + 2;
            openSign = i < _end && _text[i] is '-' or '+' ? _text[i++] : '\0';
            i = SkipSpace(i);
            if (_text.AsSpan(i, _end - i).StartsWith("end") && _text.AsSpan(i + 3, _end - i - 3).StartsWith(word))
            {
                i = SkipSpace(i + 3 + word.Length);
                char sign = i < _end && _text[i] is '-' or '+' ? _text[i++] : '\0';
                if (_text.AsSpan(i, _end - i).StartsWith("%}"))
                {
                    afterTag = AfterTag(i + 2, sign, trimBlocks: true);
                    return true;
                }
            }

            from = bodyEnd + 2;
        }
    }

    Token NextInTag()
    {
        SkipSpaceInTag();
        if (_position >= _end)
        {
            return new Token(TokenKind.Eof, _end, 0, _line);
        }

        int start = _position;
        if (_brackets.Count == 0 && TryReadTagEnd(out Token end))
        {
            return end;
        }

        char c = _text[start];
        if (char.IsAsciiDigit(c))
        {
            return ReadNumber(start);
        }

        if (IsNameCharacter(start, out _))
        {
            return ReadName(start);
        }

        if (c is '\'' or '"' && TryReadString(start, c, out Token text))
        {
            return text;
        }

        return ReadOperator(start);
    }

    // "+%}" and "-%}" end blocks, "-}}" ends variables; the sign comes into play only here.
    bool TryReadTagEnd(out Token token)
    {
        int start = _position;
        bool isBlock = _state == State.Block;
        char sign = _text[start] == '-' || (_text[start] == '+' && isBlock) ? _text[start] : '\0';
        int close = sign == '\0' ? start : start + 1;
        if (!_text.AsSpan(close, _end - close).StartsWith(isBlock ? "%}" : "}}"))
        {
            token = default;
            return false;
        }

        int line = _line;
        int after = AfterTag(close + 2, sign, trimBlocks: isBlock);
        token = new Token(isBlock ? TokenKind.BlockEnd : TokenKind.VariableEnd, start, close + 2 - start, line);
        _state = State.Root;
        MoveTo(after);
        return true;
    }

    Token ReadName(int start)
    {
        int i = start;
        bool ascii = true;
        while (i < _end && IsNameCharacter(i, out int width))
        {
            ascii &= _text[i] < 128;
            i += width;
        }

        if (!ascii && !IsIdentifier(_text.AsSpan(start, i - start)))
        {
            throw Error("Invalid character in identifier", start, i - start);
        }

        _position = i;
        return new Token(TokenKind.Name, start, i - start, _line);
    }

    Token ReadNumber(int start)
    {
        bool afterDot = start > 0 && _text[start - 1] == '.';
        if (!afterDot)
        {
            int digits = SkipDigits(start);
            int fraction = digits < _end && _text[digits] == '.' && IsDigitAt(digits + 1) ? SkipDigits(digits + 1) : digits;
            int exponent = fraction;
            if (fraction < _end && _text[fraction] is 'e' or 'E')
            {
                int sign = fraction + 1 < _end && _text[fraction + 1] is '+' or '-' ? fraction + 2 : fraction + 1;
                exponent = IsDigitAt(sign) ? SkipDigits(sign) : fraction;
            }

            if (exponent > digits)
            {
                _position = exponent;
                return new Token(TokenKind.Float, start, exponent - start, _line);
            }
        }

        _position = SkipInteger(start);
        return new Token(TokenKind.Integer, start, _position - start, _line);
    }

    int SkipInteger(int start)
    {
        if (_text[start] != '0')
        {
            return SkipDigits(start);
        }

        if (start + 1 < _end)
        {
            int after = (_text[start + 1] | 0x20) switch
            {
                'b' => SkipRadix(start + 2, static c => c is '0' or '1'),
                'o' => SkipRadix(start + 2, static c => c is >= '0' and <= '7'),
                'x' => SkipRadix(start + 2, char.IsAsciiHexDigit),
                _ => start + 2,
            };
            if (after > start + 2)
            {
                return after;
            }
        }

        int i = start + 1;
        while (i < _end && (_text[i] == '0' || (_text[i] == '_' && i + 1 < _end && _text[i + 1] == '0')))
        {
            i += _text[i] == '0' ? 1 : 2;
        }

        return i;
    }

    int SkipRadix(int i, Func<char, bool> isDigit)
    {
        while (i < _end && (isDigit(_text[i]) || (_text[i] == '_' && i + 1 < _end && isDigit(_text[i + 1]))))
        {
            i += isDigit(_text[i]) ? 1 : 2;
        }

        return i;
    }

    int SkipDigits(int i)
    {
        while (IsDigitAt(i) || (i < _end && _text[i] == '_' && IsDigitAt(i + 1)))
        {
            i++;
        }

        return i;
    }

    bool IsDigitAt(int i) => i < _end && char.IsAsciiDigit(_text[i]);

    bool TryReadString(int start, char quote, out Token token)
    {
        int i = start + 1;
        bool plain = true;
        while (true)
        {
            int step = i < _end ? _text.AsSpan(i, _end - i).IndexOfAny(quote, '\\') : -1;
            if (step < 0)
            {
                token = default;
                return false;
            }

            i += step;
            if (_text[i] == quote)
            {
                break;
            }

            plain = false;
            i += 2;
        }

        int line = _line;
        ReadOnlySpan<char> body = _text.AsSpan(start + 1, i - start - 1);
        string? decoded = null;
        if (!plain || (_hasCarriageReturn && body.Contains('\r')))
        {
            string normal = _hasCarriageReturn ? NormalizeLineEnds(body) : body.ToString();
            decoded = normal;
            if (!plain && !StringEscapes.TryDecode(normal, out decoded, out string problem))
            {
                throw Error(problem, start, i + 1 - start, JinjaCodes.BadEscape);
            }
        }

        token = new Token(TokenKind.String, start, i + 1 - start, line, decoded);
        MoveTo(i + 1);
        return true;
    }

    Token ReadOperator(int start)
    {
        char c = _text[start];
        char next = start + 1 < _end ? _text[start + 1] : '\0';
        (TokenKind kind, int length) = (c, next) switch
        {
            ('/', '/') => (TokenKind.FloorDiv, 2),
            ('*', '*') => (TokenKind.Pow, 2),
            ('=', '=') => (TokenKind.Equal, 2),
            ('!', '=') => (TokenKind.NotEqual, 2),
            ('>', '=') => (TokenKind.GreaterEqual, 2),
            ('<', '=') => (TokenKind.LessEqual, 2),
            ('+', _) => (TokenKind.Add, 1),
            ('-', _) => (TokenKind.Sub, 1),
            ('/', _) => (TokenKind.Div, 1),
            ('*', _) => (TokenKind.Mul, 1),
            ('%', _) => (TokenKind.Mod, 1),
            ('~', _) => (TokenKind.Tilde, 1),
            ('[', _) => (TokenKind.LeftBracket, 1),
            (']', _) => (TokenKind.RightBracket, 1),
            ('(', _) => (TokenKind.LeftParen, 1),
            (')', _) => (TokenKind.RightParen, 1),
            ('{', _) => (TokenKind.LeftBrace, 1),
            ('}', _) => (TokenKind.RightBrace, 1),
            ('>', _) => (TokenKind.Greater, 1),
            ('<', _) => (TokenKind.Less, 1),
            ('=', _) => (TokenKind.Assign, 1),
            ('.', _) => (TokenKind.Dot, 1),
            (':', _) => (TokenKind.Colon, 1),
            ('|', _) => (TokenKind.Pipe, 1),
            (',', _) => (TokenKind.Comma, 1),
            (';', _) => (TokenKind.Semicolon, 1),
            ('\'' or '"', _) => throw Error($"unexpected char {c} at {start}", start, 1, JinjaCodes.UnexpectedCharacter)
                .WithHelp("the text that begins here is never closed"),
            _ => throw Error($"unexpected char '{c}' at {start}", start, 1, JinjaCodes.UnexpectedCharacter),
        };
        TrackBracket(c, kind, start);
        _position = start + length;
        return new Token(kind, start, length, _line);
    }

    void TrackBracket(char c, TokenKind kind, int start)
    {
        switch (kind)
        {
            case TokenKind.LeftBrace:
                _brackets.Push('}');
                break;
            case TokenKind.LeftParen:
                _brackets.Push(')');
                break;
            case TokenKind.LeftBracket:
                _brackets.Push(']');
                break;
            case TokenKind.RightBrace or TokenKind.RightParen or TokenKind.RightBracket:
                if (!_brackets.TryPop(out char expected))
                {
                    throw Error($"unexpected '{c}'", start, 1);
                }

                if (expected != c)
                {
                    throw Error($"unexpected '{c}', expected '{expected}'", start, 1);
                }

                break;
        }
    }

    void SkipSpaceInTag()
    {
        int i = _position;
        while (i < _end && _text[i] == ' ')
        {
            i++;
        }

        _position = i;
        if (i < _end && IsSpace(_text[i]))
        {
            MoveTo(SkipSpace(i));
        }
    }

    int SkipSpace(int i)
    {
        while (i < _end && IsSpace(_text[i]))
        {
            i++;
        }

        return i;
    }

    int SkipLineEnd(int i)
    {
        if (i < _end && _text[i] == '\r')
        {
            return i + 1 < _end && _text[i + 1] == '\n' ? i + 2 : i + 1;
        }

        return i < _end && _text[i] == '\n' ? i + 1 : i;
    }

    // Goes on to `position` and counts the line ends on the way.
    void MoveTo(int position)
    {
        ReadOnlySpan<char> passed = _text.AsSpan(_position, position - _position);
        _line += passed.Count('\n');
        if (_hasCarriageReturn)
        {
            for (int i = 0; i < passed.Length; i++)
            {
                if (passed[i] == '\r' && (_position + i + 1 >= _text.Length || _text[_position + i + 1] != '\n'))
                {
                    _line++;
                }
            }
        }

        if (passed.Length > 0)
        {
            _lineStarting = passed[^1] is '\n' or '\r';
        }

        _position = position;
    }

    JinjaException Error(string message, int offset, int length, string code = JinjaCodes.Syntax) =>
        JinjaException.Syntax(message).WithCode(code).At(_source, new Span(offset, length), _line);

    /// <summary>Python's idea of white space in <c>\s</c> and <c>str.strip()</c>.</summary>
    public static bool IsSpace(char c) => c <= ' ' ? c is ' ' or (>= '\t' and <= '\r') or (>= '\x1c' and <= '\x1f') : c > 127 && char.IsWhiteSpace(c);

    public static string NormalizeLineEnds(ReadOnlySpan<char> text)
    {
        if (!text.Contains('\r'))
        {
            return text.ToString();
        }

        StringBuilder normal = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\r')
            {
                normal.Append(text[i]);
            }
            else if (i + 1 == text.Length || text[i + 1] != '\n')
            {
                normal.Append('\n');
            }
        }

        return normal.ToString();
    }

    bool IsNameCharacter(int index, out int width)
    {
        char c = _text[index];
        width = 1;
        if (c < 128)
        {
            return char.IsAsciiLetterOrDigit(c) || c == '_';
        }

        if (Rune.DecodeFromUtf16(_text.AsSpan(index, _end - index), out Rune rune, out width) != OperationStatus.Done)
        {
            return false;
        }

        return Rune.GetUnicodeCategory(rune) is <= UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber
            or UnicodeCategory.OtherNumber or UnicodeCategory.ConnectorPunctuation || rune.Value is 0xB7 or 0x387;
    }

    static bool IsIdentifier(ReadOnlySpan<char> name)
    {
        bool first = true;
        foreach (Rune rune in name.EnumerateRunes())
        {
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            bool start = category <= UnicodeCategory.OtherLetter || category == UnicodeCategory.LetterNumber || rune.Value == '_';
            bool goesOn = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation
                || rune.Value is 0xB7 or 0x387 or (>= 0x1369 and <= 0x1371) or 0x19DA;
            if (!start && (first || !goesOn))
            {
                return false;
            }

            first = false;
        }

        return true;
    }
}
