using System.Globalization;
using System.Numerics;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>Floats in Python's hexadecimal notation.</summary>
static class HexFloat
{
    public static string Format(double number)
    {
        if (!double.IsFinite(number))
        {
            return FloatText.Repr(number);
        }

        long bits = BitConverter.DoubleToInt64Bits(number);
        int exponent = (int)((bits >> 52) & 0x7FF);
        long mantissa = bits & 0xF_FFFF_FFFF_FFFF;
        string sign = bits < 0 ? "-" : "";
        if (exponent == 0 && mantissa == 0)
        {
            return sign + "0x0.0p+0";
        }

        int lead = exponent == 0 ? 0 : 1;
        int power = exponent == 0 ? -1022 : exponent - 1023;
        return string.Create(CultureInfo.InvariantCulture, $"{sign}0x{lead}.{mantissa:x13}p{power:+0;-0;+0}");
    }

    /// <exception cref="JinjaException">ValueError, OverflowError.</exception>
    public static double Parse(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        bool isNegative = rest is ['-', ..];
        if (rest is ['-' or '+', ..])
        {
            rest = rest[1..];
        }

        if (NumberText.TryParseSpecial(rest, out double special))
        {
            return isNegative ? -special : special;
        }

        if (rest.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            rest = rest[2..];
        }

        int exponent = 0;
        int mark = rest.IndexOfAny('p', 'P');
        if (mark >= 0)
        {
            if (!int.TryParse(rest[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
            {
                throw Invalid();
            }

            rest = rest[..mark];
        }

        int point = rest.IndexOf('.');
        string digits = point < 0 ? rest.ToString() : string.Concat(rest[..point], rest[(point + 1)..]);
        if (digits.Length == 0
            || !BigInteger.TryParse("0" + digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out BigInteger mantissa))
        {
            throw Invalid();
        }

        exponent -= point < 0 ? 0 : 4 * (rest.Length - point - 1);
        double result = mantissa.IsZero ? 0 : Scaled(mantissa, exponent);
        return isNegative ? -result : result;
    }

    static double Scaled(BigInteger mantissa, int exponent)
    {
        if (exponent + mantissa.GetBitLength() > 1024)
        {
            throw JinjaException.Overflow("hexadecimal value too large to represent as a float");
        }

        if (exponent + mantissa.GetBitLength() < -1100)
        {
            return 0;
        }

        return exponent >= 0
            ? ValueOps.ToFloat(mantissa << exponent)
            : ValueOps.Divide(Value.From(mantissa), Value.From(BigInteger.One << -exponent)).AsDouble;
    }

    static JinjaException Invalid() => JinjaException.ValueError("invalid hexadecimal floating-point string");
}
