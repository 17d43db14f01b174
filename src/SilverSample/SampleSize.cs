using SilverSample.Values;

namespace SilverSample;

/// <summary>One of the three sizes of the sample and its scrape calendar (sample-data.md, first table).</summary>
sealed record SampleSize(string Name, int Postings, int Companies, int Days, int DayStep, int[] Hours)
{
    public static readonly SampleSize S = new("S", 2_000, 400, 64, 7, [2, 10, 18]);
    public static readonly SampleSize M = new("M", 50_000, 9_500, 443, 1, [2, 10, 18]);
    public static readonly SampleSize L = new("L", 1_000_000, 120_000, 443, 1, [2, 6, 10, 14, 18, 22]);

    /// <summary>Hours of the two partitions of day 2, 2026-02-01.</summary>
    public static readonly int[] Day2Hours = [2, 10];

    /// <summary>The date of day 2 as a day number.</summary>
    public static readonly int Day2 = Clock.DayOf(2026, 2, 1);

    static readonly int s_firstDay = Clock.DayOf(2024, 11, 15);

    /// <summary>The sizes by name.</summary>
    public static IReadOnlyList<SampleSize> All { get; } = [S, M, L];

    /// <summary>Scrape partitions of day 1.</summary>
    public int Partitions => Days * Hours.Length;

    /// <summary>Postings added on day 2.</summary>
    public int NewPostings => Postings / 50;

    /// <summary>Rows without a job_posting_id on day 1.</summary>
    public int NullIds => Postings / 1000;

    /// <summary>Postings of day 1 with an AI row (before the late ones are held back).</summary>
    public int AiPostings => Postings / 1000 * 400;

    /// <summary>
    /// Start of a scrape slot, in microseconds. Slots are numbered in time order from 0; -1 is the hour that would
    /// have preceded the first one, Partitions and Partitions + 1 are the two hours of day 2.
    /// </summary>
    public long SlotStart(int slot)
    {
        if (slot >= Partitions)
        {
            return (Day2 * Clock.Day) + (Day2Hours[slot - Partitions] * Clock.Hour);
        }

        var day = (int)Math.Floor(slot / (double)Hours.Length);
        return ((s_firstDay + ((long)day * DayStep)) * Clock.Day) + (Hours[slot - (day * Hours.Length)] * Clock.Hour);
    }
}
