using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Jinja.Parsing;

/// <summary>Tokens → syntax tree, by recursive descent. This part reads statements.</summary>
sealed partial class Parser
{
    readonly SourceText _source;
    readonly string _text;
    readonly JinjaOptions _options;
    readonly Lexer _lexer;
    readonly Dictionary<string, HostBlockBody> _hostBlocks;

    // The opening tags of the blocks that are being read, and the words that may end or continue each.
    readonly List<(string Word, Span Span)> _openTags = [];
    readonly List<string[]> _endWords = [];

    Token _current;
    Token _ahead;
    bool _hasAhead;
    int _lastEnd;
    int _depth;

    // Loops around the current place that a `break` here could end.
    int _openLoops;
    bool _storesLoop;
    bool _readsSpecialNames;
    bool _slicesConstants;

    Parser(SourceText source, JinjaOptions options)
    {
        _source = source;
        _text = source.Text;
        _options = options;
        _lexer = new Lexer(source, options);
        _hostBlocks = options.HostBlocks.ToDictionary(block => block.Word, block => block.Body, StringComparer.Ordinal);
        _current = new Token(TokenKind.Eof, 0, 0, 1);
        Advance();
    }

    /// <summary>Parses a whole template.</summary>
    /// <exception cref="JinjaException">TemplateSyntaxError, or RecursionError for nesting without end.</exception>
    public static TemplateSyntax Parse(SourceText source, JinjaOptions options)
    {
        Parser parser = new(source, options);
        StatementSyntax[] body = parser.ParseBody(null);
        return new TemplateSyntax
        {
            Body = body,
            StoresLoop = parser._storesLoop,
            ReadsSpecialNames = parser._readsSpecialNames,
            SlicesConstants = parser._slicesConstants,
        };
    }

    // Text, prints and statements up to one of `endWords` (which stays the current token) or the end of the template.
    StatementSyntax[] ParseBody(string[]? endWords)
    {
        List<StatementSyntax> body = [];
        if (endWords is not null)
        {
            _endWords.Add(endWords);
        }

        EnterNesting();
        while (_current.Kind != TokenKind.Eof)
        {
            switch (_current.Kind)
            {
                case TokenKind.Data:
                    body.Add(new TextSyntax { Line = _current.Line, Span = new Span(_current.Offset, _current.Length) });
                    Advance();
                    break;
                case TokenKind.VariableBegin:
                    int start = _current.Offset;
                    Advance();
                    ExpressionSyntax value = ParseTuple(withConditional: true);
                    Expect(TokenKind.VariableEnd);
                    body.Add(new EmitSyntax { Line = value.Line, Span = Span.Between(start, _lastEnd), Value = value });
                    break;
                default:
                    int tagStart = _current.Offset;
                    Advance();
                    if (endWords is not null && IsOneOf(endWords))
                    {
                        _depth--;
                        _endWords.RemoveAt(_endWords.Count - 1);
                        return [.. body];
                    }

                    ParseStatement(tagStart, body);
                    Expect(TokenKind.BlockEnd);
                    break;
            }
        }

        _depth--;
        if (endWords is not null)
        {
            _endWords.RemoveAt(_endWords.Count - 1);
        }

        return [.. body];
    }

    void ParseStatement(int tagStart, List<StatementSyntax> body)
    {
        if (_current.Kind != TokenKind.Name)
        {
            throw Fail("tag name expected");
        }

        string word = TextOf(_current);
        _openTags.Add((word, Span.Between(tagStart, _current.End)));
        if (word == "print")
        {
            ParsePrint(tagStart, body);
        }
        else
        {
            body.Add(ParseStatement(word, tagStart));
        }

        _openTags.RemoveAt(_openTags.Count - 1);
    }

    StatementSyntax ParseStatement(string word, int start)
    {
        switch (word)
        {
            case "for":
                return ParseFor(start);
            case "if":
                return ParseIf(start);
            case "set":
                return ParseSet(start);
            case "do":
                return ParseDo(start);
            case "break" or "continue" when _options.LoopControls:
                return ParseLoopControl(word, start);
            case "with":
                return ParseWith(start);
            case "macro":
                return ParseMacro(start);
            case "call":
                return ParseCallBlock(start);
            case "filter":
                return ParseFilterBlock(start);
            case "block":
                return ParseBlock(start);
            case "autoescape":
                return ParseAutoescape(start);
            case "include" or "import" or "from" or "extends":
                return ParseLoad(word, start);
        }

        if (_hostBlocks.TryGetValue(word, out HostBlockBody kind))
        {
            return ParseHostBlock(word, kind, start);
        }

        _openTags.RemoveAt(_openTags.Count - 1);
        throw FailUnknownTag(word);
    }

    // The body of a block: ":" may follow the header. The end word is left as the current token.
    StatementSyntax[] ParseBlockBody(params string[] endWords)
    {
        SkipIf(TokenKind.Colon);
        Expect(TokenKind.BlockEnd);
        StatementSyntax[] body = ParseBody(endWords);
        if (_current.Kind == TokenKind.Eof)
        {
            throw FailUnclosed(endWords);
        }

        return body;
    }

    StatementSyntax[] ParseBlockBodyToEnd(string endWord)
    {
        StatementSyntax[] body = ParseBlockBody(endWord);
        Advance();
        return body;
    }

    ForSyntax ParseFor(int start)
    {
        int line = _current.Line;
        Advance();
        ExpressionSyntax target = ParseAssignTarget();
        ExpectName("in");
        ExpressionSyntax items = ParseTuple(withConditional: false);
        ExpressionSyntax? test = SkipIfName("if") ? ParseExpression() : null;
        bool recursive = SkipIfName("recursive");
        Span header = Span.Between(start, _lastEnd);
        _openLoops++;
        StatementSyntax[] body = ParseBlockBody("endfor", "else");
        _openLoops--;
        bool hasElse = IsName("else");
        Advance();
        // A recursive loop is a function of its own, its else part included.
        StatementSyntax[] otherwise = !hasElse ? []
            : recursive ? OutsideLoops(() => ParseBlockBodyToEnd("endfor"))
            : ParseBlockBodyToEnd("endfor");
        return new ForSyntax
        {
            Line = line,
            Span = header,
            Target = target,
            Items = items,
            Test = test,
            IsRecursive = recursive,
            Body = body,
            Else = otherwise,
        };
    }

    IfSyntax ParseIf(int start)
    {
        int line = _current.Line;
        Advance();
        ExpressionSyntax test = ParseTuple(withConditional: false);
        Span header = Span.Between(start, _lastEnd);
        StatementSyntax[] body = ParseBlockBody("elif", "else", "endif");
        List<IfSyntax> elseIfs = [];
        StatementSyntax[] otherwise = [];
        while (true)
        {
            bool isElseIf = IsName("elif");
            bool isElse = IsName("else");
            int wordStart = _current.Offset;
            Advance();
            if (isElseIf)
            {
                int elseIfLine = _current.Line;
                ExpressionSyntax elseIfTest = ParseTuple(withConditional: false);
                Span elseIfHeader = Span.Between(wordStart, _lastEnd);
                elseIfs.Add(new IfSyntax
                {
                    Line = elseIfLine,
                    Span = elseIfHeader,
                    Test = elseIfTest,
                    Body = ParseBlockBody("elif", "else", "endif"),
                    ElseIfs = [],
                    Else = [],
                });
                continue;
            }

            if (isElse)
            {
                otherwise = ParseBlockBodyToEnd("endif");
            }

            break;
        }

        return new IfSyntax { Line = line, Span = header, Test = test, Body = body, ElseIfs = [.. elseIfs], Else = otherwise };
    }

    StatementSyntax ParseSet(int start)
    {
        int line = _current.Line;
        Advance();
        ExpressionSyntax target = ParseAssignTarget(withNamespace: true);
        if (SkipIf(TokenKind.Assign))
        {
            ExpressionSyntax value = ParseTuple(withConditional: true);
            return new SetSyntax { Line = line, Span = Span.Between(start, _lastEnd), Target = target, Value = value };
        }

        FilterSyntax? filter = ParseFilters(null, startInline: false) as FilterSyntax;
        Span header = Span.Between(start, _lastEnd);
        return new SetBlockSyntax
        {
            Line = line,
            Span = header,
            Target = target,
            Filter = filter,
            Body = ParseBlockBodyToEnd("endset"),
        };
    }

    DoSyntax ParseDo(int start)
    {
        int line = _current.Line;
        Advance();
        ExpressionSyntax value = ParseTuple(withConditional: true);
        return new DoSyntax { Line = line, Span = Span.Between(start, _lastEnd), Value = value };
    }

    LoopControlSyntax ParseLoopControl(string word, int start)
    {
        int line = _current.Line;
        if (_openLoops == 0)
        {
            throw Fail($"'{word}' outside of a loop").WithHelp("a macro, a call block and a block are functions of their own: a loop around them is out of reach");
        }

        Advance();
        return new LoopControlSyntax { Line = line, Span = Span.Between(start, _lastEnd), IsBreak = word == "break" };
    }

    // Reads what becomes a function of its own: `break` in it does not end a loop around it.
    StatementSyntax[] OutsideLoops(Func<StatementSyntax[]> read)
    {
        int openLoops = _openLoops;
        _openLoops = 0;
        StatementSyntax[] body = read();
        _openLoops = openLoops;
        return body;
    }

    WithSyntax ParseWith(int start)
    {
        int line = _current.Line;
        Advance();
        List<(ExpressionSyntax, ExpressionSyntax)> assignments = [];
        while (_current.Kind != TokenKind.BlockEnd)
        {
            if (assignments.Count > 0)
            {
                Expect(TokenKind.Comma);
            }

            ExpressionSyntax target = ParseAssignTarget();
            SetUse(target, NameUse.Parameter);
            Expect(TokenKind.Assign);
            assignments.Add((target, ParseExpression()));
        }

        Span header = Span.Between(start, _lastEnd);
        StatementSyntax[] body = ParseBlockBodyToEnd("endwith");
        return new WithSyntax { Line = line, Span = header, Assignments = [.. assignments], Body = body };
    }

    MacroSyntax ParseMacro(int start)
    {
        int line = _current.Line;
        Advance();
        NameSyntax name = ParseTargetName();
        SignatureSyntax signature = ParseSignature();
        return ParseMacroBody("macro", start, line, name.Name, signature, null);
    }

    MacroSyntax ParseMacroBody(
        string word, int start, int line, string name, SignatureSyntax signature, Dictionary<string, Value>? header)
    {
        SkipIf(TokenKind.Colon);
        int bodyStart = _current.End;
        StatementSyntax[] body = OutsideLoops(() => ParseBlockBody("end" + word));
        // The current token is the end word; the tag that holds it began where the last token before it ended.
        int bodyEnd = _lastEnd - 2;
        while (bodyEnd > bodyStart && _text[bodyEnd] != '{')
        {
            bodyEnd--;
        }

        Advance();
        int end = _current.Kind == TokenKind.BlockEnd ? _current.End : _lastEnd;
        return new MacroSyntax
        {
            Line = line,
            Span = Span.Between(start, end),
            BlockWord = word,
            Name = name,
            Signature = signature,
            HeaderArguments = header,
            Body = body,
            BodySpan = Span.Between(bodyStart, Math.Max(bodyStart, bodyEnd)),
        };
    }

    CallBlockSyntax ParseCallBlock(int start)
    {
        int line = _current.Line;
        Advance();
        SignatureSyntax signature = _current.Kind == TokenKind.LeftParen ? ParseSignature() : SignatureSyntax.None;
        if (ParseExpression() is not CallSyntax call)
        {
            throw Fail("expected call", line);
        }

        Span header = Span.Between(start, _lastEnd);
        StatementSyntax[] body = OutsideLoops(() => ParseBlockBodyToEnd("endcall"));
        return new CallBlockSyntax { Line = line, Span = header, Signature = signature, Call = call, Body = body };
    }

    SignatureSyntax ParseSignature()
    {
        Expect(TokenKind.LeftParen);
        List<NameSyntax> parameters = [];
        List<ExpressionSyntax> defaults = [];
        while (_current.Kind != TokenKind.RightParen)
        {
            if (parameters.Count > 0)
            {
                Expect(TokenKind.Comma);
            }

            NameSyntax parameter = ParseTargetName();
            parameter.Use = NameUse.Parameter;
            if (_hostBlocks.Count > 0 && SkipIf(TokenKind.Colon))
            {
                SkipParameterType();
            }

            if (SkipIf(TokenKind.Assign))
            {
                defaults.Add(ParseExpression());
            }
            else if (defaults.Count > 0)
            {
                throw Fail("non-default argument follows default argument");
            }

            parameters.Add(parameter);
        }

        Expect(TokenKind.RightParen);
        return new SignatureSyntax { Parameters = [.. parameters], Defaults = [.. defaults] };
    }

    // dbt's type of a macro parameter, such as `list[string]`: documentation, not checked.
    void SkipParameterType()
    {
        EnterNesting();
        Expect(TokenKind.Name);
        if (SkipIf(TokenKind.LeftBracket))
        {
            do
            {
                SkipParameterType();
            }
            while (SkipIf(TokenKind.Comma));
            Expect(TokenKind.RightBracket);
        }

        _depth--;
    }

    FilterBlockSyntax ParseFilterBlock(int start)
    {
        int line = _current.Line;
        Advance();
        FilterSyntax filter = (FilterSyntax)ParseFilters(null, startInline: true)!;
        Span header = Span.Between(start, _lastEnd);
        return new FilterBlockSyntax { Line = line, Span = header, Filter = filter, Body = ParseBlockBodyToEnd("endfilter") };
    }

    void ParsePrint(int start, List<StatementSyntax> body)
    {
        Advance();
        bool first = true;
        while (_current.Kind != TokenKind.BlockEnd)
        {
            if (!first)
            {
                Expect(TokenKind.Comma);
            }

            first = false;
            ExpressionSyntax value = ParseExpression();
            body.Add(new EmitSyntax { Line = value.Line, Span = Span.Between(start, _lastEnd), Value = value });
        }
    }

    BlockSyntax ParseBlock(int start)
    {
        int line = _current.Line;
        Advance();
        string name = TextOf(Expect(TokenKind.Name));
        bool scoped = SkipIfName("scoped");
        bool required = SkipIfName("required");
        if (_current.Kind == TokenKind.Sub)
        {
            throw Fail("Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.");
        }

        Span header = Span.Between(start, _lastEnd);
        StatementSyntax[] body = OutsideLoops(() => ParseBlockBodyToEnd("endblock"));
        if (required && body.Any(item => item is not TextSyntax || !_text.AsSpan(item.Span.Offset, item.Span.Length).IsWhiteSpace()))
        {
            throw Fail("Required blocks can only contain comments or whitespace");
        }

        SkipIfName(name);
        return new BlockSyntax { Line = line, Span = header, Name = name, IsScoped = scoped, IsRequired = required, Body = body };
    }

    AutoescapeSyntax ParseAutoescape(int start)
    {
        int line = _current.Line;
        Advance();
        ExpressionSyntax enabled = ParseExpression();
        Span header = Span.Between(start, _lastEnd);
        StatementSyntax[] body = ParseBlockBodyToEnd("endautoescape");
        return new AutoescapeSyntax { Line = line, Span = header, Enabled = enabled, Body = body };
    }

    LoadSyntax ParseLoad(string word, int start)
    {
        int line = _current.Line;
        Advance();
        ExpressionSyntax template = ParseExpression();
        List<string> targets = [];
        bool ignoresMissing = false;
        switch (word)
        {
            case "include":
                if (IsName("ignore") && LookAhead() is { Kind: TokenKind.Name } next && TextOf(next) == "missing")
                {
                    ignoresMissing = true;
                    Advance();
                    Advance();
                }

                SkipImportContext();
                break;
            case "import":
                ExpectName("as");
                targets.Add(ParseTargetName().Name);
                SkipImportContext();
                break;
            case "from":
                ExpectName("import");
                ParseImportedNames(targets);
                break;
        }

        return new LoadSyntax
        {
            Line = line,
            Span = Span.Between(start, _lastEnd),
            Word = word,
            Template = template,
            Targets = [.. targets],
            IgnoresMissing = ignoresMissing,
        };
    }

    bool SkipImportContext()
    {
        if ((IsName("with") || IsName("without")) && LookAhead() is { Kind: TokenKind.Name } next && TextOf(next) == "context")
        {
            Advance();
            Advance();
            return true;
        }

        return false;
    }

    void ParseImportedNames(List<string> targets)
    {
        while (true)
        {
            if (targets.Count > 0)
            {
                Expect(TokenKind.Comma);
            }

            if (_current.Kind != TokenKind.Name)
            {
                Expect(TokenKind.Name);
            }

            if (SkipImportContext())
            {
                return;
            }

            NameSyntax target = ParseTargetName();
            if (target.Name.StartsWith('_'))
            {
                throw JinjaException.Assertion("names starting with an underline can not be imported")
                    .At(_source, target.Span, target.Line);
            }

            targets.Add(SkipIfName("as") ? ParseTargetName().Name : target.Name);
            if (SkipImportContext() || _current.Kind != TokenKind.Comma)
            {
                return;
            }
        }
    }

    StatementSyntax ParseHostBlock(string word, HostBlockBody kind, int start)
    {
        int line = _current.Line;
        Advance();
        string name = ParseTargetName().Name;
        switch (kind)
        {
            case HostBlockBody.MacroLike:
                return ParseMacroBody(word, start, line, name, ParseSignature(), null);
            case HostBlockBody.Named:
                return ParseMacroBody(word, start, line, name, SignatureSyntax.None, ParseHeaderArguments());
            case HostBlockBody.Raw:
                if (_current.Kind != TokenKind.BlockEnd)
                {
                    Expect(TokenKind.BlockEnd);
                }

                if (!_lexer.TryReadRawBody(word, out Span raw))
                {
                    throw FailUnclosed(["end" + word]);
                }

                // The closing tag was consumed with the body; this block's own end stays the current token.
                _hasAhead = false;
                return new HostBlockSyntax { Line = line, Span = Span.Between(start, raw.End), BlockWord = word, Name = name, BodySpan = raw };
            default:
                MacroSyntax block = ParseMacroBody(word, start, line, name, SignatureSyntax.None, null);
                return new HostBlockSyntax { Line = line, Span = block.Span, BlockWord = word, Name = name, BodySpan = block.BodySpan };
        }
    }

    // `, adapter='redshift', default, supported_languages=['sql']`: constants only, bare words are True.
    Dictionary<string, Value> ParseHeaderArguments()
    {
        Dictionary<string, Value> arguments = new(StringComparer.Ordinal);
        while (SkipIf(TokenKind.Comma))
        {
            NameSyntax name = ParseTargetName();
            arguments[name.Name] = SkipIf(TokenKind.Assign) ? ConstantOf(ParseExpression()) : Value.True;
        }

        return arguments;
    }

    Value ConstantOf(ExpressionSyntax expression) => expression switch
    {
        ConstantSyntax constant => constant.Value,
        ListSyntax list => Value.From(new ListValue(list.Items.Select(ConstantOf))),
        TupleSyntax tuple => Value.From(new ListValue(tuple.Items.Select(ConstantOf))),
        _ => throw JinjaException.Syntax("only constants are allowed here").At(_source, expression.Span, expression.Line),
    };
}
