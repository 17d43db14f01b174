namespace SilverSample.Values;

/// <summary>Times of the sample: microseconds since 1970-01-01 00:00 UTC, and days since 1970-01-01.</summary>
static class Clock
{
    public const long Second = 1_000_000;
    public const long Minute = 60 * Second;
    public const long Hour = 60 * Minute;
    public const long Day = 24 * Hour;

    /// <summary>Microseconds of a calendar date and hour.</summary>
    public static long At(int year, int month, int day, int hour = 0) =>
        (DayOf(year, month, day) * Day) + (hour * Hour);

    /// <summary>Day number of a calendar date.</summary>
    public static int DayOf(int year, int month, int day) =>
        new DateOnly(year, month, day).DayNumber - s_epoch;

    /// <summary>Day number of a time.</summary>
    public static int DayOf(long micros) => (int)Math.DivRem(micros, Day).Quotient;

    /// <summary>Calendar date of a day number.</summary>
    public static DateOnly Date(int day) => DateOnly.FromDayNumber(day + s_epoch);

    static readonly int s_epoch = new DateOnly(1970, 1, 1).DayNumber;
}
