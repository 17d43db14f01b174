using Gild.Jinja.Diagnostics;

namespace Gild.Jinja.Parsing;

/// <summary>This part moves through the tokens and words the complaints.</summary>
sealed partial class Parser
{
    void Advance()
    {
        _lastEnd = _current.End;
        if (_hasAhead)
        {
            _current = _ahead;
            _hasAhead = false;
            return;
        }

        _current = Read(_current.Line);
    }

    // Jinja2 reports the end of the template on the line of the last token.
    Token Read(int lastLine)
    {
        Token token = _lexer.Next();
        return token.Kind == TokenKind.Eof ? token with { Line = lastLine } : token;
    }

    Token LookAhead()
    {
        if (!_hasAhead)
        {
            _ahead = Read(_current.Line);
            _hasAhead = true;
        }

        return _ahead;
    }

    Token Expect(TokenKind kind)
    {
        Token token = _current;
        if (token.Kind != kind)
        {
            throw FailExpected(TokenNames.Describe(kind));
        }

        Advance();
        return token;
    }

    void ExpectName(string word)
    {
        if (!IsName(word))
        {
            throw FailExpected(word);
        }

        Advance();
    }

    bool SkipIf(TokenKind kind)
    {
        if (_current.Kind != kind)
        {
            return false;
        }

        Advance();
        return true;
    }

    bool SkipIfName(string word)
    {
        if (!IsName(word))
        {
            return false;
        }

        Advance();
        return true;
    }

    bool IsName(string word) => _current.Kind == TokenKind.Name && TextSpan(_current).SequenceEqual(word);

    bool IsOneOf(string[] words)
    {
        foreach (string word in words)
        {
            if (IsName(word))
            {
                return true;
            }
        }

        return false;
    }

    ReadOnlySpan<char> TextSpan(Token token) => _text.AsSpan(token.Offset, token.Length);

    string TextOf(Token token) => _text.Substring(token.Offset, token.Length);

    Span SpanFrom(int start) => Span.Between(start, Math.Max(start, _lastEnd));

    string Describe(Token token) => token.Kind == TokenKind.Name ? TextOf(token) : TokenNames.Describe(token.Kind);

    JinjaException Fail(string message, int line = 0) =>
        JinjaException.Syntax(message).At(_source, new Span(_current.Offset, _current.Length), line == 0 ? _current.Line : line);

    JinjaException FailExpected(string expected) => _current.Kind == TokenKind.Eof
        ? WithOpenTag(Fail($"unexpected end of template, expected '{expected}'.").WithCode(JinjaCodes.NeverClosed))
        : Fail($"expected token '{expected}', got '{Describe(_current)}'");

    JinjaException FailUnknownTag(string name)
    {
        string message = $"Encountered unknown tag '{name}'.";
        if (_endWords.Count > 0)
        {
            string looking = string.Join(" or ", _endWords[^1].Select(word => $"'{word}'"));
            message += _endWords.Any(words => words.Contains(name))
                ? $" You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for {looking}."
                : $" Jinja was looking for the following tags: {looking}.";
        }

        JinjaException failure = WithOpenTag(Fail(message).WithCode(JinjaCodes.UnknownTag));
        IEnumerable<string> known = Words.Concat(_hostBlocks.Keys).Concat(_endWords.SelectMany(words => words));
        return NearestName.Find(name, known) is { } nearest
            ? failure.WithHelp($"a tag with a similar name exists: `{nearest}`")
            : failure;
    }

    static readonly string[] Words =
        ["for", "if", "set", "do", "with", "macro", "call", "filter", "block", "raw", "print", "include", "import", "from", "extends"];

    JinjaException FailUnclosed(string[] endWords)
    {
        string looking = string.Join(" or ", endWords.Select(word => $"'{word}'"));
        return WithOpenTag(Fail($"Unexpected end of template. Jinja was looking for the following tags: {looking}.").WithCode(JinjaCodes.NeverClosed));
    }

    JinjaException WithOpenTag(JinjaException failure)
    {
        if (_openTags.Count > 0)
        {
            (string word, Span span) = _openTags[^1];
            LinePosition place = _source.PositionOf(span.Offset);
            failure.WithHelp($"the innermost block that needs to be closed is `{word}`, opened at line {place.Line}, column {place.Column}");
        }

        return failure;
    }
}
