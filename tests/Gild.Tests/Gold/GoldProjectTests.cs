using System.Text.Json;
using Xunit;

namespace Gild.Tests.Gold;

/// <summary>What users of the star schema rely on, end to end on DuckDB.</summary>
[Collection(GoldCollection.Name)]
public sealed class GoldProjectTests(GoldFixture gold)
{
    static readonly string[] Incremental = ["fact_job_posting", "job_confidence_details", "bridge_job_skills", "bridge_job_benefits", "bridge_job_cloud_stack"];

    [Fact]
    public void A_build_of_day_1_passes_all_tests_and_warns_of_dropped_rows_only()
    {
        Assert.True(gold.FirstDay.ExitCode == 0, gold.FirstDay.Output);
        using JsonDocument results = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(gold.FirstDay.Target, "run_results.json")));
        string[] notFine = [.. results.RootElement.GetProperty("results").EnumerateArray()
            .Where(r => r.GetProperty("status").GetString() is not ("success" or "pass" or "no-op"))
            .Select(r => r.GetProperty("unique_id").GetString()!)];
        Assert.Equal(["test.gold_layer.silver_null_ids"], notFine.Select(id => string.Join('.', id.Split('.')[..3])));
    }

    [Fact]
    public void A_build_of_day_2_passes_all_tests() => Assert.True(gold.SecondDay.ExitCode == 0, gold.SecondDay.Output);

    [Fact]
    public void Schema_gold_holds_81_tables()
    {
        using GoldDatabase database = new(("gold_db", gold.SecondDay.Database));
        Assert.Equal(81, database.Tables().Count);
    }

    [Theory]
    [InlineData("day1")]
    [InlineData("day2")]
    public void Tables_hold_what_the_sample_expects(string day)
    {
        using GoldDatabase database = new(("gold_db", day == "day1" ? gold.FirstDay.Database : gold.SecondDay.Database));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(gold.Expected));
        JsonElement expected = json.RootElement.GetProperty(day);
        Dictionary<string, string> measures = new(StringComparer.Ordinal)
        {
            ["fact_job_posting"] = "select count(*) from gold.fact_job_posting",
            ["postings_without_company"] = "select count(*) from gold.fact_job_posting where company_key = '-1'",
            ["is_ai_enriched"] = "select count(*) from gold.fact_job_posting where is_ai_enriched",
            ["ai_bridge_postings"] = "select count(distinct job_posting_key) from gold.bridge_job_benefits",
            ["bridge_job_skills_postings"] = "select count(distinct job_posting_key) from gold.bridge_job_skills",
            ["dim_company"] = "select count(*) from gold.dim_company",
            ["companies_inferred"] = "select count(*) from gold.dim_company where is_inferred",
        };
        Assert.All(measures, m => Assert.Equal(expected.GetProperty("measures").GetProperty(m.Key).GetInt64(), database.Number(m.Value)));
        Assert.All(expected.GetProperty("unknown_keys").EnumerateObject(), key => Assert.Equal(
            key.Value.GetInt64(),
            database.Number($"select count(*) from gold.fact_job_posting where cast({key.Name} as varchar) = '-1'")));
    }

    [Fact]
    public void A_run_without_new_data_rewrites_nothing()
    {
        Assert.True(gold.Again.ExitCode == 0, gold.Again.Output);
        using GoldDatabase database = new(("gold_db", gold.Again.Database));
        Assert.All(Incremental, t => Assert.Equal(0, database.Number($"select count(*) from gold.{t} where dbt_updated_at >= timestamp '2026-02-01 13:00:00'")));
    }

    [Fact]
    public void Day_2_rewrites_only_the_postings_it_touches()
    {
        using GoldDatabase database = new(("gold_db", gold.SecondDay.Database));
        long rewritten = database.Number("select count(*) from gold.fact_job_posting where dbt_updated_at = timestamp '2026-02-01 12:00:00'");
        Assert.InRange(rewritten, 40 + 20 + 10 + 80 + 8, 400);
    }

    [Fact]
    public void A_full_refresh_equals_the_increments()
    {
        Assert.True(gold.FullRefresh.ExitCode == 0, gold.FullRefresh.Output);
        using GoldDatabase database = new(("increment", gold.SecondDay.Database), ("refresh", gold.FullRefresh.Database));
        string differences = TableComparison.Differences(database, "increment", "refresh");
        Assert.True(differences.Length == 0, differences);
    }

    [Fact]
    public void Compiled_SQL_names_no_personal_data()
    {
        string[] files = Directory.GetFiles(Path.Combine(gold.FirstDay.Target, "compiled"), "*.sql", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        Assert.DoesNotContain(files, f => PersonalData.IsNamedIn(File.ReadAllText(f)));
    }

    [Fact]
    public void Missing_Silver_files_are_named()
    {
        Assert.Equal(2, gold.Nothing.ExitCode);
        Assert.Contains("No Silver files for silver_linkedin.linkedin", gold.Nothing.Output, StringComparison.Ordinal);
    }
}
