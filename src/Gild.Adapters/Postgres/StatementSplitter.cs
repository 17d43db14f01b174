namespace Gild.Adapters.Postgres;

/// <summary>One statement of a text, and where it begins there.</summary>
readonly record struct Statement(int Start, string Text);

/// <summary>
/// Splits a text at the semicolons between statements: not at those in strings, names, dollar quotes, comments, or in the body of a
/// function written as <c>BEGIN ATOMIC ... END</c>.
/// </summary>
ref struct StatementSplitter(string sql)
{
    int _position;

    internal static List<Statement> Split(string sql)
    {
        StatementSplitter splitter = new(sql);
        List<Statement> statements = [];
        while (splitter.TryNext(out Statement statement))
        {
            statements.Add(statement);
        }

        return statements;
    }

    bool TryNext(out Statement statement)
    {
        while (_position < sql.Length)
        {
            int start = _position;
            bool hasCode = SkipStatement();
            int end = _position;
            _position = Math.Min(_position + 1, sql.Length);
            if (hasCode)
            {
                statement = new Statement(start, sql[start..end]);
                return true;
            }
        }

        statement = default;
        return false;
    }

    /// <summary>Moves to the semicolon or the end; tells whether anything but blanks and comments was passed.</summary>
    bool SkipStatement()
    {
        bool hasCode = false;
        int atomicDepth = 0;
        bool afterBegin = false;
        while (_position < sql.Length)
        {
            char c = sql[_position];
            if (c == ';' && atomicDepth == 0)
            {
                return hasCode;
            }

            if (char.IsWhiteSpace(c))
            {
                _position++;
                continue;
            }

            if (TrySkipComment())
            {
                continue;
            }

            hasCode = true;
            if (IsWordCharacter(c))
            {
                ReadOnlySpan<char> word = TakeWord();
                atomicDepth += Depth(word, afterBegin, atomicDepth);
                afterBegin = word.Equals("begin", StringComparison.OrdinalIgnoreCase);
                continue;
            }

            SkipCode(c);
        }

        return hasCode;
    }

    /// <summary>BEGIN ATOMIC opens a body; in one, CASE needs an END of its own.</summary>
    static int Depth(ReadOnlySpan<char> word, bool afterBegin, int depth)
    {
        bool opens = depth == 0
            ? afterBegin && word.Equals("atomic", StringComparison.OrdinalIgnoreCase)
            : word.Equals("case", StringComparison.OrdinalIgnoreCase);
        return opens ? 1 : depth > 0 && word.Equals("end", StringComparison.OrdinalIgnoreCase) ? -1 : 0;
    }

    void SkipCode(char c)
    {
        switch (c)
        {
            case '\'':
                SkipQuoted('\'', IsEscapeString());
                break;
            case '"':
                SkipQuoted('"', withBackslashes: false);
                break;
            case '$' when TrySkipDollarQuoted():
                break;
            default:
                _position++;
                break;
        }
    }

    ReadOnlySpan<char> TakeWord()
    {
        int start = _position;
        while (_position < sql.Length && (IsWordCharacter(sql[_position]) || char.IsAsciiDigit(sql[_position]) || sql[_position] == '$'))
        {
            _position++;
        }

        return sql.AsSpan(start, _position - start);
    }

    static bool IsWordCharacter(char c) => char.IsLetter(c) || c == '_';

    /// <summary>Whether the quote at hand has an E before it, as in <c>E'it\'s'</c>.</summary>
    readonly bool IsEscapeString() =>
        _position > 0 && sql[_position - 1] is 'e' or 'E' && (_position == 1 || !(IsWordCharacter(sql[_position - 2]) || char.IsAsciiDigit(sql[_position - 2])));

    /// <summary>A doubled quote ends one piece and begins the next, which comes to the same.</summary>
    void SkipQuoted(char quote, bool withBackslashes)
    {
        for (_position++; _position < sql.Length; _position++)
        {
            if (sql[_position] == '\\' && withBackslashes)
            {
                _position++;
            }
            else if (sql[_position] == quote)
            {
                _position++;
                return;
            }
        }

        _position = sql.Length;
    }

    /// <summary><c>$tag$ ... $tag$</c>; a lone dollar is a parameter.</summary>
    bool TrySkipDollarQuoted()
    {
        int end = _position + 1;
        while (end < sql.Length && (IsWordCharacter(sql[end]) || (end > _position + 1 && char.IsAsciiDigit(sql[end]))))
        {
            end++;
        }

        if (end >= sql.Length || sql[end] != '$')
        {
            return false;
        }

        string tag = sql[_position..(end + 1)];
        int close = sql.IndexOf(tag, end + 1, StringComparison.Ordinal);
        _position = close < 0 ? sql.Length : close + tag.Length;
        return true;
    }

    bool TrySkipComment()
    {
        ReadOnlySpan<char> rest = sql.AsSpan(_position);
        if (rest.StartsWith("--", StringComparison.Ordinal))
        {
            int end = rest.IndexOf('\n');
            _position = end < 0 ? sql.Length : _position + end + 1;
            return true;
        }

        if (!rest.StartsWith("/*", StringComparison.Ordinal))
        {
            return false;
        }

        // Block comments nest.
        int depth = 0;
        while (_position < sql.Length)
        {
            ReadOnlySpan<char> here = sql.AsSpan(_position);
            int step = here.StartsWith("/*", StringComparison.Ordinal) ? 1 : here.StartsWith("*/", StringComparison.Ordinal) ? -1 : 0;
            depth += step;
            _position += step == 0 ? 1 : 2;
            if (depth == 0)
            {
                break;
            }
        }

        return true;
    }
}
