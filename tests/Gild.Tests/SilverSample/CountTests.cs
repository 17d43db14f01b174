using SilverSample;
using SilverSample.Output;
using SilverSample.Values;
using Xunit;

namespace Gild.Tests.SilverSample;

/// <summary>The tables of expected counts (Silver design, sections 5 and 7), against the written files and the rules.</summary>
[Collection(SampleCollection.Name)]
public sealed class CountTests(SampleFixture sample)
{
    const string Winners = """
        (select * from ai_enrichment where job_posting_id in (select job_posting_id from linkedin)
         qualify row_number() over (partition by job_posting_id order by enriched_at desc, ingestion_timestamp desc, model_id desc) = 1)
        """;

    [Fact]
    public void Linkedin_of_day_1_has_the_published_counts() => Assert.Equal(
        [2282, 2, 2000, 9, 580],
        sample.Day1.Numbers("""
            select count(*), count(*) filter (job_posting_id is null), count(distinct job_posting_id),
                count(distinct job_posting_id) filter (company_id is null),
                count(distinct job_posting_id) filter (coalesce(salary_min, salary_max) is not null)
            from linkedin
            """));

    [Fact]
    public void Scrape_counts_of_day_1_are_1_2_and_4() => Assert.Equal(
        new SortedDictionary<string, long> { ["1"] = 1800, ["2"] = 160, ["4"] = 40 },
        sample.Day1.Counts("""
            select n, count(*) from (
                select job_posting_id, count(distinct scraped_at) as n from linkedin where job_posting_id is not null group by 1)
            group by 1
            """));

    [Theory]
    [InlineData(false, 571, 3, 360, 493)]
    [InlineData(true, 611, 3, 380, 513)]
    public void Companies_have_the_published_counts(bool hasDay2, long rows, long nullIds, long profiles, long dimCompany)
    {
        var query = hasDay2 ? sample.Both : sample.Day1;
        Assert.Equal(
            [rows, nullIds, profiles],
            query.Numbers("select count(*), count(*) filter (company_id is null), count(distinct company_id) from linkedin_companies"));

        // Versions by the Type 2 columns themselves, one inferred row per company without a profile, one unknown row.
        var versions = query.Number("""
            with snapshots as (
                select company_id, snapshot_date, row(name, website_domain, split_part(headquarters, ',', 1), split_part(country_code, ',', 1),
                    industries, organization_type, company_size, founded_year, funding_last_round_type, has_funding_info)::varchar as type_2
                from linkedin_companies where company_id is not null
                qualify row_number() over (partition by company_id, snapshot_date order by processed_at desc) = 1),
            compared as (
                select type_2, lag(type_2) over (partition by company_id order by snapshot_date) as previous from snapshots)
            select count(*) from compared where previous is null or previous <> type_2
            """);
        var inferred = query.Number("""
            select count(distinct company_id) from linkedin
            where company_id not in (select company_id from linkedin_companies where company_id is not null)
            """);
        Assert.Equal(dimCompany, versions + inferred + 1);
        Assert.Equal(400 - profiles, inferred);
    }

    [Theory]
    [InlineData(false, 738, 720)]
    [InlineData(true, 830, 804)]
    public void Ai_rows_have_the_published_counts(bool hasDay2, long rows, long enriched) => Assert.Equal(
        [rows, enriched, 10],
        (hasDay2 ? sample.Both : sample.Day1).Numbers("""
            select count(*),
                count(distinct job_posting_id) filter (job_posting_id in (select job_posting_id from linkedin)),
                count(distinct job_posting_id) filter (job_posting_id not in (select job_posting_id from linkedin where job_posting_id is not null))
            from ai_enrichment
            """));

    [Fact]
    public void Day_2_delivers_each_increment_in_its_size()
    {
        Assert.Equal(2040, sample.Both.Number("select count(distinct job_posting_id) from linkedin"));
        Assert.Equal(
            [40 + 20, 20, 10],
            sample.Both.Numbers("""
                select count(*) filter (year || month || day = '20260201'),
                    count(*) filter (year || month || day = '20260201' and job_posting_id <= '9000002000'),
                    count(*) filter (year || month || day <> '20260201' and ingestion_timestamp >= '2026-02-01')
                from linkedin
                """));
        Assert.Equal(
            [84, 8],
            sample.Both.Numbers("""
                with again as (select job_posting_id, count(*) over (partition by job_posting_id, model_id, enriched_at) as n, ingestion_timestamp from ai_enrichment)
                select count(*) filter (n = 1 and ingestion_timestamp >= '2026-02-01'), count(*) filter (n = 2 and ingestion_timestamp >= '2026-02-01')
                from again
                """));
        Assert.Equal(
            [1, 1, 1],
            sample.Both.Numbers("""
                select count(*) filter (list_contains(skills_canonical, 'Apache Paimon')), count(*) filter (job_location = 'Nairobi, Nairobi County, Kenya'),
                    (select count(*) from ai_enrichment where inf_job_family = 'quantum_engineer')
                from linkedin
                """));
    }

    [Fact]
    public void A_second_scrape_on_day_2_closes_every_second_posting() => Assert.Equal(
        new SortedDictionary<string, long> { ["false"] = 10, ["true"] = 10 },
        sample.Both.Counts("""
            select application_availability, count(*) from linkedin
            where year = '2026' and month = '02' and job_posting_id <= '9000002000' group by 1
            """));

    [Fact]
    public void A_back_filled_hour_changes_neither_latest_scrape_nor_applicants() => Assert.Equal(0, sample.Both.Number("""
        select count(*) from linkedin late join linkedin seen using (job_posting_id)
        where late.ingestion_timestamp >= '2026-02-01' and late.year || late.month || late.day <> '20260201'
            and seen.ingestion_timestamp < '2026-02-01'
            and (late.scraped_at >= seen.scraped_at or coalesce(late.job_num_applicants, -1) > coalesce(seen.job_num_applicants, -1))
        """));

    [Fact]
    public void A_reanalysis_shortens_every_array_and_keeps_the_time_of_the_run()
    {
        var arrays = global::SilverSample.Ai.AiSchema.Columns.Where(c => c.Type == global::SilverSample.Parquet.ColumnType.TextList).Select(c => $"coalesce(len(a.{c.Name}), 0)");
        var longest = string.Join(", ", arrays);
        Assert.Equal(
            [8, 4, 1],
            sample.Both.Numbers($"""
                with again as (
                    select greatest({longest}) as longest from ai_enrichment a
                    where inf_job_family = 'analytics_engineer' and ingestion_timestamp >= '2026-02-01'
                        and exists (select 1 from ai_enrichment old where old.job_posting_id = a.job_posting_id
                            and old.enriched_at = a.enriched_at and old.ingestion_timestamp < '2026-02-01'))
                select count(*), count(*) filter (longest = 0), max(longest) from again
                """));
    }

    [Fact]
    public void The_repeated_file_is_a_copy_of_a_file_of_day_1()
    {
        var copy = Assert.Single(Directory.GetFiles(sample.BothFolder, SampleWriter.RepeatedFile, SearchOption.AllDirectories));
        var original = Path.Combine(Path.GetDirectoryName(copy)!, SampleWriter.Day1File);
        Assert.Equal(File.ReadAllBytes(original), File.ReadAllBytes(copy));
        Assert.Equal(
            SampleFixture.Expected(sample.BothFolder, "day2", "measures")["linkedin_rows_of_the_repeated_file"].GetInt64(),
            sample.Both.Number($"select count(*) from '{copy}'"));
    }

    [Theory]
    [InlineData("day1")]
    [InlineData("day2")]
    public void Expected_json_tells_what_the_files_hold(string day)
    {
        var query = day == "day1" ? sample.Day1 : sample.Both;
        var folder = day == "day1" ? sample.Day1Folder : sample.BothFolder;
        var measures = SampleFixture.Expected(folder, day, "measures");
        foreach (var (measure, sql) in new Dictionary<string, string>
        {
            ["linkedin_rows"] = "select count(*) from linkedin",
            ["linkedin_rows_without_id"] = "select count(*) from linkedin where job_posting_id is null",
            ["fact_job_posting"] = "select count(distinct job_posting_id) from linkedin",
            ["linkedin_companies_rows"] = "select count(*) from linkedin_companies",
            ["ai_enrichment_rows"] = "select count(*) from ai_enrichment",
            ["is_ai_enriched"] = $"select count(*) from {Winners}",
        })
        {
            Assert.True(query.Number(sql) == measures[measure].GetInt64(), measure);
        }

        var scrapes = query.Counts("""
            select 'postings_with_scrape_count_' || n, count(*) from (
                select job_posting_id, count(distinct scraped_at) as n from linkedin where job_posting_id is not null group by 1)
            group by 1
            """);
        Assert.Equal(scrapes, measures.Where(m => m.Key.StartsWith("postings_with_scrape", StringComparison.Ordinal)).ToDictionary(m => m.Key, m => m.Value.GetInt64()));

        foreach (var (column, counts) in SampleFixture.Expected(folder, day, "winning_ai_rows"))
        {
            var written = query.Counts($"select {column}, count(*) from {Winners} group by 1");
            Assert.True(
                written.SequenceEqual(counts.EnumerateObject().Select(v => KeyValuePair.Create(v.Name, v.Value.GetInt64()))),
                $"{column}: {string.Join(", ", written)}");
        }
    }

    /// <summary>The derivation rules of the fact (star schema, section 6.1) in SQL over the written files.</summary>
    [Theory]
    [InlineData("day1")]
    [InlineData("day2")]
    public void Expected_json_counts_the_unknown_keys_of_the_derived_dimensions(string day)
    {
        var unknown = SampleFixture.Expected(day == "day1" ? sample.Day1Folder : sample.BothFolder, day, "unknown_keys");
        var counts = (day == "day1" ? sample.Day1 : sample.Both).Numbers($"""
            with posting as (
                select * from linkedin where job_posting_id is not null
                qualify row_number() over (partition by job_posting_id order by scraped_at desc, ingestion_timestamp desc) = 1),
            joined as (select p.*, a.job_posting_id is not null as has_ai, a.* exclude (job_posting_id, source_system, ingestion_timestamp)
                from posting p left join {Winners} a on a.job_posting_id = p.job_posting_id)
            select
                count(*) filter (company_id is null),
                count(*) filter (job_location is null),
                count(*) filter (has_ai and not (
                    coalesce(inf_citizenship_required, '') in ('us_citizen_only', 'us_or_gc', 'work_auth_only', 'any')
                    or coalesce(ext_visa_sponsorship_stated, '') in ('will_sponsor', 'will_not_sponsor', 'must_be_authorized')
                    or coalesce(inf_h1b_friendly, false)
                    or (coalesce(ext_visa_sponsorship_stated, 'not_mentioned') = 'not_mentioned' and coalesce(inf_citizenship_required, 'not_mentioned') = 'not_mentioned'))),
                count(*) filter (coalesce(ext_contract_type, '') <> 'contract_to_hire'
                    and coalesce(job_employment_type, ext_employment_type_stated, '') in ('Per diem', 'permanent')),
                count(*) filter (
                    not (has_ai and coalesce(inf_seniority_level, 'not_mentioned') not in ('not_mentioned', 'lead_engineer'))
                    and coalesce(job_seniority_level, 'Senior level') = 'Senior level'
                    and not (has_ai and coalesce(inf_seniority_level, 'not_mentioned') = 'not_mentioned'))
            from joined
            """);
        string[] keys = ["company_key", "location_key", "visa_status_key", "employment_type_key", "seniority_key"];
        Assert.Equal(keys.Select(k => unknown[k].GetInt64()), counts);
    }

    [Theory]
    [InlineData("S", 2_282, 2, 2_000, 9, 580, 571, 493, 360, 40, 738, 720, 1_280)]
    [InlineData("M", 57_050, 50, 50_000, 202, 14_500, 13_493, 11_686, 8_550, 950, 18_450, 18_000, 32_000)]
    [InlineData("L", 1_141_000, 1_000, 1_000_000, 4_400, 290_000, 170_403, 147_601, 108_000, 12_000, 369_000, 360_000, 640_000)]
    public void Day_1_of_every_size_follows_the_published_table(
        string size, long rows, long nullIds, long facts, long withoutCompany, long salaries, long companyRows, long dimCompany, long profiles, long inferred, long aiRows, long enriched, long withoutAi)
    {
        var measures = ExpectedCounts.After(1, SampleSize.All.Single(s => s.Name == size), new Draws(SampleFixture.Seed)).Measures;
        Assert.Equal(
            [rows, nullIds, facts, withoutCompany, salaries, companyRows, dimCompany, profiles, inferred, aiRows, enriched, withoutAi],
            new[]
            {
                "linkedin_rows", "linkedin_rows_without_id", "fact_job_posting", "postings_without_company", "postings_with_linkedin_salary",
                "linkedin_companies_rows", "dim_company", "companies_with_profile", "companies_inferred", "ai_enrichment_rows", "is_ai_enriched", "facts_with_key_0",
            }.Select(m => measures[m]));
    }

    [Theory]
    [InlineData("S", 2_040, 804, 513, 20)]
    [InlineData("M", 51_000, 20_100, 12_161, 475)]
    [InlineData("L", 1_020_000, 402_000, 153_601, 6_000)]
    public void Day_2_of_every_size_follows_the_published_table(string size, long facts, long enriched, long dimCompany, long inferred)
    {
        var measures = ExpectedCounts.After(2, SampleSize.All.Single(s => s.Name == size), new Draws(SampleFixture.Seed)).Measures;
        Assert.Equal(
            [facts, enriched, dimCompany, inferred],
            new[] { "fact_job_posting", "is_ai_enriched", "dim_company", "companies_inferred" }.Select(m => measures[m]));
    }
}
