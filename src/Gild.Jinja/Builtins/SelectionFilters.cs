using System.Numerics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>The filters that give a generator: nothing happens before something asks for the items.</summary>
static class SelectionFilters
{
    static readonly Signature BatchParameters = new("do_batch", 2, "value", "linecount", "fill_with");
    static readonly Signature ItemsParameters = new("do_items", 1, "value");
    static readonly Signature SliceParameters = new("sync_do_slice", 2, "value", "slices", "fill_with");
    static readonly Signature UniqueParameters = new("sync_do_unique", 1, "value", "case_sensitive", "attribute");

    /// <summary>What an empty list weighs against the limit on elements.</summary>
    const int ElementsPerList = 8;

    public static void Register(JinjaEnvironment environment)
    {
        environment.SetFilter("batch", Batch);
        environment.SetFilter("items", Items);
        environment.SetFilter("map", Map);
        environment.SetFilter("reject", (context, arguments) => Select(context, arguments, wanted: false, ofAttribute: false, "sync_do_reject"));
        environment.SetFilter("rejectattr", (context, arguments) => Select(context, arguments, wanted: false, ofAttribute: true, "sync_do_rejectattr"));
        environment.SetFilter("select", (context, arguments) => Select(context, arguments, wanted: true, ofAttribute: false, "sync_do_select"));
        environment.SetFilter("selectattr", (context, arguments) => Select(context, arguments, wanted: true, ofAttribute: true, "sync_do_selectattr"));
        environment.SetFilter("slice", Slice);
        environment.SetFilter("unique", Unique);
    }

    /// <summary>Arguments kept for later, those behind the piped value.</summary>
    sealed class KeptArguments(Arguments arguments)
    {
        public Value[] Positional { get; } = arguments.Positional[1..].ToArray();

        public string[] Names { get; } = arguments.KeywordNames.ToArray();

        public Value[] Values { get; } = arguments.KeywordValues.ToArray();
    }

    static Value Source(Arguments arguments, string function)
    {
        if (arguments.Count == 0)
        {
            throw JinjaException.TypeError($"{function}() missing 1 required positional argument: 'value'");
        }

        return arguments.TryGetKeyword("value", out _)
            ? throw JinjaException.TypeError($"{function}() got multiple values for argument 'value'")
            : arguments.Positional[0];
    }

    static Value Map(RenderContext context, Arguments arguments)
    {
        Value source = Source(arguments, "sync_do_map");
        return new IteratorValue(MapItems(context, source, new KeptArguments(arguments)), function: "sync_do_map");
    }

    static IEnumerable<Value> MapItems(RenderContext context, Value source, KeptArguments arguments)
    {
        if (!source.IsTrue)
        {
            yield break;
        }

        Func<Value, Value> mapping = PrepareMap(context, arguments);
        foreach (Value item in ValueOps.Walk(source))
        {
            yield return mapping(item);
        }
    }

    static Func<Value, Value> PrepareMap(RenderContext context, KeptArguments arguments)
    {
        Arguments kept = new(arguments.Positional, arguments.Names, arguments.Values);
        if (kept.Count == 0 && kept.TryGetKeyword("attribute", out Value attribute))
        {
            foreach (string name in arguments.Names)
            {
                if (name is not ("attribute" or "default"))
                {
                    throw JinjaException.FilterArgument($"Unexpected keyword argument '{name}'");
                }
            }

            kept.TryGetKeyword("default", out Value given);
            return new ItemGetter(context, attribute, ignoreCase: false, kept.TryGetKeyword("default", out _) ? given : Value.None).Get;
        }

        if (kept.Count == 0)
        {
            throw JinjaException.FilterArgument("map requires a filter argument");
        }

        return Prepare(context, arguments, 0, isTest: false);
    }

    /// <summary>A filter or test by the name in the arguments, with the arguments behind it; looked up at the first item.</summary>
    static Func<Value, Value> Prepare(RenderContext context, KeptArguments arguments, int at, bool isTest)
    {
        Value name = arguments.Positional[at];
        Value[] values = new Value[arguments.Positional.Length - at];
        arguments.Positional.AsSpan(at + 1).CopyTo(values.AsSpan(1));
        Function? function = null;
        return item =>
        {
            function ??= Find(context, name, isTest);
            context.Tick();
            values[0] = item;
            return function(context, new Arguments(values, arguments.Names, arguments.Values));
        };
    }

    static Function Find(RenderContext context, Value name, bool isTest)
    {
        ValueOps.HashOf(name);
        Function? function = null;
        bool isFound = name.TryGetText(out string text) && (isTest
            ? context.Environment.TryGetTest(text, out function)
            : context.Environment.TryGetFilter(text, out function));
        return isFound
            ? function!
            : throw JinjaException.Runtime($"No {(isTest ? "test" : "filter")} named {ValueText.ToRepr(name)} found.");
    }

    static Value Select(RenderContext context, Arguments arguments, bool wanted, bool ofAttribute, string function)
    {
        Value source = Source(arguments, function);
        return new IteratorValue(
            SelectItems(context, source, new KeptArguments(arguments), wanted, ofAttribute), function: "select_or_reject");
    }

    static IEnumerable<Value> SelectItems(
        RenderContext context, Value source, KeptArguments arguments, bool wanted, bool ofAttribute)
    {
        if (!source.IsTrue)
        {
            yield break;
        }

        Func<Value, bool> isChosen = PrepareSelection(context, arguments, ofAttribute);
        foreach (Value item in ValueOps.Walk(source))
        {
            if (isChosen(item) == wanted)
            {
                yield return item;
            }
        }
    }

    static Func<Value, bool> PrepareSelection(RenderContext context, KeptArguments arguments, bool ofAttribute)
    {
        Func<Value, Value> read = static item => item;
        int at = 0;
        if (ofAttribute)
        {
            Value attribute = arguments.Positional.Length > 0
                ? arguments.Positional[0]
                : throw JinjaException.FilterArgument("Missing parameter for attribute name");
            read = new ItemGetter(context, attribute, ignoreCase: false, Value.None).Get;
            at = 1;
        }

        if (arguments.Positional.Length <= at)
        {
            return item => read(item).IsTrue;
        }

        Func<Value, Value> test = Prepare(context, arguments, at, isTest: true);
        return item => test(read(item)).IsTrue;
    }

    static Value Unique(RenderContext context, Arguments arguments)
    {
        UniqueParameters.Check(arguments);
        return new IteratorValue(
            UniqueItems(
                context,
                arguments.Positional[0],
                arguments.Get(1, "case_sensitive", Value.False),
                arguments.Get(2, "attribute", Value.None)),
            function: "sync_do_unique");
    }

    static IEnumerable<Value> UniqueItems(RenderContext context, Value source, Value caseSensitive, Value attribute)
    {
        ItemGetter getter = new(context, attribute, !caseSensitive.IsTrue, Value.None);
        SetValue seen = new();
        foreach (Value item in ValueOps.Walk(source))
        {
            if (seen.Add(getter.Get(item)))
            {
                yield return item;
            }
        }
    }

    static Value Items(RenderContext context, Arguments arguments)
    {
        ItemsParameters.Check(arguments);
        return new IteratorValue(PairsOf(arguments.Positional[0]), function: "do_items");
    }

    static IEnumerable<Value> PairsOf(Value source)
    {
        if (source.IsUndefined)
        {
            yield break;
        }

        if (source.As<DictValue>() is not { } dict)
        {
            throw JinjaException.TypeError("Can only get item pairs from a mapping.");
        }

        foreach (KeyValuePair<Value, Value> entry in dict.Entries)
        {
            yield return TupleValue.Over([entry.Key, entry.Value]);
        }
    }

    static Value Batch(RenderContext context, Arguments arguments)
    {
        BatchParameters.Check(arguments);
        return new IteratorValue(
            Batches(arguments.Positional[0], arguments.Require(1, "linecount", "do_batch"), arguments.Get(2, "fill_with", Value.None)),
            function: "do_batch");
    }

    static IEnumerable<Value> Batches(Value source, Value size, Value fill)
    {
        List<Value> batch = [];
        foreach (Value item in ValueOps.Walk(source))
        {
            if (ValueOps.AreEqual(Value.From((long)batch.Count), size))
            {
                yield return ListValue.Over(batch);
                batch = [];
            }

            batch.Add(item);
        }

        if (batch.Count == 0)
        {
            yield break;
        }

        if (!fill.IsNone && ValueOps.IsLess(Value.From((long)batch.Count), size))
        {
            Value missing = ValueOps.Subtract(size, Value.From((long)batch.Count));
            Value filling = ValueOps.Multiply(new ListValue([fill]), missing);
            batch.AddRange(filling.As<ListValue>()!.Elements);
        }

        yield return ListValue.Over(batch);
    }

    static Value Slice(RenderContext context, Arguments arguments)
    {
        SliceParameters.Check(arguments);
        return new IteratorValue(
            Slices(arguments.Positional[0], arguments.Require(1, "slices", "sync_do_slice"), arguments.Get(2, "fill_with", Value.None)),
            function: "sync_do_slice");
    }

    static IEnumerable<Value> Slices(Value source, Value slices, Value fill)
    {
        List<Value> items = ValueOps.ToList(source);
        Value length = Value.From((long)items.Count);
        Value perSliceValue = ValueOps.FloorDivide(length, slices);
        Value withExtraValue = ValueOps.Modulo(length, slices);
        BigInteger count = Binding.Integer(slices);
        ValueOps.GuardSize((long)BigInteger.Min(count * ElementsPerList, long.MaxValue));
        int perSlice = (int)Binding.Integer(perSliceValue);
        int withExtra = (int)Binding.Integer(withExtraValue);
        int start = 0;
        for (BigInteger number = 0; number < count; number++)
        {
            int size = perSlice + (number < withExtra ? 1 : 0);
            List<Value> slice = items.GetRange(start, size);
            start += size;
            if (!fill.IsNone && number >= withExtra)
            {
                slice.Add(fill);
            }

            yield return ListValue.Over(slice);
        }
    }
}
