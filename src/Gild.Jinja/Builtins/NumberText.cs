using System.Globalization;
using System.Numerics;
using System.Text;
using Gild.Jinja.Unicode;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>Texts read as numbers by the rules of Python's <c>int()</c> and <c>float()</c>.</summary>
public static class NumberText
{
    /// <summary>Python's <c>int(text, base)</c>; base 0 follows the prefix. False where Python raises ValueError.</summary>
    public static bool TryParseInteger(string text, int numberBase, out BigInteger value)
    {
        value = default;
        if (numberBase is not 0 and (< 2 or > 36) || !TryNormalize(text, out string digits))
        {
            return false;
        }

        ReadOnlySpan<char> rest = digits;
        bool isNegative = rest is ['-', ..];
        if (rest is ['-' or '+', ..])
        {
            rest = rest[1..];
        }

        bool isPlainZero = numberBase == 0 && rest is ['0', ..];
        rest = TakePrefix(rest, ref numberBase, out bool hasPrefix);
        if (hasPrefix && rest is ['_', ..])
        {
            rest = rest[1..];
        }

        if (!TryReadDigits(rest, numberBase, out string clean))
        {
            return false;
        }

        // Base 0 refuses "010" and takes "00".
        if (isPlainZero && !hasPrefix && clean.AsSpan().ContainsAnyExcept('0'))
        {
            return false;
        }

        if (numberBase is not (2 or 4 or 8 or 16 or 32) && clean.Length > ValueText.MaxIntegerDigits)
        {
            return false;
        }

        value = numberBase == 10
            ? BigInteger.Parse(clean, NumberStyles.None, CultureInfo.InvariantCulture)
            : InBase(clean, numberBase);
        value = isNegative ? -value : value;
        return true;
    }

    /// <summary>Python's <c>float(text)</c>. False where Python raises ValueError.</summary>
    public static bool TryParseFloat(string text, out double value)
    {
        value = 0;
        if (!TryNormalize(text, out string clean))
        {
            return false;
        }

        ReadOnlySpan<char> rest = clean;
        bool isNegative = rest is ['-', ..];
        ReadOnlySpan<char> unsigned = rest is ['-' or '+', ..] ? rest[1..] : rest;
        if (TryParseSpecial(unsigned, out double special))
        {
            value = isNegative ? -special : special;
            return true;
        }

        if (unsigned.IsEmpty || !(char.IsAsciiDigit(unsigned[0]) || unsigned[0] == '.'))
        {
            return false;
        }

        if (rest.Contains('_'))
        {
            if (!HasOnlyUnderscoresBetweenDigits(rest))
            {
                return false;
            }

            rest = clean.Replace("_", "", StringComparison.Ordinal);
        }

        return double.TryParse(
            rest,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out value);
    }

    static bool HasOnlyUnderscoresBetweenDigits(ReadOnlySpan<char> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            bool isBetween = i > 0 && i + 1 < text.Length && char.IsAsciiDigit(text[i - 1]) && char.IsAsciiDigit(text[i + 1]);
            if (text[i] == '_' && !isBetween)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>inf, infinity and nan in any case.</summary>
    internal static bool TryParseSpecial(ReadOnlySpan<char> text, out double value)
    {
        if (text.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            value = double.NaN;
            return true;
        }

        value = double.PositiveInfinity;
        return text.Equals("inf", StringComparison.OrdinalIgnoreCase) || text.Equals("infinity", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Without white space around, with the digits of all scripts as ASCII; false when other characters remain.</summary>
    static bool TryNormalize(string text, out string normalized)
    {
        normalized = TextParts.Strip(text, null, atStart: true, atEnd: true);
        if (normalized.Length == 0)
        {
            return false;
        }

        if (Ascii.IsValid(normalized))
        {
            return true;
        }

        StringBuilder digits = new(normalized.Length);
        for (int i = 0; i < normalized.Length;)
        {
            int point = CodePoints.At(normalized, i, out int width);
            int digit = CharacterClasses.DecimalValue(point);
            if (digit < 0 && point >= 128)
            {
                return false;
            }

            digits.Append(digit >= 0 ? (char)('0' + digit) : (char)point);
            i += width;
        }

        normalized = digits.ToString();
        return true;
    }

    static ReadOnlySpan<char> TakePrefix(ReadOnlySpan<char> text, scoped ref int numberBase, out bool hasPrefix)
    {
        int named = text is ['0', var letter, ..]
            ? char.ToLowerInvariant(letter) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 0 }
            : 0;
        hasPrefix = named != 0 && (numberBase == 0 || numberBase == named);
        if (hasPrefix)
        {
            numberBase = named;
            return text[2..];
        }

        numberBase = numberBase == 0 ? 10 : numberBase;
        return text;
    }

    /// <summary>Digits with single underscores between them.</summary>
    static bool TryReadDigits(ReadOnlySpan<char> text, int numberBase, out string digits)
    {
        digits = "";
        if (text.IsEmpty || text[0] == '_' || text[^1] == '_')
        {
            return false;
        }

        StringBuilder clean = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '_' && text[i - 1] != '_')
            {
                continue;
            }

            int digit = DigitOf(c);
            if (digit < 0 || digit >= numberBase)
            {
                return false;
            }

            clean.Append(c);
        }

        digits = clean.ToString();
        return true;
    }

    static BigInteger InBase(string digits, int numberBase)
    {
        if (numberBase == 16)
        {
            return BigInteger.Parse("0" + digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }

        if (digits.Length > 100_000)
        {
            throw JinjaException.Limit($"an integer of {digits.Length} digits is too long");
        }

        BigInteger value = BigInteger.Zero;
        foreach (char c in digits)
        {
            value = (value * numberBase) + DigitOf(c);
        }

        return value;
    }

    static int DigitOf(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'z' => c - 'a' + 10,
        >= 'A' and <= 'Z' => c - 'A' + 10,
        _ => -1,
    };
}
