using System.Collections.Frozen;
using System.Numerics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>The methods of <c>list</c> and <c>tuple</c>.</summary>
static class ListMethods
{
    public static readonly FrozenSet<string> Names = FrozenSet.Create(
        "append", "extend", "insert", "pop", "remove", "sort", "reverse", "index", "count", "copy", "clear");

    public static readonly FrozenSet<string> TupleNames = FrozenSet.Create("index", "count");

    public static bool TryCall(TupleValue tuple, string name, Arguments arguments, out Value result)
    {
        result = default;
        if (!TupleNames.Contains(name))
        {
            return false;
        }

        result = name == "index" ? Index(tuple.Span, "tuple", arguments) : Count(tuple.Span, arguments);
        return true;
    }

    public static bool TryCall(RenderContext context, ListValue list, string name, Arguments arguments, out Value result)
    {
        if (!Names.Contains(name))
        {
            result = default;
            return false;
        }

        result = Call(context, list, name, arguments);
        return true;
    }

    static Value Call(RenderContext context, ListValue list, string name, Arguments arguments)
    {
        List<Value> elements = list.Elements;
        switch (name)
        {
            case "index":
                return Index(list.Span, "list", arguments);
            case "count":
                return Count(list.Span, arguments);
            case "pop":
                return Pop(elements, arguments);
            case "copy":
                Binding.Positional(arguments, "copy", 0, 0);
                return new ListValue(elements);
            case "append":
                Binding.Positional(arguments, "append", 1, 1);
                ValueOps.GuardSize(elements.Count + 1L);
                elements.Add(arguments.Positional[0]);
                break;
            case "extend":
                Binding.Positional(arguments, "extend", 1, 1);
                Extend(elements, arguments.Positional[0]);
                break;
            case "insert":
                Binding.Positional(arguments, "insert", 2, 2);
                ValueOps.GuardSize(elements.Count + 1L);
                elements.Insert(Position(Binding.Size(arguments.Positional[0]), elements.Count), arguments.Positional[1]);
                break;
            case "remove":
                Binding.Positional(arguments, "remove", 1, 1);
                int at = ValueOps.IndexOf(list.Span, arguments.Positional[0]);
                elements.RemoveAt(at >= 0 ? at : throw JinjaException.ValueError("list.remove(x): x not in list"));
                break;
            case "reverse":
                Binding.Positional(arguments, "reverse", 0, 0);
                elements.Reverse();
                break;
            case "clear":
                Binding.Positional(arguments, "clear", 0, 0);
                elements.Clear();
                break;
            default:
                Sort(context, elements, arguments);
                break;
        }

        return Value.None;
    }

    static void Extend(List<Value> elements, Value source)
    {
        // A list may extend itself.
        foreach (Value item in source.AsObject is ListValue or TupleValue ? ValueOps.ToList(source) : ValueOps.Iterate(source))
        {
            ValueOps.GuardSize(elements.Count + 1L);
            elements.Add(item);
        }
    }

    static Value Pop(List<Value> elements, Arguments arguments)
    {
        Binding.Positional(arguments, "pop", 0, 1);
        long index = arguments.Count == 0 ? -1 : Binding.Size(arguments.Positional[0]);
        if (elements.Count == 0)
        {
            throw JinjaException.IndexError("pop from empty list");
        }

        index = index < 0 ? index + elements.Count : index;
        if (index < 0 || index >= elements.Count)
        {
            throw JinjaException.IndexError("pop index out of range");
        }

        Value popped = elements[(int)index];
        elements.RemoveAt((int)index);
        return popped;
    }

    static void Sort(RenderContext context, List<Value> elements, Arguments arguments)
    {
        if (arguments.Count > 0)
        {
            throw JinjaException.TypeError("sort() takes no positional arguments");
        }

        arguments.CheckSignature("sort", ["key", "reverse"]);
        Value key = arguments.Get(0, "key", Value.None);
        bool isReversed = Binding.Flag(arguments.Get(1, "reverse", Value.False));
        Value[] items = [.. elements];
        Value[] keys = items;
        if (!key.IsNone)
        {
            keys = new Value[items.Length];
            for (int i = 0; i < items.Length; i++)
            {
                keys[i] = context.Call(key, new Arguments(items.AsSpan(i, 1)));
            }
        }

        Value[] sorted = Sorting.Sort(items, keys, isReversed);
        if (elements.Count != items.Length)
        {
            throw JinjaException.ValueError("list modified during sort");
        }

        elements.Clear();
        elements.AddRange(sorted);
    }

    static Value Index(ReadOnlySpan<Value> elements, string type, Arguments arguments)
    {
        Binding.Positional(arguments, "index", 1, 3);
        int from = arguments.Count > 1 ? Position(Clamped(arguments.Positional[1]), elements.Length) : 0;
        int to = arguments.Count > 2 ? Position(Clamped(arguments.Positional[2]), elements.Length) : elements.Length;
        int found = from < to ? ValueOps.IndexOf(elements[from..to], arguments.Positional[0]) : -1;
        if (found >= 0)
        {
            return Value.From((long)found + from);
        }

        throw JinjaException.ValueError(type == "list"
            ? $"{ValueText.ToRepr(arguments.Positional[0])} is not in list"
            : "tuple.index(x): x not in tuple");
    }

    static long Clamped(Value value) => value.TryGetInteger(out BigInteger integer)
        ? (long)BigInteger.Clamp(integer, int.MinValue, int.MaxValue)
        : throw JinjaException.TypeError("slice indices must be integers or have an __index__ method");

    /// <summary>An index, from the end when negative, fitted to the length.</summary>
    static int Position(long index, int length) => (int)Math.Clamp(index < 0 ? index + length : index, 0, length);

    static Value Count(ReadOnlySpan<Value> elements, Arguments arguments)
    {
        Binding.Positional(arguments, "count", 1, 1);
        long count = 0;
        foreach (Value element in elements)
        {
            count += ValueOps.AreSameOrEqual(element, arguments.Positional[0]) ? 1 : 0;
        }

        return Value.From(count);
    }
}
