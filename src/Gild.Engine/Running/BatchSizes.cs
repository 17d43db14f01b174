using System.Globalization;

namespace Gild.Engine.Running;

/// <summary>A window of event time, the end not included.</summary>
public readonly record struct BatchWindow(DateTimeOffset Start, DateTimeOffset End);

/// <summary>What an earlier run did of a model.</summary>
/// <param name="Left">Windows that failed, to be done now.</param>
/// <param name="Done">Windows that succeeded, as the results have them.</param>
public sealed record RetriedBatches(IReadOnlyList<BatchWindow> Left, IReadOnlyList<(string Start, string End)> Done);

/// <summary>The sizes of a batch.</summary>
public enum BatchSize
{
    Hour,
    Day,
    Month,
    Year,
}

/// <summary>Calendar arithmetic of batches, in UTC.</summary>
public static class BatchSizes
{
    public static BatchSize? Parse(string? word) => word switch
    {
        "hour" => BatchSize.Hour,
        "day" => BatchSize.Day,
        "month" => BatchSize.Month,
        "year" => BatchSize.Year,
        _ => null,
    };

    public static DateTimeOffset Floor(this BatchSize size, DateTimeOffset moment)
    {
        DateTimeOffset utc = moment.ToUniversalTime();
        return size switch
        {
            BatchSize.Hour => new DateTimeOffset(utc.Year, utc.Month, utc.Day, utc.Hour, 0, 0, TimeSpan.Zero),
            BatchSize.Day => new DateTimeOffset(utc.Year, utc.Month, utc.Day, 0, 0, 0, TimeSpan.Zero),
            BatchSize.Month => new DateTimeOffset(utc.Year, utc.Month, 1, 0, 0, 0, TimeSpan.Zero),
            _ => new DateTimeOffset(utc.Year, 1, 1, 0, 0, 0, TimeSpan.Zero),
        };
    }

    public static DateTimeOffset Ceiling(this BatchSize size, DateTimeOffset moment)
    {
        DateTimeOffset floor = size.Floor(moment);
        return floor == moment ? floor : size.Add(floor, 1);
    }

    public static DateTimeOffset Add(this BatchSize size, DateTimeOffset moment, int count) => size switch
    {
        BatchSize.Hour => moment.AddHours(count),
        BatchSize.Day => moment.AddDays(count),
        BatchSize.Month => moment.AddMonths(count),
        _ => moment.AddYears(count),
    };

    /// <summary>The batch's name: as much of the date as the size needs.</summary>
    public static string Text(this BatchSize size, DateTimeOffset start) => start.ToString(
        size switch
        {
            BatchSize.Hour => "yyyy-MM-ddTHH",
            BatchSize.Day => "yyyy-MM-dd",
            BatchSize.Month => "yyyy-MM",
            _ => "yyyy",
        },
        CultureInfo.InvariantCulture);

    public static List<BatchWindow> Split(DateTimeOffset start, DateTimeOffset end, BatchSize size)
    {
        List<BatchWindow> windows = [];
        for (DateTimeOffset at = start; at < end; at = size.Add(at, 1))
        {
            windows.Add(new BatchWindow(at, size.Add(at, 1)));
        }

        return windows;
    }
}
