using System.Globalization;
using System.Numerics;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Values;

/// <summary>Python's <c>datetime.datetime</c>; resolution one microsecond.</summary>
/// <param name="local">Wall time; its kind is not looked at.</param>
/// <param name="zone">The zone, or null for a naive datetime.</param>
public sealed class DateTimeValue(DateTime local, ZoneValue? zone) : HostObject
{
    public DateTime Local { get; } = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);

    public ZoneValue? Zone { get; } = zone;

    public override string TypeName => "datetime.datetime";

    public static DateTimeValue Naive(DateTime local) => new(local, null);

    /// <summary>With a fixed offset; zero is pytz' UTC, as drivers give it.</summary>
    public static DateTimeValue WithOffset(DateTime local, TimeSpan offset) =>
        new(local, offset == TimeSpan.Zero ? ZoneValue.Utc : ZoneValue.Offset(offset));

    public static DateTimeValue FromUtc(DateTimeOffset moment) => new(Truncate(moment.UtcDateTime), ZoneValue.Utc);

    /// <summary>Cut to microseconds.</summary>
    public static DateTime Truncate(DateTime moment) => new(moment.Ticks - (moment.Ticks % 10), DateTimeKind.Unspecified);

    public TimeSpan? Offset => Zone?.Zone.GetUtcOffset(Local);

    /// <summary>The moment in UTC; a naive value counts as UTC.</summary>
    public DateTime Utc => Offset is { } offset ? Local - offset : Local;

    long Micros => Local.Ticks % TimeSpan.TicksPerSecond / 10;

    /// <summary>The same moment in another zone.</summary>
    public DateTimeValue InZone(ZoneValue zone)
    {
        DateTime utc = DateTime.SpecifyKind(Utc, DateTimeKind.Utc);
        return new DateTimeValue(TimeZoneInfo.ConvertTimeFromUtc(utc, zone.Zone), zone);
    }

    protected override bool TryGetProperty(string name, out Value value)
    {
        value = name switch
        {
            "year" => Value.From((long)Local.Year),
            "month" => Value.From((long)Local.Month),
            "day" => Value.From((long)Local.Day),
            "hour" => Value.From((long)Local.Hour),
            "minute" => Value.From((long)Local.Minute),
            "second" => Value.From((long)Local.Second),
            "microsecond" => Value.From(Micros),
            "tzinfo" => Value.From(Zone),
            _ => default(Value),
        };
        return !value.IsUndefined;
    }

    protected override bool HasMethod(string name) => name is "strftime" or "isoformat" or "date" or "time" or "timestamp" or "weekday"
        or "isoweekday" or "isocalendar" or "replace" or "astimezone" or "utcoffset" or "tzname" or "toordinal" or "ctime";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments)
    {
        DateOnly date = DateOnly.FromDateTime(Local);
        return name switch
        {
            "strftime" => TimeFormat.Format(arguments.Require(0, "format", name).ToString(), Local, this),
            "isoformat" => IsoFormat(arguments.Get(0, "sep", "T").ToString()),
            "date" => new DateValue(date),
            "time" => new TimeValue(TimeOnly.FromDateTime(Local)),
            "timestamp" => (Utc - DateTime.UnixEpoch).Ticks / 1e7,
            "weekday" => Value.From(((long)Local.DayOfWeek + 6) % 7),
            "isoweekday" => Value.From((((long)Local.DayOfWeek + 6) % 7) + 1),
            "isocalendar" => DateValue.IsoCalendar(date),
            "toordinal" => Value.From((long)date.DayNumber + 1),
            "ctime" => TimeFormat.Format("%a %b %e %H:%M:%S %Y", Local, this),
            "utcoffset" => Offset is { } offset ? new TimeDeltaValue(offset) : Value.None,
            "tzname" => Zone is null ? Value.None : TimeFormat.ZoneName(this),
            "astimezone" => arguments.Get(0, "tz", Value.None).As<ZoneValue>() is { } target ? InZone(target) : InZone(ZoneValue.Utc),
            _ => Replace(arguments),
        };
    }

    Value Replace(Arguments arguments)
    {
        arguments.CheckSignature("replace", ["year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo"]);
        DateTime moment = Checked(
            Part(arguments, 0, "year", Local.Year), Part(arguments, 1, "month", Local.Month), Part(arguments, 2, "day", Local.Day),
            Part(arguments, 3, "hour", Local.Hour), Part(arguments, 4, "minute", Local.Minute), Part(arguments, 5, "second", Local.Second),
            Part(arguments, 6, "microsecond", (int)Micros));
        ZoneValue? zone = arguments.TryGet(7, "tzinfo", out Value given) ? given.As<ZoneValue>() : Zone;
        return new DateTimeValue(moment, zone);
    }

    /// <summary><c>datetime(year, month, day, hour=0, minute=0, second=0, microsecond=0, tzinfo=None)</c>.</summary>
    public static Value Create(Arguments arguments)
    {
        arguments.CheckSignature("datetime", ["year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo"]);
        arguments.Require(0, "year", "datetime");
        arguments.Require(1, "month", "datetime");
        arguments.Require(2, "day", "datetime");
        DateTime moment = Checked(
            Part(arguments, 0, "year", 1), Part(arguments, 1, "month", 1), Part(arguments, 2, "day", 1), Part(arguments, 3, "hour", 0),
            Part(arguments, 4, "minute", 0), Part(arguments, 5, "second", 0), Part(arguments, 6, "microsecond", 0));
        return new DateTimeValue(moment, arguments.Get(7, "tzinfo", Value.None).As<ZoneValue>());
    }

    internal static int Part(Arguments arguments, int index, string name, int otherwise)
    {
        if (!arguments.TryGet(index, name, out Value value))
        {
            return otherwise;
        }

        return value.TryGetInteger(out BigInteger integer) && BigInteger.Abs(integer) < int.MaxValue
            ? (int)integer
            : throw JinjaException.TypeError($"'{ValueText.TypeNameOf(value)}' object cannot be interpreted as an integer");
    }

    internal static DateOnly CheckedDate(int year, int month, int day)
    {
        Require(year is >= 1 and <= 9999, $"year {year} is out of range");
        Require(month is >= 1 and <= 12, "month must be in 1..12");
        Require(day >= 1 && day <= DateTime.DaysInMonth(year, month), "day is out of range for month");
        return new DateOnly(year, month, day);
    }

    static DateTime Checked(int year, int month, int day, int hour, int minute, int second, int micros)
    {
        DateOnly date = CheckedDate(year, month, day);
        Require(hour is >= 0 and < 24, "hour must be in 0..23");
        Require(minute is >= 0 and < 60, "minute must be in 0..59");
        Require(second is >= 0 and < 60, "second must be in 0..59");
        Require(micros is >= 0 and < 1_000_000, "microsecond must be in 0..999999");
        return date.ToDateTime(new TimeOnly(hour, minute, second)).AddTicks(micros * 10L);
    }

    static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw JinjaException.ValueError(message);
        }
    }

    public override bool IsEqualTo(Value other) => other.As<DateTimeValue>() is { } that && (that.Zone is null) == (Zone is null) && that.Utc == Utc;

    public override int HashCode => Utc.GetHashCode();

    public override int? CompareTo(Value other)
    {
        if (other.As<DateTimeValue>() is not { } that)
        {
            return null;
        }

        return (that.Zone is null) == (Zone is null)
            ? Utc.CompareTo(that.Utc)
            : throw JinjaException.TypeError("can't compare offset-naive and offset-aware datetimes");
    }

    public override Value? Operate(BinaryOperator op, Value other, bool reflected)
    {
        if (other.As<TimeDeltaValue>() is { } delta && (op == BinaryOperator.Add || (op == BinaryOperator.Subtract && !reflected)))
        {
            long ticks = Local.Ticks + (op == BinaryOperator.Add ? delta.Span.Ticks : -delta.Span.Ticks);
            return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks
                ? new DateTimeValue(new DateTime(ticks), Zone)
                : throw JinjaException.Overflow("date value out of range");
        }

        if (other.As<DateTimeValue>() is { } that && op == BinaryOperator.Subtract)
        {
            if ((that.Zone is null) != (Zone is null))
            {
                throw JinjaException.TypeError("can't subtract offset-naive and offset-aware datetimes");
            }

            return new TimeDeltaValue(reflected ? that.Utc - Utc : Utc - that.Utc);
        }

        return null;
    }

    public override string ToText() => IsoFormat(" ");

    string IsoFormat(string separator)
    {
        string fraction = Micros == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $".{Micros:D6}");
        string offset = Offset is { } o ? ZoneValue.OffsetText(o, true) : "";
        return string.Create(
            CultureInfo.InvariantCulture, $"{Local:yyyy-MM-dd}{separator}{Local:HH:mm:ss}{fraction}{offset}");
    }

    public override string ToRepr()
    {
        string tail = Micros != 0 ? string.Create(CultureInfo.InvariantCulture, $", {Local.Second}, {Micros}")
            : Local.Second != 0 ? string.Create(CultureInfo.InvariantCulture, $", {Local.Second}")
            : "";
        string zone = Zone is null ? "" : $", tzinfo={Zone.ToRepr()}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"datetime.datetime({Local.Year}, {Local.Month}, {Local.Day}, {Local.Hour}, {Local.Minute}{tail}{zone})");
    }
}
