using SilverSample.Companies;
using SilverSample.Parquet;
using SilverSample.Values;
using static SilverSample.Parquet.ColumnType;

namespace SilverSample.Linkedin;

/// <summary>The columns of linkedin (silver-schema.md section 1) and how a scrape fills them.</summary>
sealed class LinkedinColumns(SampleSize size, Draws draws, Postings postings, CompanyDirectory companies, bool isLongText)
{
    const int ShortText = 500, LongText = 4_000;

    static readonly Utf8 s_linkedin = "linkedin";
    static readonly Utf8 s_catalogVersion = "v1.0";
    static readonly Utf8 s_us = "US";
    static readonly Utf8[] s_posterTitles = Utf8.All("Talent Partner", "Recruiter", "Engineering Manager");

    readonly PostingSkills _skills = new(size, draws);

    /// <summary>Builds the columns in the order of the contract.</summary>
    public SampleColumn<Scrape>[] Build() =>
    [
        new("job_posting_id", Text, (s, c) => Id(s, c, ""u8)),
        new("source_system", Text, (_, c) => c.Text(s_linkedin)),
        new("url", Text, (s, c) => Id(s, c, "https://www.linkedin.example/jobs/view/"u8)),
        new("scraped_at", Timestamp, (s, c) => c.Timestamp(s.ScrapedAt)),
        new("ingestion_timestamp", Timestamp, (s, c) => c.Timestamp(s.IngestedAt)),
        new("company_name", Text, CompanyName),
        new("company_id", Text, CompanyId),
        new("company_url", Text, CompanyUrl),
        new("job_title", Text, (s, c) => c.Text(JobTexts.Titles[draws.Pick(60, s.Posting, JobTexts.Titles.Length)])),
        new("job_seniority_level", Text, (s, c) => c.Text(Postings.Seniority(s.Posting))),
        new("job_function", Text, (s, c) => c.Text(Skewed(61, s, JobTexts.Functions))),
        new("job_employment_type", Text, (s, c) => c.Text(Postings.Employment(s.Posting))),
        new("job_industries", Text, (s, c) => c.Text(Skewed(62, s, JobTexts.Industries))),
        new("job_location", Text, (s, c) => c.Text(IsNewLocation(s) ? JobLocations.New : JobLocations.Of(s.Posting, draws))),
        new("country_code", Text, (s, c) => c.Text(JobLocations.IsUnitedStates(s.Posting) && !IsNewLocation(s) ? s_us : null)),
        new("job_posted_datetime", Timestamp, (s, c) => c.Timestamp(PostedAt(s))),
        new("job_posted_date_only", Date, (s, c) => c.Date(PostedAt(s) is { } posted ? Clock.DayOf(posted) : null)),
        new("application_availability", Flag, (s, c) => c.Flag(s.Availability)),
        new("apply_link", Text, ApplyLink),
        new("job_num_applicants", Integer, (s, c) => c.Integer(postings.Applicants(s.Posting, s.Number))),
        new("salary_min", Number, (s, c) => c.Number(postings.SalaryOf(s.Posting)?.Min)),
        new("salary_max", Number, (s, c) => c.Number(postings.SalaryOf(s.Posting)?.Max)),
        new("salary_currency", Text, (s, c) => c.Text(postings.SalaryOf(s.Posting)?.Currency)),
        new("salary_period", Text, (s, c) => c.Text(postings.SalaryOf(s.Posting)?.Period)),
        new("job_poster_name", Text, (s, c) => Poster(s, c, "Person "u8)),
        new("job_poster_title", Text, PosterTitle),
        new("job_poster_url", Text, (s, c) => Poster(s, c, "https://www.linkedin.example/in/person-"u8)),
        new("job_summary", Text, (s, c) => Sentences(s, c, 63, 1, 3, ShortText, false)),
        new("job_description_html", Text, (s, c) => Description(s, c, true)),
        new("job_description_text", Text, (s, c) => Description(s, c, false)),
        new("skills_canonical", TextList, _skills.WriteNames),
        new("skills_families", TextList, _skills.WriteFamilies),
        new("skills_raw_hits", TextList, _skills.WriteHits),
        new("skills_catalog_version", Text, (_, c) => c.Text(s_catalogVersion)),
    ];

    /// <summary>The second new posting of day 2 comes from a place not seen before.</summary>
    bool IsNewLocation(Scrape scrape) => scrape.Posting == size.Postings + 1;

    /// <summary>A back-filled scrape cannot show a posting time that lies after it.</summary>
    long? PostedAt(Scrape scrape) => postings.PostedAt(scrape.Posting, scrape.FirstSlot) is { } posted
        ? scrape.Number >= 0 ? posted : Math.Min(posted, scrape.ScrapedAt - (draws.Between(10, scrape.Posting, 1, 60) * Clock.Minute))
        : null;

    static void Id(Scrape scrape, Cell cell, ReadOnlySpan<byte> before)
    {
        if (scrape.IsNullId)
        {
            cell.Null();
            return;
        }

        var line = new Utf8Line(stackalloc byte[64]);
        line.Add(before);
        line.Add(Postings.Id(scrape.Posting));
        cell.Text(line.Written);
    }

    void CompanyName(Scrape scrape, Cell cell)
    {
        if (postings.Company(scrape.Posting) is not { } company)
        {
            cell.Text("Confidential"u8);
            return;
        }

        var line = new Utf8Line(stackalloc byte[128]);
        companies.AddName(ref line, company, Clock.DayOf(scrape.ScrapedAt));
        cell.Text(line.Written);
    }

    void CompanyId(Scrape scrape, Cell cell)
    {
        if (postings.Company(scrape.Posting) is not { } company)
        {
            cell.Null();
            return;
        }

        var line = new Utf8Line(stackalloc byte[32]);
        line.Add(CompanyDirectory.Id(company));
        cell.Text(line.Written);
    }

    void CompanyUrl(Scrape scrape, Cell cell)
    {
        if (postings.Company(scrape.Posting) is not { } company)
        {
            cell.Null();
            return;
        }

        var name = new Utf8Line(stackalloc byte[128]);
        CompanyDirectory.AddBaseName(ref name, company);
        var line = new Utf8Line(stackalloc byte[192]);
        line.Add(JobLocations.IsUnitedStates(scrape.Posting) ? "https://www"u8 : "https://br"u8);
        line.Add(".linkedin.example/company/"u8);
        line.AddSlug(name.Written.TrimEnd((byte)'.'));
        cell.Text(line.Written);
    }

    static void ApplyLink(Scrape scrape, Cell cell)
    {
        if (Draws.Slot(scrape.Posting, 18) < 750)
        {
            cell.Null();
            return;
        }

        var line = new Utf8Line(stackalloc byte[64]);
        line.Add("https://jobs.example/apply/"u8);
        line.Add(scrape.Posting);
        cell.Text(line.Written);
    }

    /// <summary>Personal data in Silver, as placeholders: it must never reach Gold.</summary>
    void Poster(Scrape scrape, Cell cell, ReadOnlySpan<byte> before)
    {
        if (!HasPoster(scrape))
        {
            cell.Null();
            return;
        }

        var line = new Utf8Line(stackalloc byte[64]);
        line.Add(before);
        line.Add(draws.Pick(64, scrape.Posting, 5_000));
        cell.Text(line.Written);
    }

    void PosterTitle(Scrape scrape, Cell cell) =>
        cell.Text(HasPoster(scrape) ? s_posterTitles[draws.Pick(65, scrape.Posting, s_posterTitles.Length)] : null);

    static bool HasPoster(Scrape scrape) => Draws.Slot(scrape.Posting, 17) < 210;

    void Description(Scrape scrape, Cell cell, bool isHtml)
    {
        if (isLongText)
        {
            Sentences(scrape, cell, 66, 30, 60, LongText, isHtml);
        }
        else
        {
            Sentences(scrape, cell, 66, 1, 3, ShortText, isHtml);
        }
    }

    void Sentences(Scrape scrape, Cell cell, int stream, int fewest, int most, int longest, bool isHtml)
    {
        var line = new Utf8Line(stackalloc byte[LongText]);
        var body = isHtml ? longest - 7 : longest;
        var text = new Utf8Line(stackalloc byte[body]);
        var hash = Draws.Hash(draws.Seed, (ulong)stream, (ulong)scrape.Posting);
        var count = fewest + (int)(hash % (ulong)(most - fewest + 1));
        for (var n = 0; n < count; n++)
        {
            text.Add(n == 0 ? ""u8 : " "u8);
            text.Add(SentencePool.At((hash >> 8) + ((ulong)n * 37)).Bytes);
        }

        line.Add(isHtml ? "<p>"u8 : ""u8);
        line.Add(text.Written);
        line.Add(isHtml ? "</p>"u8 : ""u8);
        cell.Text(line.Written);
    }

    Utf8 Skewed(int stream, Scrape scrape, Utf8[] members)
    {
        var x = (long)draws.Pick(stream, scrape.Posting, 10_000);
        return members[(int)(members.Length * x * x / 100_000_000)];
    }
}
