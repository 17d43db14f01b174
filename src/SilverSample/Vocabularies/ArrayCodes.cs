using SilverSample.Values;

namespace SilverSample.Vocabularies;

/// <summary>Closed vocabularies of the array columns (dimension-members.md section 7).</summary>
static class ArrayCodes
{
    /// <summary>Codes of anl_strength_categories.</summary>
    public static readonly Utf8[] Strengths = Utf8.All(
    [
        "competitive_compensation", "transparent_salary", "equity_offered", "modern_tech_stack", "cloud_native",
        "remote_friendly", "hybrid_work", "flexible_schedule", "career_growth_clear", "learning_opportunities",
        "clear_requirements", "well_defined_role", "strong_benefits", "work_life_balance", "collaborative_culture",
        "diverse_team", "data_focused_role", "established_company", "startup_energy", "visa_sponsorship",
    ]);

    /// <summary>Codes of anl_concern_categories.</summary>
    public static readonly Utf8[] Concerns = Utf8.All(
    [
        "vague_requirements", "unclear_responsibilities", "salary_not_disclosed", "below_market_pay",
        "no_visa_sponsorship", "citizenship_required", "on_call_expected", "overtime_likely", "scope_creep_risk",
        "jack_of_all_trades", "legacy_technology", "tech_debt_heavy", "high_turnover_signals", "backfill_role",
        "unclear_reporting", "travel_required", "relocation_required", "limited_growth", "startup_risk",
        "contract_short_term",
    ]);

    /// <summary>Codes of anl_best_fit_categories.</summary>
    public static readonly Utf8[] BestFit = Utf8.All(
    [
        "senior_data_engineers", "mid_level_engineers", "junior_engineers", "cloud_specialists",
        "platform_architects", "pipeline_developers", "analytics_engineers", "ml_engineers", "data_generalists",
        "startup_enthusiasts", "enterprise_experienced", "remote_workers", "career_changers", "leadership_track",
        "technical_specialists",
    ]);

    /// <summary>Codes of anl_probe_categories.</summary>
    public static readonly Utf8[] Probes = Utf8.All(
    [
        "team_size_composition", "reporting_structure", "tech_stack_details", "on_call_expectations",
        "work_hour_expectations", "remote_policy_details", "career_growth_path", "salary_range_details",
        "visa_sponsorship_details", "role_scope_boundaries", "tech_debt_situation", "team_turnover_history",
        "company_financials", "project_timeline", "success_metrics",
    ]);

    /// <summary>Codes of anl_leverage_categories.</summary>
    public static readonly Utf8[] Leverage = Utf8.All(
    [
        "rare_skill_match", "exact_experience_match", "exceeds_requirements", "multiple_competing_offers",
        "high_market_demand", "domain_expertise", "leadership_experience", "quick_availability", "local_candidate",
        "referral_connection",
    ]);

    /// <summary>Codes of anl_maturity_signals.</summary>
    public static readonly Utf8[] MaturitySignals = Utf8.All(
    [
        "modern_data_stack_adoption", "cicd_practices", "data_quality_testing", "monitoring_observability",
        "data_governance", "data_mesh_patterns", "mlops_practices", "cloud_native",
    ]);

    /// <summary>Codes of anl_tech_culture_signals.</summary>
    public static readonly Utf8[] CultureSignals = Utf8.All(
    [
        "open_source", "internal_oss", "tech_blogs", "conference_speaking", "hackathons", "innovation_time",
        "learning_opportunities",
    ]);

    /// <summary>Codes of anl_dev_practices_mentioned.</summary>
    public static readonly Utf8[] DevPractices = Utf8.All(
    [
        "code_review", "pair_programming", "tdd", "ci_cd", "monitoring", "incident_response", "postmortems",
        "design_docs", "rfc_process", "automated_testing", "version_control", "infrastructure_as_code", "agile",
    ]);

    /// <summary>Codes of inf_career_tracks_available.</summary>
    public static readonly Utf8[] CareerTracks = Utf8.All(
    [
        "ic_track", "management_track", "specialist_track", "architect_track",
    ]);

    /// <summary>Codes of inf_secondary_clouds.</summary>
    public static readonly Utf8[] Clouds = Utf8.All("aws", "azure", "gcp");
}
