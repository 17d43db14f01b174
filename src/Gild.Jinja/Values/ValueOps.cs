using System.Numerics;
using System.Runtime.CompilerServices;
using Gild.Jinja.Unicode;

namespace Gild.Jinja.Values;

/// <summary>
/// What Python's operators and protocols do with values: equality, hash and containers here; order in
/// ValueOps.Comparison.cs, arithmetic in ValueOps.Arithmetic.cs, subscription in ValueOps.Indexing.cs.
/// </summary>
public static partial class ValueOps
{
    /// <summary>Most elements of a list or UTF-16 units of a text that an operation may make.</summary>
    public const int MaxElements = 8 * 1024 * 1024;

    /// <summary>Most bits of an integer that an operation may make.</summary>
    public const int MaxIntegerBits = 1024 * 1024;

    const int NoneHash = 0x5F3759DF;
    const int UndefinedHash = 0x2545F491;

    /// <summary>Python's <c>==</c>.</summary>
    /// <exception cref="JinjaException">UndefinedError when a strict undefined takes part.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreEqual(Value left, Value right)
    {
        if (left.IsInt64 && right.IsInt64)
        {
            return left.AsInt64 == right.AsInt64;
        }

        return left.AsString is { } text && right.AsString is { } other
            ? string.Equals(text, other)
            : AreEqualInGeneral(left, right);
    }

    /// <summary>Python's <c>is</c> or <c>==</c>: what containers compare their elements with.</summary>
    public static bool AreSameOrEqual(Value left, Value right) => left.IsSameAs(right) || AreEqual(left, right);

    static bool AreEqualInGeneral(Value left, Value right)
    {
        if (left.IsUndefined || right.IsUndefined)
        {
            FailIfStrict(left);
            FailIfStrict(right);
            return left.IsUndefined && right.IsUndefined;
        }

        if (left.IsNumber && right.IsNumber)
        {
            return CompareNumbers(ComparisonOperator.Equal, left, right);
        }

        if (left.AsObject is { } leftObject)
        {
            return leftObject.IsEqualTo(right) || (right.AsObject is { } other && other.IsEqualTo(left));
        }

        return right.AsObject is { } rightObject ? rightObject.IsEqualTo(left) : left.IsNone && right.IsNone;
    }

    internal static bool AreSequencesEqual(ReadOnlySpan<Value> left, ReadOnlySpan<Value> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        GuardDepth();
        for (int i = 0; i < left.Length; i++)
        {
            if (!AreSameOrEqual(left[i], right[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Unlike lists, tuples of different lengths are compared element by element first; a strict undefined shows it.</summary>
    internal static bool AreTuplesEqual(ReadOnlySpan<Value> left, ReadOnlySpan<Value> right)
    {
        int common = Math.Min(left.Length, right.Length);
        return AreSequencesEqual(left[..common], right[..common]) && left.Length == right.Length;
    }

    /// <summary>Equal values have equal codes; only meaningful within this process.</summary>
    /// <exception cref="JinjaException">TypeError for an unhashable value.</exception>
    public static int HashOf(Value value)
    {
        if (value.AsString is { } text)
        {
            return HashOf(text);
        }

        if (value.IsInt64 || value.IsBool)
        {
            return HashOf(value.AsInt64);
        }

        if (value.IsUndefined)
        {
            FailIfStrict(value);
            return UndefinedHash;
        }

        if (value.IsNone)
        {
            return NoneHash;
        }

        if (value.IsFloat)
        {
            return HashOf(value.AsDouble);
        }

        if (value.AsObject is { } target)
        {
            GuardDepth();
            return target.HashCode;
        }

        value.TryGetInteger(out BigInteger big);
        return big.GetHashCode();
    }

    internal static int HashOf(string text) => text.GetHashCode(StringComparison.Ordinal);

    static int HashOf(long value) => (int)(unchecked((ulong)value * 0x9E3779B97F4A7C15) >> 32);

    static int HashOf(double value)
    {
        if (Math.Floor(value) != value || !double.IsFinite(value))
        {
            ulong bits = (ulong)BitConverter.DoubleToInt64Bits(value) * 0x9E3779B97F4A7C15;
            return (int)(bits >> 32);
        }

        return Math.Abs(value) < 9.2e18 ? HashOf((long)value) : HashOf(Value.From(new BigInteger(value)));
    }

    /// <summary>Whether the value may be a key of a dict.</summary>
    public static bool IsHashable(Value value)
    {
        switch (value.AsObject)
        {
            case ListValue or DictValue or SetValue or DictKeysValue or DictItemsValue:
                return false;
            case TupleValue tuple:
                GuardDepth();
                foreach (Value element in tuple.Span)
                {
                    if (!IsHashable(element))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return true;
        }
    }

    internal static JinjaException Unhashable(string typeName) => JinjaException.TypeError($"unhashable type: '{typeName}'");

    /// <summary>Python's <c>item in container</c>.</summary>
    public static bool Contains(Value container, Value item)
    {
        if (container.AsString is { } text)
        {
            return TextContains(text, item);
        }

        if (container.IsUndefined)
        {
            FailIfStrict(container);
            return false;
        }

        return container.AsObject is { } target
            ? target.Contains(item)
            : throw JinjaException.TypeError($"argument of type '{ValueText.TypeNameOf(container)}' is not iterable");
    }

    internal static bool TextContains(string text, Value item) =>
        item.TryGetText(out string part)
            ? text.Contains(part, StringComparison.Ordinal)
            : throw JinjaException.TypeError(
                $"'in <string>' requires string as left operand, not {ValueText.TypeNameOf(item)}");

    /// <summary>Index of the first element that is or equals <paramref name="value"/>, or -1.</summary>
    internal static int IndexOf(ReadOnlySpan<Value> elements, Value value)
    {
        for (int i = 0; i < elements.Length; i++)
        {
            if (AreSameOrEqual(elements[i], value))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Python's <c>len()</c>.</summary>
    /// <exception cref="JinjaException">TypeError for a value without a length.</exception>
    public static int LengthOf(Value value)
    {
        if (value.AsString is { } text)
        {
            return CodePoints.Count(text);
        }

        if (value.IsUndefined)
        {
            FailIfStrict(value);
            return 0;
        }

        return value.AsObject?.Length ?? throw JinjaException.TypeError(
            $"object of type '{ValueText.TypeNameOf(value)}' has no len()");
    }

    /// <summary>The items of a value, or <see langword="null"/> when it cannot be iterated.</summary>
    public static IEnumerable<Value>? TryIterate(Value value)
    {
        if (value.AsString is { } text)
        {
            return IterateText(text);
        }

        if (value.IsUndefined)
        {
            FailIfStrict(value);
            return [];
        }

        return value.AsObject?.Items;
    }

    /// <summary>Python's <c>iter()</c>; a text gives its code points.</summary>
    /// <exception cref="JinjaException">TypeError for a value that cannot be iterated.</exception>
    public static IEnumerable<Value> Iterate(Value value) => TryIterate(value) ?? throw NotIterable(value);

    /// <summary>As <see cref="Iterate"/>, for a <c>foreach</c> over one value.</summary>
    /// <exception cref="JinjaException">TypeError for a value that cannot be iterated.</exception>
    public static ItemWalk Walk(Value value) => new(value);

    internal static JinjaException NotIterable(Value value) =>
        JinjaException.TypeError($"'{ValueText.TypeNameOf(value)}' object is not iterable");

    /// <summary>The items of a value as a new array.</summary>
    public static Value[] ToArray(Value value) => value.AsObject switch
    {
        ListValue list => [.. list.Elements],
        TupleValue tuple => [.. tuple.Span],
        _ => [.. ToList(value)],
    };

    /// <summary>The items of a value as a new list.</summary>
    public static List<Value> ToList(Value value)
    {
        switch (value.AsObject)
        {
            case ListValue list:
                return [.. list.Elements];
            case TupleValue tuple:
                return [.. tuple.Span];
            default:
                List<Value> items = [];
                foreach (Value item in Walk(value))
                {
                    GuardSize(items.Count + 1L);
                    items.Add(item);
                }

                return items;
        }
    }

    internal static IEnumerable<Value> IterateText(string text)
    {
        for (int offset = 0; offset < text.Length;)
        {
            string one = CodePoints.ToText(CodePoints.At(text, offset, out int width));
            yield return Value.From(one);
            offset += width;
        }
    }

    /// <summary>The <c>~</c> operator: both sides as texts.</summary>
    public static string Concat(Value left, Value right) => Concat([left, right]);

    /// <summary>The <c>~</c> operator over a chain.</summary>
    public static string Concat(ReadOnlySpan<Value> parts)
    {
        string[] texts = new string[parts.Length];
        long length = 0;
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = ValueText.ToText(parts[i]);
            length += texts[i].Length;
        }

        GuardSize(length);
        return string.Concat(texts);
    }

    /// <summary>Stops a recursion that would end the process.</summary>
    /// <exception cref="JinjaException">RecursionError.</exception>
    internal static void GuardDepth()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw JinjaException.Recursion("maximum recursion depth exceeded");
        }
    }

    /// <summary>Stops a list or text from growing beyond <see cref="MaxElements"/>.</summary>
    /// <exception cref="JinjaException">MemoryError.</exception>
    internal static void GuardSize(long elements)
    {
        if (elements > MaxElements)
        {
            throw JinjaException.Limit($"a value of {elements} elements is larger than the limit of {MaxElements}");
        }
    }

    internal static void FailIfStrict(Value value)
    {
        if (value.As<UndefinedValue>() is { Behavior: UndefinedBehavior.Strict } undefined)
        {
            throw undefined.Error();
        }
    }

    /// <summary>The UndefinedError that using an undefined raises.</summary>
    internal static JinjaException UndefinedUse(Value undefined) =>
        undefined.As<UndefinedValue>()?.Error() ?? JinjaException.Undefined("value is undefined");
}
