using SilverSample.Values;

namespace SilverSample.Linkedin;

/// <summary>Which scrapes lie in which hour partition of linkedin, for day 1 and for the increment of day 2.</summary>
sealed class LinkedinPartitions(SampleSize size, Draws draws, Postings postings)
{
    /// <summary>The non-empty partitions of day 1 with their scrapes, in the order of the posting index.</summary>
    public IEnumerable<(int Slot, IEnumerable<Scrape> Rows)> Day1()
    {
        var bySlot = new List<(int Posting, int Number)>[size.Partitions];
        for (var slot = 0; slot < bySlot.Length; slot++)
        {
            bySlot[slot] = [];
        }

        for (var posting = 0; posting < size.Postings; posting++)
        {
            var first = postings.FirstSlot(posting);
            var scrapes = Postings.ScrapeCount(posting);
            for (var number = 0; number < scrapes; number++)
            {
                bySlot[first + number].Add((posting, number));
            }
        }

        return Enumerable.Range(0, size.Partitions)
            .Where(slot => bySlot[slot].Count > 0 || NullIdsOf(slot).Any())
            .Select(slot => (slot, bySlot[slot].Select(p => Regular(p.Posting, slot, p.Number)).Concat(NullIdsOf(slot))));
    }

    /// <summary>The rows of day 2 by slot: increments a, b (new hours) and c (back-filled hours).</summary>
    public IEnumerable<(int Slot, IEnumerable<Scrape> Rows)> Day2()
    {
        var rows = new SortedDictionary<int, List<Scrape>>();
        void Add(Scrape scrape)
        {
            if (!rows.TryGetValue(scrape.Slot, out var partition))
            {
                rows.Add(scrape.Slot, partition = []);
            }

            partition.Add(scrape);
        }

        for (var posting = 0; posting < size.Postings; posting++)
        {
            if (IsScrapedAgain(posting))
            {
                Add(Again(posting));
            }

            if (IsBackFilled(posting))
            {
                Add(BackFilled(posting));
            }
        }

        for (var posting = size.Postings; posting < size.Postings + size.NewPostings; posting++)
        {
            Add(Regular(posting, postings.FirstSlot(posting), 0));
        }

        return rows.Select(p => (p.Key, p.Value.AsEnumerable()));
    }

    /// <summary>Slot of the day-1 file that day 2 delivers a second time (increment l).</summary>
    public int CopiedSlot()
    {
        // The middle partition; the next one that holds a posting where it is empty.
        var middle = size.Partitions / 2;
        return Enumerable.Range(0, size.Postings).Select(p => postings.FirstSlot(p)).Where(s => s >= middle).Min();
    }

    /// <summary>Increment b: the posting is scraped again on day 2.</summary>
    public static bool IsScrapedAgain(long posting) => Draws.Slot(posting, 20) < 10;

    /// <summary>Increment c: an hour before the first scrape of the posting arrives on day 2.</summary>
    public static bool IsBackFilled(long posting) => Draws.Slot(posting, 21) < 5;

    /// <summary>Number of rows in a partition of day 1.</summary>
    public int RowsOfDay1(int slot) => NullIdsOf(slot).Count() + Enumerable.Range(0, size.Postings)
        .Count(p => slot - postings.FirstSlot(p) is var number && number >= 0 && number < Postings.ScrapeCount(p));

    Scrape Regular(long posting, int slot, int number)
    {
        var scrapedAt = postings.ScrapedAt(posting, slot);
        return new Scrape(posting, slot, slot - number, number, scrapedAt, scrapedAt + postings.IngestionDelay(posting), Postings.Availability(posting));
    }

    /// <summary>Rows whose id the scraper lost, spread evenly over the slots.</summary>
    IEnumerable<Scrape> NullIdsOf(int slot)
    {
        for (var n = 0; n < size.NullIds; n++)
        {
            if ((int)((((2L * n) + 1) * size.Partitions) / (2L * size.NullIds)) == slot)
            {
                yield return Regular(Scrape.NullIdBase + n, slot, 0);
            }
        }
    }

    /// <summary>Increment b: seen again on day 2 with more applicants; every second one is closed by then.</summary>
    Scrape Again(long posting)
    {
        const int LaterScrape = 5;
        var slot = size.Partitions + draws.Pick(18, posting, SampleSize.Day2Hours.Length);
        var isOpen = Draws.Slot(posting, 20) % 2 == 1;
        return Regular(posting, slot, LaterScrape) with { FirstSlot = postings.FirstSlot(posting), Availability = isOpen };
    }

    /// <summary>Increment c: an hour before the first scrape that arrives on day 2.</summary>
    Scrape BackFilled(long posting)
    {
        var slot = postings.FirstSlot(posting) - 1;
        var arrived = (SampleSize.Day2 * Clock.Day) + (3 * Clock.Hour) + postings.IngestionDelay(posting);
        return Regular(posting, slot, -1) with { FirstSlot = slot + 1, IngestedAt = arrived };
    }
}
