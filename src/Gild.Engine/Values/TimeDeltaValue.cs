using System.Globalization;
using System.Numerics;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Values;

/// <summary>Python's <c>datetime.timedelta</c>; resolution one microsecond.</summary>
public sealed class TimeDeltaValue(TimeSpan span) : HostObject
{
    public TimeSpan Span { get; } = span;

    public override string TypeName => "datetime.timedelta";

    public override bool IsTrue => Span != TimeSpan.Zero;

    // Python keeps days of any sign, and seconds and microseconds from zero on.
    long Days => (long)Math.Floor(Span.Ticks / (double)TimeSpan.TicksPerDay);

    long Rest => Span.Ticks - (Days * TimeSpan.TicksPerDay);

    long Seconds => Rest / TimeSpan.TicksPerSecond;

    long Microseconds => Rest % TimeSpan.TicksPerSecond / 10;

    /// <summary><c>timedelta(days, seconds, microseconds, milliseconds, minutes, hours, weeks)</c>.</summary>
    public static Value Create(Arguments arguments)
    {
        ReadOnlySpan<string> names = ["days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"];
        ReadOnlySpan<double> micros = [86_400e6, 1e6, 1, 1e3, 60e6, 3_600e6, 604_800e6];
        arguments.CheckSignature("timedelta", names);
        double total = 0;
        for (int i = 0; i < names.Length; i++)
        {
            if (arguments.TryGet(i, names[i], out Value value))
            {
                total += Number(value, names[i]) * micros[i];
            }
        }

        if (Math.Abs(total) > 86_400e6 * 999_999_999)
        {
            throw JinjaException.Overflow("days=%d; must have magnitude <= 999999999");
        }

        return new TimeDeltaValue(TimeSpan.FromTicks((long)Math.Round(total, MidpointRounding.ToEven) * 10));
    }

    static double Number(Value value, string name) =>
        value.IsFloat ? value.AsDouble
        : value.TryGetInteger(out BigInteger integer) ? (double)integer
        : value.As<DecimalValue>() is { } number ? number.ToDouble()
        : throw JinjaException.TypeError($"unsupported type for timedelta {name} component: {ValueText.TypeNameOf(value)}");

    protected override bool TryGetProperty(string name, out Value value)
    {
        value = name switch
        {
            "days" => Value.From(Days),
            "seconds" => Value.From(Seconds),
            "microseconds" => Value.From(Microseconds),
            _ => default(Value),
        };
        return !value.IsUndefined;
    }

    protected override bool HasMethod(string name) => name == "total_seconds";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments) => Span.Ticks / 1e7;

    public override bool IsEqualTo(Value other) => other.As<TimeDeltaValue>()?.Span == Span;

    public override int HashCode => Span.GetHashCode();

    public override int? CompareTo(Value other) => other.As<TimeDeltaValue>() is { } that ? Span.CompareTo(that.Span) : null;

    public override Value? Operate(BinaryOperator op, Value other, bool reflected)
    {
        if (other.As<TimeDeltaValue>() is { } that)
        {
            (TimeSpan a, TimeSpan b) = reflected ? (that.Span, Span) : (Span, that.Span);
            return op switch
            {
                BinaryOperator.Add => new TimeDeltaValue(a + b),
                BinaryOperator.Subtract => new TimeDeltaValue(a - b),
                BinaryOperator.Divide or BinaryOperator.FloorDivide or BinaryOperator.Modulo when b == TimeSpan.Zero =>
                    throw JinjaException.ZeroDivision("division by zero"),
                BinaryOperator.Divide => Value.From((double)a.Ticks / b.Ticks),
                BinaryOperator.FloorDivide => Value.From((long)Math.Floor((double)a.Ticks / b.Ticks)),
                BinaryOperator.Modulo => new TimeDeltaValue(TimeSpan.FromTicks(((a.Ticks % b.Ticks) + b.Ticks) % b.Ticks)),
                _ => (Value?)null,
            };
        }

        if (!other.IsNumber)
        {
            return null;
        }

        double factor = Number(other, "factor");
        return op switch
        {
            BinaryOperator.Multiply => new TimeDeltaValue(TimeSpan.FromTicks((long)Math.Round(Span.Ticks / 10 * factor) * 10)),
            BinaryOperator.Divide or BinaryOperator.FloorDivide when !reflected && factor == 0 =>
                throw JinjaException.ZeroDivision("division by zero"),
            BinaryOperator.Divide when !reflected =>
                new TimeDeltaValue(TimeSpan.FromTicks((long)Math.Round(Span.Ticks / 10 / factor, MidpointRounding.ToEven) * 10)),
            BinaryOperator.FloorDivide when !reflected =>
                new TimeDeltaValue(TimeSpan.FromTicks((long)Math.Floor(Span.Ticks / 10 / factor) * 10)),
            _ => (Value?)null,
        };
    }

    public override string ToText()
    {
        string days = Days == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{Days} day{(Math.Abs(Days) == 1 ? "" : "s")}, ");
        string fraction = Microseconds == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $".{Microseconds:D6}");
        return string.Create(
            CultureInfo.InvariantCulture, $"{days}{Seconds / 3600}:{Seconds / 60 % 60:D2}:{Seconds % 60:D2}{fraction}");
    }

    public override string ToRepr()
    {
        List<string> parts = [];
        if (Days != 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"days={Days}"));
        }

        if (Seconds != 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"seconds={Seconds}"));
        }

        if (Microseconds != 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"microseconds={Microseconds}"));
        }

        return $"datetime.timedelta({(parts.Count == 0 ? "0" : string.Join(", ", parts))})";
    }
}
