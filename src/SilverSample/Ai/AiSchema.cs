using SilverSample.Parquet;
using SilverSample.Values;

namespace SilverSample.Ai;

/// <summary>
/// Names and types of the 299 columns of ai_enrichment in table order (silver-schema.md section 3). The order also
/// numbers the slot rules, from 30 on, one per column after the head.
/// </summary>
/// <remarks>
/// Rules whose multiplier keeps neighbouring slots together are passed over: under them all rows of a 5-per-mille
/// value could fall behind the 800 AI rows of size S, and the specification promises three to five.
/// </remarks>
static class AiSchema
{
    const int HeadColumns = 5, FirstRule = 30;

    const string Head = "job_posting_id S, source_system S, model_id S, enriched_at T, ingestion_timestamp T";

    const string Pass1 = """
        ext_salary_disclosed B, ext_salary_min D, ext_salary_max D, ext_salary_currency S, ext_salary_period S,
        ext_salary_text_raw S, ext_hourly_rate_min D, ext_hourly_rate_max D, ext_hourly_rate_currency S,
        ext_hourly_rate_text_raw S, ext_visa_sponsorship_stated S, ext_work_auth_text S, ext_citizenship_text S,
        ext_security_clearance_stated S, ext_work_model_stated S, ext_location_restriction_text S,
        ext_employment_type_stated S, ext_contract_type S, ext_contract_duration_months D,
        ext_contract_duration_text S, ext_extension_possible S, ext_conversion_to_fte S, ext_start_date S,
        ext_start_date_text S, ext_probation_period_text S, ext_pay_type S, ext_daily_rate_min D, ext_daily_rate_max D,
        ext_daily_rate_currency S, ext_daily_rate_text_raw S, ext_rate_negotiable S, ext_overtime_paid S,
        ext_must_have_hard_skills A, ext_nice_to_have_hard_skills A, ext_must_have_soft_skills A,
        ext_nice_to_have_soft_skills A, ext_certifications_mentioned A, ext_years_experience_min D,
        ext_years_experience_max D, ext_years_experience_text S, ext_education_level S, ext_education_area S,
        ext_education_text_raw S, ext_education_stated S, ext_education_requirement S, ext_llm_genai_mentioned B,
        ext_feature_store_mentioned B, ext_geo_restriction_type S, ext_allowed_countries A, ext_excluded_countries A,
        ext_us_state_restrictions A, ext_residency_requirement S, ext_benefits_mentioned A, ext_equity_mentioned B,
        ext_learning_budget_mentioned B, ext_conference_budget_mentioned B, ext_hardware_choice_mentioned B,
        ext_pto_policy S, ext_team_info_text S, ext_company_description_text S
        """;

    const string Pass2 = """
        seniority_level S, job_family S, sub_specialty S, leadership_expectation S, primary_cloud S, secondary_clouds A,
        processing_paradigm S, orchestrator_category S, storage_layer S, remote_restriction S, timezone_focus S,
        relocation_required B, h1b_friendly B, opt_cpt_friendly B, citizenship_required S, w2_vs_1099 S,
        benefits_level S, growth_path_clarity S, mentorship_signals S, promotion_path_mentioned B,
        internal_mobility_mentioned B, career_tracks_available A, requirement_strictness S, scope_definition S,
        skill_inflation_detected B
        """;

    const string Pass3 = """
        data_maturity_score D, data_maturity_level S, maturity_signals A, scope_creep_score D, overtime_risk_score D,
        overall_red_flag_score D, role_clarity S, reporting_structure_clarity S, manager_level_inferred S,
        team_growth_velocity S, team_composition S, reporting_structure S, cross_functional_embedded B,
        work_life_balance_score D, growth_opportunities_score D, tech_culture_score D, tech_culture_signals A,
        dev_practices_mentioned A, innovation_signals S, tech_debt_awareness B, ai_integration_level S,
        ml_tools_expected A, hiring_urgency S, competition_level S, company_stage_inferred S, hiring_velocity S,
        team_size_signals S, funding_stage_signals S, role_creation_type S
        """;

    const string Summary = """
        anl_strength_categories A, anl_concern_categories A, anl_best_fit_categories A, anl_probe_categories A,
        anl_leverage_categories A, anl_strength_details A, anl_concern_details A, anl_best_fit_details A,
        anl_probe_details A, anl_leverage_details A, anl_strengths A, anl_concerns A, anl_best_fit_for A,
        anl_red_flags_to_probe A, anl_negotiation_leverage A, anl_overall_assessment S, anl_recommendation_score D,
        anl_recommendation_confidence D
        """;

    /// <summary>Suffixes of the three columns beside every value of pass 2 and 3.</summary>
    public const string Confidence = "_confidence", Evidence = "_evidence", Source = "_source";

    /// <summary>All columns in order.</summary>
    public static readonly (string Name, ColumnType Type)[] Columns =
    [
        .. Parse(Head, ""), .. Parse(Pass1, ""), .. WithConfidence(Parse(Pass2, "inf_")),
        .. WithConfidence(Parse(Pass3, "anl_")), .. Parse(Summary, ""),
    ];

    static readonly Dictionary<string, int> s_rules = Columns.Skip(HeadColumns)
        .Zip(Enumerable.Range(FirstRule, Draws.Rules - FirstRule).Where(SpreadsRareValues))
        .ToDictionary(c => c.First.Name, c => c.Second, StringComparer.Ordinal);

    /// <summary>The slot rule of a column.</summary>
    public static int Rule(string column) => s_rules[column];

    /// <summary>
    /// True when every five neighbouring slots are visited at least three times by the AI rows of size S, and at least
    /// twice by those that arrive on day 1.
    /// </summary>
    static bool SpreadsRareValues(int rule)
    {
        const int Rows = 800, Neighbours = 5;
        var all = new int[1000];
        var onDay1 = new int[1000];
        for (var rank = 0; rank < Rows; rank++)
        {
            var slot = Draws.Slot(rank, rule);
            all[slot] = 1;
            onDay1[slot] = AiPartitions.IsLate(rank) ? 0 : 1;
        }

        return Enumerable.Range(0, all.Length - Neighbours + 1).All(first =>
            all.AsSpan(first, Neighbours).Count(1) >= 3 && onDay1.AsSpan(first, Neighbours).Count(1) >= 2);
    }

    static IEnumerable<(string Name, ColumnType Type)> WithConfidence(IEnumerable<(string Name, ColumnType Type)> values) =>
        values.SelectMany(v => new[]
        {
            v, (v.Name + Confidence, ColumnType.Number), (v.Name + Evidence, ColumnType.Text), (v.Name + Source, ColumnType.Text),
        });

    static IEnumerable<(string Name, ColumnType Type)> Parse(string list, string prefix) =>
        from column in list.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        let cut = column.IndexOf(' ', StringComparison.Ordinal)
        select (prefix + column[..cut], column[cut + 1] switch
        {
            'S' => ColumnType.Text,
            'A' => ColumnType.TextList,
            'D' => ColumnType.Number,
            'B' => ColumnType.Flag,
            _ => ColumnType.Timestamp,
        });
}
