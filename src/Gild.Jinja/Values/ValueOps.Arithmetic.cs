using System.Numerics;
using Gild.Jinja.Builtins;

namespace Gild.Jinja.Values;

public static partial class ValueOps
{
    /// <summary>Python's arithmetic.</summary>
    /// <exception cref="JinjaException">TypeError, ZeroDivisionError, OverflowError, UndefinedError, MemoryError.</exception>
    public static Value Binary(BinaryOperator op, Value left, Value right) => op switch
    {
        BinaryOperator.Add => Add(left, right),
        BinaryOperator.Subtract => Subtract(left, right),
        BinaryOperator.Multiply => Multiply(left, right),
        BinaryOperator.Divide => Divide(left, right),
        BinaryOperator.FloorDivide => FloorDivide(left, right),
        BinaryOperator.Modulo => Modulo(left, right),
        _ => Power(left, right),
    };

    /// <summary>Python's <c>left + right</c>.</summary>
    public static Value Add(Value left, Value right)
    {
        if (left.IsInt64 && right.IsInt64)
        {
            long a = left.AsInt64;
            long b = right.AsInt64;
            long sum = unchecked(a + b);
            return ((a ^ sum) & (b ^ sum)) < 0 ? Value.From((BigInteger)a + b) : Value.From(sum);
        }

        if (left.AsString is { } text && right.AsString is { } other)
        {
            GuardSize((long)text.Length + other.Length);
            return Value.From(string.Concat(text, other));
        }

        if (left.IsNumber && right.IsNumber)
        {
            return left.IsFloat || right.IsFloat
                ? Value.From(ToFloat(left) + ToFloat(right))
                : Value.From(Sized(Integer(left) + Integer(right)));
        }

        return AddObjects(left, right);
    }

    static Value AddObjects(Value left, Value right)
    {
        if (left.TryGetText(out string text) && right.TryGetText(out string other))
        {
            // At least one is a Markup: the other side is escaped.
            text = left.IsString ? MarkupValue.EscapeText(text) : text;
            other = right.IsString ? MarkupValue.EscapeText(other) : other;
            GuardSize((long)text.Length + other.Length);
            return new MarkupValue(text + other);
        }

        switch (left.AsObject)
        {
            case ListValue list when right.AsObject is ListValue tail:
                GuardSize((long)list.Elements.Count + tail.Elements.Count);
                return ListValue.Over([.. list.Span, .. tail.Span]);
            case TupleValue tuple when right.AsObject is TupleValue tail:
                GuardSize((long)tuple.Span.Length + tail.Span.Length);
                return TupleValue.Over([.. tuple.Span, .. tail.Span]);
            case BytesValue bytes when right.AsObject is BytesValue tail:
                return new BytesValue([.. bytes.Span, .. tail.Span]);
        }

        return OperateOrFail(BinaryOperator.Add, left, right);
    }

    /// <summary>Python's <c>left - right</c>.</summary>
    public static Value Subtract(Value left, Value right)
    {
        if (left.IsInt64 && right.IsInt64)
        {
            long a = left.AsInt64;
            long b = right.AsInt64;
            long difference = unchecked(a - b);
            return ((a ^ b) & (a ^ difference)) < 0 ? Value.From((BigInteger)a - b) : Value.From(difference);
        }

        if (left.IsNumber && right.IsNumber)
        {
            return left.IsFloat || right.IsFloat
                ? Value.From(ToFloat(left) - ToFloat(right))
                : Value.From(Sized(Integer(left) - Integer(right)));
        }

        return SetValue.TrySubtract(left, right) ?? OperateOrFail(BinaryOperator.Subtract, left, right);
    }

    /// <summary>Python's <c>left * right</c>.</summary>
    public static Value Multiply(Value left, Value right)
    {
        if (left.IsInt64 && right.IsInt64)
        {
            long high = Math.BigMul(left.AsInt64, right.AsInt64, out long low);
            return high == low >> 63 ? Value.From(low) : Value.From((BigInteger)left.AsInt64 * right.AsInt64);
        }

        if (left.IsNumber && right.IsNumber)
        {
            if (left.IsFloat || right.IsFloat)
            {
                return Value.From(ToFloat(left) * ToFloat(right));
            }

            BigInteger a = Integer(left);
            BigInteger b = Integer(right);
            GuardBits(a.GetBitLength() + b.GetBitLength() - 1);
            return Value.From(a * b);
        }

        if (IsRepeatable(left))
        {
            return right.TryGetInteger(out BigInteger count) ? Repeat(left, count) : CannotRepeat(left, right);
        }

        if (IsRepeatable(right))
        {
            return left.TryGetInteger(out BigInteger count) ? Repeat(right, count) : CannotRepeat(right, left, reflected: true);
        }

        return OperateOrFail(BinaryOperator.Multiply, left, right);
    }

    static bool IsRepeatable(Value value) =>
        value.IsString || value.AsObject is ListValue or TupleValue or MarkupValue or BytesValue;

    static Value CannotRepeat(Value sequence, Value other, bool reflected = false)
    {
        if (other.IsUndefined)
        {
            throw UndefinedUse(other);
        }

        return other.AsObject?.Operate(BinaryOperator.Multiply, sequence, !reflected) ?? throw JinjaException.TypeError(
            $"can't multiply sequence by non-int of type '{ValueText.TypeNameOf(other)}'");
    }

    static Value Repeat(Value sequence, BigInteger times)
    {
        BigInteger wanted = BigInteger.Max(times, 0);
        int length = sequence.AsString?.Length ?? sequence.As<MarkupValue>()?.Text.Length ?? LengthOf(sequence);
        if (times > long.MaxValue || times < long.MinValue)
        {
            throw JinjaException.Overflow("cannot fit 'int' into an index-sized integer");
        }

        if (length == 0)
        {
            wanted = 0;
        }
        else if (wanted * length > MaxElements)
        {
            GuardSize((long)BigInteger.Min(wanted * length, long.MaxValue));
        }

        int count = (int)wanted;
        if (sequence.AsString is { } text)
        {
            return Value.From(RepeatText(text, count));
        }

        switch (sequence.AsObject)
        {
            case MarkupValue markup:
                return new MarkupValue(RepeatText(markup.Text, count));
            case ListValue list:
                return ListValue.Over([.. RepeatElements<Value>(list.Span, count)]);
            case BytesValue bytes:
                return new BytesValue(RepeatElements(bytes.Span, count));
            default:
                return TupleValue.Over(RepeatElements(sequence.As<TupleValue>()!.Span, count));
        }
    }

    static string RepeatText(string text, int count) => text.Length == 1
        ? new string(text[0], count)
        : new System.Text.StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    static T[] RepeatElements<T>(ReadOnlySpan<T> elements, int count)
    {
        T[] repeated = new T[elements.Length * count];
        for (int i = 0; i < count; i++)
        {
            elements.CopyTo(repeated.AsSpan(i * elements.Length));
        }

        return repeated;
    }

    /// <summary>Python's <c>left / right</c>: always a float for numbers.</summary>
    public static Value Divide(Value left, Value right)
    {
        if (!(left.IsNumber && right.IsNumber))
        {
            return OperateOrFail(BinaryOperator.Divide, left, right);
        }

        if (left.IsFloat || right.IsFloat)
        {
            double divisor = ToFloat(right);
            double dividend = ToFloat(left);
            return divisor == 0 ? throw JinjaException.ZeroDivision("float division by zero") : Value.From(dividend / divisor);
        }

        if (IsExactFloat(left, out double a) && IsExactFloat(right, out double b))
        {
            return b == 0 ? throw JinjaException.ZeroDivision("division by zero") : Value.From(a / b);
        }

        return Value.From(DivideIntegers(Integer(left), Integer(right)));
    }

    /// <summary>Python's <c>left // right</c>: rounds towards minus infinity.</summary>
    public static Value FloorDivide(Value left, Value right)
    {
        if (left.IsInt64 && right.IsInt64)
        {
            long a = left.AsInt64;
            long b = right.AsInt64;
            if (b is not (0 or -1))
            {
                long quotient = a / b;
                return Value.From((a % b != 0) && ((a ^ b) < 0) ? quotient - 1 : quotient);
            }
        }

        if (!(left.IsNumber && right.IsNumber))
        {
            return OperateOrFail(BinaryOperator.FloorDivide, left, right);
        }

        if (left.IsFloat || right.IsFloat)
        {
            FloatDivMod(ToFloat(left), ToFloat(right), "float floor division by zero", out double floor, out _);
            return Value.From(floor);
        }

        IntegerDivMod(left, right, out BigInteger result, out _);
        return Value.From(result);
    }

    /// <summary>Python's <c>left % right</c>: the sign of the divisor; formatting when the left side is a text.</summary>
    public static Value Modulo(Value left, Value right)
    {
        if (left.IsInt64 && right.IsInt64)
        {
            long a = left.AsInt64;
            long b = right.AsInt64;
            if (b is not (0 or -1))
            {
                long remainder = a % b;
                return Value.From(remainder != 0 && ((remainder ^ b) < 0) ? remainder + b : remainder);
            }
        }

        if (left.AsString is { } format)
        {
            return Value.From(PyFormat.Percent(format, right));
        }

        if (left.As<MarkupValue>() is { } markup)
        {
            return new MarkupValue(PyFormat.Percent(markup.Text, right, escape: true));
        }

        if (!(left.IsNumber && right.IsNumber))
        {
            return OperateOrFail(BinaryOperator.Modulo, left, right);
        }

        if (left.IsFloat || right.IsFloat)
        {
            FloatDivMod(ToFloat(left), ToFloat(right), "float modulo", out _, out double remainder);
            return Value.From(remainder);
        }

        IntegerDivMod(left, right, out _, out BigInteger result);
        return Value.From(result);
    }

    static void IntegerDivMod(Value left, Value right, out BigInteger quotient, out BigInteger remainder)
    {
        BigInteger divisor = Integer(right);
        if (divisor.IsZero)
        {
            throw JinjaException.ZeroDivision("integer division or modulo by zero");
        }

        quotient = BigInteger.DivRem(Integer(left), divisor, out remainder);
        if (!remainder.IsZero && remainder.Sign != divisor.Sign)
        {
            quotient -= 1;
            remainder += divisor;
        }
    }

    static void FloatDivMod(double left, double right, string zeroMessage, out double floor, out double remainder)
    {
        if (right == 0)
        {
            throw JinjaException.ZeroDivision(zeroMessage);
        }

        remainder = left % right;
        double quotient = (left - remainder) / right;
        if (remainder != 0)
        {
            if ((right < 0) != (remainder < 0))
            {
                remainder += right;
                quotient -= 1;
            }
        }
        else
        {
            remainder = Math.CopySign(0, right);
        }

        if (quotient != 0)
        {
            floor = Math.Floor(quotient);
            if (quotient - floor > 0.5)
            {
                floor += 1;
            }
        }
        else
        {
            floor = Math.CopySign(0, left / right);
        }
    }

    /// <summary>Python's <c>left ** right</c>.</summary>
    public static Value Power(Value left, Value right)
    {
        if (!(left.IsNumber && right.IsNumber))
        {
            return OperateOrFail(BinaryOperator.Power, left, right);
        }

        if (!left.IsFloat && !right.IsFloat)
        {
            BigInteger exponent = Integer(right);
            if (exponent.Sign >= 0)
            {
                return Value.From(IntegerPower(Integer(left), exponent));
            }
        }

        return FloatPower(ToFloat(left), ToFloat(right));
    }

    static BigInteger IntegerPower(BigInteger number, BigInteger exponent)
    {
        if (number.IsZero || number.IsOne || exponent.IsZero)
        {
            return exponent.IsZero ? BigInteger.One : number;
        }

        if (number == BigInteger.MinusOne)
        {
            return exponent.IsEven ? BigInteger.One : BigInteger.MinusOne;
        }

        BigInteger bits = (BigInteger.Abs(number).GetBitLength() - 1) * exponent;
        GuardBits((long)BigInteger.Min(bits, long.MaxValue));
        return BigInteger.Pow(number, (int)exponent);
    }

    static Value FloatPower(double number, double exponent)
    {
        if (number == 0 && exponent < 0)
        {
            throw JinjaException.ZeroDivision("0.0 cannot be raised to a negative power");
        }

        if (number < 0 && double.IsFinite(number) && double.IsFinite(exponent) && Math.Floor(exponent) != exponent)
        {
            return ComplexValue.Power(number, exponent);
        }

        double result = Math.Pow(number, exponent);
        if (double.IsInfinity(result) && double.IsFinite(number) && double.IsFinite(exponent))
        {
            throw JinjaException.Overflow("(34, 'Numerical result out of range')");
        }

        return Value.From(result);
    }

    /// <summary>Python's unary minus.</summary>
    public static Value Negate(Value value)
    {
        if (value.IsFloat)
        {
            return Value.From(-value.AsDouble);
        }

        if ((value.IsInt64 || value.IsBool) && value.AsInt64 != long.MinValue)
        {
            return Value.From(-value.AsInt64);
        }

        return value.TryGetInteger(out BigInteger integer) ? Value.From(-integer) : Unary(value, "-", BinaryOperator.Subtract);
    }

    /// <summary>Python's unary plus.</summary>
    public static Value Positive(Value value)
    {
        if (value.IsBool)
        {
            return Value.From(value.AsInt64);
        }

        return value.IsNumber ? value : Unary(value, "+", BinaryOperator.Add);
    }

    static Value Unary(Value value, string sign, BinaryOperator op)
    {
        if (value.IsUndefined)
        {
            throw UndefinedUse(value);
        }

        // A host type such as timedelta answers 0 - x and 0 + x.
        return value.AsObject?.Operate(op, Value.From(0L), reflected: true) ?? throw JinjaException.TypeError(
            $"bad operand type for unary {sign}: '{ValueText.TypeNameOf(value)}'");
    }

    /// <summary>A number as a float.</summary>
    /// <exception cref="JinjaException">OverflowError for an integer that is too large.</exception>
    internal static double ToFloat(Value number)
    {
        if (number.IsFloat)
        {
            return number.AsDouble;
        }

        return number.IsInt64 || number.IsBool ? number.AsInt64 : ToFloat(Integer(number));
    }

    /// <summary>The nearest float, ties to even.</summary>
    internal static double ToFloat(BigInteger number)
    {
        long bits = BigInteger.Abs(number).GetBitLength();
        if (bits <= 64)
        {
            double small = (double)(ulong)BigInteger.Abs(number);
            return number.Sign < 0 ? -small : small;
        }

        // 64 leading bits with what is below them folded into the last one round as the whole number does.
        int shift = (int)bits - 64;
        BigInteger magnitude = BigInteger.Abs(number);
        ulong leading = (ulong)(magnitude >> shift);
        if (!(magnitude & ((BigInteger.One << shift) - 1)).IsZero)
        {
            leading |= 1;
        }

        double scaled = Math.ScaleB((double)leading, shift);
        if (double.IsInfinity(scaled))
        {
            throw JinjaException.Overflow("int too large to convert to float");
        }

        return number.Sign < 0 ? -scaled : scaled;
    }

    /// <summary>True division of integers of any size, rounded once.</summary>
    static double DivideIntegers(BigInteger left, BigInteger right)
    {
        if (right.IsZero)
        {
            throw JinjaException.ZeroDivision("division by zero");
        }

        if (left.IsZero)
        {
            return right.Sign < 0 ? -0.0 : 0.0;
        }

        bool isNegative = left.Sign != right.Sign;
        BigInteger a = BigInteger.Abs(left);
        BigInteger b = BigInteger.Abs(right);
        // A quotient of at least 66 bits, its lost part folded into the last bit; fewer for results below the normal range.
        long shift = Math.Min(66 - (a.GetBitLength() - b.GetBitLength()), 1140);
        (a, b) = shift >= 0 ? (a << (int)shift, b) : (a, b << (int)-shift);
        BigInteger quotient = BigInteger.DivRem(a, b, out BigInteger remainder);
        if (!remainder.IsZero)
        {
            quotient |= 1;
        }

        double result = RoundScaled(quotient, -shift);
        if (double.IsInfinity(result))
        {
            throw JinjaException.Overflow("integer division result too large for a float");
        }

        return isNegative ? -result : result;
    }

    /// <summary>quotient × 2^exponent, rounded once, also in the subnormal range.</summary>
    static double RoundScaled(BigInteger quotient, long exponent)
    {
        long bits = quotient.GetBitLength();
        long lowest = Math.Max(bits - 53, -1074 - exponent);
        if (lowest <= 0)
        {
            return Math.ScaleB((double)(ulong)quotient, (int)exponent);
        }

        if (lowest > bits + 1)
        {
            return 0;
        }

        BigInteger kept = quotient >> (int)lowest;
        BigInteger rest = quotient & ((BigInteger.One << (int)lowest) - 1);
        int half = rest.CompareTo(BigInteger.One << (int)(lowest - 1));
        if (half > 0 || (half == 0 && !kept.IsEven))
        {
            kept += 1;
        }

        return Math.ScaleB((double)(ulong)kept, (int)(exponent + lowest));
    }

    internal static BigInteger Integer(Value number)
    {
        number.TryGetInteger(out BigInteger integer);
        return integer;
    }

    static BigInteger Sized(BigInteger integer)
    {
        GuardBits(integer.GetBitLength());
        return integer;
    }

    static void GuardBits(long bits)
    {
        if (bits > MaxIntegerBits)
        {
            throw JinjaException.Limit($"an integer of {bits} bits is larger than the limit of {MaxIntegerBits}");
        }
    }

    static Value OperateOrFail(BinaryOperator op, Value left, Value right)
    {
        if (left.IsUndefined)
        {
            throw UndefinedUse(left);
        }

        if (right.IsUndefined)
        {
            throw UndefinedUse(right);
        }

        return left.AsObject?.Operate(op, right, reflected: false)
            ?? right.AsObject?.Operate(op, left, reflected: true)
            ?? throw Unsupported(op, left, right);
    }

    static JinjaException Unsupported(BinaryOperator op, Value left, Value right)
    {
        string leftType = ValueText.TypeNameOf(left);
        string rightType = ValueText.TypeNameOf(right);
        if (op == BinaryOperator.Add && (left.IsString || left.AsObject is ListValue or TupleValue))
        {
            return JinjaException.TypeError($"can only concatenate {leftType} (not \"{rightType}\") to {leftType}");
        }

        string sign = op switch
        {
            BinaryOperator.Add => "+",
            BinaryOperator.Subtract => "-",
            BinaryOperator.Multiply => "*",
            BinaryOperator.Divide => "/",
            BinaryOperator.FloorDivide => "//",
            BinaryOperator.Modulo => "%",
            _ => "** or pow()",
        };
        return JinjaException.TypeError($"unsupported operand type(s) for {sign}: '{leftType}' and '{rightType}'");
    }
}
