using System.Globalization;
using System.Numerics;
using System.Text;

namespace Gild.Jinja.Values;

/// <summary>
/// Floats as Python writes them: the shortest text that reads back as the same number, and exact decimal digits
/// rounded half to even for the formats with a precision.
/// </summary>
static class FloatText
{
    /// <summary>Longest text of <see cref="WriteRepr"/>.</summary>
    public const int MaxReprLength = 32;

    /// <summary>Python's <c>repr(float)</c>.</summary>
    public static string Repr(double value)
    {
        Span<char> buffer = stackalloc char[MaxReprLength];
        return new string(buffer[..WriteRepr(value, buffer)]);
    }

    /// <summary>Writes Python's <c>repr(float)</c> and returns its length.</summary>
    public static int WriteRepr(double value, Span<char> to)
    {
        if (!double.IsFinite(value))
        {
            string name = double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
            name.CopyTo(to);
            return name.Length;
        }

        Span<char> digits = stackalloc char[24];
        int count = ShortestDigits(Math.Abs(value), digits, out int point);
        int length = 0;
        if (double.IsNegative(value))
        {
            to[length++] = '-';
        }

        return length + Layout(digits[..count], point, to[length..]);
    }

    /// <summary>
    /// The shortest decimal digits that read back as <paramref name="value"/> (not negative, finite), without zeros at
    /// the end; the value is 0.DIGITS times ten to the power <paramref name="point"/>.
    /// </summary>
    public static int ShortestDigits(double value, Span<char> digits, out int point)
    {
        if (value == 0)
        {
            digits[0] = '0';
            point = 1;
            return 1;
        }

        Span<char> text = stackalloc char[32];
        value.TryFormat(text, out int length, "R", CultureInfo.InvariantCulture);
        text = text[..length];
        int exponentMark = text.IndexOf('E');
        int exponent = exponentMark < 0 ? 0 : int.Parse(text[(exponentMark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        Span<char> mantissa = exponentMark < 0 ? text : text[..exponentMark];
        int count = 0;
        point = exponent;
        bool afterPoint = false;
        foreach (char c in mantissa)
        {
            if (c == '.')
            {
                afterPoint = true;
                continue;
            }

            if (count == 0 && c == '0')
            {
                point -= afterPoint ? 1 : 0;
                continue;
            }

            digits[count++] = c;
            point += afterPoint ? 0 : 1;
        }

        while (count > 1 && digits[count - 1] == '0')
        {
            count--;
        }

        return count;
    }

    static int Layout(ReadOnlySpan<char> digits, int point, Span<char> to)
    {
        int length = 0;
        if (point is > -4 and <= 16)
        {
            if (point <= 0)
            {
                "0.".CopyTo(to);
                to.Slice(2, -point).Fill('0');
                digits.CopyTo(to[(2 - point)..]);
                return 2 - point + digits.Length;
            }

            if (digits.Length <= point)
            {
                digits.CopyTo(to);
                to[digits.Length..point].Fill('0');
                ".0".CopyTo(to[point..]);
                return point + 2;
            }

            digits[..point].CopyTo(to);
            to[point] = '.';
            digits[point..].CopyTo(to[(point + 1)..]);
            return digits.Length + 1;
        }

        to[length++] = digits[0];
        if (digits.Length > 1)
        {
            to[length++] = '.';
            digits[1..].CopyTo(to[length..]);
            length += digits.Length - 1;
        }

        return length + WriteExponent(point - 1, 'e', to[length..]);
    }

    /// <summary>Writes <c>e+05</c>: sign and at least two digits.</summary>
    public static int WriteExponent(int exponent, char letter, Span<char> to)
    {
        to[0] = letter;
        to[1] = exponent < 0 ? '-' : '+';
        Math.Abs(exponent).TryFormat(to[2..], out int written, "00", CultureInfo.InvariantCulture);
        return written + 2;
    }

    /// <summary>
    /// The digits of <paramref name="value"/> (not negative, finite) with <paramref name="decimals"/> places after the
    /// point, as one integer: rounded half to even from the exact value. Negative places round to tens, hundreds …
    /// </summary>
    public static BigInteger ScaledInteger(double value, int decimals)
    {
        (BigInteger mantissa, int exponent) = Split(value);
        BigInteger numerator = mantissa;
        BigInteger denominator = BigInteger.One;
        if (decimals >= 0)
        {
            numerator *= BigInteger.Pow(10, decimals);
        }
        else
        {
            denominator = BigInteger.Pow(10, -decimals);
        }

        if (exponent >= 0)
        {
            numerator <<= exponent;
        }
        else
        {
            denominator <<= -exponent;
        }

        return DivideHalfEven(numerator, denominator);
    }

    /// <summary>
    /// Exactly <paramref name="count"/> significant digits of <paramref name="value"/> (not negative, finite), rounded
    /// half to even; the value is about D.DDD times ten to the power <paramref name="exponent"/>.
    /// </summary>
    public static string SignificantDigits(double value, int count, out int exponent)
    {
        if (value == 0)
        {
            exponent = 0;
            return new string('0', count);
        }

        exponent = (int)Math.Floor(Math.Log10(value));
        while (true)
        {
            string digits = ScaledInteger(value, count - 1 - exponent).ToString(CultureInfo.InvariantCulture);
            if (digits.Length == count)
            {
                return digits;
            }

            // The estimate was off by one, or rounding carried into a new digit.
            exponent += digits.Length - count;
        }
    }

    /// <summary>Python's <c>%.Nf</c> without sign.</summary>
    public static string Fixed(double value, int decimals)
    {
        string digits = ScaledInteger(value, decimals).ToString(CultureInfo.InvariantCulture);
        if (decimals == 0)
        {
            return digits;
        }

        if (digits.Length <= decimals)
        {
            digits = new string('0', decimals - digits.Length + 1) + digits;
        }

        return string.Concat(digits.AsSpan(0, digits.Length - decimals), ".", digits.AsSpan(digits.Length - decimals));
    }

    /// <summary>Python's <c>%.Ne</c> without sign.</summary>
    public static string Exponential(double value, int decimals, char letter)
    {
        string digits = SignificantDigits(value, decimals + 1, out int exponent);
        StringBuilder text = new(digits.Length + 8);
        text.Append(digits[0]);
        if (decimals > 0)
        {
            text.Append('.').Append(digits, 1, decimals);
        }

        Span<char> end = stackalloc char[8];
        return text.Append(end[..WriteExponent(exponent, letter, end)]).ToString();
    }

    /// <summary>Mantissa and binary exponent of a finite, not negative float.</summary>
    public static (BigInteger Mantissa, int Exponent) Split(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        long mantissa = bits & 0xF_FFFF_FFFF_FFFF;
        if (exponent == 0)
        {
            exponent = 1;
        }
        else
        {
            mantissa |= 1L << 52;
        }

        return (mantissa, exponent - 1075);
    }

    /// <summary>Quotient of two positive integers, rounded half to even.</summary>
    static BigInteger DivideHalfEven(BigInteger numerator, BigInteger denominator)
    {
        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger remainder);
        int half = (remainder << 1).CompareTo(denominator);
        return half > 0 || (half == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
    }
}
