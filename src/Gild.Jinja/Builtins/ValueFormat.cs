using System.Globalization;
using System.Numerics;
using System.Text;
using Gild.Jinja.Unicode;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>Python's <c>format(value, spec)</c>.</summary>
static class ValueFormat
{
    /// <exception cref="JinjaException">ValueError, TypeError, OverflowError.</exception>
    public static string Format(Value value, string spec)
    {
        if (spec.Length == 0)
        {
            return ValueText.ToText(value);
        }

        if (value.TryGetText(out string text))
        {
            return FormatText(text, FormatSpec.Parse(spec, "str"));
        }

        if (value.AsObject?.ToNumber() is { } number)
        {
            value = number;
        }

        if (value.IsFloat)
        {
            return FormatFloat(value.AsDouble, FormatSpec.Parse(spec, "float"), "float");
        }

        if (value.TryGetInteger(out BigInteger integer))
        {
            string typeName = ValueText.TypeNameOf(value);
            return FormatInteger(integer, FormatSpec.Parse(spec, typeName), typeName);
        }

        throw JinjaException.TypeError($"unsupported format string passed to {ValueText.TypeNameOf(value)}.__format__");
    }

    static string FormatText(string text, FormatSpec spec)
    {
        if (spec.Type is not (0 or 's'))
        {
            throw Unknown(spec, "str");
        }

        if (spec.Sign != '\0')
        {
            throw JinjaException.ValueError(spec.Sign == ' '
                ? "Space not allowed in string format specifier"
                : "Sign not allowed in string format specifier");
        }

        if (spec.NoNegativeZero)
        {
            throw JinjaException.ValueError("Negative zero coercion (z) not allowed in string format specifier");
        }

        if (spec.Alternate)
        {
            throw JinjaException.ValueError("Alternate form (#) not allowed in string format specifier");
        }

        if (spec.Align == '=')
        {
            throw JinjaException.ValueError("'=' alignment not allowed in string format specifier");
        }

        if (spec.Grouping != '\0')
        {
            throw JinjaException.ValueError($"Cannot specify '{spec.Grouping}' with 's'.");
        }

        if (spec.Precision >= 0)
        {
            text = text[..CodePoints.OffsetOf(text, spec.Precision)];
        }

        return Align(text, spec, defaultAlign: '<');
    }

    static JinjaException Unknown(FormatSpec spec, string typeName) => JinjaException.ValueError(
        $"Unknown format code '{CodePoints.ToText(spec.Type)}' for object of type '{typeName}'");

    static string Align(string text, FormatSpec spec, char defaultAlign)
    {
        char align = spec.Align == '\0' ? defaultAlign : spec.Align;
        return TextParts.Pad(text, spec.Width, spec.Fill, align switch
        {
            '<' => Alignment.Left,
            '^' => Alignment.CenterOfFormat,
            _ => Alignment.Right,
        });
    }

    static string FormatInteger(BigInteger value, FormatSpec spec, string typeName)
    {
        switch (spec.Type)
        {
            case 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or '%':
                return FormatFloat(ValueOps.ToFloat(value), spec, typeName);
            case 0 or 'd' or 'b' or 'o' or 'x' or 'X' or 'n' or 'c':
                break;
            default:
                throw Unknown(spec, typeName);
        }

        if (spec.Precision >= 0)
        {
            throw JinjaException.ValueError("Precision not allowed in integer format specifier");
        }

        if (spec.NoNegativeZero)
        {
            throw JinjaException.ValueError("Negative zero coercion (z) not allowed in format specifier with integer presentation type");
        }

        if (spec.Type == 'c')
        {
            return FormatCharacter(value, spec);
        }

        string digits = Digits(BigInteger.Abs(value), spec.Type);
        string prefix = spec.Alternate ? PrefixOf(spec.Type) : "";
        return Assemble(value.Sign < 0, prefix, digits, "", spec);
    }

    static string FormatCharacter(BigInteger value, FormatSpec spec)
    {
        if (spec.Sign != '\0')
        {
            throw JinjaException.ValueError("Sign not allowed with integer format specifier 'c'");
        }

        if (spec.Alternate)
        {
            throw JinjaException.ValueError("Alternate form (#) not allowed with integer format specifier 'c'");
        }

        return value >= 0 && value < 0x110000
            ? Align(CodePoints.ToText((int)value), spec, defaultAlign: '>')
            : throw JinjaException.Overflow("%c arg not in range(0x110000)");
    }

    static string PrefixOf(int type) => type switch
    {
        'b' => "0b",
        'o' => "0o",
        'x' => "0x",
        'X' => "0X",
        _ => "",
    };

    /// <summary>The digits of a not negative integer in the base of a type letter.</summary>
    public static string Digits(BigInteger value, int type)
    {
        switch (type)
        {
            case 'x' or 'X':
                string hex = value.ToString(type == 'x' ? "x" : "X", CultureInfo.InvariantCulture).TrimStart('0');
                return hex.Length == 0 ? "0" : hex;
            case 'b':
                string binary = value.ToString("b", CultureInfo.InvariantCulture).TrimStart('0');
                return binary.Length == 0 ? "0" : binary;
            case 'o':
                string bits = Digits(value, 'b');
                StringBuilder octal = new();
                for (int i = 0, end = bits.Length % 3 == 0 ? 3 : bits.Length % 3; i < bits.Length; i = end, end += 3)
                {
                    octal.Append((char)('0' + Convert.ToInt32(bits[i..end], 2)));
                }

                return octal.ToString();
            default:
                return ValueText.FormatInteger(value);
        }
    }

    static string FormatFloat(double value, FormatSpec spec, string typeName)
    {
        if (spec.Type is not (0 or 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or 'n' or '%'))
        {
            throw Unknown(spec, typeName);
        }

        double magnitude = Math.Abs(spec.Type == '%' ? value * 100 : value);
        string body = FloatBody(magnitude, spec, out string suffix);
        bool isNegative = double.IsNegative(value) && !double.IsNaN(value);
        if (spec.NoNegativeZero && isNegative && body.AsSpan().IndexOfAnyInRange('1', '9') < 0 && double.IsFinite(value))
        {
            isNegative = false;
        }

        int split = body.AsSpan().IndexOfAnyExceptInRange('0', '9');
        return split < 0
            ? Assemble(isNegative, "", body, suffix, spec)
            : Assemble(isNegative, "", body[..split], body[split..] + suffix, spec);
    }

    static string FloatBody(double magnitude, FormatSpec spec, out string suffix)
    {
        suffix = spec.Type == '%' ? "%" : "";
        if (!double.IsFinite(magnitude))
        {
            string name = double.IsNaN(magnitude) ? "nan" : "inf";
            return spec.Type is 'E' or 'F' or 'G' ? name.ToUpperInvariant() : name;
        }

        switch (spec.Type)
        {
            case 'f' or 'F' or '%':
                return FloatFormat.Fixed(magnitude, spec.Precision < 0 ? 6 : spec.Precision, spec.Alternate);
            case 'e' or 'E':
                return FloatFormat.Exponential(magnitude, spec.Precision < 0 ? 6 : spec.Precision, (char)spec.Type, spec.Alternate);
            case 'g' or 'G' or 'n':
                return FloatFormat.General(magnitude, spec.Precision < 0 ? 6 : spec.Precision, spec.Type == 'G' ? 'E' : 'e', spec.Alternate, keepPointZero: false);
            default:
                return spec.Precision < 0
                    ? ReprBody(magnitude, spec.Alternate)
                    : FloatFormat.General(magnitude, spec.Precision, 'e', spec.Alternate, keepPointZero: true);
        }
    }

    /// <summary>The repr; the alternate form has a point in any case.</summary>
    static string ReprBody(double magnitude, bool keepPoint)
    {
        string text = FloatText.Repr(magnitude);
        return keepPoint && !text.Contains('.') ? text.Insert(text.IndexOf('e', StringComparison.Ordinal), ".") : text;
    }

    /// <summary>Sign, prefix, grouped digits and the rest, aligned to the width.</summary>
    static string Assemble(bool isNegative, string prefix, string digits, string rest, FormatSpec spec)
    {
        string sign = isNegative ? "-" : spec.Sign is '+' or ' ' ? spec.Sign.ToString() : "";
        if (spec.Grouping != '\0')
        {
            int size = spec.Type is 'b' or 'o' or 'x' or 'X' ? 4 : 3;
            int least = spec.IsZeroFilled ? spec.Width - sign.Length - prefix.Length - rest.Length : 0;
            digits = Group(digits, spec.Grouping, size, least);
        }

        if (spec.Align != '=')
        {
            return Align(sign + prefix + digits + rest, spec, defaultAlign: '>');
        }

        int taken = sign.Length + prefix.Length;
        return sign + prefix + TextParts.Pad(digits + rest, (long)spec.Width - taken, spec.Fill, Alignment.Right);
    }

    /// <summary>Digits in groups, with zeros before them until there are <paramref name="least"/> characters.</summary>
    static string Group(string digits, char separator, int size, int least)
    {
        if (digits.Length == 0)
        {
            return digits;
        }

        StringBuilder reversed = new();
        int count = 0;
        for (int i = digits.Length - 1; i >= 0 || reversed.Length < least; i--)
        {
            if (count > 0 && count % size == 0)
            {
                reversed.Append(separator);
            }

            reversed.Append(i >= 0 ? digits[i] : '0');
            count++;
        }

        return string.Create(reversed.Length, reversed, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = source[span.Length - 1 - i];
            }
        });
    }
}
