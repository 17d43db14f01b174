using System.Globalization;
using System.Numerics;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Values;

/// <summary>
/// Python's <c>decimal.Decimal</c> with its default context (28 digits, half-even): what dbt's results carry for numbers
/// with a fraction. The value is <c>unscaled / 10^scale</c>.
/// </summary>
public sealed class DecimalValue : HostObject
{
    const int Precision = 28;

    public DecimalValue(BigInteger unscaled, int scale)
    {
        Unscaled = unscaled;
        Scale = scale;
    }

    public BigInteger Unscaled { get; }

    /// <summary>Digits behind the point; negative for trailing zeros before it.</summary>
    public int Scale { get; }

    public override string TypeName => "Decimal";

    public override bool IsTrue => !Unscaled.IsZero;

    /// <summary>The shortest decimal that reads back as <paramref name="value"/> (agate's cast of floats).</summary>
    public static DecimalValue FromDouble(double value) =>
        TryParse(value.ToString("R", CultureInfo.InvariantCulture), out DecimalValue? result) ? result : new DecimalValue(0, 0);

    /// <summary>Reads <c>-1.50</c>, <c>1e10</c>.</summary>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DecimalValue? value)
    {
        value = null;
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        int exponent = 0;
        int e = rest.IndexOfAny('e', 'E');
        if (e >= 0)
        {
            if (!int.TryParse(rest[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
                || Math.Abs((long)exponent) > 100_000)
            {
                return false;
            }

            rest = rest[..e];
        }

        int point = rest.IndexOf('.');
        int fraction = point < 0 ? 0 : rest.Length - point - 1;
        string digits = point < 0 ? rest.ToString() : string.Concat(rest[..point], rest[(point + 1)..]);
        if (digits.Length == 0 || !char.IsAsciiDigit(digits[^1])
            || !BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger unscaled))
        {
            return false;
        }

        value = new DecimalValue(unscaled, fraction - exponent);
        return true;
    }

    public double ToDouble() => double.Parse(
        string.Create(CultureInfo.InvariantCulture, $"{Unscaled}E{-Scale}"), CultureInfo.InvariantCulture);

    /// <summary>Towards zero, as Python's <c>int()</c>.</summary>
    public BigInteger ToInteger() => Scale <= 0
        ? Unscaled * BigInteger.Pow(10, -Scale)
        : BigInteger.Divide(Unscaled, BigInteger.Pow(10, Scale));

    public bool IsWhole => Scale <= 0 || (Unscaled % BigInteger.Pow(10, Scale)).IsZero;

    /// <summary>The same number as an int when it has no fraction, else as a float: for formats and filters of the language.</summary>
    public override Value? ToNumber() => IsWhole ? Value.From(ToInteger()) : Value.From(ToDouble());

    public override string ToRepr() => $"Decimal('{ToText()}')";

    public override string ToText()
    {
        string digits = BigInteger.Abs(Unscaled).ToString(CultureInfo.InvariantCulture);
        string sign = Unscaled.Sign < 0 ? "-" : "";
        int adjusted = digits.Length - 1 - Scale;
        if (Scale >= 0 && adjusted >= -6)
        {
            if (Scale == 0)
            {
                return sign + digits;
            }

            digits = digits.PadLeft(Scale + 1, '0');
            return $"{sign}{digits[..^Scale]}.{digits[^Scale..]}";
        }

        string mantissa = digits.Length > 1 ? $"{digits[0]}.{digits[1..]}" : digits;
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{mantissa}E{(adjusted >= 0 ? "+" : "")}{adjusted}");
    }

    public override bool IsEqualTo(Value other) => CompareTo(other) == 0;

    public override int HashCode => IsWhole ? Value.From(ToInteger()).GetHashCode() : ToDouble().GetHashCode();

    public override int? CompareTo(Value other)
    {
        if (TryFrom(other, out DecimalValue right))
        {
            (BigInteger a, BigInteger b, _) = Align(this, right);
            return a.CompareTo(b);
        }

        return other.IsFloat ? ToDouble().CompareTo(other.AsDouble) : null;
    }

    public override Value? Operate(BinaryOperator op, Value other, bool reflected)
    {
        if (!TryFrom(other, out DecimalValue that))
        {
            return null;
        }

        (DecimalValue left, DecimalValue right) = reflected ? (that, this) : (this, that);
        (BigInteger a, BigInteger b, int scale) = Align(left, right);
        switch (op)
        {
            case BinaryOperator.Add:
                return Rounded(a + b, scale);
            case BinaryOperator.Subtract:
                return Rounded(a - b, scale);
            case BinaryOperator.Multiply:
                return Rounded(left.Unscaled * right.Unscaled, left.Scale + right.Scale);
            case BinaryOperator.Power when right.IsWhole && right.ToInteger() is var n && n >= 0 && n <= 10_000:
                return Rounded(BigInteger.Pow(left.Unscaled, (int)n), left.Scale * (int)n);
        }

        if (b.IsZero)
        {
            throw JinjaException.ZeroDivision("[<class 'decimal.DivisionByZero'>]");
        }

        return op switch
        {
            BinaryOperator.Divide => Divide(left, right),
            BinaryOperator.FloorDivide => new DecimalValue(BigInteger.Divide(a, b), 0),
            BinaryOperator.Modulo => new DecimalValue(BigInteger.Remainder(a, b), scale),
            _ => (Value?)null,
        };
    }

    /// <summary>Rounded half-even to <paramref name="digits"/> behind the point.</summary>
    public DecimalValue Round(int digits) => Scale <= digits
        ? new DecimalValue(Unscaled * BigInteger.Pow(10, digits - Scale), digits)
        : new DecimalValue(DivideHalfEven(Unscaled, BigInteger.Pow(10, Scale - digits)), digits);

    protected override bool HasMethod(string name) =>
        name is "normalize" or "to_integral_value" or "is_nan" or "is_finite" or "is_zero" or "copy_abs" or "__round__" or "quantize";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments) => name switch
    {
        "normalize" => Normalized(),
        "to_integral_value" => Round(0),
        "is_nan" => false,
        "is_finite" => true,
        "is_zero" => Unscaled.IsZero,
        "copy_abs" => new DecimalValue(BigInteger.Abs(Unscaled), Scale),
        "quantize" => arguments.Require(0, "exp", "quantize").As<DecimalValue>() is { } exponent
            ? Round(exponent.Scale)
            : throw JinjaException.TypeError("quantize() needs a Decimal"),
        _ => Round(arguments.Get(0, "ndigits", 0) is { IsInt64: true } digits ? (int)digits.AsInt64 : 0),
    };

    static bool TryFrom(Value value, out DecimalValue result)
    {
        if (value.As<DecimalValue>() is { } found)
        {
            result = found;
            return true;
        }

        if (value.TryGetInteger(out BigInteger integer))
        {
            result = new DecimalValue(integer, 0);
            return true;
        }

        result = null!;
        return false;
    }

    static (BigInteger A, BigInteger B, int Scale) Align(DecimalValue left, DecimalValue right)
    {
        int scale = Math.Max(left.Scale, right.Scale);
        return (left.Unscaled * BigInteger.Pow(10, scale - left.Scale), right.Unscaled * BigInteger.Pow(10, scale - right.Scale), scale);
    }

    static DecimalValue Divide(DecimalValue left, DecimalValue right)
    {
        int shift = Precision + 1 + Math.Max(0, Digits(right.Unscaled) - Digits(left.Unscaled));
        BigInteger numerator = left.Unscaled * BigInteger.Pow(10, shift);
        BigInteger quotient = BigInteger.DivRem(numerator, right.Unscaled, out BigInteger rest);
        if (!rest.IsZero)
        {
            // a sticky digit keeps half-even rounding right
            quotient = (quotient * 10) + (quotient.Sign < 0 || (quotient.IsZero && numerator.Sign * right.Unscaled.Sign < 0) ? -1 : 1);
            return Rounded(quotient, left.Scale - right.Scale + shift + 1);
        }

        // an exact quotient keeps the ideal exponent as far as its digits allow
        int scale = left.Scale - right.Scale + shift;
        int ideal = left.Scale - right.Scale;
        while (scale > ideal && (quotient % 10).IsZero)
        {
            quotient /= 10;
            scale--;
        }

        return Rounded(quotient, scale);
    }

    static DecimalValue Rounded(BigInteger unscaled, int scale)
    {
        int excess = Digits(unscaled) - Precision;
        if (excess <= 0)
        {
            return new DecimalValue(unscaled, scale);
        }

        BigInteger rounded = DivideHalfEven(unscaled, BigInteger.Pow(10, excess));
        return Digits(rounded) > Precision ? new DecimalValue(rounded / 10, scale - excess - 1) : new DecimalValue(rounded, scale - excess);
    }

    static BigInteger DivideHalfEven(BigInteger value, BigInteger divisor)
    {
        BigInteger quotient = BigInteger.DivRem(value, divisor, out BigInteger rest);
        int half = (BigInteger.Abs(rest) * 2).CompareTo(divisor);
        return half > 0 || (half == 0 && !quotient.IsEven) ? quotient + value.Sign : quotient;
    }

    static int Digits(BigInteger value) => value.IsZero ? 1 : BigInteger.Abs(value).ToString(CultureInfo.InvariantCulture).Length;

    DecimalValue Normalized()
    {
        if (Unscaled.IsZero)
        {
            return new DecimalValue(0, 0);
        }

        (BigInteger unscaled, int scale) = (Unscaled, Scale);
        while ((unscaled % 10).IsZero)
        {
            unscaled /= 10;
            scale--;
        }

        return new DecimalValue(unscaled, scale);
    }
}
