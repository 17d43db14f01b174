using System.Globalization;
using Gild.Engine.Values;
using Gild.Engine.Yaml;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>
/// The period of event time that <c>--sample</c> leaves of refs and sources, the end not included (dbt's sample mode).
/// </summary>
/// <param name="Start">First moment, UTC.</param>
/// <param name="End">First moment after it, UTC.</param>
public sealed record SampleWindow(DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>Reads <c>3 days</c>, counted back from <paramref name="now"/>, or <c>{start: ..., end: ...}</c>.</summary>
    /// <exception cref="GildException">Usage Error for anything else.</exception>
    public static SampleWindow Parse(string text, DateTimeOffset now)
    {
        string trimmed = text.Trim();
        SampleWindow window = trimmed.StartsWith('{') ? FromDictionary(trimmed) : FromPeriod(trimmed, now);
        return window.Start < window.End ? window
            : throw Wrong($"the sample `{text}` ends before it starts");
    }

    /// <summary>The part of this period that lies within another.</summary>
    public (DateTimeOffset Start, DateTimeOffset End) Within(DateTimeOffset start, DateTimeOffset end) =>
        (Start > start ? Start : start, End < end ? End : end);

    public EventTimeWindow ToSql() => new(SqlText(Start), SqlText(End));

    /// <summary>A moment as Python writes it, which is what stands in dbt's filters: microseconds only where there are any.</summary>
    public static string SqlText(DateTimeOffset moment) => moment.ToUniversalTime().ToString(
        moment.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd HH:mm:ss+00:00" : "yyyy-MM-dd HH:mm:ss.ffffff+00:00", CultureInfo.InvariantCulture);

    static SampleWindow FromPeriod(string text, DateTimeOffset now)
    {
        string[] words = text.Split(' ');
        if (words.Length != 2)
        {
            throw Wrong($"`{text}` is no period");
        }

        if (!int.TryParse(words[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int count) || count is < 1 or > 100_000)
        {
            throw Wrong($"`{words[0]}` is no number of {words[1]}");
        }

        try
        {
            DateTimeOffset start = words[1].ToLowerInvariant().TrimEnd('s') switch
            {
                "hour" => now.AddHours(-count),
                "day" => now.AddDays(-count),
                "month" => now.AddMonths(-count),
                "year" => now.AddYears(-count),
                _ => throw Wrong($"`{words[1]}` is none of hours, days, months, years"),
            };
            return new SampleWindow(start, now);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Wrong($"{text} before now is before the year 1");
        }
    }

    static SampleWindow FromDictionary(string text)
    {
        DictValue given = YamlReader.Read("--sample", text)?.ToValue().As<DictValue>() ?? throw Wrong($"`{text}` is no dictionary");
        return new SampleWindow(MomentOf(given, "start"), MomentOf(given, "end"));
    }

    static DateTimeOffset MomentOf(DictValue given, string key)
    {
        Value value = given.TryGetValue(key, out Value found) ? found : throw Wrong($"the sample has no `{key}`");
        return value.As<DateTimeValue>() is { } moment ? new DateTimeOffset(moment.Utc, TimeSpan.Zero)
            : value.As<DateValue>() is { } date ? new DateTimeOffset(date.Date.ToDateTime(default), TimeSpan.Zero)
            : DateTimeOffset.TryParse(value.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset parsed)
                ? parsed
                : throw Wrong($"`{key}: {value}` is no date or time");
    }

    static GildException Wrong(string what) =>
        new(DbtKinds.Usage, "C0723", $"--sample: {what}", "write --sample \"3 days\" or --sample \"{start: 2024-01-01, end: 2024-02-01}\"");
}
