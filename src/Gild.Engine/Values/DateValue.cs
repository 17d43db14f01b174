using System.Globalization;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Values;

/// <summary>Python's <c>datetime.date</c>.</summary>
public sealed class DateValue(DateOnly date) : HostObject
{
    public DateOnly Date { get; } = date;

    public override string TypeName => "datetime.date";

    protected override bool TryGetProperty(string name, out Value value)
    {
        value = name switch
        {
            "year" => Value.From((long)Date.Year),
            "month" => Value.From((long)Date.Month),
            "day" => Value.From((long)Date.Day),
            "min" => new DateValue(DateOnly.MinValue),
            "max" => new DateValue(DateOnly.MaxValue),
            _ => default(Value),
        };
        return !value.IsUndefined;
    }

    protected override bool HasMethod(string name) =>
        name is "strftime" or "isoformat" or "weekday" or "isoweekday" or "isocalendar" or "replace" or "toordinal" or "timetuple" or "ctime";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments) => name switch
    {
        "strftime" => TimeFormat.Format(arguments.Require(0, "format", name).ToString(), Date.ToDateTime(default), null),
        "isoformat" => ToText(),
        "weekday" => Value.From(((long)Date.DayOfWeek + 6) % 7),
        "isoweekday" => Value.From((((long)Date.DayOfWeek + 6) % 7) + 1),
        "isocalendar" => IsoCalendar(Date),
        "toordinal" => Value.From((long)Date.DayNumber + 1),
        "ctime" => TimeFormat.Format("%a %b %e %H:%M:%S %Y", Date.ToDateTime(default), null),
        "timetuple" => new TupleValue([Value.From((long)Date.Year), Value.From((long)Date.Month), Value.From((long)Date.Day)]),
        _ => Replace(arguments),
    };

    /// <summary><c>(year, week, weekday)</c> by ISO 8601.</summary>
    public static Value IsoCalendar(DateOnly date)
    {
        DateTime moment = date.ToDateTime(default);
        return new TupleValue(
            [Value.From((long)ISOWeek.GetYear(moment)), Value.From((long)ISOWeek.GetWeekOfYear(moment)), Value.From((((long)date.DayOfWeek + 6) % 7) + 1)]);
    }

    Value Replace(Arguments arguments)
    {
        arguments.CheckSignature("replace", ["year", "month", "day"]);
        return new DateValue(DateTimeValue.CheckedDate(
            DateTimeValue.Part(arguments, 0, "year", Date.Year),
            DateTimeValue.Part(arguments, 1, "month", Date.Month),
            DateTimeValue.Part(arguments, 2, "day", Date.Day)));
    }

    public override bool IsEqualTo(Value other) => other.As<DateValue>()?.Date == Date;

    public override int HashCode => Date.GetHashCode();

    public override int? CompareTo(Value other) => other.As<DateValue>() is { } that ? Date.CompareTo(that.Date) : null;

    public override Value? Operate(BinaryOperator op, Value other, bool reflected)
    {
        if (other.As<TimeDeltaValue>() is { } delta && (op == BinaryOperator.Add || (op == BinaryOperator.Subtract && !reflected)))
        {
            long days = (long)Math.Floor(delta.Span.TotalDays) * (op == BinaryOperator.Add ? 1 : -1);
            long number = Date.DayNumber + days;
            return number is >= 0 and <= 3_652_058
                ? new DateValue(DateOnly.FromDayNumber((int)number))
                : throw JinjaException.Overflow("date value out of range");
        }

        if (other.As<DateValue>() is { } that && op == BinaryOperator.Subtract)
        {
            int days = reflected ? that.Date.DayNumber - Date.DayNumber : Date.DayNumber - that.Date.DayNumber;
            return new TimeDeltaValue(TimeSpan.FromDays(days));
        }

        return null;
    }

    public override string ToText() => Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public override string ToRepr() =>
        string.Create(CultureInfo.InvariantCulture, $"datetime.date({Date.Year}, {Date.Month}, {Date.Day})");
}

/// <summary>Python's <c>datetime.time</c> without a zone.</summary>
public sealed class TimeValue(TimeOnly time) : HostObject
{
    public TimeOnly Time { get; } = time;

    public override string TypeName => "datetime.time";

    long Micros => Time.Ticks % TimeSpan.TicksPerSecond / 10;

    protected override bool TryGetProperty(string name, out Value value)
    {
        value = name switch
        {
            "hour" => Value.From((long)Time.Hour),
            "minute" => Value.From((long)Time.Minute),
            "second" => Value.From((long)Time.Second),
            "microsecond" => Value.From(Micros),
            _ => default(Value),
        };
        return !value.IsUndefined;
    }

    protected override bool HasMethod(string name) => name is "strftime" or "isoformat";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments) => name == "isoformat"
        ? ToText()
        : TimeFormat.Format(arguments.Require(0, "format", name).ToString(), new DateOnly(1900, 1, 1).ToDateTime(Time), null);

    public override bool IsEqualTo(Value other) => other.As<TimeValue>()?.Time == Time;

    public override int HashCode => Time.GetHashCode();

    public override int? CompareTo(Value other) => other.As<TimeValue>() is { } that ? Time.CompareTo(that.Time) : null;

    public override string ToText() => Micros == 0
        ? Time.ToString("HH:mm:ss", CultureInfo.InvariantCulture)
        : Time.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    public override string ToRepr()
    {
        string tail = Micros != 0 ? string.Create(CultureInfo.InvariantCulture, $", {Time.Second}, {Micros}")
            : Time.Second != 0 ? string.Create(CultureInfo.InvariantCulture, $", {Time.Second}")
            : "";
        return string.Create(CultureInfo.InvariantCulture, $"datetime.time({Time.Hour}, {Time.Minute}{tail})");
    }
}
