using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Gild.Jinja.Values;

namespace Gild.Engine.Yaml;

/// <summary>Resolves plain scalars by YAML 1.1, to the letter of PyYAML's safe loader (which dbt uses).</summary>
public static partial class YamlScalars
{
    public static Value Resolve(string text)
    {
        if (text.Length == 0)
        {
            return Value.None;
        }

        return text[0] switch
        {
            'y' or 'Y' or 'n' or 'N' or 't' or 'T' or 'f' or 'F' or 'o' or 'O' or '~' => ResolveWord(text),
            '-' or '+' or '.' or (>= '0' and <= '9') => ResolveNumber(text),
            _ => text,
        };
    }

    static Value ResolveWord(string text) => text switch
    {
        "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON" => true,
        "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF" => false,
        "~" or "null" or "Null" or "NULL" => Value.None,
        _ => text,
    };

    static Value ResolveNumber(string text)
    {
        if (IntPattern().IsMatch(text))
        {
            return Int(text);
        }

        if (FloatPattern().IsMatch(text))
        {
            return Float(text);
        }

        return text[0] is >= '0' and <= '9' && TimestampPattern().Match(text) is { Success: true } match
            ? Timestamp(match) ?? text
            : text;
    }

    static Value Int(string text)
    {
        ReadOnlySpan<char> digits = text.Replace("_", "", StringComparison.Ordinal);
        bool negative = digits[0] == '-';
        if (digits[0] is '-' or '+')
        {
            digits = digits[1..];
        }

        BigInteger value;
        if (digits is "0" or "")
        {
            value = 0;
        }
        else if (digits.StartsWith("0b"))
        {
            value = FromBase(digits[2..], 2);
        }
        else if (digits.StartsWith("0x"))
        {
            value = FromBase(digits[2..], 16);
        }
        else if (digits[0] == '0')
        {
            value = FromBase(digits, 8);
        }
        else if (digits.Contains(':'))
        {
            value = 0;
            foreach (Range part in digits.Split(':'))
            {
                value = (value * 60) + BigInteger.Parse(digits[part], CultureInfo.InvariantCulture);
            }
        }
        else
        {
            value = BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        }

        return Value.From(negative ? -value : value);
    }

    static BigInteger FromBase(ReadOnlySpan<char> digits, int radix)
    {
        BigInteger value = 0;
        foreach (char digit in digits)
        {
            value = (value * radix) + Convert.ToInt32(digit.ToString(), 16);
        }

        return value;
    }

    static Value Float(string text)
    {
        string digits = text.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
        double sign = 1;
        if (digits[0] is '-' or '+')
        {
            sign = digits[0] == '-' ? -1 : 1;
            digits = digits[1..];
        }

        if (digits == ".inf")
        {
            return sign * double.PositiveInfinity;
        }

        if (digits == ".nan")
        {
            return double.NaN;
        }

        if (!digits.Contains(':', StringComparison.Ordinal))
        {
            return sign * double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
        }

        double value = 0;
        foreach (string part in digits.Split(':'))
        {
            value = (value * 60) + double.Parse(part, NumberStyles.Float, CultureInfo.InvariantCulture);
        }

        return sign * value;
    }

    /// <summary>The ISO text of a date or time stamp, as dbt turns them into texts before use; null for an impossible one.</summary>
    static string? Timestamp(Match match)
    {
        int Part(string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
        (int year, int month, int day) = (Part("y"), Part("m"), Part("d"));
        if (year is 0 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return null;
        }

        if (!match.Groups["h"].Success)
        {
            return $"{year:0000}-{month:00}-{day:00}";
        }

        if (Part("h") > 23 || Part("min") > 59 || Part("s") > 59)
        {
            return null;
        }

        string text = $"{year:0000}-{month:00}-{day:00}T{Part("h"):00}:{Part("min"):00}:{Part("s"):00}";
        string fraction = match.Groups["f"].Value;
        if (fraction.Trim('0').Length > 0)
        {
            text += "." + (fraction.Length > 6 ? fraction[..6] : fraction.PadRight(6, '0'));
        }

        if (match.Groups["z"].Success)
        {
            text += "+00:00";
        }
        else if (match.Groups["sign"].Success)
        {
            int minutes = match.Groups["om"].Success ? Part("om") : 0;
            text += $"{match.Groups["sign"].Value}{Part("oh"):00}:{minutes:00}";
        }

        return text;
    }

    [GeneratedRegex(@"^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex IntPattern();

    [GeneratedRegex(@"^(?:[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex FloatPattern();

    [GeneratedRegex(@"^(?:(?<y>[0-9]{4})-(?<m>[0-9]{2})-(?<d>[0-9]{2})|(?<y>[0-9]{4})-(?<m>[0-9][0-9]?)-(?<d>[0-9][0-9]?)(?:[Tt]|[ \t]+)(?<h>[0-9][0-9]?):(?<min>[0-9]{2}):(?<s>[0-9]{2})(?:\.(?<f>[0-9]*))?(?:[ \t]*(?:(?<z>Z)|(?<sign>[-+])(?<oh>[0-9][0-9]?)(?::(?<om>[0-9]{2}))?))?)\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex TimestampPattern();
}
