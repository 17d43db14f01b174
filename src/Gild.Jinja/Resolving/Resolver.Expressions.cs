using Gild.Jinja.Diagnostics;
using Gild.Jinja.Parsing;
using Gild.Jinja.Runtime;
using Gild.Jinja.Tree;
using Gild.Jinja.Values;

namespace Gild.Jinja.Resolving;

/// <summary>This part resolves expressions and folds constants.</summary>
sealed partial class Resolver
{
    int _blockDepth;

    // Inside an expression that Jinja2 evaluates when it compiles.
    bool _inConstant;

    Expression Resolve(ExpressionSyntax expression, Scope scope, bool isPrinted = false)
    {
        StackGuard.Check(expression, _source);
        if (_template.SlicesConstants && !_inConstant && ConstantFolding.IsCandidate(expression))
        {
            _inConstant = true;
            Expression constant = Resolve(expression, scope);
            _inConstant = false;
            if (ConstantFolding.Holds(_environment, constant, isPrinted))
            {
                return constant;
            }
        }

        Expression resolved = expression switch
        {
            ConstantSyntax constant => new Constant(constant.Value) { Span = constant.Span, Line = LineNow },
            NameSyntax name => NameOf(name.Name, scope, name.Span),
            AttributeSyntax attribute => AttributeOf(attribute, scope),
            ItemSyntax item => ItemOf(item, scope),
            CallSyntax call => CallExpressionOf(call, scope),
            FilterSyntax filter => FilterOf(filter, scope),
            TestSyntax test => TestOf(test, scope),
            LogicalSyntax logical => LogicalOf(logical, scope),
            BinarySyntax binary => BinaryOf(binary, scope),
            UnarySyntax unary => UnaryOf(unary, scope),
            CompareSyntax compare => CompareOf(compare, scope),
            ConcatSyntax concat => new Concat(ResolveAll(concat.Parts, scope)) { Span = concat.Span, Line = LineNow },
            ConditionalSyntax conditional => ConditionalOf(conditional, scope),
            TupleSyntax tuple => TupleOf(tuple, scope),
            ListSyntax list => new ListExpression(ResolveAll(list.Items, scope)) { Span = list.Span, Line = LineNow },
            DictSyntax dict => new DictExpression(
                [.. dict.Items.Select(item => (Resolve(item.Key, scope), Resolve(item.Value, scope)))])
            {
                Span = dict.Span,
                Line = LineNow,
            },
            _ => SliceKeyOf(expression),
        };
        return expression.Depth % StackGuard.Distance == 0
            ? new StackGuard(resolved) { Span = resolved.Span, Line = resolved.Line }
            : resolved;
    }

    Expression[] ResolveAll(ExpressionSyntax[] expressions, Scope scope)
    {
        Expression[] resolved = expressions.Length == 0 ? [] : new Expression[expressions.Length];
        for (int i = 0; i < expressions.Length; i++)
        {
            resolved[i] = Resolve(expressions[i], scope);
        }

        return resolved;
    }

    Expression NameOf(string name, Scope scope, Span span)
    {
        // Jinja2 forgets to analyse the filter of a set block: a name that nothing else mentions fails there.
        Variable variable = scope.Find(name)
            ?? throw new JinjaException("AssertionError", $"the name '{name}' is not known in the filter of this set block")
                .WithHelp("assign it to a variable before the block")
                .At(_source, span, 0);
        (Scope Owner, LoadPlan Plan) load = scope.FindLoad(variable)!.Value;
        int hops = scope.Function.HopsTo(variable.Function);
        if (load.Plan.Kind == LoadKind.Resolve)
        {
            if (load.Owner.Stores(name))
            {
                return new StoredOrGlobalName(hops, variable.Slot, GlobalId(name)) { Span = span, Line = LineNow };
            }

            // A block sees what the template's top level has stored so far.
            return _blockDepth > 0 && load.Owner.Parent is null && load.Owner != _root && _root!.Stores(name)
                ? new StoredOrGlobalName(
                    scope.Function.HopsTo(_root.Function), _root.Find(name)!.Slot, GlobalId(name))
                { Span = span, Line = LineNow }
                : new GlobalName(GlobalId(name), name) { Span = span, Line = LineNow };
        }

        return hops == 0
            ? new LocalName(variable.Slot, name) { Span = span, Line = LineNow }
            : new OuterName(hops, variable.Slot, name) { Span = span, Line = LineNow };
    }

    Target TargetOf(ExpressionSyntax target, Scope scope, bool ofBlock = false) => target switch
    {
        NameSyntax name => new SlotTarget(scope.Find(name.Name)!.Slot),
        TupleSyntax tuple => new TupleTarget([.. tuple.Items.Select(item => TargetOf(item, scope, ofBlock))]),
        NamespaceTargetSyntax ns when ofBlock => new NamespaceTarget.OfBlock(NameOf(ns.Name, scope, ns.Span), ns.Attribute),
        NamespaceTargetSyntax ns => new NamespaceTarget(NameOf(ns.Name, scope, ns.Span), ns.Attribute),
        _ => throw new InvalidOperationException("the parser lets only names, tuples and namespace attributes be targets"),
    };

    Expression AttributeOf(AttributeSyntax attribute, Scope scope)
    {
        Expression target = Resolve(attribute.Target, scope);
        return attribute.Target is NameSyntax { Name: "loop" } && LoopAttribute.TryParse(attribute.Name, out LoopField field)
            ? new LoopAttribute(target, attribute.Name, field) { Span = attribute.Span, Line = LineNow }
            : new Tree.Attribute(target, attribute.Name) { Span = attribute.Span, Line = LineNow };
    }

    Expression ItemOf(ItemSyntax item, Scope scope)
    {
        Expression target = Resolve(item.Target, scope);
        if (item.Key is SliceSyntax slice)
        {
            return new Slice(
                _inConstant,
                target,
                slice.Start is null ? null : Resolve(slice.Start, scope),
                slice.Stop is null ? null : Resolve(slice.Stop, scope),
                slice.Step is null ? null : Resolve(slice.Step, scope))
            {
                Span = item.Span,
                Line = LineNow,
            };
        }

        return new Item(target, Resolve(item.Key, scope)) { Span = item.Span, Line = LineNow };
    }

    // A slice among several subscripts, as in x[1:2, 3]: Jinja2 writes Python of it that Python itself refuses, except for
    // a constant, which it looks up while it compiles and does not find.
    Constant SliceKeyOf(ExpressionSyntax slice) => _inConstant
        ? new Constant(Value.From(new UndefinedValue(UndefinedBehavior.Lenient, null, hint: "slices can only be used alone")))
        {
            Span = slice.Span,
            Line = LineNow,
        }
        : throw new JinjaException("SyntaxError", "a slice must stand alone between the brackets").At(_source, slice.Span, 0);

    Expression CallExpressionOf(CallSyntax call, Scope scope)
    {
        if (IsReturn(call, scope))
        {
            return new ReturnCall(Resolve(call.Arguments.Positional[0], scope)) { Span = call.Span, Line = LineNow };
        }

        return call.Callee is AttributeSyntax attribute
            ? new MethodCall(Resolve(attribute.Target, scope), attribute.Name, ArgumentsOf(call.Arguments, scope, call.Span))
            {
                Span = call.Span,
                Line = LineNow,
            }
            : CallOf(call, scope);
    }

    Call CallOf(CallSyntax call, Scope scope)
    {
        Expression callee = Resolve(call.Callee, scope);
        return new Call(callee, ArgumentsOf(call.Arguments, scope, call.Span)) { Span = call.Span, Line = LineNow };
    }

    ArgumentList ArgumentsOf(ArgumentsSyntax arguments, Scope scope, Span place)
    {
        if (ReferenceEquals(arguments, ArgumentsSyntax.None))
        {
            return ArgumentList.None;
        }

        string[] names = arguments.Keywords.Length == 0 ? [] : [.. arguments.Keywords.Select(keyword => keyword.Name)];
        for (int i = 1; i < names.Length; i++)
        {
            if (Array.IndexOf(names, names[i], 0, i) >= 0)
            {
                throw new JinjaException("SyntaxError", $"keyword argument repeated: {names[i]}").At(_source, place, LineNow);
            }
        }

        Expression[] positional = ResolveAll(arguments.Positional, scope);
        Expression[] values = arguments.Keywords.Length == 0
            ? []
            : [.. arguments.Keywords.Select(keyword => Resolve(keyword.Value, scope))];
        Expression? star = arguments.Star is null ? null : Resolve(arguments.Star, scope);
        Expression? doubleStar = arguments.DoubleStar is null ? null : Resolve(arguments.DoubleStar, scope);
        return new ArgumentList(positional, names, values, star, doubleStar);
    }

    FilterCall FilterOf(FilterSyntax filter, Scope scope)
    {
        if (!_environment.TryGetFilter(filter.Name, out Function function))
        {
            function = Unknown("filter", filter.Name, filter.NameSpan, filter.Line, _environment.FilterNames);
        }

        Expression? target = filter.Target is null ? null : Resolve(filter.Target, scope);
        return new FilterCall(function, target, ArgumentsOf(filter.Arguments, scope, filter.Span))
        {
            Span = filter.Span,
            Line = LineNow,
        };
    }

    Expression TestOf(TestSyntax test, Scope scope)
    {
        if (!_environment.TryGetTest(test.Name, out Function function))
        {
            function = Unknown("test", test.Name, test.NameSpan, test.Line, _environment.TestNames);
        }

        Expression target = Resolve(test.Target, scope);
        if (test.Name == "defined" && ReferenceEquals(test.Arguments, ArgumentsSyntax.None))
        {
            return new DefinedTest(target) { Span = test.Span, Line = LineNow };
        }

        return new TestCall(function, target, ArgumentsOf(test.Arguments, scope, test.Span)) { Span = test.Span, Line = LineNow };
    }

    // Inside an `if` or an inline condition a missing filter or test is found only when it is used.
    Function Unknown(string kind, string name, Span span, int line, IEnumerable<string> known)
    {
        string message = $"No {kind} named '{name}'";
        string? help = NearestName.Find(name, known) is { } nearest ? $"a {kind} with a similar name exists: `{nearest}`" : null;
        if (_softDepth > 0)
        {
            return (_, _) => throw WithHelp(JinjaException.Runtime($"{message} found."), help);
        }

        throw WithHelp(JinjaException.Assertion($"{message}."), help)
            .WithCode(kind == "filter" ? JinjaCodes.UnknownFilter : JinjaCodes.UnknownTest)
            .At(_source, span, line);
    }

    static JinjaException WithHelp(JinjaException error, string? help) => help is null ? error : error.WithHelp(help);

    Expression LogicalOf(LogicalSyntax logical, Scope scope)
    {
        Expression left = Resolve(logical.Left, scope);
        if (left is Constant constant && !constant.Value.IsUndefined)
        {
            bool isDecided = constant.Value.IsTrue == (logical.Operator == LogicalOperator.Or);
            return isDecided ? left : Resolve(logical.Right, scope);
        }

        Expression right = Resolve(logical.Right, scope);
        return logical.Operator == LogicalOperator.And
            ? new And(left, right) { Span = logical.Span, Line = LineNow }
            : new Or(left, right) { Span = logical.Span, Line = LineNow };
    }

    Expression BinaryOf(BinarySyntax binary, Scope scope)
    {
        Expression left = Resolve(binary.Left, scope);
        Expression right = Resolve(binary.Right, scope);
        Binary resolved = new(binary.Operator, left, right) { Span = binary.Span, Line = LineNow };
        if (left is Constant a && right is Constant b && IsFoldable(a.Value) && IsFoldable(b.Value)
            && binary.Operator != BinaryOperator.Power
            && !(binary.Operator == BinaryOperator.Multiply && (a.Value.IsString || b.Value.IsString)))
        {
            try
            {
                return new Constant(ValueOps.Binary(binary.Operator, a.Value, b.Value)) { Span = binary.Span, Line = LineNow };
            }
            catch (JinjaException)
            {
                // It fails when it runs, if it runs.
            }
        }

        return resolved;
    }

    Expression UnaryOf(UnarySyntax unary, Scope scope)
    {
        Expression operand = Resolve(unary.Operand, scope);
        if (operand is Constant constant && IsFoldable(constant.Value))
        {
            try
            {
                Value value = unary.Operator switch
                {
                    UnaryOperator.Not => !constant.Value.IsTrue,
                    UnaryOperator.Negate => ValueOps.Negate(constant.Value),
                    _ => ValueOps.Positive(constant.Value),
                };
                return new Constant(value) { Span = unary.Span, Line = LineNow };
            }
            catch (JinjaException)
            {
                // It fails when it runs, if it runs.
            }
        }

        return unary.Operator switch
        {
            UnaryOperator.Not => new Not(operand) { Span = unary.Span, Line = LineNow },
            UnaryOperator.Negate => new Negate(operand) { Span = unary.Span, Line = LineNow },
            _ => new Plus(operand) { Span = unary.Span, Line = LineNow },
        };
    }

    static bool IsFoldable(Value value) =>
        value.Kind is ValueKind.None or ValueKind.Bool or ValueKind.Int or ValueKind.BigInt or ValueKind.Float or ValueKind.String;

    Expression CompareOf(CompareSyntax compare, Scope scope)
    {
        Expression first = Resolve(compare.First, scope);
        if (compare.Rest.Length == 1)
        {
            (CompareOperator op, ExpressionSyntax operand) = compare.Rest[0];
            return new Compare(op, first, Resolve(operand, scope)) { Span = compare.Span, Line = LineNow };
        }

        (CompareOperator, Expression)[] rest = [.. compare.Rest.Select(item => (item.Operator, Resolve(item.Operand, scope)))];
        return new CompareChain(first, rest) { Span = compare.Span, Line = LineNow };
    }

    Expression ConditionalOf(ConditionalSyntax conditional, Scope scope)
    {
        _softDepth++;
        Expression test = Resolve(conditional.Test, scope);
        Expression then = Resolve(conditional.Then, scope);
        Expression? otherwise = conditional.Else is null ? null : Resolve(conditional.Else, scope);
        _softDepth--;
        if (test is Constant constant && IsFoldable(constant.Value) && (constant.Value.IsTrue || otherwise is not null))
        {
            return constant.Value.IsTrue ? then : otherwise!;
        }

        UndefinedValue? missing = otherwise is null ? MissingElse(conditional.Line) : null;
        return new Conditional(test, then, otherwise, missing) { Span = conditional.Span, Line = LineNow };
    }

    // Jinja2 makes its lenient undefined here even where others are strict.
    UndefinedValue MissingElse(int line) => new(
        _environment.Options.Undefined == UndefinedBehavior.Chainable ? UndefinedBehavior.Chainable : UndefinedBehavior.Lenient,
        null,
        hint: $"the inline if-expression on line {line} evaluated to false and no else section was defined.");

    Expression TupleOf(TupleSyntax tuple, Scope scope)
    {
        Expression[] items = ResolveAll(tuple.Items, scope);
        if (Array.TrueForAll(items, item => item is Constant constant && IsFoldable(constant.Value)))
        {
            Value[] values = [.. items.Select(item => ((Constant)item).Value)];
            return new Constant(Value.From(TupleValue.Over(values))) { Span = tuple.Span, Line = LineNow };
        }

        return new TupleExpression(items) { Span = tuple.Span, Line = LineNow };
    }
}
