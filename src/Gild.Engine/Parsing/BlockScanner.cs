using Gild.Jinja.Diagnostics;

namespace Gild.Engine.Parsing;

/// <summary>A top-level block such as <c>{% macro x() %}...{% endmacro %}</c>, found without compiling anything.</summary>
/// <param name="Word">The word that opens it.</param>
/// <param name="Name">The name after the word.</param>
/// <param name="Header">The text between the name and the end of the opening tag.</param>
/// <param name="Span">From the opening to the closing tag.</param>
/// <param name="Body">What stands between the tags.</param>
/// <param name="Trimmed">The span with the white space around it that <c>{%-</c> and <c>-%}</c> take away.</param>
public readonly record struct TopLevelBlock(string Word, string Name, string Header, Span Span, Span Body, Span Trimmed);

/// <summary>
/// Finds top-level blocks by their tags alone: skips comments, raw blocks, expressions and the strings inside tags.
/// Bodies stay unread until their first use.
/// </summary>
public ref struct BlockScanner
{
    readonly SourceText _source;
    readonly ReadOnlySpan<char> _text;
    readonly ReadOnlySpan<string> _words;
    int _at;

    // Where the last tag begins and ends with the white space that it takes away.
    int _outerStart;
    int _taken;

    /// <param name="source">The file.</param>
    /// <param name="words">Opening words to look for; a block of another word is passed over.</param>
    public BlockScanner(SourceText source, ReadOnlySpan<string> words)
    {
        _source = source;
        _text = source.Text;
        _words = words;
    }

    /// <summary>All blocks of the file.</summary>
    /// <exception cref="GildException">Compilation Error for a block that is never closed or has no name.</exception>
    public static List<TopLevelBlock> Scan(SourceText source, params ReadOnlySpan<string> words)
    {
        BlockScanner scanner = new(source, words);
        List<TopLevelBlock> blocks = [];
        while (scanner.NextTag(out Span tag, out string word, out int afterWord))
        {
            if (words.Contains(word))
            {
                blocks.Add(scanner.ReadBlock(tag, word, afterWord));
            }
        }

        return blocks;
    }

    TopLevelBlock ReadBlock(Span opening, string word, int afterWord)
    {
        int outerStart = _outerStart;
        int nameStart = afterWord;
        int tagEnd = opening.End - 2;
        if (_text[tagEnd - 1] is '-' or '+')
        {
            tagEnd--;
        }

        while (nameStart < tagEnd && char.IsWhiteSpace(_text[nameStart]))
        {
            nameStart++;
        }

        int nameEnd = nameStart;
        while (nameEnd < tagEnd && (char.IsLetterOrDigit(_text[nameEnd]) || _text[nameEnd] == '_'))
        {
            nameEnd++;
        }

        if (nameEnd == nameStart)
        {
            throw Failure($"this `{word}` block has no name", opening);
        }

        string name = _text[nameStart..nameEnd].ToString();
        string header = _text[nameEnd..tagEnd].ToString();
        string closing = "end" + word;
        int bodyStart = opening.End;
        if (word == "docs")
        {
            return ReadDocs(opening, name, bodyStart);
        }

        while (NextTag(out Span tag, out string inner, out _))
        {
            if (inner == closing)
            {
                return new TopLevelBlock(
                    word, name, header, Span.Between(opening.Offset, tag.End), Span.Between(bodyStart, tag.Offset), Span.Between(outerStart, _taken));
            }

            if (_words.Contains(inner))
            {
                throw Failure($"a `{inner}` block begins inside the `{word}` block `{name}`, which is not closed", tag, opening);
            }
        }

        throw Failure($"the `{word}` block `{name}` is never closed: `{{% {closing} %}}` is missing", opening);
    }

    // The body of docs is text: nothing in it but its own end is a tag.
    TopLevelBlock ReadDocs(Span opening, string name, int bodyStart)
    {
        int at = bodyStart;
        while (at < _text.Length && _text[at..].IndexOf("{%") is >= 0 and var offset)
        {
            int tag = at + offset;
            int word = tag + 2;
            if (word < _text.Length && _text[word] is '-' or '+')
            {
                word++;
            }

            while (word < _text.Length && char.IsWhiteSpace(_text[word]))
            {
                word++;
            }

            if (_text[word..].StartsWith("enddocs") && _text[word..].IndexOf("%}") is >= 0 and var close)
            {
                _at = word + close + 2;
                Span whole = Span.Between(opening.Offset, _at);
                return new TopLevelBlock("docs", name, "", whole, Span.Between(bodyStart, tag), whole);
            }

            at = tag + 2;
        }

        throw Failure($"the `docs` block `{name}` is never closed: `{{% enddocs %}}` is missing", opening);
    }

    /// <summary>Moves to the next <c>{% word ... %}</c>.</summary>
    bool NextTag(out Span tag, out string word, out int afterWord)
    {
        while (_at < _text.Length && _text[_at..].IndexOf('{') is >= 0 and var offset)
        {
            int start = _at + offset;
            if (start + 1 >= _text.Length)
            {
                break;
            }

            switch (_text[start + 1])
            {
                case '#':
                    int end = _text[(start + 2)..].IndexOf("#}");
                    _at = end < 0 ? _text.Length : start + 2 + end + 2;
                    break;
                case '{':
                    _at = SkipTo(start + 2, '}', '}');
                    break;
                case '%':
                    ReadTag(start, out tag, out word, out afterWord);
                    if (word == "raw")
                    {
                        SkipRaw();
                        break;
                    }

                    return true;
                default:
                    _at = start + 1;
                    break;
            }
        }

        _at = _text.Length;
        tag = default;
        word = "";
        afterWord = 0;
        return false;
    }

    void ReadTag(int start, out Span tag, out string word, out int afterWord)
    {
        int at = start + 2;
        if (at < _text.Length && _text[at] is '-' or '+')
        {
            at++;
        }

        while (at < _text.Length && char.IsWhiteSpace(_text[at]))
        {
            at++;
        }

        int from = at;
        while (at < _text.Length && (char.IsLetterOrDigit(_text[at]) || _text[at] == '_'))
        {
            at++;
        }

        word = Intern(_text[from..at]);
        afterWord = at;
        _at = SkipTo(at, '%', '}');
        tag = Span.Between(start, _at);
        NoteTrimming(tag);
        if (_at >= _text.Length && !(_text.Length >= 2 && _text[^2] == '%' && _text[^1] == '}'))
        {
            throw Failure("this tag is never closed: `%}` is missing", new Span(start, Math.Min(2, _text.Length - start)));
        }
    }

    void NoteTrimming(Span tag)
    {
        _outerStart = tag.Offset;
        if (_text[Math.Min(tag.Offset + 2, _text.Length - 1)] == '-')
        {
            while (_outerStart > _taken && char.IsWhiteSpace(_text[_outerStart - 1]))
            {
                _outerStart--;
            }
        }

        _taken = tag.End;
        if (tag.Length > 4 && _text[tag.End - 3] == '-')
        {
            while (_taken < _text.Length && char.IsWhiteSpace(_text[_taken]))
            {
                _taken++;
            }
        }
    }

    // The words met most often, without a new string each time.
    static string Intern(ReadOnlySpan<char> word) => word switch
    {
        "macro" => "macro",
        "endmacro" => "endmacro",
        "if" => "if",
        "endif" => "endif",
        "else" => "else",
        "elif" => "elif",
        "set" => "set",
        "for" => "for",
        "endfor" => "endfor",
        "do" => "do",
        "call" => "call",
        "endcall" => "endcall",
        _ => word.ToString(),
    };

    void SkipRaw()
    {
        while (_at < _text.Length && _text[_at..].IndexOf("{%") is >= 0 and var offset)
        {
            ReadRawTag(_at + offset, out bool isEnd);
            if (isEnd)
            {
                return;
            }
        }

        _at = _text.Length;
    }

    void ReadRawTag(int start, out bool isEnd)
    {
        int at = start + 2;
        if (at < _text.Length && _text[at] is '-' or '+')
        {
            at++;
        }

        while (at < _text.Length && char.IsWhiteSpace(_text[at]))
        {
            at++;
        }

        isEnd = _text[Math.Min(at, _text.Length)..].StartsWith("endraw");
        _at = isEnd && _text[at..].IndexOf("%}") is >= 0 and var close ? at + close + 2 : start + 2;
    }

    /// <summary>The place behind the closing pair, passing over strings.</summary>
    readonly int SkipTo(int at, char first, char second)
    {
        while (at < _text.Length)
        {
            char c = _text[at];
            if (c is '\'' or '"')
            {
                at++;
                while (at < _text.Length && _text[at] != c)
                {
                    at += _text[at] == '\\' ? 2 : 1;
                }
            }
            else if (c == first && at + 1 < _text.Length && _text[at + 1] == second)
            {
                return at + 2;
            }

            at++;
        }

        return _text.Length;
    }

    readonly GildException Failure(string message, Span span, Span? other = null) => new(DbtKinds.Compilation,
        new Diagnostic("J0104", Severity.Error, message)
        {
            Labels = other is null ? [new Label(_source, span)] : [new Label(_source, span), new Label(_source, other.Value, "opened here")],
        });
}
