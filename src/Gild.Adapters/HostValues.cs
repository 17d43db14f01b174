using System.Globalization;
using System.Numerics;
using System.Text;
using Gild.Engine.Values;
using Gild.Jinja.Values;

namespace Gild.Adapters;

/// <summary>
/// Cells as templates see them. They are what dbt's tables (agate) hold: numbers with a fraction are decimals, nested values are JSON
/// texts, times and intervals are texts in Python's form.
/// </summary>
static class HostValues
{
    internal const long MicrosPerDay = 86_400_000_000;

    /// <summary><paramref name="unscaled"/> / 10^<paramref name="scale"/>, exact.</summary>
    internal static Value Decimal(BigInteger unscaled, int scale) => new DecimalValue(unscaled, scale);

    /// <summary>The shortest decimal that reads back as <paramref name="value"/>; infinities and not-a-number stay floats.</summary>
    internal static Value Decimal(double value) =>
        double.IsFinite(value) ? DecimalValue.FromDouble(value) : value;

    internal static Value Date(DateOnly value) => new DateValue(value);

    /// <summary>A point in time as its clock shows it; <paramref name="offset"/> is null for a time without zone.</summary>
    internal static Value Timestamp(DateTime value, TimeSpan? offset) =>
        offset is null ? DateTimeValue.Naive(value) : DateTimeValue.WithOffset(value, offset.Value);

    internal static string DecimalText(BigInteger unscaled, int scale)
    {
        if (scale == 0)
        {
            return unscaled.ToString(CultureInfo.InvariantCulture);
        }

        string digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        return $"{(unscaled.Sign < 0 ? "-" : "")}{digits[..^scale]}.{digits[^scale..]}";
    }

    /// <summary>Python's <c>str(datetime.time)</c>.</summary>
    internal static string TimeText(long micros)
    {
        long seconds = micros / 1_000_000;
        string text = string.Create(
            CultureInfo.InvariantCulture, $"{seconds / 3600:D2}:{seconds / 60 % 60:D2}:{seconds % 60:D2}");
        long fraction = micros % 1_000_000;
        return fraction == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"{text}.{fraction:D6}");
    }

    /// <summary>Python's <c>str(datetime.timedelta)</c>.</summary>
    internal static string IntervalText(long days, long micros)
    {
        Int128 total = ((Int128)days * MicrosPerDay) + micros;
        Int128 wholeDays = total >= 0 ? total / MicrosPerDay : -((-total + MicrosPerDay - 1) / MicrosPerDay);
        long rest = (long)(total - (wholeDays * MicrosPerDay));
        string time = TimeText(rest);
        time = time[0] == '0' ? time[1..] : time;
        return wholeDays == 0 ? time : $"{wholeDays} day{(wholeDays == 1 || wholeDays == -1 ? "" : "s")}, {time}";
    }

    /// <summary>Python's <c>str(bytes)</c>.</summary>
    internal static string BytesText(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new("b'");
        foreach (byte b in bytes)
        {
            _ = b switch
            {
                (byte)'\\' => text.Append(@"\\"),
                (byte)'\'' => text.Append(@"\'"),
                (byte)'\n' => text.Append(@"\n"),
                (byte)'\r' => text.Append(@"\r"),
                (byte)'\t' => text.Append(@"\t"),
                >= 0x20 and < 0x7f => text.Append((char)b),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}"),
            };
        }

        return text.Append('\'').ToString();
    }

    /// <summary>Appends a cell inside a nested value, as Python's <c>json.dumps</c> would.</summary>
    internal static void AppendJson(StringBuilder json, Value value)
    {
        if (value.IsNone)
        {
            json.Append("null");
        }
        else if (value.IsBool)
        {
            json.Append(value.AsBool ? "true" : "false");
        }
        else if (value.IsInteger || value.IsFloat)
        {
            json.Append(value.ToString());
        }
        else
        {
            AppendJsonText(json, value.ToString());
        }
    }

    internal static void AppendJsonText(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append(@"\\"),
                '\n' => json.Append(@"\n"),
                '\r' => json.Append(@"\r"),
                '\t' => json.Append(@"\t"),
                < ' ' or > '~' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => json.Append(c),
            };
        }

        json.Append('"');
    }
}
