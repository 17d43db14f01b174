using System.Text;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>The filters over sequences and mappings that give their whole result at once.</summary>
static class SequenceFilters
{
    static readonly Signature DictSortParameters = new("do_dictsort", 1, "value", "case_sensitive", "by", "reverse");
    static readonly Signature FirstParameters = new("sync_do_first", 1, "seq");
    static readonly Signature GroupParameters = new("sync_do_groupby", 2, "value", "attribute", "default", "case_sensitive");
    static readonly Signature JoinParameters = new("sync_do_join", 1, "value", "d", "attribute");
    static readonly Signature LastParameters = new("do_last", 1, "seq");
    static readonly Signature ListParameters = new("sync_do_list", 1, "value");
    static readonly Signature MinParameters = new("do_min", 1, "value", "case_sensitive", "attribute");
    static readonly Signature MaxParameters = new("do_max", 1, "value", "case_sensitive", "attribute");
    static readonly Signature RandomParameters = new("do_random", 1, "seq");
    static readonly Signature ReverseParameters = new("do_reverse", 1, "value");
    static readonly Signature SortParameters = new("do_sort", 1, "value", "reverse", "case_sensitive", "attribute");
    static readonly Signature SumParameters = new("sync_do_sum", 1, "iterable", "attribute", "start");
    static readonly string[] GroupFields = ["grouper", "list"];

    public static void Register(JinjaEnvironment environment)
    {
        environment.SetFilter("count", Length);
        environment.SetFilter("length", Length);
        environment.SetFilter("dictsort", DictSort);
        environment.SetFilter("first", First);
        environment.SetFilter("groupby", GroupBy);
        environment.SetFilter("join", Join);
        environment.SetFilter("last", Last);
        environment.SetFilter("list", ToList);
        environment.SetFilter("max", (context, arguments) => Extreme(context, arguments, MaxParameters, ComparisonOperator.Greater));
        environment.SetFilter("min", (context, arguments) => Extreme(context, arguments, MinParameters, ComparisonOperator.Less));
        environment.SetFilter("random", PickRandom);
        environment.SetFilter("reverse", Reverse);
        environment.SetFilter("sort", Sort);
        environment.SetFilter("sum", Sum);
    }

    static Value Length(RenderContext context, Arguments arguments)
    {
        Binding.Positional(arguments, "len", 1, 1);
        return Value.From((long)ValueOps.LengthOf(arguments.Positional[0]));
    }

    static Value ToList(RenderContext context, Arguments arguments)
    {
        ListParameters.Check(arguments);
        return ListValue.Over(ValueOps.ToList(arguments.Positional[0]));
    }

    static Value First(RenderContext context, Arguments arguments)
    {
        FirstParameters.Check(arguments);
        foreach (Value item in ValueOps.Walk(arguments.Positional[0]))
        {
            return item;
        }

        return context.UndefinedFor(null, hint: "No first item, sequence was empty.");
    }

    static Value Last(RenderContext context, Arguments arguments)
    {
        LastParameters.Check(arguments);
        Value sequence = arguments.Positional[0];
        IEnumerable<Value> reversed = Reversing.TryReverse(sequence, out _)
            ?? throw JinjaException.TypeError($"'{ValueText.TypeNameOf(sequence)}' object is not reversible");
        foreach (Value item in reversed)
        {
            return item;
        }

        return context.UndefinedFor(null, hint: "No last item, sequence was empty.");
    }

    static Value Reverse(RenderContext context, Arguments arguments)
    {
        ReverseParameters.Check(arguments);
        Value value = arguments.Positional[0];
        if (value.TryGetText(out _))
        {
            return ValueOps.Slice(value, Value.None, Value.None, Value.From(-1L));
        }

        if (Reversing.TryReverse(value, out string typeName) is { } reversed)
        {
            return new IteratorValue(reversed, typeName);
        }

        List<Value> items;
        try
        {
            items = ValueOps.ToList(value);
        }
        catch (JinjaException e) when (e.Kind == "TypeError")
        {
            // A generator that fails on the way counts as not iterable as well.
            throw JinjaException.FilterArgument("argument must be iterable");
        }

        items.Reverse();
        return ListValue.Over(items);
    }

    static Value PickRandom(RenderContext context, Arguments arguments)
    {
        RandomParameters.Check(arguments);
        Value sequence = arguments.Positional[0];
        int length = ValueOps.LengthOf(sequence);
        if (length == 0)
        {
            return context.UndefinedFor(null, hint: "No random item, sequence was empty.");
        }

        Value index = Value.From((long)Random.Shared.Next(length));
        if (sequence.IsString)
        {
            ValueOps.TryGetTextItem(sequence, index, out Value character);
            return character;
        }

        return sequence.AsObject!.TryGetItem(index, out Value item) ? item
            : sequence.AsObject is DictValue ? throw JinjaException.KeyError(ValueText.ToRepr(index))
            : throw ValueOps.NotSubscriptable(sequence);
    }

    static Value Join(RenderContext context, Arguments arguments)
    {
        JoinParameters.Check(arguments);
        Value value = arguments.Positional[0];
        Value attribute = arguments.Get(2, "attribute", Value.None);
        ItemGetter? getter = null;
        if (!attribute.IsNone)
        {
            getter = new ItemGetter(context, attribute, ignoreCase: false, Value.None);
        }

        string separator = ValueText.ToText(arguments.Get(1, "d", Value.EmptyString));
        IEnumerable<Value> items = ValueOps.TryIterate(value)
            ?? throw JinjaException.TypeError(getter is null ? "can only join an iterable" : ValueOps.NotIterable(value).Message);
        StringBuilder joined = new();
        bool isFirst = true;
        foreach (Value item in items)
        {
            joined.Append(isFirst ? "" : separator);
            isFirst = false;
            Value shown = getter is null ? item : getter.Get(item);
            if (shown.IsInt64)
            {
                joined.Append(shown.AsInt64);
            }
            else
            {
                joined.Append(ValueText.ToText(shown));
            }

            ValueOps.GuardSize(joined.Length);
        }

        return Value.From(joined.ToString());
    }

    static Value Sum(RenderContext context, Arguments arguments)
    {
        SumParameters.Check(arguments);
        Value attribute = arguments.Get(1, "attribute", Value.None);
        Value total = arguments.Get(2, "start", Value.From(0L));
        ItemGetter getter = new(context, attribute, ignoreCase: false, Value.None);
        using ItemWalk items = ValueOps.Walk(arguments.Positional[0]);
        if (total.TryGetText(out _))
        {
            throw JinjaException.TypeError("sum() can't sum strings [use ''.join(seq) instead]");
        }

        if (total.AsObject is BytesValue)
        {
            throw JinjaException.TypeError("sum() can't sum bytes [use b''.join(seq) instead]");
        }

        foreach (Value item in items)
        {
            total = ValueOps.Add(total, getter.Get(item));
        }

        return total;
    }

    static Value Extreme(RenderContext context, Arguments arguments, Signature signature, ComparisonOperator better)
    {
        signature.Check(arguments);
        bool isCaseSensitive = arguments.Get(1, "case_sensitive", Value.False).IsTrue;
        ItemGetter? getter = null;
        Value best = default;
        Value bestKey = default;
        foreach (Value item in ValueOps.Walk(arguments.Positional[0]))
        {
            if (getter is null)
            {
                getter = new ItemGetter(context, arguments.Get(2, "attribute", Value.None), !isCaseSensitive, Value.None);
                best = item;
                bestKey = getter.Get(item);
                continue;
            }

            Value key = getter.Get(item);
            if (ValueOps.Compare(better, key, bestKey))
            {
                best = item;
                bestKey = key;
            }
        }

        return getter is null ? context.UndefinedFor(null, hint: "No aggregated item, sequence was empty.") : best;
    }

    static Value Sort(RenderContext context, Arguments arguments)
    {
        SortParameters.Check(arguments);
        Value reverse = arguments.Get(1, "reverse", Value.False);
        bool isCaseSensitive = arguments.Get(2, "case_sensitive", Value.False).IsTrue;
        ItemGetter[] getters = ItemGetter.Several(context, arguments.Get(3, "attribute", Value.None), !isCaseSensitive);
        Value[] items = ValueOps.ToArray(arguments.Positional[0]);
        bool isReversed = Binding.Flag(reverse);
        if (getters.Length == 1)
        {
            return ListValue.Over([.. Sorting.SortByListed(items, Array.ConvertAll(items, getters[0].Get), isReversed)]);
        }

        Value[] keys = Array.ConvertAll(items, item => SortKey(getters, item));
        return ListValue.Over([.. Sorting.Sort(items, keys, isReversed)]);
    }

    static Value SortKey(ItemGetter[] getters, Value item)
    {
        Value[] key = new Value[getters.Length];
        for (int i = 0; i < key.Length; i++)
        {
            key[i] = getters[i].Get(item);
        }

        return TupleValue.Over(key);
    }

    static Value DictSort(RenderContext context, Arguments arguments)
    {
        DictSortParameters.Check(arguments);
        bool isCaseSensitive = arguments.Get(1, "case_sensitive", Value.False).IsTrue;
        Value by = arguments.Get(2, "by", Value.From("key"));
        Value reverse = arguments.Get(3, "reverse", Value.False);
        bool byKey = ValueOps.AreEqual(by, Value.From("key"));
        if (!byKey && !ValueOps.AreEqual(by, Value.From("value")))
        {
            throw JinjaException.FilterArgument("You can only sort by either \"key\" or \"value\"");
        }

        Value source = arguments.Positional[0];
        DictValue dict = source.As<DictValue>() ?? throw Filters.NoAttribute(source, "items");
        bool isReversed = Binding.Flag(reverse);
        List<Value> items = new(dict.Count);
        List<Value> keys = new(dict.Count);
        foreach (KeyValuePair<Value, Value> entry in dict.Entries)
        {
            Value key = byKey ? entry.Key : entry.Value;
            keys.Add(isCaseSensitive ? key : ItemGetter.IgnoreCase(key));
            items.Add(TupleValue.Over([entry.Key, entry.Value]));
        }

        return ListValue.Over([.. Sorting.Sort([.. items], [.. keys], isReversed)]);
    }

    static Value GroupBy(RenderContext context, Arguments arguments)
    {
        GroupParameters.Check(arguments);
        Value attribute = arguments.Require(1, "attribute", GroupParameters.Function);
        Value otherwise = arguments.Get(2, "default", Value.None);
        bool isCaseSensitive = arguments.Get(3, "case_sensitive", Value.False).IsTrue;
        ItemGetter getter = new(context, attribute, !isCaseSensitive, otherwise);
        ItemGetter shown = isCaseSensitive ? getter : new ItemGetter(context, attribute, ignoreCase: false, otherwise);
        Value[] items = ValueOps.ToArray(arguments.Positional[0]);
        Value[] sorted = Sorting.Sort(items, Array.ConvertAll(items, getter.Get), isReversed: false);
        List<Value> groups = [];
        for (int start = 0; start < sorted.Length;)
        {
            Value key = getter.Get(sorted[start]);
            int end = start + 1;
            while (end < sorted.Length && ValueOps.AreSameOrEqual(key, getter.Get(sorted[end])))
            {
                end++;
            }

            groups.Add(TupleValue.Named(GroupFields, [shown.Get(sorted[start]), ListValue.Over([.. sorted[start..end]])]));
            start = end;
        }

        return ListValue.Over(groups);
    }
}
