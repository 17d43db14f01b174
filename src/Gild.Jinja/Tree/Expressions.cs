using System.Runtime.CompilerServices;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Parsing;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Tree;

sealed class TupleExpression(Expression[] items) : Expression
{
    public override Value Evaluate(Frame frame)
    {
        Value[] values = new Value[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            values[i] = items[i].Evaluate(frame);
        }

        return Value.From(TupleValue.Over(values));
    }
}

sealed class ListExpression(Expression[] items) : Expression
{
    public override Value Evaluate(Frame frame)
    {
        ListValue list = new();
        list.Elements.EnsureCapacity(items.Length);
        foreach (Expression item in items)
        {
            list.Elements.Add(item.Evaluate(frame));
        }

        return Value.From(list);
    }
}

sealed class DictExpression((Expression Key, Expression Value)[] items) : Expression
{
    public override Value Evaluate(Frame frame)
    {
        DictValue dict = new();
        foreach ((Expression key, Expression value) in items)
        {
            Value keyValue = key.Evaluate(frame);
            Value itemValue = value.Evaluate(frame);
            frame.Context.Current = this;
            dict[keyValue] = itemValue;
        }

        return Value.From(dict);
    }
}

/// <summary><c>a if test else b</c>; without an else, undefined that says so (<paramref name="missing"/>).</summary>
sealed class Conditional(Expression test, Expression then, Expression? otherwise, UndefinedValue? missing) : Expression
{
    public override Value Evaluate(Frame frame)
    {
        if (test.IsTrue(frame))
        {
            return then.Evaluate(frame);
        }

        return otherwise is not null ? otherwise.Evaluate(frame) : Value.From(missing);
    }
}

sealed class And(Expression left, Expression right) : Expression
{
    public override Value Evaluate(Frame frame)
    {
        Value value = left.Evaluate(frame);
        if (!value.IsBool)
        {
            frame.Context.Current = this;
        }

        return value.IsTrue ? right.Evaluate(frame) : value;
    }

    public override bool IsTrue(Frame frame) => left.IsTrue(frame) && right.IsTrue(frame);
}

sealed class Or(Expression left, Expression right) : Expression
{
    public override Value Evaluate(Frame frame)
    {
        Value value = left.Evaluate(frame);
        if (!value.IsBool)
        {
            frame.Context.Current = this;
        }

        return value.IsTrue ? value : right.Evaluate(frame);
    }

    public override bool IsTrue(Frame frame) => left.IsTrue(frame) || right.IsTrue(frame);
}

sealed class Not(Expression operand) : Expression
{
    public override Value Evaluate(Frame frame) => !operand.IsTrue(frame);

    public override bool IsTrue(Frame frame) => !operand.IsTrue(frame);
}

sealed class Negate(Expression operand) : Expression
{
    public override Value Evaluate(Frame frame)
    {
        Value value = operand.Evaluate(frame);
        frame.Context.Current = this;
        return ValueOps.Negate(value);
    }
}

sealed class Plus(Expression operand) : Expression
{
    public override Value Evaluate(Frame frame)
    {
        Value value = operand.Evaluate(frame);
        frame.Context.Current = this;
        return ValueOps.Positive(value);
    }
}

sealed class Binary(BinaryOperator op, Expression left, Expression right) : Expression
{
    public override Value Evaluate(Frame frame)
    {
        Value a = left.Evaluate(frame);
        Value b = right.Evaluate(frame);
        if (a.IsInt64 && b.IsInt64)
        {
            long x = a.AsInt64;
            long y = b.AsInt64;
            long result;
            switch (op)
            {
                case BinaryOperator.Add:
                    result = x + y;
                    if (((x ^ result) & (y ^ result)) >= 0)
                    {
                        return result;
                    }

                    break;
                case BinaryOperator.Subtract:
                    result = x - y;
                    if (((x ^ y) & (x ^ result)) >= 0)
                    {
                        return result;
                    }

                    break;
                case BinaryOperator.Modulo when y > 0:
                    result = x % y;
                    return result < 0 ? result + y : result;
            }
        }

        frame.Context.Current = this;
        return ValueOps.Binary(op, a, b);
    }
}

/// <summary>One comparison: <c>a &lt; b</c>, <c>a in b</c>.</summary>
sealed class Compare(CompareOperator op, Expression left, Expression right) : Expression
{
    public override Value Evaluate(Frame frame) => IsTrue(frame);

    public override bool IsTrue(Frame frame)
    {
        Value a = left.Evaluate(frame);
        Value b = right.Evaluate(frame);
        if (a.IsInt64 && b.IsInt64)
        {
            long x = a.AsInt64;
            long y = b.AsInt64;
            switch (op)
            {
                case CompareOperator.Equal:
                    return x == y;
                case CompareOperator.NotEqual:
                    return x != y;
                case CompareOperator.Less:
                    return x < y;
                case CompareOperator.LessEqual:
                    return x <= y;
                case CompareOperator.Greater:
                    return x > y;
                case CompareOperator.GreaterEqual:
                    return x >= y;
            }
        }
        else if (a.AsString is { } s)
        {
            if (op <= CompareOperator.NotEqual && b.AsString is { } t)
            {
                return string.Equals(s, t) == (op == CompareOperator.Equal);
            }

            if (op >= CompareOperator.In && b.As<ListValue>() is { } list && TryFind(list, s, out bool found))
            {
                return found == (op == CompareOperator.In);
            }
        }

        frame.Context.Current = this;
        return Holds(op, a, b);
    }

    // A text among texts, the usual case; anything else in the list goes the general way.
    static bool TryFind(ListValue list, string text, out bool found)
    {
        foreach (Value element in list.Span)
        {
            if (element.AsString is not { } other)
            {
                found = false;
                return false;
            }

            if (string.Equals(text, other))
            {
                found = true;
                return true;
            }
        }

        found = false;
        return true;
    }

    public static bool Holds(CompareOperator op, Value a, Value b) => op switch
    {
        CompareOperator.In => ValueOps.Contains(b, a),
        CompareOperator.NotIn => !ValueOps.Contains(b, a),
        _ => ValueOps.Compare((ComparisonOperator)op, a, b),
    };
}

/// <summary><c>a &lt; b &lt; c</c>: each operand is evaluated once.</summary>
sealed class CompareChain(Expression first, (CompareOperator Operator, Expression Operand)[] rest) : Expression
{
    public override Value Evaluate(Frame frame) => IsTrue(frame);

    public override bool IsTrue(Frame frame)
    {
        Value left = first.Evaluate(frame);
        foreach ((CompareOperator op, Expression operand) in rest)
        {
            Value right = operand.Evaluate(frame);
            frame.Context.Current = this;
            if (!Compare.Holds(op, left, right))
            {
                return false;
            }

            left = right;
        }

        return true;
    }
}

/// <summary><c>a ~ b ~ c</c>: built behind the output's end and taken off again.</summary>
sealed class Concat(Expression[] parts) : Expression
{
    public override Value Evaluate(Frame frame)
    {
        RenderContext context = frame.Context;
        if (parts.Length == 2)
        {
            return Join(context, parts[0].Evaluate(frame), parts[1].Evaluate(frame));
        }

        // All operands are evaluated before the first is turned into text: some write to the output meanwhile.
        int mark = context.PushArguments(parts, frame);
        OutputBuffer output = context.Output;
        int start = output.Length;
        context.Current = this;
        foreach (Value part in context.ArgumentsFrom(mark))
        {
            output.Append(part);
        }

        context.PopArguments(mark);
        return output.TakeFrom(start);
    }

    Value Join(RenderContext context, Value left, Value right)
    {
        if (left.AsString is { } a && right.AsString is { } b && a.Length + (long)b.Length <= ValueOps.MaxElements)
        {
            return string.Concat(a, b);
        }

        int start = context.Output.Length;
        context.Current = this;
        context.Output.Append(left);
        context.Output.Append(right);
        return context.Output.TakeFrom(start);
    }
}

sealed class Attribute(Expression target, string name) : Expression
{
    // A method of dict wins over an item of the same name.
    readonly bool _itemFirst = !DictMethods.Contains(name) && !name.StartsWith('_');

    static readonly HashSet<string> DictMethods =
        ["clear", "copy", "fromkeys", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values"];

    public Expression Target { get; } = target;

    public string Name { get; } = name;

    public override Value Evaluate(Frame frame)
    {
        Value value = Target.Evaluate(frame);
        if (_itemFirst && value.As<DictValue>() is { } dict && dict.TryGetValue(Name, out Value item))
        {
            return item;
        }

        frame.Context.Current = this;
        return frame.Context.GetAttribute(value, Name);
    }
}

sealed class Item(Expression target, Expression key) : Expression
{
    public override Value Evaluate(Frame frame)
    {
        Value value = target.Evaluate(frame);
        Value index = key.Evaluate(frame);
        if (index.IsInt64 && value.As<ListValue>() is { } list && (ulong)index.AsInt64 < (ulong)list.Elements.Count)
        {
            return list.Elements[(int)index.AsInt64];
        }

        if (index.AsString is { } name && value.As<DictValue>() is { } dict && dict.TryGetValue(name, out Value item))
        {
            return item;
        }

        frame.Context.Current = this;
        return frame.Context.GetItem(value, index);
    }
}

sealed class Slice(bool isLenient, Expression target, Expression? start, Expression? stop, Expression? step) : Expression
{
    public override Value Evaluate(Frame frame)
    {
        Value value = target.Evaluate(frame);
        Value from = start?.Evaluate(frame) ?? Value.None;
        Value to = stop?.Evaluate(frame) ?? Value.None;
        Value by = step?.Evaluate(frame) ?? Value.None;
        frame.Context.Current = this;
        try
        {
            return ValueOps.Slice(value, from, to, by);
        }
        catch (JinjaException e) when (isLenient && e.Kind is ("TypeError" or "KeyError" or "IndexError"))
        {
            return frame.Context.UndefinedFor(null, hint: e.Message);
        }
    }
}

/// <summary>Stands between the levels of a very deep expression and looks at what is left of the native stack.</summary>
sealed class StackGuard(Expression inner) : Expression
{
    /// <summary>Levels of an expression between two looks.</summary>
    public const int Distance = 48;

    /// <summary>Looks at the native stack on the way down a very deep expression.</summary>
    public static void Check(ExpressionSyntax expression, SourceText source)
    {
        if (expression.Depth % Distance == 0 && !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw JinjaException.Recursion("the expression is nested too deeply").At(source, expression.Span, expression.Line);
        }
    }

    public override Value Evaluate(Frame frame)
    {
        frame.Context.EnsureStack(this);
        return inner.Evaluate(frame);
    }

    public override bool IsTrue(Frame frame)
    {
        frame.Context.EnsureStack(this);
        return inner.IsTrue(frame);
    }
}
