using System.Buffers;
using System.Globalization;
using System.Text.Json;
using SilverSample.Ai;
using SilverSample.Companies;
using SilverSample.Linkedin;
using SilverSample.Values;
using SilverSample.Vocabularies;

namespace SilverSample.Output;

/// <summary>
/// What Silver and Gold hold after a day (sample-data.md sections 5 and 7), derived from the rules, not from the
/// written files. Goes into expected.json, which the tests of the warehouse read.
/// </summary>
sealed class ExpectedCounts
{
    readonly SortedDictionary<string, SortedDictionary<string, int>> _values = new(StringComparer.Ordinal);
    readonly GoldKeys _keys = new();

    ExpectedCounts()
    {
    }

    /// <summary>Counts by name, in the order of the specification.</summary>
    public OrderedDictionary<string, long> Measures { get; } = new(StringComparer.Ordinal);

    /// <summary>Winning AI rows by code column and value; a NULL value has the name <c>__null__</c>.</summary>
    public IReadOnlyDictionary<string, SortedDictionary<string, int>> Values => _values;

    /// <summary>Postings with key -1 by key column of the fact.</summary>
    public IReadOnlyDictionary<string, int> UnknownKeys => _keys.Unknown;

    /// <summary>Counts the state after day 1 or, cumulatively, after day 2.</summary>
    public static ExpectedCounts After(int day, SampleSize size, Draws draws)
    {
        var counts = new ExpectedCounts();
        var postings = new Postings(size, draws);
        var companies = new CompanySnapshots(new CompanyDirectory(size, draws));
        var ai = new AiPartitions(size, draws, postings);
        counts.CountPostings(day, size, draws, postings, ai);
        counts.CountCompanies(day, size, companies);
        counts.CountAiRows(day, size, ai);
        return counts;
    }

    /// <summary>expected.json: one object per day.</summary>
    public static byte[] ToJson(SampleSize size, Draws draws, IEnumerable<int> days)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("size", size.Name);
        json.WriteNumber("seed", draws.Seed);
        foreach (var day in days)
        {
            json.WriteStartObject(string.Create(CultureInfo.InvariantCulture, $"day{day}"));
            After(day, size, draws).Write(json);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("measures");
        foreach (var (name, count) in Measures)
        {
            json.WriteNumber(name, count);
        }

        json.WriteEndObject();
        json.WriteStartObject("unknown_keys");
        foreach (var (key, count) in UnknownKeys)
        {
            json.WriteNumber(key, count);
        }

        json.WriteEndObject();
        json.WriteStartObject("winning_ai_rows");
        foreach (var (column, byValue) in _values)
        {
            json.WriteStartObject(column);
            foreach (var (value, count) in byValue)
            {
                json.WriteNumber(value, count);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    void CountPostings(int day, SampleSize size, Draws draws, Postings postings, AiPartitions ai)
    {
        var winners = new Dictionary<long, AiRow>();
        foreach (var row in day == 1 ? ai.WinnersOfDay1() : ai.WinnersOfDay2())
        {
            winners.Add(row.Posting, row);
            foreach (var column in CodeDistributions.ByColumn.Keys)
            {
                CountValue(column, row.Code(column)?.Text ?? "__null__");
            }
        }

        var facts = size.Postings + (day == 1 ? 0 : size.NewPostings);
        var scrapes = new SortedDictionary<int, int>();
        long rows = size.NullIds, salaries = 0;
        for (var posting = 0L; posting < facts; posting++)
        {
            var count = ScrapesOf(posting, day, size);
            scrapes[count] = scrapes.GetValueOrDefault(count) + 1;
            rows += count;
            salaries += Postings.HasSalary(posting) ? 1 : 0;
            var hasLocation = posting == size.Postings + 1 || !JobLocations.IsMissing(posting);
            _keys.Count(posting, winners.GetValueOrDefault(posting), postings.Company(posting) is not null, hasLocation);
        }

        if (day == 2)
        {
            var partitions = new LinkedinPartitions(size, draws, postings);
            var copied = partitions.CopiedSlot();
            Measures["linkedin_rows_of_the_repeated_file"] = partitions.RowsOfDay1(copied);
            rows += Measures["linkedin_rows_of_the_repeated_file"];
        }

        Measures["linkedin_rows"] = rows;
        Measures["linkedin_rows_without_id"] = size.NullIds;
        Measures["fact_job_posting"] = facts;
        Measures["postings_without_company"] = _keys.Unknown["company_key"];
        Measures["postings_with_linkedin_salary"] = salaries;
        foreach (var (count, number) in scrapes)
        {
            Measures[string.Create(CultureInfo.InvariantCulture, $"postings_with_scrape_count_{count}")] = number;
        }

        Measures["is_ai_enriched"] = winners.Count;
        Measures["ai_bridge_postings"] = winners.Count;
        Measures["bridge_job_skills_postings"] = facts;
        Measures["facts_with_key_0"] = facts - winners.Count;
    }

    static int ScrapesOf(long posting, int day, SampleSize size)
    {
        if (posting >= size.Postings)
        {
            return 1;
        }

        var count = Postings.ScrapeCount(posting);
        return day == 1
            ? count
            : count + (LinkedinPartitions.IsScrapedAgain(posting) ? 1 : 0) + (LinkedinPartitions.IsBackFilled(posting) ? 1 : 0);
    }

    void CountCompanies(int day, SampleSize size, CompanySnapshots snapshots)
    {
        long rows = CompanySnapshots.NullIds, versions = 0, profiles = 0;
        for (var company = 0; company < size.Companies; company++)
        {
            var all = snapshots.Day1(company).Concat(day == 1 ? [] : snapshots.Day2(company)).ToList();
            rows += all.Count;
            if (all.Count == 0)
            {
                continue;
            }

            profiles++;
            (int, bool)? previous = null;
            foreach (var snapshot in all.GroupBy(s => s.Day).OrderBy(g => g.Key).Select(g => g.MaxBy(s => s.ProcessedAt)!))
            {
                versions += previous == (snapshot.SizeStep, snapshot.IsMoved) ? 0 : 1;
                previous = (snapshot.SizeStep, snapshot.IsMoved);
            }
        }

        var inferred = size.Companies - profiles;
        Measures["linkedin_companies_rows"] = rows;
        Measures["linkedin_companies_rows_without_id"] = CompanySnapshots.NullIds;
        Measures["dim_company"] = versions + inferred + 1;
        Measures["companies_with_profile"] = profiles;
        Measures["companies_inferred"] = inferred;
    }

    void CountAiRows(int day, SampleSize size, AiPartitions ai)
    {
        var late = size.AiPostings / 10;
        var second = size.AiPostings / 100;
        Measures["ai_second_runs"] = second;
        Measures["ai_orphans"] = ai.Orphans;
        var rows = size.AiPostings - late + second + ai.Orphans;
        if (day == 2)
        {
            Measures["ai_late_rows"] = late;
            Measures["ai_new_postings"] = ai.NewAiPostings;
            Measures["ai_reanalysed"] = size.AiPostings / 100;
            Measures["linkedin_new_postings"] = size.NewPostings;
            Measures["linkedin_scraped_again"] = size.Postings / 100;
            Measures["linkedin_back_filled"] = size.Postings * 5 / 1000;
            rows += late + ai.NewAiPostings + (size.AiPostings / 100);
        }

        Measures["ai_enrichment_rows"] = rows;
    }

    void CountValue(string column, string value)
    {
        if (!_values.TryGetValue(column, out var byValue))
        {
            _values.Add(column, byValue = new SortedDictionary<string, int>(StringComparer.Ordinal));
        }

        byValue[value] = byValue.GetValueOrDefault(value) + 1;
    }
}
