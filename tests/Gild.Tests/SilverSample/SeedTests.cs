using SilverSample.Ai;
using SilverSample.Linkedin;
using SilverSample.Output;
using SilverSample.Values;
using SilverSample.Vocabularies;
using Xunit;

namespace Gild.Tests.SilverSample;

/// <summary>The sample and the seeds of the star schema speak of the same vocabularies.</summary>
[Collection(SampleCollection.Name)]
public sealed class SeedTests(SampleFixture sample)
{
    /// <summary>Members that no Silver value of the sample reaches directly: kept from the plan, derived, or NULL in Silver.</summary>
    static readonly Dictionary<string, string[]> WithoutSilverValue = new(StringComparer.Ordinal)
    {
        ["dim_work_model"] = ["flexible", "remote_restricted"],
        ["dim_cloud_platform"] = ["hybrid"],
        ["dim_education"] = ["not_mentioned"],
        ["dim_pay_type"] = ["mixed"],
        ["dim_orchestrator"] = ["luigi_argo"],
        ["dim_storage_layer"] = ["on_premises"],
        ["dim_processing_paradigm"] = ["micro_batch"],
        ["dim_hiring_context"] = ["contractor_conversion"],
    };

    /// <summary>Free text as the warehouse normalises it before it looks for phrases.</summary>
    const string NormTerm = """
        trim(replace(replace(replace(translate(lower(item), '.,;:()[]/&-_|*''"', '                '), '    ', ' '), '  ', ' '), '  ', ' '))
        """;

    public static TheoryData<string, string> Dimensions =>
        new(GoldKeys.Direct.Select(d => ("dim_" + d.Key[..^"_key".Length], d.Column)));

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void A_code_column_uses_the_members_of_its_dimension(string dimension, string column)
    {
        var codes = CodeDistributions.ByColumn[column];
        var members = codes.Members.Where(m => m is not null && m != codes.Unexpected).Select(m => m!.Text.ToLowerInvariant());
        Assert.Equal(
            new SortedSet<string>([.. members, .. WithoutSilverValue.GetValueOrDefault(dimension, [])], StringComparer.Ordinal),
            Members(dimension));
        Assert.DoesNotContain(codes.Unexpected.Text.ToLowerInvariant(), Members(dimension));
    }

    [Fact]
    public void Array_codes_are_the_members_of_their_dimensions()
    {
        Assert.Equal(Set(ArrayCodes.Strengths), Members("dim_strength_category"));
        Assert.Equal(Set(ArrayCodes.Concerns), Members("dim_concern_category"));
        Assert.Equal(Set(ArrayCodes.BestFit), Members("dim_best_fit_category"));
        Assert.Equal(Set(ArrayCodes.Probes), Members("dim_probe_category"));
        Assert.Equal(Set(ArrayCodes.Leverage), Members("dim_leverage_category"));
        Assert.Equal(Set(ArrayCodes.MaturitySignals), Members("dim_maturity_signal"));
        Assert.Equal(Set(ArrayCodes.CultureSignals), Members("dim_culture_signal"));
        Assert.Equal(Set(ArrayCodes.DevPractices), Members("dim_dev_practice"));
        Assert.Equal(Set(ArrayCodes.CareerTracks), Members("dim_career_track"));
    }

    [Fact]
    public void Skills_and_aliases_are_those_of_the_catalog()
    {
        Assert.Equal(
            new SortedSet<string>(SkillCatalog.Sorted.Select(s => $"{s.Name} in {s.Category}"), StringComparer.Ordinal),
            sample.Day1.Texts($"""
                select skill_display_name || ' in ' || source_code
                from {Seed("map_skill_catalog")} join {Seed("dim_skill_category")} using (skill_category_key)
                """));
        Assert.Equal(Set(SkillCatalog.Aliases), sample.Day1.Texts($"select alias_code from {Seed("map_skill_alias")}"));
    }

    [Fact]
    public void Places_are_those_of_the_seeds()
    {
        Assert.Equal(Set(Places.CountryCodes), sample.Day1.Texts($"select country_code from {Seed("dim_country")} where source_code not like '\\_\\_%' escape '\\'"));
        Assert.Equal(
            new SortedSet<string>(Places.States.Select(s => $"{s.Name}, {s.Code}"), StringComparer.Ordinal),
            sample.Day1.Texts($"select state_name || ', ' || state_code from {Seed("dim_us_state")} where state_code is not null"));
        Assert.Equal(
            new SortedSet<string>(JobLocations.Aliases.Select(a => a.Text.ToLowerInvariant()), StringComparer.Ordinal),
            sample.Day1.Texts($"select location_norm from {Seed("map_location_alias")}"));
    }

    [Fact]
    public void Sizes_currencies_periods_and_confidence_fields_are_mapped_but_for_the_unexpected_ones()
    {
        Assert.Equal(
            sample.Day1.Texts($"select source_size from {Seed("map_company_size")}"),
            sample.Day1.Texts("select distinct company_size from linkedin_companies where company_size is not null"));
        Assert.Equal(["₿"], sample.Day1.Texts($"""
            select distinct salary_currency from linkedin
            where salary_currency is not null and upper(salary_currency) not in (select source_symbol from {Seed("map_currency")})
            """));
        Assert.Equal(["fortnight"], sample.Day1.Texts($"""
            select distinct salary_period from linkedin
            where salary_period is not null and salary_period not in (select source_period from {Seed("map_salary_period")})
            """));
        Assert.Equal(
            new SortedSet<string>(AiSchema.Columns.Select(c => c.Name).Where(n => n.EndsWith("_confidence", StringComparison.Ordinal) && n != "anl_recommendation_confidence"), StringComparer.Ordinal),
            sample.Day1.Texts($"select field_name || '_confidence' from {Seed("map_confidence_field")}"));
    }

    [Fact]
    public void Free_text_reaches_the_member_it_was_written_for()
    {
        var wrong = new List<string>();
        wrong.AddRange(Mismatches("certification", FreeTerms.Certifications));
        wrong.AddRange(Mismatches("certification", [(FreeTerms.Other, FreeTerms.OtherCertifications)]));
        wrong.AddRange(Mismatches("ml_tool", FreeTerms.MlTools));
        wrong.AddRange(Mismatches("benefit", FreeTerms.Benefits));
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("certification", "dim_certification")]
    [InlineData("ml_tool", "dim_ml_tool")]
    [InlineData("benefit", "dim_benefit")]
    public void Every_member_of_a_free_text_dimension_has_a_spelling(string domain, string dimension)
    {
        var written = (domain switch
        {
            "certification" => FreeTerms.Certifications,
            "ml_tool" => FreeTerms.MlTools,
            _ => FreeTerms.Benefits,
        }).Select(t => t.Member);
        Assert.Equal(new SortedSet<string>([.. written, FreeTerms.Other], StringComparer.Ordinal), Members(dimension));
    }

    IEnumerable<string> Mismatches(string domain, (string Member, Utf8[] Spellings)[] terms)
    {
        foreach (var (member, spellings) in terms)
        {
            foreach (var spelling in spellings)
            {
                var winner = sample.Day1.Rows($"""
                    select target_code from (select '{spelling}' as item) cross join {Seed("map_term")}
                    where domain = '{domain}' and (pattern = '*' or contains(' ' || {NormTerm} || ' ', ' ' || pattern || ' '))
                    order by priority::int, length(pattern) desc, pattern limit 1
                    """)[0][0];
                if (winner != member)
                {
                    yield return $"{spelling}: {winner} instead of {member}";
                }
            }
        }
    }

    SortedSet<string> Members(string dimension) =>
        sample.Day1.Texts($"select source_code from {Seed(dimension)} where source_code not like '\\_\\_%' escape '\\'");

    static string Seed(string name) => $"(select * from read_csv('{Repository.PathOf("src", "dbt_gold", "seeds", name + ".csv")}', all_varchar = true, header = true))";

    static SortedSet<string> Set(IEnumerable<Utf8> members) => new(members.Select(m => m.Text), StringComparer.Ordinal);
}
