using SilverSample.Linkedin;
using SilverSample.Values;
using SilverSample.Vocabularies;
using Xunit;

namespace Gild.Tests.SilverSample;

/// <summary>Every member of every vocabulary occurs in the smallest sample, and so do the values outside.</summary>
[Collection(SampleCollection.Name)]
public sealed class VocabularyTests(SampleFixture sample)
{
    public static TheoryData<string> CodeColumns => [.. CodeDistributions.ByColumn.Keys];

    [Theory]
    [MemberData(nameof(CodeColumns))]
    public void Every_value_of_a_code_column_wins_somewhere(string column)
    {
        var written = SampleFixture.Expected(sample.Day1Folder, "day1", "winning_ai_rows")[column].EnumerateObject().Select(v => v.Name);
        var expected = CodeDistributions.ByColumn[column].Members.Select(m => m?.Text ?? "__null__");
        Assert.Equal(expected.Order(StringComparer.Ordinal), written);
    }

    [Theory]
    [InlineData("anl_strength_categories", 20)]
    [InlineData("anl_concern_categories", 20)]
    [InlineData("anl_best_fit_categories", 15)]
    [InlineData("anl_probe_categories", 15)]
    [InlineData("anl_leverage_categories", 10)]
    public void Every_category_occurs_beside_unexpected_ones(string column, int members)
    {
        var vocabulary = (column switch
        {
            "anl_strength_categories" => ArrayCodes.Strengths,
            "anl_concern_categories" => ArrayCodes.Concerns,
            "anl_best_fit_categories" => ArrayCodes.BestFit,
            "anl_probe_categories" => ArrayCodes.Probes,
            _ => ArrayCodes.Leverage,
        }).Select(c => c.Text).ToHashSet();
        var items = Items(column);
        Assert.Equal(members, vocabulary.Count);
        Assert.Superset(vocabulary, items.ToHashSet());
        Assert.NotEmpty(items.Except(vocabulary));
    }

    [Fact]
    public void Every_signal_practice_track_and_cloud_occurs()
    {
        Assert.Equal(Set([.. ArrayCodes.MaturitySignals, "automation"]), Items("anl_maturity_signals"));
        Assert.Equal(Set([.. ArrayCodes.DevPractices, "not_mentioned", "IaC"]), Items("anl_dev_practices_mentioned"));
        Assert.Equal(Set([.. ArrayCodes.CultureSignals, .. ArrayCodes.MaturitySignals, "not_mentioned"]), Items("anl_tech_culture_signals"));
        Assert.Equal(Set(ArrayCodes.CareerTracks), Items("inf_career_tracks_available"));
        Assert.Equal(Set(ArrayCodes.Clouds), Items("inf_secondary_clouds"));
    }

    [Fact]
    public void Every_free_text_spelling_occurs()
    {
        Assert.Equal(
            Set([.. FreeTerms.Certifications.SelectMany(c => c.Spellings), .. FreeTerms.OtherCertifications]),
            Items("ext_certifications_mentioned"));
        Assert.Equal(Set([.. FreeTerms.MlTools.SelectMany(c => c.Spellings)]), Items("anl_ml_tools_expected"));
        Assert.Equal(Set([.. FreeTerms.Benefits.SelectMany(c => c.Spellings)]), Items("ext_benefits_mentioned"));
    }

    [Fact]
    public void Every_state_country_and_location_alias_occurs()
    {
        var states = Items("ext_us_state_restrictions");
        Assert.All(Places.States, s => Assert.True(states.Contains(s.Code) || states.Contains(s.Name), s.Name));
        Assert.Contains(states, s => s.Length > 2);
        Assert.Equal(Set([.. Places.CountryCodes, "EU"]), Items("ext_allowed_countries"));
        var locations = sample.Day1.Texts("select distinct job_location from linkedin where job_location is not null");
        Assert.All(Places.States, s => Assert.Contains($"{s.Name}, United States", locations));
        Assert.Contains("Remote - Earth", locations);
        Assert.Contains(locations, l => l.EndsWith(' '));
        Assert.Equal(28, locations.Count(l => JobLocations.Aliases.Any(a => a.Text == l)));
    }

    [Fact]
    public void Every_catalog_skill_is_found_in_some_posting()
    {
        Assert.Equal(237, SkillCatalog.Sorted.Length);
        Assert.Equal(
            Set([.. SkillCatalog.Sorted.Select(s => s.Name)]),
            sample.Day1.Texts("select distinct unnest(skills_canonical) from linkedin"));
    }

    [Fact]
    public void Every_value_of_the_linkedin_columns_occurs()
    {
        Assert.Equal(
            ["Associate", "Director", "Entry level", "Executive", "Internship", "Mid-Senior level", "Not Applicable", "Senior level", "__null__"],
            sample.Day1.Counts("select job_seniority_level, count(*) from linkedin group by 1").Keys);
        Assert.Equal(
            ["Contract", "Full-time", "Internship", "Other", "Part-time", "Per diem", "Temporary", "Volunteer", "__null__"],
            sample.Day1.Counts("select job_employment_type, count(*) from linkedin group by 1").Keys);
        Assert.Equal(
            ["$", "A$", "CA$", "R$", "__null__", "£", "€", "₹", "₿"],
            sample.Day1.Counts("select salary_currency, count(*) from linkedin group by 1").Keys);
        Assert.Equal(
            ["__null__", "fortnight", "hr", "mo", "yr"],
            sample.Day1.Counts("select salary_period, count(*) from linkedin group by 1").Keys);
        Assert.Equal(60, sample.Day1.Number("select count(distinct job_title) from linkedin"));
    }

    [Fact]
    public void Every_company_size_and_organization_type_occurs()
    {
        Assert.Equal(10, sample.Day1.Counts("select company_size, count(*) from linkedin_companies group by 1").Count);
        Assert.Equal(9, sample.Day1.Counts("select organization_type, count(*) from linkedin_companies group by 1").Count);
        Assert.Equal(40, sample.Day1.Number("select count(distinct industries) from linkedin_companies"));
    }

    [Fact]
    public void Skill_arrays_are_sorted_and_distinct_and_hits_have_another_length() => Assert.Equal(
        [0, 0, 0],
        sample.Day1.Numbers("""
            select count(*) filter (skills_canonical <> list_sort(list_distinct(skills_canonical))),
                count(*) filter (skills_families <> list_sort(list_distinct(skills_families))),
                count(*) filter (len(skills_canonical) > 0 and len(skills_raw_hits) = len(skills_canonical))
            from linkedin
            """));

    SortedSet<string> Items(string column) => sample.Day1.Texts(
        $"select distinct unnest({column}) from ai_enrichment where job_posting_id in (select job_posting_id from linkedin)");

    static SortedSet<string> Set(IEnumerable<Utf8> members) => new(members.Select(m => m.Text), StringComparer.Ordinal);
}
