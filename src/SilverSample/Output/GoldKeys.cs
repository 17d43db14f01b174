using SilverSample.Ai;
using SilverSample.Linkedin;
using SilverSample.Vocabularies;

namespace SilverSample.Output;

/// <summary>
/// How many postings of the fact have key -1 per dimension: the rules of gold-model.md section 6.1 applied to the
/// generated values, so that a test can compare the warehouse with them.
/// </summary>
sealed class GoldKeys
{
    /// <summary>Keys that one code column decides alone: -1 for every value outside the vocabulary.</summary>
    public static readonly (string Key, string Column)[] Direct =
    [
        ("job_family_key", "inf_job_family"), ("work_model_key", "ext_work_model_stated"),
        ("contract_type_key", "inf_w2_vs_1099"), ("cloud_platform_key", "inf_primary_cloud"),
        ("education_key", "ext_education_level"), ("pay_type_key", "ext_pay_type"),
        ("start_urgency_key", "ext_start_date"), ("geo_restriction_key", "ext_geo_restriction_type"),
        ("pto_policy_key", "ext_pto_policy"), ("security_clearance_key", "ext_security_clearance_stated"),
        ("leadership_key", "inf_leadership_expectation"), ("orchestrator_key", "inf_orchestrator_category"),
        ("storage_layer_key", "inf_storage_layer"), ("processing_paradigm_key", "inf_processing_paradigm"),
        ("remote_restriction_key", "inf_remote_restriction"), ("timezone_key", "inf_timezone_focus"),
        ("growth_clarity_key", "inf_growth_path_clarity"), ("requirement_strictness_key", "inf_requirement_strictness"),
        ("benefits_level_key", "inf_benefits_level"), ("maturity_level_key", "anl_data_maturity_level"),
        ("role_clarity_key", "anl_role_clarity"), ("manager_level_key", "anl_manager_level_inferred"),
        ("team_velocity_key", "anl_team_growth_velocity"), ("reporting_structure_key", "anl_reporting_structure"),
        ("ai_integration_key", "anl_ai_integration_level"), ("company_stage_key", "anl_company_stage_inferred"),
        ("team_size_key", "anl_team_size_signals"), ("hiring_context_key", "anl_role_creation_type"),
        ("hiring_urgency_key", "anl_hiring_urgency"), ("competition_key", "anl_competition_level"),
    ];

    readonly SortedDictionary<string, int> _unknown = new(StringComparer.Ordinal);

    public GoldKeys()
    {
        foreach (var key in Direct.Select(d => d.Key).Concat(["company_key", "location_key", "seniority_key", "employment_type_key", "visa_status_key"]))
        {
            _unknown[key] = 0;
        }
    }

    /// <summary>Postings with key -1 by key column.</summary>
    public IReadOnlyDictionary<string, int> Unknown => _unknown;

    /// <summary>Counts one posting of the fact with its winning AI row, if it has one.</summary>
    public void Count(long posting, AiRow? row, bool hasCompany, bool hasLocation)
    {
        CountIf("company_key", !hasCompany);
        CountIf("location_key", !hasLocation);
        CountIf("seniority_key", IsSeniorityUnknown(posting, row));
        CountIf("employment_type_key", IsEmploymentUnknown(posting, row));
        if (row is null)
        {
            return;
        }

        CountIf("visa_status_key", IsVisaUnknown(row));
        foreach (var (key, column) in Direct)
        {
            CountIf(key, IsOutside(row.Code(column)?.Text, column));
        }
    }

    /// <summary>AI code if it is a member; else the LinkedIn band; else not mentioned if either says so; else unknown.</summary>
    static bool IsSeniorityUnknown(long posting, AiRow? row)
    {
        var ai = row is null ? null : row.Code("inf_seniority_level")?.Text ?? "not_mentioned";
        var linkedin = Postings.Seniority(posting)?.Text;
        var isAiMember = ai is not null && ai != "not_mentioned" && !IsOutside(ai, "inf_seniority_level");
        return !isAiMember && linkedin is null or "Senior level" && ai != "not_mentioned";
    }

    /// <summary>contract_to_hire of the AI row first, then the LinkedIn type, then the stated AI type.</summary>
    static bool IsEmploymentUnknown(long posting, AiRow? row)
    {
        if (row?.Code("ext_contract_type")?.Text == "contract_to_hire")
        {
            return false;
        }

        return Postings.Employment(posting) is { } linkedin
            ? linkedin.Text == "Per diem"
            : IsOutside(row?.Code("ext_employment_type_stated")?.Text, "ext_employment_type_stated");
    }

    /// <summary>The first rule of dim_visa_status that holds; unknown when none of rules 1 to 8 does.</summary>
    static bool IsVisaUnknown(AiRow row)
    {
        var visa = row.Code("ext_visa_sponsorship_stated")?.Text ?? "not_mentioned";
        var citizenship = row.Code("inf_citizenship_required")?.Text ?? "not_mentioned";
        if (citizenship is "us_citizen_only" or "us_or_gc" or "work_auth_only" or "any"
            || visa is "will_sponsor" or "will_not_sponsor" or "must_be_authorized"
            || AiScalars.IsH1bFriendly(row))
        {
            return false;
        }

        return visa != "not_mentioned" || citizenship != "not_mentioned";
    }

    static bool IsOutside(string? code, string column) =>
        code is not null && (code == CodeDistributions.ByColumn[column].Unexpected.Text || code == AiRow.Quantum.Text);

    void CountIf(string key, bool isUnknown)
    {
        if (isUnknown)
        {
            _unknown[key]++;
        }
    }
}
