using SilverSample.Linkedin;
using SilverSample.Values;

namespace SilverSample.Ai;

/// <summary>Which AI rows lie in which day partition of ai_enrichment, for day 1 and for the increment of day 2.</summary>
sealed class AiPartitions(SampleSize size, Draws draws, Postings postings)
{
    const int AiRate = 400;

    /// <summary>First posting index of the rows whose posting does not exist: ids 8900000001 and on.</summary>
    const long OrphanBase = -100_000_000;

    /// <summary>Ranks of orphans, far from those of postings.</summary>
    const long OrphanRank = 100_000_000;

    static readonly long s_lastRun = Clock.At(2026, 1, 31, 20);
    static readonly long s_lastSecondRun = Clock.At(2026, 1, 31, 21);
    static readonly long s_lastRunOfDay2 = Clock.At(2026, 2, 1, 20);
    static readonly long s_lateArrival = Clock.At(2026, 2, 1, 6);

    /// <summary>Rows whose posting does not exist.</summary>
    public int Orphans => size.Postings * 5 / 1000;

    /// <summary>New postings of day 2 with an AI row.</summary>
    public int NewAiPostings => size.NewPostings / 10;

    /// <summary>True when the first run over the posting of rank <paramref name="rank"/> arrives on day 2.</summary>
    public static bool IsLate(long rank) => rank % 10 == 3;

    /// <summary>The day-1 partitions with their rows.</summary>
    public IEnumerable<(int Day, IEnumerable<AiRow> Rows)> Day1()
    {
        var rows = new List<(long Posting, long Rank, AiRowKind Kind)>();
        foreach (var (posting, rank) in AiPostings().Where(p => !IsLate(p.Rank)))
        {
            rows.Add((posting, rank, AiRowKind.First));
            if (rank % 100 == 50)
            {
                rows.Add((posting, rank, AiRowKind.Second));
            }
        }

        for (var n = 0; n < Orphans; n++)
        {
            rows.Add((OrphanBase + n, OrphanRank + n, AiRowKind.Orphan));
        }

        return ByDay(rows);
    }

    /// <summary>The day-2 partitions: increments d (late rows), e (new postings) and f (re-analysis).</summary>
    public IEnumerable<(int Day, IEnumerable<AiRow> Rows)> Day2()
    {
        var rows = new List<(long Posting, long Rank, AiRowKind Kind)>();
        foreach (var (posting, rank) in AiPostings())
        {
            if (IsLate(rank))
            {
                rows.Add((posting, rank, AiRowKind.First));
            }
            else if (rank % 100 == 7)
            {
                rows.Add((posting, rank, AiRowKind.Reanalysis));
            }
        }

        for (var n = 0; n < NewAiPostings; n++)
        {
            rows.Add((size.Postings + (10L * n), size.AiPostings + (long)n, AiRowKind.First));
        }

        return ByDay(rows);
    }

    /// <summary>The row Gold keeps per posting of linkedin after day 1.</summary>
    public IEnumerable<AiRow> WinnersOfDay1() => AiPostings()
        .Where(p => !IsLate(p.Rank))
        .Select(p => Row(p.Posting, p.Rank, p.Rank % 100 == 50 ? AiRowKind.Second : AiRowKind.First));

    /// <summary>The row Gold keeps per posting of linkedin after day 2.</summary>
    public IEnumerable<AiRow> WinnersOfDay2() => AiPostings()
        .Select(p => Row(p.Posting, p.Rank, (p.Rank % 100) switch
        {
            50 => AiRowKind.Second,
            7 => AiRowKind.Reanalysis,
            _ => AiRowKind.First,
        }))
        .Concat(Enumerable.Range(0, NewAiPostings)
            .Select(n => Row(size.Postings + (10L * n), size.AiPostings + (long)n, AiRowKind.First)));

    /// <summary>Postings of day 1 that get an AI row sooner or later, with their rank j.</summary>
    IEnumerable<(long Posting, long Rank)> AiPostings()
    {
        for (var posting = 0L; posting < size.Postings; posting++)
        {
            if (Draws.Slot(posting, 1) < AiRate)
            {
                yield return (posting, Draws.Rank(posting, 1, AiRate));
            }
        }
    }

    IEnumerable<(int Day, IEnumerable<AiRow> Rows)> ByDay(List<(long Posting, long Rank, AiRowKind Kind)> rows)
    {
        var byDay = new SortedDictionary<int, List<(long Posting, long Rank, AiRowKind Kind)>>();
        foreach (var row in rows)
        {
            var day = Clock.DayOf(EnrichedAt(row.Posting, row.Rank, row.Kind));
            if (!byDay.TryGetValue(day, out var list))
            {
                byDay.Add(day, list = []);
            }

            list.Add(row);
        }

        return byDay.Select(d => (d.Key, d.Value.Select(r => Row(r.Posting, r.Rank, r.Kind))));
    }

    AiRow Row(long posting, long rank, AiRowKind kind)
    {
        var enrichedAt = EnrichedAt(posting, rank, kind);
        var isFromDay1 = posting < size.Postings;
        var arrivesLate = isFromDay1 && (kind == AiRowKind.Reanalysis || (kind == AiRowKind.First && IsLate(rank)));
        var written = arrivesLate ? s_lateArrival : enrichedAt + (10 * Clock.Minute);
        var isQuantum = posting == size.Postings;
        return new AiRow(posting, rank, kind, enrichedAt, written + (draws.Pick(41, rank, 7_200) * Clock.Second), isQuantum);
    }

    long EnrichedAt(long posting, long rank, AiRowKind kind)
    {
        var seen = kind == AiRowKind.Orphan
            ? postings.ScrapedAt(posting, draws.Pick(3, posting, size.Partitions - 3))
            : postings.ScrapedAt(posting, postings.FirstSlot(posting));
        var run = seen + (6 * Clock.Hour) + (draws.Pick(40, rank, 432_000) * Clock.Second);
        var last = posting >= size.Postings ? s_lastRunOfDay2 : s_lastRun;
        return kind == AiRowKind.Second
            ? Math.Min(Math.Min(run, last) + Clock.Day, s_lastSecondRun)
            : Math.Min(run, last);
    }
}
