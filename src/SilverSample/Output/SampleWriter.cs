using System.Globalization;
using SilverSample.Ai;
using SilverSample.Companies;
using SilverSample.Linkedin;
using SilverSample.Parquet;
using SilverSample.Values;

namespace SilverSample.Output;

/// <summary>
/// Writes the files of a day below a folder, partition by partition, on a few threads. Every row is a function of its
/// index alone, so the order of the threads shows nowhere.
/// </summary>
sealed class SampleWriter
{
    /// <summary>File names; a day never touches the files of another.</summary>
    public const string Day1File = "part-day1.parquet", Day2File = "part-day2.parquet", RepeatedFile = "part-day1-repeated.parquet";

    const int MostThreads = 4;

    readonly SampleSize _size;
    readonly CompanySnapshots _snapshots;
    readonly LinkedinPartitions _linkedin;
    readonly AiPartitions _ai;
    readonly SampleColumn<Scrape>[] _linkedinColumns;
    readonly SampleColumn<CompanySnapshot>[] _companyColumns;
    readonly SampleColumn<AiRow>[] _aiColumns;

    public SampleWriter(SampleSize size, Draws draws, bool isLongText)
    {
        _size = size;
        var directory = new CompanyDirectory(size, draws);
        var postings = new Postings(size, draws);
        _snapshots = new CompanySnapshots(directory);
        _linkedin = new LinkedinPartitions(size, draws, postings);
        _ai = new AiPartitions(size, draws, postings);
        _linkedinColumns = new LinkedinColumns(size, draws, postings, directory, isLongText).Build();
        _companyColumns = new CompanyColumns(draws).Build();
        _aiColumns = new AiColumns(draws).Build();
    }

    /// <summary>Writes the three datasets of day 1.</summary>
    public void WriteDay1(string folder) => Run(Jobs(
        folder,
        Day1File,
        _ai.Day1(),
        _linkedin.Day1(),
        _snapshots.Day1,
        CompanySnapshots.WithoutId()));

    /// <summary>Writes the increment of day 2; the repeated file is copied from <paramref name="day1Folder"/>.</summary>
    public void WriteDay2(string folder, string day1Folder)
    {
        Run(Jobs(folder, Day2File, _ai.Day2(), _linkedin.Day2(), _snapshots.Day2, []));
        var partition = LinkedinPath(_linkedin.CopiedSlot());
        var copy = Path.Combine(folder, partition, RepeatedFile);
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.Copy(Path.Combine(day1Folder, partition, Day1File), copy, overwrite: true);
    }

    IEnumerable<Action<ParquetWriter>> Jobs(
        string folder,
        string file,
        IEnumerable<(int Day, IEnumerable<AiRow> Rows)> ai,
        IEnumerable<(int Slot, IEnumerable<Scrape> Rows)> linkedin,
        Func<int, IEnumerable<CompanySnapshot>> snapshotsOf,
        IEnumerable<CompanySnapshot> withoutId)
    {
        foreach (var (day, rows) in ai)
        {
            var date = Clock.Date(day);
            yield return Job(folder, string.Create(CultureInfo.InvariantCulture, $"ai_enrichment/year={date:yyyy}/month={date:MM}/day={date:dd}"), file, _aiColumns, rows);
        }

        foreach (var (slot, rows) in linkedin)
        {
            yield return Job(folder, LinkedinPath(slot), file, _linkedinColumns, rows);
        }

        var buckets = new List<int>[CompanySnapshots.Buckets];
        for (var company = 0; company < _size.Companies; company++)
        {
            (buckets[CompanySnapshots.Bucket(company)] ??= []).Add(company);
        }

        for (var bucket = 0; bucket < buckets.Length; bucket++)
        {
            var rows = (buckets[bucket] ?? []).SelectMany(snapshotsOf).Concat(bucket == 0 ? withoutId : []);
            if (rows.Any())
            {
                yield return Job(folder, string.Create(CultureInfo.InvariantCulture, $"linkedin_companies/bucket={bucket}"), file, _companyColumns, rows);
            }
        }
    }

    string LinkedinPath(int slot)
    {
        var start = _size.SlotStart(slot);
        var date = Clock.Date(Clock.DayOf(start));
        return string.Create(CultureInfo.InvariantCulture, $"linkedin/year={date:yyyy}/month={date:MM}/day={date:dd}/hour={start % Clock.Day / Clock.Hour:00}");
    }

    static Action<ParquetWriter> Job<TRow>(string folder, string partition, string file, SampleColumn<TRow>[] columns, IEnumerable<TRow> rows) =>
        writer =>
        {
            var target = Path.Combine(folder, partition);
            Directory.CreateDirectory(target);
            writer.Write(columns, rows, Path.Combine(target, file));
        };

    static void Run(IEnumerable<Action<ParquetWriter>> jobs)
    {
        using var queue = jobs.GetEnumerator();
        var gate = new Lock();
        Exception? failure = null;
        void Work()
        {
            try
            {
                using var writer = new ParquetWriter();
                while (Next() is { } job)
                {
                    job(writer);
                }
            }
#pragma warning disable CA1031 // A thread must not end the process: the first failure is rethrown by Run.
            catch (Exception e)
#pragma warning restore CA1031
            {
                lock (gate)
                {
                    failure ??= e;
                }
            }
        }

        Action<ParquetWriter>? Next()
        {
            lock (gate)
            {
                return failure is null && queue.MoveNext() ? queue.Current : null;
            }
        }

        var threads = Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 1, MostThreads))
            .Select(n => new Thread(Work) { IsBackground = true, Name = $"parquet {n}" })
            .ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        if (failure is not null)
        {
            throw failure is SampleException ? failure : new SampleException($"The sample could not be written: {failure.Message}", failure);
        }
    }
}
