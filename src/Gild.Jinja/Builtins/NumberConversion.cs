using System.Numerics;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>Python's <c>int()</c>, <c>float()</c> and <c>round()</c> of values.</summary>
static class NumberConversion
{
    /// <summary>The whole part of a float.</summary>
    /// <exception cref="JinjaException">ValueError for NaN, OverflowError for infinity.</exception>
    public static BigInteger Truncate(double value)
    {
        if (double.IsNaN(value))
        {
            throw JinjaException.ValueError("cannot convert float NaN to integer");
        }

        return double.IsInfinity(value)
            ? throw JinjaException.Overflow("cannot convert float infinity to integer")
            : new BigInteger(value);
    }

    /// <summary>Python's <c>float(value)</c>; false where Python raises TypeError or ValueError.</summary>
    /// <exception cref="JinjaException">OverflowError, UndefinedError.</exception>
    public static bool TryToFloat(Value value, out double number)
    {
        if (value.AsObject?.ToNumber() is { } hostNumber)
        {
            value = hostNumber;
        }

        number = 0;
        if (value.IsNumber)
        {
            number = ValueOps.ToFloat(value);
            return true;
        }

        if (value.IsUndefined)
        {
            throw ValueOps.UndefinedUse(value);
        }

        return value.TryGetText(out string text) && NumberText.TryParseFloat(text, out number);
    }

    /// <summary>Python's <c>float(value)</c>.</summary>
    /// <exception cref="JinjaException">TypeError, ValueError, OverflowError, UndefinedError.</exception>
    public static double ToFloat(Value value)
    {
        if (TryToFloat(value, out double number))
        {
            return number;
        }

        throw value.TryGetText(out string text)
            ? JinjaException.ValueError($"could not convert string to float: {ValueText.ReprOf(text)}")
            : JinjaException.TypeError(
                $"float() argument must be a string or a real number, not '{ValueText.TypeNameOf(value)}'");
    }

    /// <summary>Python's <c>round(value, digits)</c>; without digits the result is an integer.</summary>
    /// <exception cref="JinjaException">TypeError, ValueError, OverflowError.</exception>
    public static Value Round(Value value, Value digits)
    {
        if (value.AsObject?.ToNumber() is { } hostNumber)
        {
            value = hostNumber;
        }

        if (!value.IsNumber)
        {
            throw JinjaException.TypeError($"type {ValueText.TypeNameOf(value)} doesn't define __round__ method");
        }

        if (value.IsFloat)
        {
            return digits.IsNone
                ? Value.From(Truncate(Math.Round(value.AsDouble, MidpointRounding.ToEven)))
                : Value.From(RoundFloat(value.AsDouble, Binding.Integer(digits)));
        }

        BigInteger integer = ValueOps.Integer(value);
        return Value.From(digits.IsNone ? integer : RoundInteger(integer, Binding.Integer(digits)));
    }

    static BigInteger RoundInteger(BigInteger value, BigInteger digits)
    {
        if (digits >= 0)
        {
            return value;
        }

        if (-digits > value.GetBitLength())
        {
            return BigInteger.Zero;
        }

        BigInteger unit = BigInteger.Pow(10, (int)-digits);
        BigInteger quotient = BigInteger.DivRem(BigInteger.Abs(value), unit, out BigInteger rest);
        int half = (rest * 2).CompareTo(unit);
        if (half > 0 || (half == 0 && !quotient.IsEven))
        {
            quotient += 1;
        }

        return quotient * unit * value.Sign;
    }

    static double RoundFloat(double value, BigInteger digits)
    {
        // Beyond these nothing is left to round, or nothing left at all.
        if (value == 0 || !double.IsFinite(value) || digits > 323)
        {
            return value;
        }

        if (digits < -308)
        {
            return 0.0 * value;
        }

        int places = (int)digits;
        BigInteger scaled = FloatText.ScaledInteger(Math.Abs(value), places);
        double rounded = double.Parse(
            $"{scaled}e{-places}", System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture);
        if (double.IsInfinity(rounded))
        {
            throw JinjaException.Overflow("rounded value too large to represent");
        }

        return Math.CopySign(rounded, value);
    }
}
