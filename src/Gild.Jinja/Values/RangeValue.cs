using System.Numerics;
using Gild.Jinja.Builtins;
using Gild.Jinja.Runtime;

namespace Gild.Jinja.Values;

/// <summary>Python's <c>range</c>, of at most <see cref="MaxLength"/> items as in Jinja2's sandbox.</summary>
public sealed class RangeValue : JinjaObject
{
    /// <summary>Most items of a range that a template may make.</summary>
    public const int MaxLength = 100_000;

    readonly BigInteger _start;
    readonly BigInteger _stop;
    readonly BigInteger _step;
    readonly long _first;
    readonly long _by;
    readonly bool _isSmall;

    /// <exception cref="JinjaException">ValueError for a step of zero, OverflowError for too many items.</exception>
    public RangeValue(BigInteger start, BigInteger stop, BigInteger step)
    {
        if (step.IsZero)
        {
            throw JinjaException.ValueError("range() arg 3 must not be zero");
        }

        BigInteger span = step.Sign > 0 ? stop - start : start - stop;
        BigInteger size = BigInteger.Abs(step);
        BigInteger count = span.Sign <= 0 ? BigInteger.Zero : ((span - 1) / size) + 1;
        if (count > MaxLength)
        {
            throw JinjaException.Overflow(
                $"Range too big. The sandbox blocks ranges larger than MAX_RANGE ({MaxLength}).");
        }

        (_start, _stop, _step, Count) = (start, stop, step, (int)count);
        BigInteger last = start + (step * Count);
        _isSmall = Fits(start) && Fits(last) && Fits(step);
        if (_isSmall)
        {
            (_first, _by) = ((long)start, (long)step);
        }
    }

    public int Count { get; }

    /// <summary>The item at an index that is known to be inside.</summary>
    public Value At(int index) => _isSmall ? Value.From(_first + (_by * index)) : Value.From(_start + (_step * index));

    public override string TypeName => "range";

    public override int? Length => Count;

    public override IEnumerable<Value> Items
    {
        get
        {
            for (int i = 0; i < Count; i++)
            {
                yield return At(i);
            }
        }
    }

    public override string ToRepr() => _step.IsOne ? $"range({_start}, {_stop})" : $"range({_start}, {_stop}, {_step})";

    public override bool Contains(Value value) => TryFind(value, out _);

    /// <summary>Finds the index of an item.</summary>
    public bool TryFind(Value value, out int index)
    {
        index = -1;
        if (value.TryGetInteger(out BigInteger integer))
        {
            BigInteger distance = BigInteger.DivRem(integer - _start, _step, out BigInteger rest);
            if (rest.IsZero && distance.Sign >= 0 && distance < Count)
            {
                index = (int)distance;
            }
        }
        else if (value.IsFloat || value.AsObject is not null)
        {
            for (int i = 0; i < Count && index < 0; i++)
            {
                index = ValueOps.AreEqual(At(i), value) ? i : -1;
            }
        }

        return index >= 0;
    }

    public override bool IsEqualTo(Value other) => other.As<RangeValue>() is { } range && Count == range.Count
        && (Count == 0 || (_start == range._start && (Count == 1 || _step == range._step)));

    public override int HashCode =>
        Count == 0 ? 0 : Count == 1 ? System.HashCode.Combine(1, _start) : System.HashCode.Combine(Count, _start, _step);

    public override bool TryGetItem(Value key, out Value value)
    {
        if (key.IsInt64 || key.IsBool)
        {
            long index = key.AsInt64 < 0 ? key.AsInt64 + Count : key.AsInt64;
            if (index >= 0 && index < Count)
            {
                value = At((int)index);
                return true;
            }
        }

        value = default;
        return false;
    }

    public override bool TryGetAttribute(string name, out Value value)
    {
        switch (name)
        {
            case "start":
                value = Value.From(_start);
                return true;
            case "stop":
                value = Value.From(_stop);
                return true;
            case "step":
                value = Value.From(_step);
                return true;
            default:
                return BoundMethodValue.TryBind(this, name, name is "count" or "index", out value);
        }
    }

    public override bool TryCallMethod(RenderContext context, string name, Arguments arguments, out Value result)
    {
        result = default;
        if (name is not ("count" or "index"))
        {
            return false;
        }

        Binding.Positional(arguments, $"range.{name}", 1, 1);
        bool isFound = TryFind(arguments.Positional[0], out int index);
        if (name == "index" && !isFound)
        {
            throw JinjaException.ValueError($"{ValueText.ToRepr(arguments.Positional[0])} is not in range");
        }

        result = Value.From(name == "index" ? index : isFound ? 1L : 0L);
        return true;
    }

    internal RangeValue Slice(Value start, Value stop, Value step)
    {
        // Python keeps the bounds of the slice, also of an empty one.
        (long from, long to, long by) = SliceBounds.Limits(start, stop, step, Count);
        return new RangeValue(_start + (from * _step), _start + (to * _step), by * _step);
    }

    static bool Fits(BigInteger value) => value >= long.MinValue / 2 && value <= long.MaxValue / 2;
}
