using System.Globalization;
using System.Numerics;
using System.Text;
using Gild.Jinja.Runtime;
using Gild.Jinja.Unicode;

namespace Gild.Jinja.Values;

/// <summary>Python's <c>str()</c>, <c>repr()</c> and <c>type().__name__</c> of values.</summary>
public static class ValueText
{
    /// <summary>CPython refuses to write or read longer integers in decimal.</summary>
    public const int MaxIntegerDigits = 4300;

    /// <summary>Python's <c>str(value)</c>.</summary>
    /// <exception cref="JinjaException">UndefinedError for a strict undefined.</exception>
    public static string ToText(Value value)
    {
        if (value.AsString is { } text)
        {
            return text;
        }

        if (value.IsInt64)
        {
            return value.AsInt64.ToString(CultureInfo.InvariantCulture);
        }

        if (value.IsUndefined)
        {
            ValueOps.FailIfStrict(value);
            return "";
        }

        return value.AsObject is { } target ? target.ToText() : ToRepr(value);
    }

    /// <summary>Appends Python's <c>str(value)</c>; numbers and texts go straight into the buffer.</summary>
    /// <exception cref="JinjaException">UndefinedError for a strict undefined.</exception>
    public static void AppendText(Value value, OutputBuffer output)
    {
        if (value.AsString is { } text)
        {
            output.Append(text.AsSpan());
        }
        else if (value.IsInt64)
        {
            output.Append(value.AsInt64);
        }
        else if (value.IsFloat)
        {
            Span<char> buffer = stackalloc char[FloatText.MaxReprLength];
            output.Append(buffer[..FloatText.WriteRepr(value.AsDouble, buffer)]);
        }
        else if (value.IsUndefined)
        {
            ValueOps.FailIfStrict(value);
        }
        else
        {
            output.Append(ToText(value).AsSpan());
        }
    }

    /// <summary>Python's <c>repr(value)</c>.</summary>
    public static string ToRepr(Value value)
    {
        if (value.AsString is { } text)
        {
            return ReprOf(text);
        }

        switch (value.Kind)
        {
            case ValueKind.Undefined:
                return "Undefined";
            case ValueKind.None:
                return "None";
            case ValueKind.Bool:
                return value.AsBool ? "True" : "False";
            case ValueKind.Int:
                return value.AsInt64.ToString(CultureInfo.InvariantCulture);
            case ValueKind.Float:
                return FormatFloat(value.AsDouble);
            case ValueKind.BigInt:
                value.TryGetInteger(out BigInteger integer);
                return FormatInteger(integer);
            default:
                return ToRepr(value.AsObject!);
        }
    }

    internal static string ToRepr(JinjaObject target) =>
        ReprWriter.IsContainer(target) ? ReprWriter.Write(target) : target.ToRepr();

    /// <summary>Python's <c>repr(float)</c>: the shortest text that reads back as the same number.</summary>
    public static string FormatFloat(double value) => FloatText.Repr(value);

    /// <summary>An integer in decimal.</summary>
    /// <exception cref="JinjaException">ValueError above <see cref="MaxIntegerDigits"/> digits, as CPython has it.</exception>
    public static string FormatInteger(BigInteger value)
    {
        // 14,281 bits are the fewest that may need 4,301 digits.
        if (value.GetBitLength() > 14_280)
        {
            bool isTooLong = value.GetBitLength() > 14_290 || BigInteger.Abs(value) >= BigInteger.Pow(10, MaxIntegerDigits);
            if (isTooLong)
            {
                throw JinjaException.ValueError(
                    $"Exceeds the limit ({MaxIntegerDigits} digits) for integer string conversion");
            }
        }

        return value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The name of the value's type as messages show it.</summary>
    public static string TypeNameOf(Value value) => value.Kind switch
    {
        ValueKind.Undefined => value.As<UndefinedValue>()?.Behavior == UndefinedBehavior.Strict ? "StrictUndefined" : "Undefined",
        ValueKind.None => "NoneType",
        ValueKind.Bool => "bool",
        ValueKind.Int or ValueKind.BigInt => "int",
        ValueKind.Float => "float",
        ValueKind.String => "str",
        _ => value.AsObject!.TypeName,
    };

    /// <summary>Python's <c>repr(str)</c>.</summary>
    public static string ReprOf(string text)
    {
        StringBuilder to = new(text.Length + 2);
        AppendRepr(to, text);
        return to.ToString();
    }

    internal static void AppendRepr(StringBuilder to, string text)
    {
        char quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        to.Append(quote);
        int plain = 0;
        for (int i = 0; i < text.Length;)
        {
            char c = text[i];
            if (c is >= ' ' and < '\x7f' && c != quote && c != '\\')
            {
                i++;
                continue;
            }

            to.Append(text, plain, i - plain);
            int point = CodePoints.At(text, i, out int width);
            AppendEscaped(to, point, quote);
            i += width;
            plain = i;
        }

        to.Append(text, plain, text.Length - plain).Append(quote);
    }

    static void AppendEscaped(StringBuilder to, int point, char quote)
    {
        switch (point)
        {
            case '\\':
                to.Append("\\\\");
                break;
            case '\n':
                to.Append("\\n");
                break;
            case '\r':
                to.Append("\\r");
                break;
            case '\t':
                to.Append("\\t");
                break;
            default:
                if (point == quote)
                {
                    to.Append('\\').Append(quote);
                }
                else if (CharacterClasses.IsPrintable(point))
                {
                    CodePoints.Append(to, point);
                }
                else
                {
                    AppendHex(to, point);
                }

                break;
        }
    }

    static void AppendHex(StringBuilder to, int point)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        if (point < 0x100)
        {
            to.Append(invariant, $"\\x{point:x2}");
        }
        else if (point < 0x10000)
        {
            to.Append(invariant, $"\\u{point:x4}");
        }
        else
        {
            to.Append(invariant, $"\\U{point:x8}");
        }
    }

    /// <summary>Python's <c>ascii()</c>: the repr with everything beyond ASCII escaped.</summary>
    public static string ToAscii(Value value)
    {
        string repr = ToRepr(value);
        if (Ascii.IsValid(repr))
        {
            return repr;
        }

        StringBuilder to = new(repr.Length + 16);
        for (int i = 0; i < repr.Length;)
        {
            int point = CodePoints.At(repr, i, out int width);
            if (point < 128)
            {
                to.Append((char)point);
            }
            else
            {
                AppendHex(to, point);
            }

            i += width;
        }

        return to.ToString();
    }
}
