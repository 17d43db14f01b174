using SilverSample.Values;

namespace SilverSample.Vocabularies;

/// <summary>
/// Values of the code columns of ai_enrichment in parts per thousand (sample-data.md section 4). The last value of
/// each is outside the vocabulary of Gold.
/// </summary>
static class CodeDistributions
{
    /// <summary>The columns of the table in sample-data.md, in its order.</summary>
    public static readonly OrderedDictionary<string, PerMille> ByColumn = new(StringComparer.Ordinal)
    {
        ["ext_visa_sponsorship_stated"] = new(
            "not_mentioned 838, will_not_sponsor 81, must_be_authorized 51, will_sponsor 20, NULL 5, "
            + "h1b_transfer 5"),
        ["ext_security_clearance_stated"] = new("not_mentioned 945, required 35, preferred 10, NULL 5, ts_sci 5"),
        ["ext_work_model_stated"] = new("not_mentioned 368, hybrid 226, remote 201, onsite 195, NULL 5, on_site 5"),
        ["ext_employment_type_stated"] = new(
            "not_mentioned 563, full_time 311, contract 76, part_time 30, internship 10, NULL 5, permanent 5"),
        ["ext_contract_type"] = new(
            "not_mentioned 476, permanent 414, fixed_term 65, contract_to_hire 15, project_based 10, "
            + "seasonal 10, NULL 5, temp 5"),
        ["ext_extension_possible"] = new("not_mentioned 935, yes 30, likely 15, no 10, NULL 5, maybe 5"),
        ["ext_conversion_to_fte"] = new(
            "not_mentioned 955, yes_possible 15, yes_guaranteed 10, no 10, NULL 5, maybe 5"),
        ["ext_start_date"] = new(
            "not_mentioned 885, immediate 50, specific_date 25, within_2_weeks 10, within_month 10, "
            + "flexible 10, NULL 5, next_quarter 5"),
        ["ext_pay_type"] = new(
            "not_mentioned 787, salary 144, hourly 19, daily 10, weekly 10, monthly 10, project_fixed 10, "
            + "NULL 5, stipend 5"),
        ["ext_education_level"] = new(
            "BACHELORS 379, MASTERS 43, ASSOCIATES 19, HIGH_SCHOOL 14, PHD 10, BOOTCAMP 10, NULL 520, "
            + "DIPLOMA 5"),
        ["ext_geo_restriction_type"] = new(
            "specific_countries 485, not_mentioned 241, us_only 137, global 39, latam_only 39, uk_only 29, "
            + "eu_only 10, apac_only 10, NULL 5, emea_only 5"),
        ["ext_pto_policy"] = new(
            "not_mentioned 833, generous 71, standard 61, unlimited 15, limited 10, NULL 5, flexible 5"),
        ["inf_seniority_level"] = new(
            "senior 668, mid 178, junior 38, staff 24, principal 24, associate 14, not_mentioned 14, "
            + "intern 10, entry 10, distinguished 10, NULL 5, lead_engineer 5"),
        ["inf_job_family"] = new(
            "data_engineer 827, data_architect 29, ml_engineer 24, not_mentioned 24, mlops_engineer 14, "
            + "data_scientist 14, data_analyst 14, analytics_engineer 14, data_platform_engineer 10, "
            + "bi_engineer 10, research_engineer 10, NULL 5, software_engineer 5"),
        ["inf_sub_specialty"] = new(
            "batch_etl 456, streaming_realtime 161, data_lakehouse 97, data_warehouse 83, general 32, "
            + "mlops 28, not_mentioned 28, data_quality 23, ml_infra 14, cloud_migration 14, data_modeling 14, "
            + "data_governance 10, reverse_etl 10, api_development 10, observability 10, NULL 5, lakehouse 5"),
        ["inf_leadership_expectation"] = new(
            "ic 478, tech_lead_ic 397, people_manager 75, tech_and_people_lead 15, not_mentioned 15, "
            + "architect 10, NULL 5, team_lead 5"),
        ["inf_primary_cloud"] = new(
            "multi 289, azure 216, not_mentioned 180, aws 150, gcp 90, on_prem 65, NULL 5, oci 5"),
        ["inf_processing_paradigm"] = new(
            "batch 596, hybrid 282, not_mentioned 61, streaming 51, NULL 5, near_real_time 5"),
        ["inf_orchestrator_category"] = new(
            "not_mentioned 529, airflow_like 276, cloud_native 140, dbt_core 20, dagster_prefect 15, "
            + "spark_native 10, NULL 5, control_m 5"),
        ["inf_storage_layer"] = new(
            "mixed 399, warehouse 253, not_mentioned 208, lakehouse 70, lake 60, NULL 5, data_mesh 5"),
        ["inf_remote_restriction"] = new(
            "same_country 708, same_region 182, anywhere 60, not_mentioned 25, same_timezone 15, NULL 5, "
            + "same_city 5"),
        ["inf_timezone_focus"] = new(
            "americas 284, europe 216, specific_country 185, apac 150, not_mentioned 120, global 35, NULL 5, "
            + "emea 5"),
        ["inf_citizenship_required"] = new(
            "not_mentioned 464, work_auth_only 436, any 40, us_citizen_only 30, us_or_gc 20, NULL 5, "
            + "eu_citizen 5"),
        ["inf_w2_vs_1099"] = new("w2 514, not_mentioned 416, 1099 25, c2c 25, any 10, NULL 5, corp 5"),
        ["inf_benefits_level"] = new(
            "none_mentioned 524, standard 269, comprehensive 137, basic 45, not_mentioned 15, NULL 5, "
            + "premium 5"),
        ["inf_growth_path_clarity"] = new("not_mentioned 488, implied 287, vague 205, explicit 10, NULL 5, clear 5"),
        ["inf_mentorship_signals"] = new("implied 493, not_mentioned 430, explicit_yes 67, NULL 5, explicit_no 5"),
        ["inf_requirement_strictness"] = new("high 591, medium 374, not_mentioned 15, low 10, NULL 5, very_high 5"),
        ["inf_scope_definition"] = new("clear 950, multi_role 15, not_mentioned 15, vague 10, NULL 5, broad 5"),
        ["anl_data_maturity_level"] = new(
            "developing 584, defined 301, ad_hoc 65, managed 15, not_mentioned 15, optimizing 10, NULL 5, "
            + "initial 5"),
        ["anl_role_clarity"] = new("clear 930, multi_role 30, vague 20, not_mentioned 10, NULL 5, mixed 5"),
        ["anl_manager_level_inferred"] = new(
            "not_mentioned 779, manager 121, senior_manager 35, tech_lead 35, director_plus 20, NULL 5, vp 5"),
        ["anl_team_growth_velocity"] = new(
            "not_mentioned 601, unknown 274, steady_growth 50, stable 35, rapid_expansion 30, NULL 5, "
            + "shrinking 5"),
        ["anl_reporting_structure"] = new(
            "not_mentioned 915, reports_to_manager 30, reports_to_director_data 15, reports_to_cto 10, "
            + "reports_to_tech_lead 10, matrix_reporting 10, NULL 5, reports_to_ceo 5"),
        ["anl_reporting_structure_clarity"] = new(
            "not_mentioned 781, mentioned 164, clear 35, vague 10, NULL 5, partial 5"),
        ["anl_innovation_signals"] = new("not_mentioned 668, medium 210, low 92, high 20, NULL 5, very_high 5"),
        ["anl_ai_integration_level"] = new(
            "none 634, basic_ml 211, genai_focus 75, mlops 35, advanced_ml 20, not_mentioned 15, NULL 5, "
            + "llm 5"),
        ["anl_hiring_urgency"] = new(
            "not_mentioned 591, normal 304, immediate 60, asap 20, pipeline 15, NULL 5, urgent 5"),
        ["anl_competition_level"] = new(
            "not_mentioned 814, medium 121, low 30, high 15, very_high 10, NULL 5, extreme 5"),
        ["anl_company_stage_inferred"] = new(
            "not_mentioned 283, established_tech 276, enterprise 241, startup_series_a_b 115, growth_stage 50, "
            + "startup_seed 25, NULL 5, scaleup 5"),
        ["anl_hiring_velocity"] = new(
            "not_mentioned 567, steady 372, aggressive 31, replacement 10, first_hire 10, NULL 5, "
            + "steady_growth 5"),
        ["anl_team_size_signals"] = new(
            "not_mentioned 920, small_2_5 20, medium_6_15 20, solo 10, large_16_50 10, very_large_50_plus 10, "
            + "NULL 5, medium 5"),
        ["anl_funding_stage_signals"] = new(
            "not_mentioned 860, public 59, series_a 19, bootstrapped 14, seed 14, series_b_plus 14, "
            + "profitable 10, NULL 5, ipo 5"),
        ["anl_role_creation_type"] = new(
            "not_mentioned 722, team_expansion 142, new_headcount 101, backfill 15, new_function 10, NULL 5, "
            + "conversion 5"),
    };
}
