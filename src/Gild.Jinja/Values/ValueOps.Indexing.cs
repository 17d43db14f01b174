using System.Numerics;
using Gild.Jinja.Unicode;

namespace Gild.Jinja.Values;

public static partial class ValueOps
{
    /// <summary><c>value[key]</c> of a text: an index by code point, from the end when negative. False when there is no such item.</summary>
    public static bool TryGetTextItem(Value text, Value key, out Value value)
    {
        value = default;
        if (!text.TryGetText(out string characters) || !(key.IsInt64 || key.IsBool))
        {
            return false;
        }

        long index = key.AsInt64;
        bool isWide = CodePoints.HasSurrogates(characters);
        if (index < 0)
        {
            index += isWide ? CodePoints.Count(characters) : characters.Length;
        }

        if (index < 0 || index >= characters.Length)
        {
            return false;
        }

        int offset = isWide ? CodePoints.OffsetOf(characters, (int)index) : (int)index;
        if (offset >= characters.Length)
        {
            return false;
        }

        string one = CodePoints.ToText(CodePoints.At(characters, offset, out _));
        value = text.IsString ? Value.From(one) : Value.From(new MarkupValue(one));
        return true;
    }

    internal static bool TryGetIndexed(ReadOnlySpan<Value> elements, Value key, out Value value)
    {
        if (key.IsInt64 || key.IsBool)
        {
            long index = key.AsInt64;
            index = index < 0 ? index + elements.Length : index;
            if (index >= 0 && index < elements.Length)
            {
                value = elements[(int)index];
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Python's <c>value[start:stop:step]</c>; a bound that is absent is None.</summary>
    /// <exception cref="JinjaException">TypeError, ValueError for a step of zero, UndefinedError.</exception>
    public static Value Slice(Value value, Value start, Value stop, Value step)
    {
        if (value.IsUndefined)
        {
            return value.As<UndefinedValue>() is { Behavior: UndefinedBehavior.Chainable } ? value : throw UndefinedUse(value);
        }

        if (value.AsString is { } text)
        {
            return SliceText(text, start, stop, step);
        }

        switch (value.AsObject)
        {
            case ListValue list:
                return ListValue.Over([.. SliceElements(list.Span, start, stop, step)]);
            case TupleValue tuple:
                return TupleValue.Over(SliceElements(tuple.Span, start, stop, step));
            case MarkupValue markup:
                return new MarkupValue(SliceText(markup.Text, start, stop, step));
            case RangeValue range:
                return range.Slice(start, stop, step);
            case BytesValue bytes:
                SliceBounds bounds = SliceBounds.Of(start, stop, step, bytes.Span.Length);
                byte[] part = new byte[bounds.Count];
                for (int i = 0; i < part.Length; i++)
                {
                    part[i] = bytes.Span[bounds.At(i)];
                }

                return new BytesValue(part);
            case DictValue:
                throw Unhashable("slice");
            default:
                throw NotSubscriptable(value);
        }
    }

    internal static JinjaException NotSubscriptable(Value value) =>
        JinjaException.TypeError($"'{ValueText.TypeNameOf(value)}' object is not subscriptable");

    static Value[] SliceElements(ReadOnlySpan<Value> elements, Value start, Value stop, Value step)
    {
        SliceBounds bounds = SliceBounds.Of(start, stop, step, elements.Length);
        if (bounds.Step == 1)
        {
            return elements.Slice(bounds.Start, bounds.Count).ToArray();
        }

        Value[] part = new Value[bounds.Count];
        for (int i = 0; i < part.Length; i++)
        {
            part[i] = elements[bounds.At(i)];
        }

        return part;
    }

    static string SliceText(string text, Value start, Value stop, Value step)
    {
        if (CodePoints.HasSurrogates(text))
        {
            int[] points = CodePoints.ToArray(text);
            SliceBounds wide = SliceBounds.Of(start, stop, step, points.Length);
            int[] chosen = new int[wide.Count];
            for (int i = 0; i < chosen.Length; i++)
            {
                chosen[i] = points[wide.At(i)];
            }

            return CodePoints.FromSpan(chosen);
        }

        SliceBounds bounds = SliceBounds.Of(start, stop, step, text.Length);
        if (bounds.Step == 1)
        {
            return text.Substring(bounds.Start, bounds.Count);
        }

        return string.Create(bounds.Count, (text, bounds), static (span, state) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = state.text[state.bounds.At(i)];
            }
        });
    }
}

/// <summary>The bounds of a slice, fitted to a length as <c>slice.indices</c> does.</summary>
readonly record struct SliceBounds(int Start, long Step, int Count)
{
    public int At(int index) => (int)(Start + (index * Step));

    /// <exception cref="JinjaException">TypeError for a bound that is no integer, ValueError for a step of zero.</exception>
    public static SliceBounds Of(Value start, Value stop, Value step, int length)
    {
        (long from, long to, long by) = Limits(start, stop, step, length);
        long count = by > 0 ? (to - from + by - 1) / by : (from - to - by - 1) / -by;
        bool isEmpty = by > 0 ? from >= to : from <= to;
        return isEmpty ? new SliceBounds(0, 1, 0) : new SliceBounds((int)from, by, (int)count);
    }

    /// <summary>First bound, end bound and step, before looking whether anything lies between.</summary>
    public static (long From, long To, long Step) Limits(Value start, Value stop, Value step, int length)
    {
        long by = step.IsNone ? 1 : Bound(step);
        if (by == 0)
        {
            throw JinjaException.ValueError("slice step cannot be zero");
        }

        long lowest = by > 0 ? 0 : -1;
        long highest = by > 0 ? length : length - 1;
        long from = start.IsNone ? (by > 0 ? lowest : highest) : Fit(Bound(start), length, lowest, highest);
        long to = stop.IsNone ? (by > 0 ? highest : lowest) : Fit(Bound(stop), length, lowest, highest);
        return (from, to, by);
    }

    static long Fit(long bound, int length, long lowest, long highest)
    {
        bound = bound < 0 ? bound + length : bound;
        return Math.Clamp(bound, lowest, highest);
    }

    /// <summary>A bound, cut to a size that no text or list reaches.</summary>
    static long Bound(Value value)
    {
        if (!value.TryGetInteger(out BigInteger integer))
        {
            throw JinjaException.TypeError("slice indices must be integers or None or have an __index__ method");
        }

        return (long)BigInteger.Max(-(long.MaxValue >> 2), BigInteger.Min(long.MaxValue >> 2, integer));
    }
}
