using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Gild.Engine.Adapters;
using Gild.Jinja.Values;

namespace Gild.Adapters.DuckDb;

/// <summary><c>duckdb_interval</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
struct DuckDbInterval
{
    public int Months;
    public int Days;
    public long Micros;
}

/// <summary>DuckDB's types: their names, their kinds, and the cells of the scalar ones.</summary>
static class DuckDbTypes
{
    internal static ResultColumnKind KindOf(DuckDbType type) => type switch
    {
        DuckDbType.Boolean => ResultColumnKind.Boolean,
        DuckDbType.TinyInt or DuckDbType.SmallInt or DuckDbType.Integer or DuckDbType.BigInt or DuckDbType.UTinyInt
            or DuckDbType.USmallInt or DuckDbType.UInteger or DuckDbType.UBigInt or DuckDbType.HugeInt or DuckDbType.UHugeInt
            or DuckDbType.SqlNull => ResultColumnKind.Integer,
        DuckDbType.Float or DuckDbType.Double or DuckDbType.Decimal => ResultColumnKind.Number,
        DuckDbType.Date => ResultColumnKind.Date,
        DuckDbType.Timestamp or DuckDbType.TimestampSeconds or DuckDbType.TimestampMillis or DuckDbType.TimestampNanos
            or DuckDbType.TimestampTz => ResultColumnKind.DateTime,
        _ => ResultColumnKind.Text,
    };

    /// <summary>The type as SQL spells it.</summary>
    internal static string NameOf(nint type)
    {
        if (DuckDbNative.TakeText(DuckDbNative.TypeAlias(type)) is { Length: > 0 } alias)
        {
            return alias;
        }

        DuckDbType id = DuckDbNative.TypeId(type);
        return id switch
        {
            DuckDbType.Decimal => $"DECIMAL({DuckDbNative.DecimalWidth(type)},{DuckDbNative.DecimalScale(type)})",
            DuckDbType.List => $"{NameOfChild(DuckDbNative.ListChildType(type))}[]",
            DuckDbType.Array => $"{NameOfChild(DuckDbNative.ArrayChildType(type))}[{DuckDbNative.ArraySize(type)}]",
            DuckDbType.Map => $"MAP({NameOfChild(DuckDbNative.MapKeyType(type))}, {NameOfChild(DuckDbNative.MapValueType(type))})",
            DuckDbType.Struct => StructName(type),
            DuckDbType.Union => UnionName(type),
            DuckDbType.TimestampTz => "TIMESTAMP WITH TIME ZONE",
            DuckDbType.TimeTz => "TIME WITH TIME ZONE",
            DuckDbType.TimestampSeconds => "TIMESTAMP_S",
            DuckDbType.TimestampMillis => "TIMESTAMP_MS",
            DuckDbType.TimestampNanos => "TIMESTAMP_NS",
            DuckDbType.TimeNanos => "TIME_NS",
            DuckDbType.SqlNull => "\"NULL\"",
            _ => id.ToString().ToUpperInvariant(),
        };
    }

    static string NameOfChild(nint type)
    {
        string name = NameOf(type);
        DuckDbNative.DestroyLogicalType(ref type);
        return name;
    }

    static string StructName(nint type)
    {
        StringBuilder name = new("STRUCT(");
        for (ulong i = 0; i < DuckDbNative.StructChildCount(type); i++)
        {
            name.Append(i == 0 ? "" : ", ").Append(DuckDbNative.TakeText(DuckDbNative.StructChildName(type, i)))
                .Append(' ').Append(NameOfChild(DuckDbNative.StructChildType(type, i)));
        }

        return name.Append(')').ToString();
    }

    static string UnionName(nint type)
    {
        StringBuilder name = new("UNION(");
        for (ulong i = 0; i < DuckDbNative.UnionMemberCount(type); i++)
        {
            name.Append(i == 0 ? "" : ", ").Append(DuckDbNative.TakeText(DuckDbNative.UnionMemberName(type, i)))
                .Append(' ').Append(NameOfChild(DuckDbNative.UnionMemberType(type, i)));
        }

        return name.Append(')').ToString();
    }

    /// <summary>Days from 1970-01-01; the extremes are infinities. What Python's date cannot hold is a text.</summary>
    internal static Value Date(int days)
    {
        const int UnixDay = 719_162;
        if (days is int.MaxValue or -int.MaxValue)
        {
            return days > 0 ? "infinity" : "-infinity";
        }

        long number = (long)days + UnixDay;
        return number >= 0 && number <= DateOnly.MaxValue.DayNumber
            ? HostValues.Date(DateOnly.FromDayNumber((int)number))
            : $"{days.ToString(CultureInfo.InvariantCulture)} days from 1970-01-01";
    }

    /// <summary>Microseconds from 1970-01-01; in <paramref name="zone"/> when the type has one.</summary>
    internal static Value Timestamp(long micros, TimeZoneInfo? zone)
    {
        if (micros is long.MaxValue or -long.MaxValue)
        {
            return micros > 0 ? "infinity" : "-infinity";
        }

        if (micros < (DateTime.MinValue.AddDays(1) - DateTime.UnixEpoch).Ticks / 10
            || micros > (DateTime.MaxValue.AddDays(-1) - DateTime.UnixEpoch).Ticks / 10)
        {
            return $"{micros.ToString(CultureInfo.InvariantCulture)} microseconds from 1970-01-01";
        }

        DateTime utc = DateTime.UnixEpoch.AddTicks(micros * 10);
        if (zone is null)
        {
            return HostValues.Timestamp(DateTime.SpecifyKind(utc, DateTimeKind.Unspecified), null);
        }

        TimeSpan offset = zone.GetUtcOffset(utc);
        return HostValues.Timestamp(DateTime.SpecifyKind(utc + offset, DateTimeKind.Unspecified), offset);
    }

    internal static Value TimestampSeconds(long seconds) =>
        Timestamp(IsInfinite(seconds) ? seconds : seconds * 1_000_000, null);

    internal static Value TimestampMillis(long millis) => Timestamp(IsInfinite(millis) ? millis : millis * 1000, null);

    internal static Value TimestampNanos(long nanos) => Timestamp(IsInfinite(nanos) ? nanos : (long)Math.Floor(nanos / 1000m), null);

    static bool IsInfinite(long value) => value is long.MaxValue or -long.MaxValue;

    /// <summary><c>duckdb_time_tz</c>: microseconds in the upper 40 bits, 15:59:59 minus the offset in seconds in the lower 24.</summary>
    internal static Value TimeTz(ulong bits)
    {
        const int LargestOffset = (16 * 3600) - 1;
        int offset = LargestOffset - (int)(bits & 0xFF_FFFF);
        int minutes = Math.Abs(offset) / 60;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{HostValues.TimeText((long)(bits >> 24))}{(offset < 0 ? '-' : '+')}{minutes / 60:D2}:{minutes % 60:D2}");
    }

    /// <summary>128 bits with the topmost one flipped, so that they sort as integers.</summary>
    internal static Value Uuid(UInt128 bits)
    {
        string hex = (bits ^ (UInt128.One << 127)).ToString("x32", CultureInfo.InvariantCulture);
        return $"{hex[..8]}-{hex[8..12]}-{hex[12..16]}-{hex[16..20]}-{hex[20..]}";
    }

    /// <summary>A BIT: the first byte counts the unused bits of the second.</summary>
    internal static string Bits(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return "";
        }

        StringBuilder bits = new();
        foreach (byte b in bytes[1..])
        {
            bits.Append(Convert.ToString(b, 2).PadLeft(8, '0'));
        }

        return bits.ToString(bytes[0], bits.Length - bytes[0]);
    }
}
