using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Jinja.Parsing;

/// <summary>
/// This part reads expressions, one method per level of precedence. Each node records the line that Jinja2 records,
/// which for a chain of operators is the line of the last operand but one.
/// </summary>
sealed partial class Parser
{
    // Deeper nesting than this would make Python's own parser give up, and eats our stack.
    const int MaxNesting = 200;
    const int MaxTreeDepth = 2000;

    ExpressionSyntax ParseExpression(bool withConditional = true) => withConditional ? ParseConditional() : ParseOr();

    ExpressionSyntax ParseConditional()
    {
        int line = _current.Line;
        int start = _current.Offset;
        ExpressionSyntax then = ParseOr();
        while (SkipIfName("if"))
        {
            ExpressionSyntax test = ParseOr();
            ExpressionSyntax? otherwise = null;
            if (SkipIfName("else"))
            {
                EnterNesting();
                otherwise = ParseConditional();
                _depth--;
            }

            then = new ConditionalSyntax
            {
                Line = line,
                Span = SpanFrom(start),
                Depth = DepthOver(then, test, otherwise),
                Test = test,
                Then = then,
                Else = otherwise,
            };
            line = _current.Line;
        }

        return then;
    }

    ExpressionSyntax ParseOr()
    {
        int line = _current.Line;
        int start = _current.Offset;
        ExpressionSyntax left = ParseAnd();
        while (SkipIfName("or"))
        {
            left = Logical(LogicalOperator.Or, left, ParseAnd(), line, start);
            line = _current.Line;
        }

        return left;
    }

    ExpressionSyntax ParseAnd()
    {
        int line = _current.Line;
        int start = _current.Offset;
        ExpressionSyntax left = ParseNot();
        while (SkipIfName("and"))
        {
            left = Logical(LogicalOperator.And, left, ParseNot(), line, start);
            line = _current.Line;
        }

        return left;
    }

    LogicalSyntax Logical(LogicalOperator op, ExpressionSyntax left, ExpressionSyntax right, int line, int start) => new()
    {
        Line = line,
        Span = SpanFrom(start),
        Depth = DepthOver(left, right),
        Operator = op,
        Left = left,
        Right = right,
    };

    ExpressionSyntax ParseNot()
    {
        if (!IsName("not"))
        {
            return ParseCompare();
        }

        int line = _current.Line;
        int start = _current.Offset;
        Advance();
        EnterNesting();
        ExpressionSyntax operand = ParseNot();
        _depth--;
        return Unary(UnaryOperator.Not, operand, line, start);
    }

    UnarySyntax Unary(UnaryOperator op, ExpressionSyntax operand, int line, int start) => new()
    {
        Line = line,
        Span = SpanFrom(start),
        Depth = DepthOver(operand),
        Operator = op,
        Operand = operand,
    };

    ExpressionSyntax ParseCompare()
    {
        int line = _current.Line;
        int start = _current.Offset;
        ExpressionSyntax first = ParseSum();
        List<(CompareOperator, ExpressionSyntax)>? rest = null;
        int depth = first.Depth;
        while (TryReadComparison(out CompareOperator op))
        {
            ExpressionSyntax operand = ParseSum();
            (rest ??= []).Add((op, operand));
            depth = Math.Max(depth, operand.Depth);
            line = _current.Line;
        }

        return rest is null
            ? first
            : new CompareSyntax { Line = line, Span = SpanFrom(start), Depth = depth + 1, First = first, Rest = [.. rest] };
    }

    bool TryReadComparison(out CompareOperator op)
    {
        switch (_current.Kind)
        {
            case TokenKind.Equal:
                op = CompareOperator.Equal;
                break;
            case TokenKind.NotEqual:
                op = CompareOperator.NotEqual;
                break;
            case TokenKind.Less:
                op = CompareOperator.Less;
                break;
            case TokenKind.LessEqual:
                op = CompareOperator.LessEqual;
                break;
            case TokenKind.Greater:
                op = CompareOperator.Greater;
                break;
            case TokenKind.GreaterEqual:
                op = CompareOperator.GreaterEqual;
                break;
            case TokenKind.Name when IsName("in"):
                op = CompareOperator.In;
                break;
            case TokenKind.Name when IsName("not") && LookAhead() is { Kind: TokenKind.Name } next && TextSpan(next) is "in":
                op = CompareOperator.NotIn;
                Advance();
                break;
            default:
                op = default;
                return false;
        }

        Advance();
        return true;
    }

    ExpressionSyntax ParseSum()
    {
        int line = _current.Line;
        int start = _current.Offset;
        ExpressionSyntax left = ParseConcat();
        while (_current.Kind is TokenKind.Add or TokenKind.Sub)
        {
            BinaryOperator op = _current.Kind == TokenKind.Add ? BinaryOperator.Add : BinaryOperator.Subtract;
            Advance();
            left = Binary(op, left, ParseConcat(), line, start);
            line = _current.Line;
        }

        return left;
    }

    BinarySyntax Binary(BinaryOperator op, ExpressionSyntax left, ExpressionSyntax right, int line, int start) => new()
    {
        Line = line,
        Span = SpanFrom(start),
        Depth = DepthOver(left, right),
        Operator = op,
        Left = left,
        Right = right,
    };

    ExpressionSyntax ParseConcat()
    {
        int line = _current.Line;
        int start = _current.Offset;
        ExpressionSyntax first = ParseProduct();
        if (_current.Kind != TokenKind.Tilde)
        {
            return first;
        }

        List<ExpressionSyntax> parts = [first];
        int depth = first.Depth;
        while (SkipIf(TokenKind.Tilde))
        {
            ExpressionSyntax part = ParseProduct();
            parts.Add(part);
            depth = Math.Max(depth, part.Depth);
        }

        return new ConcatSyntax { Line = line, Span = SpanFrom(start), Depth = depth + 1, Parts = [.. parts] };
    }

    ExpressionSyntax ParseProduct()
    {
        int line = _current.Line;
        int start = _current.Offset;
        ExpressionSyntax left = ParsePower();
        while (_current.Kind is TokenKind.Mul or TokenKind.Div or TokenKind.FloorDiv or TokenKind.Mod)
        {
            BinaryOperator op = _current.Kind switch
            {
                TokenKind.Mul => BinaryOperator.Multiply,
                TokenKind.Div => BinaryOperator.Divide,
                TokenKind.FloorDiv => BinaryOperator.FloorDivide,
                _ => BinaryOperator.Modulo,
            };
            Advance();
            left = Binary(op, left, ParsePower(), line, start);
            line = _current.Line;
        }

        return left;
    }

    ExpressionSyntax ParsePower()
    {
        int line = _current.Line;
        int start = _current.Offset;
        ExpressionSyntax left = ParseUnary(withFilter: true);
        while (SkipIf(TokenKind.Pow))
        {
            left = Binary(BinaryOperator.Power, left, ParseUnary(withFilter: true), line, start);
            line = _current.Line;
        }

        return left;
    }

    ExpressionSyntax ParseUnary(bool withFilter)
    {
        int line = _current.Line;
        int start = _current.Offset;
        ExpressionSyntax node;
        EnterNesting();
        if (_current.Kind is TokenKind.Sub or TokenKind.Add)
        {
            UnaryOperator op = _current.Kind == TokenKind.Sub ? UnaryOperator.Negate : UnaryOperator.Plus;
            Advance();
            node = Unary(op, ParseUnary(withFilter: false), line, start);
        }
        else
        {
            node = ParsePrimary(withNamespace: false);
        }

        node = ParsePostfix(node, start);
        if (withFilter)
        {
            node = ParseFilterExpression(node, start);
        }

        _depth--;
        return node;
    }

    ExpressionSyntax ParsePrimary(bool withNamespace)
    {
        Token token = _current;
        switch (token.Kind)
        {
            case TokenKind.Name:
                Advance();
                return ParseNameOrConstant(token, withNamespace);
            case TokenKind.String:
                return ParseStrings(token);
            case TokenKind.Integer:
                Advance();
                return new ConstantSyntax { Line = token.Line, Span = SpanFrom(token.Offset), Value = IntegerOf(token) };
            case TokenKind.Float:
                Advance();
                double number = double.Parse(
                    TextOf(token).Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture);
                return new ConstantSyntax { Line = token.Line, Span = SpanFrom(token.Offset), Value = number };
            case TokenKind.LeftParen:
                Advance();
                ExpressionSyntax inner = ParseTuple(withConditional: true, explicitParentheses: true);
                Expect(TokenKind.RightParen);
                return inner;
            case TokenKind.LeftBracket:
                return ParseList();
            case TokenKind.LeftBrace:
                return ParseDict();
            default:
                throw Fail($"unexpected '{Describe(token)}'");
        }
    }

    ExpressionSyntax ParseNameOrConstant(Token token, bool withNamespace)
    {
        Span span = new(token.Offset, token.Length);
        ReadOnlySpan<char> text = TextSpan(token);
        if (text is "true" or "True" or "false" or "False")
        {
            return new ConstantSyntax { Line = token.Line, Span = span, Value = text[0] is 't' or 'T' };
        }

        if (text is "none" or "None")
        {
            return new ConstantSyntax { Line = token.Line, Span = span, Value = Value.None };
        }

        string name = TextOf(token);
        if (withNamespace && _current.Kind == TokenKind.Dot)
        {
            Advance();
            Token attribute = Expect(TokenKind.Name);
            return new NamespaceTargetSyntax
            {
                Line = token.Line,
                Span = SpanFrom(token.Offset),
                Name = name,
                Attribute = TextOf(attribute),
            };
        }

        _readsSpecialNames |= name is "loop" or "caller" or "varargs" or "kwargs" or "self";
        return new NameSyntax { Line = token.Line, Span = span, Name = name };
    }

    ConstantSyntax ParseStrings(Token token)
    {
        string text = StringOf(token);
        Advance();
        while (_current.Kind == TokenKind.String)
        {
            text += StringOf(_current);
            Advance();
        }

        return new ConstantSyntax { Line = token.Line, Span = SpanFrom(token.Offset), Value = text };
    }

    string StringOf(Token token) => token.Text ?? _text.Substring(token.Offset + 1, token.Length - 2);

    Value IntegerOf(Token token)
    {
        string text = TextOf(token);
        if (text.Contains('_', StringComparison.Ordinal))
        {
            text = text.Replace("_", "", StringComparison.Ordinal);
        }

        if (text.Length > 2 && text[0] == '0' && !char.IsAsciiDigit(text[1]))
        {
            int bits = (text[1] | 0x20) switch { 'x' => 4, 'o' => 3, _ => 1 };
            BigInteger value = BigInteger.Zero;
            foreach (char digit in text.AsSpan(2))
            {
                value = (value << bits) | Convert.ToInt32(digit.ToString(), 16);
            }

            return Value.From(value);
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long small))
        {
            return small;
        }

        // Python refuses longer conversions.
        return text.Length <= 4300
            ? Value.From(BigInteger.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture))
            : throw JinjaException.ValueError("Exceeds the limit (4300 digits) for integer string conversion")
                .At(_source, new Span(token.Offset, token.Length), token.Line);
    }

    /// <summary>Expressions separated by commas; a tuple when there is a comma, else the one expression.</summary>
    ExpressionSyntax ParseTuple(
        bool withConditional,
        bool simplified = false,
        bool explicitParentheses = false,
        bool withNamespace = false)
    {
        int line = _current.Line;
        int start = _current.Offset;
        List<ExpressionSyntax>? items = null;
        ExpressionSyntax? first = null;
        bool isTuple = false;
        while (true)
        {
            if (first is not null)
            {
                Expect(TokenKind.Comma);
            }

            if (_current.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd or TokenKind.RightParen)
            {
                break;
            }

            ExpressionSyntax item = simplified ? ParsePrimary(withNamespace) : ParseExpression(withConditional);
            if (first is null)
            {
                first = item;
            }
            else
            {
                (items ??= [first]).Add(item);
            }

            if (_current.Kind != TokenKind.Comma)
            {
                break;
            }

            isTuple = true;
            line = _current.Line;
        }

        if (!isTuple)
        {
            if (first is not null)
            {
                return first;
            }

            if (!explicitParentheses)
            {
                throw Fail($"Expected an expression, got '{Describe(_current)}'");
            }
        }

        ExpressionSyntax[] all = items is not null ? [.. items] : first is not null ? [first] : [];
        return new TupleSyntax { Line = line, Span = SpanFrom(start), Depth = DepthOverAll(all), Items = all };
    }

    ListSyntax ParseList()
    {
        Token open = Expect(TokenKind.LeftBracket);
        List<ExpressionSyntax> items = [];
        while (_current.Kind != TokenKind.RightBracket)
        {
            if (items.Count > 0)
            {
                Expect(TokenKind.Comma);
            }

            if (_current.Kind == TokenKind.RightBracket)
            {
                break;
            }

            items.Add(ParseExpression());
        }

        Expect(TokenKind.RightBracket);
        ExpressionSyntax[] all = [.. items];
        return new ListSyntax { Line = open.Line, Span = SpanFrom(open.Offset), Depth = DepthOverAll(all), Items = all };
    }

    DictSyntax ParseDict()
    {
        Token open = Expect(TokenKind.LeftBrace);
        List<(ExpressionSyntax, ExpressionSyntax)> items = [];
        int depth = 0;
        while (_current.Kind != TokenKind.RightBrace)
        {
            if (items.Count > 0)
            {
                Expect(TokenKind.Comma);
            }

            if (_current.Kind == TokenKind.RightBrace)
            {
                break;
            }

            ExpressionSyntax key = ParseExpression();
            Expect(TokenKind.Colon);
            ExpressionSyntax value = ParseExpression();
            items.Add((key, value));
            depth = Math.Max(depth, Math.Max(key.Depth, value.Depth));
        }

        Expect(TokenKind.RightBrace);
        return new DictSyntax { Line = open.Line, Span = SpanFrom(open.Offset), Depth = depth + 1, Items = [.. items] };
    }

    ExpressionSyntax ParsePostfix(ExpressionSyntax node, int start)
    {
        while (true)
        {
            switch (_current.Kind)
            {
                case TokenKind.Dot or TokenKind.LeftBracket:
                    node = ParseSubscript(node, start);
                    break;
                case TokenKind.LeftParen:
                    node = ParseCall(node, start);
                    break;
                default:
                    return node;
            }
        }
    }

    ExpressionSyntax ParseFilterExpression(ExpressionSyntax node, int start)
    {
        while (true)
        {
            switch (_current.Kind)
            {
                case TokenKind.Pipe:
                    node = ParseFilters(node, startInline: false)!;
                    break;
                case TokenKind.Name when IsName("is"):
                    node = ParseTest(node, start);
                    break;
                case TokenKind.LeftParen:
                    node = ParseCall(node, start);
                    break;
                default:
                    return node;
            }
        }
    }

    ExpressionSyntax ParseSubscript(ExpressionSyntax target, int start)
    {
        Token token = _current;
        Advance();
        if (token.Kind == TokenKind.Dot)
        {
            Token attribute = _current;
            Advance();
            if (attribute.Kind == TokenKind.Name)
            {
                return new AttributeSyntax
                {
                    Line = token.Line,
                    Span = SpanFrom(start),
                    Depth = DepthOver(target),
                    Target = target,
                    Name = TextOf(attribute),
                };
            }

            if (attribute.Kind != TokenKind.Integer)
            {
                throw JinjaException.Syntax("expected name or number")
                    .At(_source, new Span(attribute.Offset, attribute.Length), attribute.Line);
            }

            ConstantSyntax index = new()
            {
                Line = attribute.Line,
                Span = new Span(attribute.Offset, attribute.Length),
                Value = IntegerOf(attribute),
            };
            return Item(target, index, token.Line, start);
        }

        List<ExpressionSyntax> keys = [];
        while (_current.Kind != TokenKind.RightBracket)
        {
            if (keys.Count > 0)
            {
                Expect(TokenKind.Comma);
            }

            keys.Add(ParseSubscribed());
        }

        Expect(TokenKind.RightBracket);
        _slicesConstants |= target is not (NameSyntax or AttributeSyntax or CallSyntax) && keys.Exists(key => key is SliceSyntax);
        if (keys.Count == 1)
        {
            return Item(target, keys[0], token.Line, start);
        }

        ExpressionSyntax[] all = [.. keys];
        TupleSyntax tuple = new() { Line = token.Line, Span = SpanFrom(token.Offset), Depth = DepthOverAll(all), Items = all };
        return Item(target, tuple, token.Line, start);
    }

    ItemSyntax Item(ExpressionSyntax target, ExpressionSyntax key, int line, int start) => new()
    {
        Line = line,
        Span = SpanFrom(start),
        Depth = DepthOver(target, key),
        Target = target,
        Key = key,
    };

    ExpressionSyntax ParseSubscribed()
    {
        int line = _current.Line;
        int start = _current.Offset;
        ExpressionSyntax? first = null;
        if (_current.Kind != TokenKind.Colon)
        {
            first = ParseExpression();
            if (_current.Kind != TokenKind.Colon)
            {
                return first;
            }
        }

        Advance();
        ExpressionSyntax? stop = null;
        if (_current.Kind is not (TokenKind.Colon or TokenKind.RightBracket or TokenKind.Comma))
        {
            stop = ParseExpression();
        }

        ExpressionSyntax? step = null;
        if (SkipIf(TokenKind.Colon) && _current.Kind is not (TokenKind.RightBracket or TokenKind.Comma))
        {
            step = ParseExpression();
        }

        return new SliceSyntax
        {
            Line = line,
            Span = SpanFrom(start),
            Depth = DepthOver(first, stop, step),
            Start = first,
            Stop = stop,
            Step = step,
        };
    }

    CallSyntax ParseCall(ExpressionSyntax callee, int start)
    {
        int line = _current.Line;
        ArgumentsSyntax arguments = ParseArguments(out int depth);
        return new CallSyntax
        {
            Line = line,
            Span = SpanFrom(start),
            Depth = Checked(Math.Max(callee.Depth, depth) + 1),
            Callee = callee,
            Arguments = arguments,
        };
    }

    ArgumentsSyntax ParseArguments(out int depth)
    {
        Token open = Expect(TokenKind.LeftParen);
        List<ExpressionSyntax> positional = [];
        List<(string, ExpressionSyntax)> keywords = [];
        ExpressionSyntax? star = null;
        ExpressionSyntax? doubleStar = null;
        bool needsComma = false;
        depth = 0;
        while (_current.Kind != TokenKind.RightParen)
        {
            if (needsComma)
            {
                Expect(TokenKind.Comma);
                if (_current.Kind == TokenKind.RightParen)
                {
                    break;
                }
            }

            ExpressionSyntax value;
            if (_current.Kind == TokenKind.Mul)
            {
                Ensure(star is null && doubleStar is null, open);
                Advance();
                value = star = ParseExpression();
            }
            else if (_current.Kind == TokenKind.Pow)
            {
                Ensure(doubleStar is null, open);
                Advance();
                value = doubleStar = ParseExpression();
            }
            else if (_current.Kind == TokenKind.Name && LookAhead().Kind == TokenKind.Assign)
            {
                Ensure(doubleStar is null, open);
                string name = TextOf(_current);
                Advance();
                Advance();
                value = ParseExpression();
                keywords.Add((name, value));
            }
            else
            {
                Ensure(star is null && doubleStar is null && keywords.Count == 0, open);
                value = ParseExpression();
                positional.Add(value);
            }

            depth = Math.Max(depth, value.Depth);
            needsComma = true;
        }

        Expect(TokenKind.RightParen);
        return positional.Count + keywords.Count == 0 && star is null && doubleStar is null
            ? ArgumentsSyntax.None
            : new ArgumentsSyntax { Positional = [.. positional], Keywords = [.. keywords], Star = star, DoubleStar = doubleStar };
    }

    void Ensure(bool valid, Token open)
    {
        if (!valid)
        {
            throw JinjaException.Syntax("invalid syntax for function call expression")
                .At(_source, new Span(_current.Offset, _current.Length), open.Line);
        }
    }

    /// <summary>A chain of filters on <paramref name="target"/>; <paramref name="startInline"/>: the first comes without "|".</summary>
    ExpressionSyntax? ParseFilters(ExpressionSyntax? target, bool startInline)
    {
        ExpressionSyntax? node = target;
        int start = target?.Span.Offset ?? _current.Offset;
        while (startInline || _current.Kind == TokenKind.Pipe)
        {
            if (!startInline)
            {
                Advance();
            }

            Token token = Expect(TokenKind.Name);
            string name = ParseDottedName(token);
            Span nameSpan = SpanFrom(token.Offset);
            int depth = 0;
            ArgumentsSyntax arguments = _current.Kind == TokenKind.LeftParen ? ParseArguments(out depth) : ArgumentsSyntax.None;
            node = new FilterSyntax
            {
                Line = token.Line,
                Span = SpanFrom(start),
                Depth = Checked(Math.Max(node?.Depth ?? 0, depth) + 1),
                Target = node,
                Name = name,
                NameSpan = nameSpan,
                Arguments = arguments,
            };
            startInline = false;
        }

        return node;
    }

    string ParseDottedName(Token first)
    {
        string name = TextOf(first);
        while (SkipIf(TokenKind.Dot))
        {
            name += "." + TextOf(Expect(TokenKind.Name));
        }

        return name;
    }

    ExpressionSyntax ParseTest(ExpressionSyntax target, int start)
    {
        int line = _current.Line;
        Advance();
        bool negated = SkipIfName("not");
        Token nameToken = Expect(TokenKind.Name);
        string name = ParseDottedName(nameToken);
        Span nameSpan = SpanFrom(nameToken.Offset);
        int depth = 0;
        ArgumentsSyntax arguments = ArgumentsSyntax.None;
        if (_current.Kind == TokenKind.LeftParen)
        {
            arguments = ParseArguments(out depth);
        }
        else if (StartsTestArgument())
        {
            if (IsName("is"))
            {
                throw Fail("You cannot chain multiple tests with is");
            }

            int argumentStart = _current.Offset;
            ExpressionSyntax argument = ParsePostfix(ParsePrimary(withNamespace: false), argumentStart);
            depth = argument.Depth;
            arguments = new ArgumentsSyntax { Positional = [argument] };
        }

        TestSyntax test = new()
        {
            Line = line,
            Span = SpanFrom(start),
            Depth = Checked(Math.Max(target.Depth, depth) + 1),
            Target = target,
            Name = name,
            NameSpan = nameSpan,
            Arguments = arguments,
        };
        return negated ? Unary(UnaryOperator.Not, test, line, start) : test;
    }

    bool StartsTestArgument() => _current.Kind switch
    {
        TokenKind.Name => !(IsName("else") || IsName("or") || IsName("and")),
        TokenKind.String or TokenKind.Integer or TokenKind.Float or TokenKind.LeftBracket or TokenKind.LeftBrace => true,
        _ => false,
    };

    NameSyntax ParseTargetName()
    {
        Token token = Expect(TokenKind.Name);
        NameSyntax name = new() { Line = token.Line, Span = new Span(token.Offset, token.Length), Name = TextOf(token), Use = NameUse.Store };
        RequireAssignable(name);
        _storesLoop |= name.Name == "loop";
        return name;
    }

    ExpressionSyntax ParseAssignTarget(bool withNamespace = false)
    {
        ExpressionSyntax target = ParseTuple(withConditional: false, simplified: true, withNamespace: withNamespace);
        SetUse(target, NameUse.Store);
        RequireAssignable(target);
        return target;
    }

    void SetUse(ExpressionSyntax target, NameUse use)
    {
        if (target is NameSyntax name)
        {
            name.Use = use;
            _storesLoop |= name.Name == "loop" && use == NameUse.Store;
        }
        else if (target is TupleSyntax tuple)
        {
            foreach (ExpressionSyntax item in tuple.Items)
            {
                SetUse(item, use);
            }
        }
    }

    void RequireAssignable(ExpressionSyntax target)
    {
        if (!IsAssignable(target))
        {
            string kind = target switch
            {
                NameSyntax => "name",
                ConstantSyntax => "const",
                TupleSyntax => "tuple",
                ListSyntax => "list",
                DictSyntax => "dict",
                _ => "expression",
            };
            throw JinjaException.Syntax($"can't assign to '{kind}'").WithCode(JinjaCodes.BadTarget).At(_source, target.Span, target.Line);
        }
    }

    static bool IsAssignable(ExpressionSyntax target) => target switch
    {
        NameSyntax name => name.Name is not ("true" or "false" or "none" or "True" or "False" or "None"),
        NamespaceTargetSyntax => true,
        TupleSyntax tuple => tuple.Items.All(IsAssignable),
        _ => false,
    };

    int DepthOver(ExpressionSyntax? a, ExpressionSyntax? b = null, ExpressionSyntax? c = null) =>
        Checked(Math.Max(a?.Depth ?? 0, Math.Max(b?.Depth ?? 0, c?.Depth ?? 0)) + 1);

    int DepthOverAll(ExpressionSyntax[] items)
    {
        int depth = 0;
        foreach (ExpressionSyntax item in items)
        {
            depth = Math.Max(depth, item.Depth);
        }

        return Checked(depth + 1);
    }

    int Checked(int depth) => depth <= MaxTreeDepth ? depth : throw TooDeep();

    void EnterNesting()
    {
        if (++_depth > MaxNesting || ((_depth & 7) == 0 && !RuntimeHelpers.TryEnsureSufficientExecutionStack()))
        {
            throw TooDeep();
        }
    }

    JinjaException TooDeep() => JinjaException.Recursion("the template is nested too deeply")
        .At(_source, new Span(_current.Offset, _current.Length), _current.Line);
}
