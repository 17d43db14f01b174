using System.Globalization;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Values;

/// <summary>A time zone as pytz gives it (<c>pytz.timezone('Europe/Berlin')</c>, <c>pytz.utc</c>) or a fixed offset of the standard library.</summary>
public sealed class ZoneValue : HostObject
{
    ZoneValue(string name, TimeZoneInfo zone, bool isFixed)
    {
        Name = name;
        Zone = zone;
        IsFixed = isFixed;
    }

    public static ZoneValue Utc { get; } = new("UTC", TimeZoneInfo.Utc, false);

    public string Name { get; }

    public TimeZoneInfo Zone { get; }

    /// <summary>Whether it is <c>datetime.timezone(offset)</c> and no IANA zone.</summary>
    public bool IsFixed { get; }

    public override string TypeName => IsFixed ? "datetime.timezone" : "pytz.tzinfo";

    /// <summary>The IANA zone of that name.</summary>
    /// <exception cref="JinjaException">UnknownTimeZoneError.</exception>
    public static ZoneValue Find(string name)
    {
        if (name.Equals("UTC", StringComparison.OrdinalIgnoreCase))
        {
            return Utc;
        }

        try
        {
            return new ZoneValue(name, TimeZoneInfo.FindSystemTimeZoneById(name), false);
        }
        catch (Exception e) when (e is TimeZoneNotFoundException or InvalidTimeZoneException or System.Security.SecurityException)
        {
            throw new JinjaException("UnknownTimeZoneError", $"'{name}'", e)
                .WithHelp("a name of the IANA time zone database is needed, such as 'Europe/Berlin'; minimal systems may lack the package tzdata");
        }
    }

    /// <summary><c>datetime.timezone(offset)</c>.</summary>
    public static ZoneValue Offset(TimeSpan offset)
    {
        string name = offset == TimeSpan.Zero ? "UTC" : "UTC" + OffsetText(offset, true);
        return new ZoneValue(name, TimeZoneInfo.CreateCustomTimeZone(name, new TimeSpan(offset.Hours, offset.Minutes, 0), name, name), true);
    }

    /// <summary><c>+02:00</c>, or <c>+0200</c> without the colon.</summary>
    public static string OffsetText(TimeSpan offset, bool colon)
    {
        TimeSpan size = offset.Duration();
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{(offset < TimeSpan.Zero ? '-' : '+')}{(int)size.TotalHours:D2}{(colon ? ":" : "")}{size.Minutes:D2}");
        return size.Seconds == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"{text}{(colon ? ":" : "")}{size.Seconds:D2}");
    }

    protected override bool TryGetProperty(string name, out Value value)
    {
        value = name == "zone" ? Name : default;
        return name == "zone";
    }

    protected override bool HasMethod(string name) => name is "localize" or "normalize" or "utcoffset" or "tzname";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments)
    {
        if (arguments.Require(0, "dt", name).As<DateTimeValue>() is not { } moment)
        {
            throw JinjaException.TypeError($"{name}() needs a datetime");
        }

        return name switch
        {
            "localize" => moment.Zone is null
                ? new DateTimeValue(moment.Local, this)
                : throw JinjaException.ValueError("Not naive datetime (tzinfo is already set)"),
            "normalize" => moment.InZone(this),
            "utcoffset" => new TimeDeltaValue(Zone.GetUtcOffset(moment.Local)),
            _ => Name,
        };
    }

    public override bool IsEqualTo(Value other) => other.As<ZoneValue>() is { } that && that.Name == Name && that.IsFixed == IsFixed;

    public override int HashCode => Name.GetHashCode(StringComparison.Ordinal);

    public override string ToText() => Name;

    public override string ToRepr() => IsFixed ? $"datetime.timezone({Name})" : Name == "UTC" ? "<UTC>" : $"<DstTzInfo '{Name}'>";
}
