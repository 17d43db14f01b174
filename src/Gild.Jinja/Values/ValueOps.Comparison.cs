using System.Numerics;
using Gild.Jinja.Unicode;

namespace Gild.Jinja.Values;

public static partial class ValueOps
{
    /// <summary>Integers up to this size are exact as floats.</summary>
    const long ExactInFloat = 1L << 53;

    /// <summary>Python's comparison.</summary>
    /// <exception cref="JinjaException">TypeError for values without an order, UndefinedError for undefined ones.</exception>
    public static bool Compare(ComparisonOperator op, Value left, Value right) => op switch
    {
        ComparisonOperator.Equal => AreEqual(left, right),
        ComparisonOperator.NotEqual => !AreEqual(left, right),
        _ => CompareOrder(op, left, right),
    };

    /// <summary>Python's <c>&lt;</c>.</summary>
    public static bool IsLess(Value left, Value right) => CompareOrder(ComparisonOperator.Less, left, right);

    static bool CompareOrder(ComparisonOperator op, Value left, Value right)
    {
        if (left.IsInt64 && right.IsInt64)
        {
            return Holds(op, left.AsInt64.CompareTo(right.AsInt64));
        }

        if (left.IsNumber && right.IsNumber)
        {
            return CompareNumbers(op, left, right);
        }

        if (left.TryGetText(out string leftText) && right.TryGetText(out string rightText))
        {
            return Holds(op, CodePoints.Compare(leftText, rightText));
        }

        if (left.IsUndefined)
        {
            throw UndefinedUse(left);
        }

        if (right.IsUndefined)
        {
            throw UndefinedUse(right);
        }

        return CompareObjects(op, left, right) ?? throw JinjaException.TypeError(
            $"'{TextOf(op)}' not supported between instances of '{ValueText.TypeNameOf(left)}' and '{ValueText.TypeNameOf(right)}'");
    }

    static bool? CompareObjects(ComparisonOperator op, Value left, Value right)
    {
        JinjaObject? leftObject = left.AsObject;
        JinjaObject? rightObject = right.AsObject;
        switch (leftObject)
        {
            case ListValue list when rightObject is ListValue other:
                return CompareSequences(op, list.Span, other.Span);
            case TupleValue tuple when rightObject is TupleValue other:
                return CompareSequences(op, tuple.Span, other.Span);
            case SetValue or DictKeysValue or DictItemsValue when rightObject is SetValue or DictKeysValue or DictItemsValue:
                return SetValue.CompareInclusion(op, leftObject, rightObject);
            case BytesValue bytes when rightObject is BytesValue other:
                return Holds(op, bytes.Span.SequenceCompareTo(other.Span));
            default:
                int? order = leftObject?.CompareTo(right) ?? -rightObject?.CompareTo(left);
                return order is { } known ? Holds(op, known) : null;
        }
    }

    static bool CompareSequences(ComparisonOperator op, ReadOnlySpan<Value> left, ReadOnlySpan<Value> right)
    {
        GuardDepth();
        int common = Math.Min(left.Length, right.Length);
        for (int i = 0; i < common; i++)
        {
            if (!AreSameOrEqual(left[i], right[i]))
            {
                return CompareOrder(op, left[i], right[i]);
            }
        }

        return Holds(op, left.Length.CompareTo(right.Length));
    }

    internal static bool Holds(ComparisonOperator op, int order) => op switch
    {
        ComparisonOperator.Equal => order == 0,
        ComparisonOperator.NotEqual => order != 0,
        ComparisonOperator.Less => order < 0,
        ComparisonOperator.LessOrEqual => order <= 0,
        ComparisonOperator.Greater => order > 0,
        _ => order >= 0,
    };

    static bool CompareNumbers(ComparisonOperator op, Value left, Value right)
    {
        if (left.IsFloat || right.IsFloat)
        {
            if (IsExactFloat(left, out double leftFloat) && IsExactFloat(right, out double rightFloat))
            {
                return CompareFloats(op, leftFloat, rightFloat);
            }

            if (left.IsFloat)
            {
                right.TryGetInteger(out BigInteger integer);
                return double.IsNaN(left.AsDouble) ? op == ComparisonOperator.NotEqual : Holds(op, -CompareExactly(integer, left.AsDouble));
            }

            left.TryGetInteger(out BigInteger leftInteger);
            return double.IsNaN(right.AsDouble) ? op == ComparisonOperator.NotEqual : Holds(op, CompareExactly(leftInteger, right.AsDouble));
        }

        left.TryGetInteger(out BigInteger leftBig);
        right.TryGetInteger(out BigInteger rightBig);
        return Holds(op, leftBig.CompareTo(rightBig));
    }

    static bool CompareFloats(ComparisonOperator op, double left, double right) => op switch
    {
        ComparisonOperator.Equal => left == right,
        ComparisonOperator.NotEqual => left != right,
        ComparisonOperator.Less => left < right,
        ComparisonOperator.LessOrEqual => left <= right,
        ComparisonOperator.Greater => left > right,
        _ => left >= right,
    };

    static bool IsExactFloat(Value value, out double number)
    {
        if (value.IsFloat)
        {
            number = value.AsDouble;
            return true;
        }

        bool isSmall = (value.IsInt64 || value.IsBool) && value.AsInt64 is <= ExactInFloat and >= -ExactInFloat;
        number = isSmall ? value.AsInt64 : 0;
        return isSmall;
    }

    static int CompareExactly(BigInteger left, double right)
    {
        if (double.IsInfinity(right))
        {
            return right > 0 ? -1 : 1;
        }

        double floor = Math.Floor(right);
        int order = left.CompareTo(new BigInteger(floor));
        return order == 0 && right > floor ? -1 : order;
    }

    static string TextOf(ComparisonOperator op) => op switch
    {
        ComparisonOperator.Less => "<",
        ComparisonOperator.LessOrEqual => "<=",
        ComparisonOperator.Greater => ">",
        ComparisonOperator.GreaterOrEqual => ">=",
        ComparisonOperator.Equal => "==",
        _ => "!=",
    };
}
