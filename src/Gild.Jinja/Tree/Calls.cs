using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Tree;

/// <summary>The arguments of a call, filter or test as expressions.</summary>
sealed class ArgumentList(
    Expression[] positional, string[] keywordNames, Expression[] keywordValues, Expression? star, Expression? doubleStar)
{
    public static readonly ArgumentList None = new([], [], [], null, null);

    // How keyword arguments meet the parameters of the macro that was called last: almost always the same one.
    DirectBinding? _binding;

    sealed record DirectBinding(MacroCode Code, int[]? KeywordSlots);

    /// <summary>
    /// Evaluates the arguments straight into the slots of a macro's frame. False when it takes the general way: star arguments,
    /// varargs, kwargs, or arguments that do not fit.
    /// </summary>
    public bool TryEvaluateInto(MacroValue macro, Frame caller, out Frame frame)
    {
        MacroCode code = macro.Code;
        DirectBinding? binding = _binding;
        if (binding?.Code != code)
        {
            _binding = binding = new DirectBinding(code, BindingOf(code));
        }

        if (binding.KeywordSlots is not { } keywordSlots)
        {
            frame = null!;
            return false;
        }

        frame = caller.Context.RentFrame(code.SlotCount, macro.DefinedIn, macro.DefinedIn.Activation);
        for (int i = 0; i < positional.Length; i++)
        {
            Put(frame, code.ParameterSlots[i], positional[i].Evaluate(caller));
        }

        for (int i = 0; i < keywordSlots.Length; i++)
        {
            Put(frame, keywordSlots[i], keywordValues[i].Evaluate(caller));
        }

        code.BindSpecial(frame, null);
        return true;
    }

    static void Put(Frame frame, int slot, Value value) =>
        frame.Slots[slot] = value.IsMissing ? frame.Context.UndefinedFor(null) : value;

    int[]? BindingOf(MacroCode code)
    {
        if (HasStars || code.KeywordsSlot >= 0 || code.VariadicSlot >= 0 || positional.Length > code.Parameters.Length)
        {
            return null;
        }

        int[] slots = new int[keywordNames.Length];
        for (int i = 0; i < slots.Length; i++)
        {
            int parameter = Array.IndexOf(code.Parameters, keywordNames[i]);
            if (parameter < positional.Length)
            {
                return null;
            }

            slots[i] = code.ParameterSlots[parameter];
        }

        return slots;
    }

    public bool IsEmpty => positional.Length + keywordNames.Length == 0 && !HasStars;

    public bool IsPositionalOnly => keywordNames.Length == 0 && !HasStars;

    public bool HasStars => star is not null || doubleStar is not null;

    public Expression[] Positional => positional;

    /// <summary>
    /// Evaluates the arguments onto the context's stack; the names of keyword arguments come back in
    /// <paramref name="names"/> (their values are the last on the stack). Returns the mark to pop to.
    /// </summary>
    public int Push(Frame frame, Node place, out string[] names)
    {
        RenderContext context = frame.Context;
        int mark = context.PushArguments(positional, frame);
        if (star is not null)
        {
            Value items = star.Evaluate(frame);
            context.Current = place;
            PushStar(context, items);
        }

        context.PushMore(keywordValues, frame);
        names = keywordNames;
        if (doubleStar is not null)
        {
            Value items = doubleStar.Evaluate(frame);
            context.Current = place;
            names = PushDoubleStar(context, items);
        }

        return mark;
    }

    static void PushStar(RenderContext context, Value items)
    {
        if (items.AsObject is { } o ? o.Items is null && o is not UndefinedValue : !items.IsString)
        {
            throw JinjaException.TypeError($"Value after * must be an iterable, not {ValueText.TypeNameOf(items)}");
        }

        foreach (Value item in ValueOps.Walk(items))
        {
            context.Push(item);
        }
    }

    string[] PushDoubleStar(RenderContext context, Value items)
    {
        if (items.AsObject is UndefinedValue undefined)
        {
            throw undefined.Error();
        }

        if (items.As<DictValue>() is not { } dict)
        {
            throw JinjaException.TypeError($"argument after ** must be a mapping, not {ValueText.TypeNameOf(items)}");
        }

        List<string> names = [.. keywordNames];
        foreach ((Value key, Value value) in dict.Entries)
        {
            if (!key.TryGetText(out string name))
            {
                throw JinjaException.TypeError("keywords must be strings");
            }

            if (names.Contains(name))
            {
                throw JinjaException.TypeError($"got multiple values for keyword argument '{name}'");
            }

            names.Add(name);
            context.Push(value);
        }

        return [.. names];
    }
}

/// <summary><c>callee(...)</c>.</summary>
sealed class Call(Expression callee, ArgumentList arguments) : Expression
{
    public Expression Callee { get; } = callee;

    public ArgumentList Arguments { get; } = arguments;

    public override Value Evaluate(Frame frame)
    {
        Value target = Callee.Evaluate(frame);
        return Invoke(frame, target, this, Arguments);
    }

    /// <summary>
    /// Calls and writes the result: a macro writes straight to the output, without a string in between.
    /// </summary>
    public Value EvaluateToOutput(Frame frame, out bool written)
    {
        Value target = Callee.Evaluate(frame);
        if (target.AsObject is not OutputCallable callable)
        {
            written = false;
            return Invoke(frame, target, this, Arguments);
        }

        RenderContext context = frame.Context;
        if (callable is MacroValue macro && Arguments.TryEvaluateInto(macro, frame, out Frame inner))
        {
            context.Current = this;
            return macro.Run(context, inner, out written);
        }

        int mark = Arguments.Push(frame, this, out string[] names);
        context.Current = this;
        Value result = callable.CallToOutput(context, context.ArgumentsOnStack(mark, names), out written);
        context.PopArguments(mark);
        return result;
    }

    public static Value Invoke(Frame frame, Value target, Node place, ArgumentList arguments)
    {
        RenderContext context = frame.Context;
        int mark = arguments.Push(frame, place, out string[] names);
        context.Current = place;
        Value result = context.Call(target, context.ArgumentsOnStack(mark, names));
        context.PopArguments(mark);
        return result;
    }
}

/// <summary>Something callable whose result is text that it can write to the output directly.</summary>
abstract class OutputCallable : JinjaObject
{
    public override bool IsCallable => true;

    /// <summary>Calls; when <paramref name="written"/>, the text is in the output and the value means nothing.</summary>
    public abstract Value CallToOutput(RenderContext context, Arguments arguments, out bool written);

    public override Value Call(RenderContext context, Arguments arguments)
    {
        int mark = context.Output.Length;
        Value result = CallToOutput(context, arguments, out bool written);
        return written ? context.Output.TakeFrom(mark) : result;
    }
}

/// <summary><c>target.name(...)</c>, without making a bound method.</summary>
sealed class MethodCall(Expression target, string name, ArgumentList arguments) : Expression
{
    public override Value Evaluate(Frame frame)
    {
        RenderContext context = frame.Context;
        Value value = target.Evaluate(frame);
        context.Current = this;
        if (value.IsUndefined)
        {
            // Python looks the attribute up before it evaluates the arguments.
            return Call.Invoke(frame, context.GetAttribute(value, name), this, arguments);
        }

        int mark = arguments.Push(frame, this, out string[] names);
        context.Current = this;
        Value result = context.CallMethod(value, name, context.ArgumentsOnStack(mark, names));
        context.PopArguments(mark);
        return SizeGuard.Check(context, result);
    }
}

/// <summary><c>value | filter(...)</c> and <c>value is test(...)</c>: a delegate, the value as first argument.</summary>
abstract class Piped(Function function, Expression? target, ArgumentList arguments) : Expression
{
    protected Value Invoke(Frame frame)
    {
        RenderContext context = frame.Context;
        Value value = target is null ? context.TakeBlockText() : target.Evaluate(frame);
        if (arguments.IsEmpty)
        {
            context.Current = this;
            return SizeGuard.Check(context, function(context, new Arguments(new ReadOnlySpan<Value>(in value))));
        }

        int mark = context.PushArgument(value);
        arguments.Push(frame, this, out string[] names);
        context.Current = this;
        Value result = function(context, context.ArgumentsOnStack(mark, names));
        context.PopArguments(mark);
        return SizeGuard.Check(context, result);
    }
}

/// <summary>
/// Texts that grow from call to call (<c>|tojson|tojson…</c> doubles) end in an error before memory does; long texts and lists count
/// as the loop that makes them.
/// </summary>
static class SizeGuard
{
    const int LongText = 4096;

    // What a list's element weighs beside a character of a text.
    const int CharactersPerElement = 8;

    public static Value Check(RenderContext context, Value value)
    {
        if (value.TryGetText(out string text) && text.Length > LongText)
        {
            ValueOps.GuardSize(text.Length);
            context.CountText(text.Length);
        }
        else if (value.As<ListValue>() is { } list && list.Elements.Count > LongText)
        {
            context.CountText(list.Elements.Count * CharactersPerElement);
        }

        return value;
    }
}

sealed class FilterCall(Function filter, Expression? target, ArgumentList arguments) : Piped(filter, target, arguments)
{
    public override Value Evaluate(Frame frame) => Invoke(frame);
}

sealed class TestCall(Function test, Expression target, ArgumentList arguments) : Piped(test, target, arguments)
{
    public override Value Evaluate(Frame frame) => Invoke(frame);
}

/// <summary><c>value is defined</c>.</summary>
sealed class DefinedTest(Expression target) : Expression
{
    public override Value Evaluate(Frame frame) => !target.Evaluate(frame).IsUndefined;

    public override bool IsTrue(Frame frame) => !target.Evaluate(frame).IsUndefined;
}

/// <summary>dbt's <c>return(x)</c> in the middle of an expression: leaves the running macro.</summary>
sealed class ReturnCall(Expression value) : Expression
{
    public Expression Value { get; } = value;

    public override Value Evaluate(Frame frame)
    {
        Value result = Value.Evaluate(frame);
        frame.Context.Current = this;
        throw new MacroReturn(result);
    }
}

/// <summary>Carries the value of a <c>return</c> that is not a statement of its macro's own body.</summary>
sealed class MacroReturn(Value value) : Exception
{
    public Value Value { get; } = value;
}
