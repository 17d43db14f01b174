using System.Numerics;
using System.Text;
using Gild.Jinja.Unicode;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>One <c>%</c> conversion: its flags, sizes and type letter.</summary>
struct PercentSpec
{
    public bool IsLeft;
    public bool HasPlus;
    public bool HasBlank;
    public bool IsAlternate;
    public bool IsZeroFilled;
    public long Width;
    public int Precision;
    public char Type;

    public bool TakeFlag(char c)
    {
        switch (c)
        {
            case '-':
                return IsLeft = true;
            case '+':
                return HasPlus = true;
            case ' ':
                return HasBlank = true;
            case '#':
                return IsAlternate = true;
            case '0':
                return IsZeroFilled = true;
            default:
                return false;
        }
    }

    /// <summary>Appends a value; with <paramref name="escape"/> texts are escaped and numbers read as by <c>int()</c> and <c>float()</c>.</summary>
    public readonly void Append(StringBuilder result, Value value, bool escape)
    {
        switch (Type)
        {
            case 's':
                AppendPadded(result, Cut(escape ? MarkupValue.Escape(value).Text : ValueText.ToText(value)));
                break;
            case 'r':
                AppendPadded(result, Cut(Escaped(ValueText.ToRepr(value), escape)));
                break;
            case 'a':
                AppendPadded(result, Cut(escape ? ValueText.ToAscii(Value.From(Escaped(ValueText.ToRepr(value), escape)))[1..^1] : ValueText.ToAscii(value)));
                break;
            case 'c':
                AppendPadded(result, Character(value, escape));
                break;
            case 'd' or 'i' or 'u' or 'o' or 'x' or 'X':
                AppendInteger(result, ToInteger(value, escape));
                break;
            default:
                AppendFloat(result, ToFloat(value, escape));
                break;
        }
    }

    static string Escaped(string text, bool escape) => escape ? MarkupValue.EscapeText(text) : text;

    readonly string Cut(string text) => Precision >= 0 ? text[..CodePoints.OffsetOf(text, Precision)] : text;

    readonly void AppendPadded(StringBuilder result, string text) =>
        result.Append(TextParts.Pad(text, Width, " ", IsLeft ? Alignment.Left : Alignment.Right));

    static string Character(Value value, bool escape)
    {
        if (!escape)
        {
            if (value.TryGetInteger(out BigInteger code))
            {
                return code >= 0 && code < 0x110000
                    ? CodePoints.ToText((int)code)
                    : throw JinjaException.Overflow("%c arg not in range(0x110000)");
            }

            if (value.TryGetText(out string text) && CodePoints.Count(text) == 1)
            {
                return text;
            }
        }

        throw JinjaException.TypeError("%c requires int or char");
    }

    readonly BigInteger ToInteger(Value value, bool escape)
    {
        bool isDecimal = Type is 'd' or 'i' or 'u';
        if (value.AsObject?.ToNumber() is { } number)
        {
            value = number;
        }

        if (value.TryGetInteger(out BigInteger integer) && (isDecimal || !escape))
        {
            return integer;
        }

        if (isDecimal && value.IsFloat)
        {
            return NumberConversion.Truncate(value.AsDouble);
        }

        if (isDecimal && value.IsUndefined)
        {
            throw ValueOps.UndefinedUse(value);
        }

        if (isDecimal && escape && value.TryGetText(out string text))
        {
            return NumberText.TryParseInteger(text, 10, out integer) ? integer : throw JinjaException.ValueError(
                $"invalid literal for int() with base 10: {ValueText.ReprOf(text)}");
        }

        string typeName = escape ? "_MarkupEscapeHelper" : ValueText.TypeNameOf(value);
        throw JinjaException.TypeError(isDecimal
            ? $"%{Type} format: a real number is required, not {typeName}"
            : $"%{Type} format: an integer is required, not {typeName}");
    }

    static double ToFloat(Value value, bool escape)
    {
        if (value.AsObject?.ToNumber() is { } number)
        {
            value = number;
        }

        if (value.IsNumber)
        {
            return ValueOps.ToFloat(value);
        }

        if (value.IsUndefined)
        {
            throw ValueOps.UndefinedUse(value);
        }

        if (escape && value.TryGetText(out string text))
        {
            return NumberText.TryParseFloat(text, out double parsed) ? parsed : throw JinjaException.ValueError(
                $"could not convert string to float: {ValueText.ReprOf(text)}");
        }

        throw JinjaException.TypeError($"must be real number, not {ValueText.TypeNameOf(value)}");
    }

    readonly void AppendInteger(StringBuilder result, BigInteger value)
    {
        string digits = ValueFormat.Digits(BigInteger.Abs(value), Type is 'i' or 'u' ? 'd' : Type);
        if (Precision > digits.Length)
        {
            digits = new string('0', Precision - digits.Length) + digits;
        }

        string prefix = !IsAlternate ? "" : Type switch
        {
            'x' => "0x",
            'X' => "0X",
            'o' => "0o",
            _ => "",
        };
        AppendNumber(result, value.Sign < 0, prefix, digits);
    }

    readonly void AppendFloat(StringBuilder result, double value)
    {
        double magnitude = Math.Abs(value);
        bool isUpper = Type is 'E' or 'F' or 'G';
        int precision = Precision < 0 ? 6 : Precision;
        string digits;
        if (!double.IsFinite(value))
        {
            string name = double.IsNaN(value) ? "nan" : "inf";
            digits = isUpper ? name.ToUpperInvariant() : name;
        }
        else
        {
            digits = Type switch
            {
                'f' or 'F' => FloatFormat.Fixed(magnitude, precision, IsAlternate),
                'e' or 'E' => FloatFormat.Exponential(magnitude, precision, Type, IsAlternate),
                _ => FloatFormat.General(magnitude, precision, isUpper ? 'E' : 'e', IsAlternate, keepPointZero: false),
            };
        }

        AppendNumber(result, double.IsNegative(value) && !double.IsNaN(value), "", digits);
    }

    readonly void AppendNumber(StringBuilder result, bool isNegative, string prefix, string digits)
    {
        string sign = isNegative ? "-" : HasPlus ? "+" : HasBlank ? " " : "";
        long missing = Width - sign.Length - prefix.Length - digits.Length;
        if (IsZeroFilled && !IsLeft && missing > 0)
        {
            ValueOps.GuardSize(missing);
            result.Append(sign).Append(prefix).Append('0', (int)missing).Append(digits);
        }
        else
        {
            AppendPadded(result, sign + prefix + digits);
        }
    }
}
