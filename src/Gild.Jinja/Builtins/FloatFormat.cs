using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>The <c>e</c>, <c>f</c> and <c>g</c> formats of finite floats that are not negative.</summary>
static class FloatFormat
{
    /// <summary>No float has more decimal places than this; what is beyond are zeros.</summary>
    const int MostPlaces = 1100;

    public static string Fixed(double value, int precision, bool keepPoint)
    {
        string text = FloatText.Fixed(value, Math.Min(precision, MostPlaces));
        return precision switch
        {
            0 when keepPoint => text + ".",
            > MostPlaces => text + new string('0', precision - MostPlaces),
            _ => text,
        };
    }

    public static string Exponential(double value, int precision, char letter, bool keepPoint)
    {
        string text = FloatText.Exponential(value, Math.Min(precision, MostPlaces), letter);
        int exponent = text.IndexOf(letter, StringComparison.Ordinal);
        return precision switch
        {
            0 when keepPoint => text.Insert(exponent, "."),
            > MostPlaces => text.Insert(exponent, new string('0', precision - MostPlaces)),
            _ => text,
        };
    }

    /// <summary>
    /// Fixed or exponential, whichever is shorter, with <paramref name="precision"/> significant digits and without zeros at
    /// the end unless <paramref name="keepZeros"/>. <paramref name="keepPointZero"/> makes 5 show as 5.0.
    /// </summary>
    public static string General(double value, int precision, char letter, bool keepZeros, bool keepPointZero)
    {
        precision = Math.Max(precision, 1);
        int wanted = Math.Min(precision, MostPlaces);
        string digits = FloatText.SignificantDigits(value, wanted, out int exponent);
        bool isExponential = exponent < -4 || exponent >= (keepPointZero ? precision - 1 : precision);
        string significant = keepZeros ? digits + new string('0', precision - wanted) : digits.TrimEnd('0');
        significant = significant.Length == 0 ? "0" : significant;
        if (isExponential)
        {
            Span<char> end = stackalloc char[8];
            string tail = end[..FloatText.WriteExponent(exponent, letter, end)].ToString();
            string fraction = significant[1..];
            return significant[0] + (fraction.Length > 0 || keepZeros ? "." + fraction : "") + tail;
        }

        if (exponent < 0)
        {
            return "0." + new string('0', -exponent - 1) + significant;
        }

        if (significant.Length <= exponent + 1)
        {
            string whole = significant.PadRight(exponent + 1, '0');
            return whole + (keepPointZero ? ".0" : keepZeros ? "." : "");
        }

        return significant[..(exponent + 1)] + "." + significant[(exponent + 1)..];
    }
}
