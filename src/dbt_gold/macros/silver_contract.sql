{#- The Silver columns that Gold reads. Personal data (job_poster_*, employees_json) and full texts are not among them. -#}
{% macro silver_linkedin_columns() -%}
{{ return([
    'job_posting_id', 'source_system', 'url', 'scraped_at', 'ingestion_timestamp', 'company_name', 'company_id', 'job_title',
    'job_seniority_level', 'job_employment_type', 'job_location', 'country_code', 'job_posted_datetime',
    'application_availability', 'job_num_applicants', 'salary_min', 'salary_max', 'salary_currency', 'salary_period',
    'skills_canonical', 'skills_catalog_version'
]) }}
{%- endmacro %}

{% macro silver_companies_columns() -%}
{{ return([
    'company_id', 'name', 'headquarters', 'country_code', 'website_domain', 'industries', 'organization_type', 'company_size',
    'founded_year', 'followers', 'employees_on_linkedin', 'logo_url', 'funding_last_round_type', 'has_funding_info',
    'snapshot_date', 'processed_at'
]) }}
{%- endmacro %}

{% macro silver_ai_columns() -%}
{%- set columns = ['job_posting_id', 'source_system', 'model_id', 'enriched_at', 'ingestion_timestamp']
    + ai_extracted_codes() + ai_extracted_flags() + ai_extracted_numbers()
    + ['ext_salary_currency', 'ext_hourly_rate_currency', 'ext_daily_rate_currency']
    + ai_array_columns()
    + ['anl_recommendation_score'] -%}
{%- for field in ai_fields() -%}
{%- do columns.append(field.name) -%}
{%- do columns.append(field.name ~ '_confidence') -%}
{%- do columns.append(field.name ~ '_evidence') -%}
{%- do columns.append(field.name ~ '_source') -%}
{%- endfor -%}
{{ return(columns) }}
{%- endmacro %}

{#- Pass 1: codes, flags and numbers stated in the posting. -#}
{% macro ai_extracted_codes() -%}
{{ return([
    'ext_salary_period', 'ext_visa_sponsorship_stated', 'ext_security_clearance_stated', 'ext_work_model_stated',
    'ext_employment_type_stated', 'ext_contract_type', 'ext_extension_possible', 'ext_conversion_to_fte', 'ext_start_date',
    'ext_pay_type', 'ext_education_level', 'ext_geo_restriction_type', 'ext_pto_policy'
]) }}
{%- endmacro %}

{% macro ai_extracted_flags() -%}
{{ return([
    'ext_equity_mentioned', 'ext_learning_budget_mentioned', 'ext_conference_budget_mentioned', 'ext_llm_genai_mentioned',
    'ext_feature_store_mentioned'
]) }}
{%- endmacro %}

{% macro ai_extracted_numbers() -%}
{{ return([
    'ext_salary_min', 'ext_salary_max', 'ext_hourly_rate_min', 'ext_hourly_rate_max', 'ext_daily_rate_min', 'ext_daily_rate_max',
    'ext_contract_duration_months', 'ext_years_experience_min', 'ext_years_experience_max'
]) }}
{%- endmacro %}

{#- Arrays outside the fields with a confidence. -#}
{% macro ai_array_columns() -%}
{{ return([
    'ext_must_have_hard_skills', 'ext_nice_to_have_hard_skills', 'ext_must_have_soft_skills', 'ext_nice_to_have_soft_skills',
    'ext_certifications_mentioned', 'ext_allowed_countries', 'ext_excluded_countries', 'ext_us_state_restrictions',
    'ext_benefits_mentioned', 'anl_strength_categories', 'anl_concern_categories', 'anl_best_fit_categories',
    'anl_probe_categories', 'anl_leverage_categories'
]) }}
{%- endmacro %}

{#- The 54 fields of passes 2 and 3 that carry a confidence, an evidence and a source; the same rows as map_confidence_field (tested). -#}
{% macro ai_fields() -%}
{{ return([
    {'name': 'inf_seniority_level', 'pass': 2, 'type': 'code'},
    {'name': 'inf_job_family', 'pass': 2, 'type': 'code'},
    {'name': 'inf_sub_specialty', 'pass': 2, 'type': 'code'},
    {'name': 'inf_leadership_expectation', 'pass': 2, 'type': 'code'},
    {'name': 'inf_primary_cloud', 'pass': 2, 'type': 'code'},
    {'name': 'inf_secondary_clouds', 'pass': 2, 'type': 'array'},
    {'name': 'inf_processing_paradigm', 'pass': 2, 'type': 'code'},
    {'name': 'inf_orchestrator_category', 'pass': 2, 'type': 'code'},
    {'name': 'inf_storage_layer', 'pass': 2, 'type': 'code'},
    {'name': 'inf_remote_restriction', 'pass': 2, 'type': 'code'},
    {'name': 'inf_timezone_focus', 'pass': 2, 'type': 'code'},
    {'name': 'inf_relocation_required', 'pass': 2, 'type': 'bool'},
    {'name': 'inf_h1b_friendly', 'pass': 2, 'type': 'bool'},
    {'name': 'inf_opt_cpt_friendly', 'pass': 2, 'type': 'bool'},
    {'name': 'inf_citizenship_required', 'pass': 2, 'type': 'code'},
    {'name': 'inf_w2_vs_1099', 'pass': 2, 'type': 'code'},
    {'name': 'inf_benefits_level', 'pass': 2, 'type': 'code'},
    {'name': 'inf_growth_path_clarity', 'pass': 2, 'type': 'code'},
    {'name': 'inf_mentorship_signals', 'pass': 2, 'type': 'code'},
    {'name': 'inf_promotion_path_mentioned', 'pass': 2, 'type': 'bool'},
    {'name': 'inf_internal_mobility_mentioned', 'pass': 2, 'type': 'bool'},
    {'name': 'inf_career_tracks_available', 'pass': 2, 'type': 'array'},
    {'name': 'inf_requirement_strictness', 'pass': 2, 'type': 'code'},
    {'name': 'inf_scope_definition', 'pass': 2, 'type': 'code'},
    {'name': 'inf_skill_inflation_detected', 'pass': 2, 'type': 'bool'},
    {'name': 'anl_data_maturity_score', 'pass': 3, 'type': 'number'},
    {'name': 'anl_data_maturity_level', 'pass': 3, 'type': 'code'},
    {'name': 'anl_maturity_signals', 'pass': 3, 'type': 'array'},
    {'name': 'anl_scope_creep_score', 'pass': 3, 'type': 'number'},
    {'name': 'anl_overtime_risk_score', 'pass': 3, 'type': 'number'},
    {'name': 'anl_role_clarity', 'pass': 3, 'type': 'code'},
    {'name': 'anl_overall_red_flag_score', 'pass': 3, 'type': 'number'},
    {'name': 'anl_reporting_structure_clarity', 'pass': 3, 'type': 'code'},
    {'name': 'anl_manager_level_inferred', 'pass': 3, 'type': 'code'},
    {'name': 'anl_team_growth_velocity', 'pass': 3, 'type': 'code'},
    {'name': 'anl_team_composition', 'pass': 3, 'type': 'object'},
    {'name': 'anl_reporting_structure', 'pass': 3, 'type': 'code'},
    {'name': 'anl_cross_functional_embedded', 'pass': 3, 'type': 'bool'},
    {'name': 'anl_work_life_balance_score', 'pass': 3, 'type': 'number'},
    {'name': 'anl_growth_opportunities_score', 'pass': 3, 'type': 'number'},
    {'name': 'anl_tech_culture_score', 'pass': 3, 'type': 'number'},
    {'name': 'anl_tech_culture_signals', 'pass': 3, 'type': 'array'},
    {'name': 'anl_dev_practices_mentioned', 'pass': 3, 'type': 'array'},
    {'name': 'anl_innovation_signals', 'pass': 3, 'type': 'code'},
    {'name': 'anl_tech_debt_awareness', 'pass': 3, 'type': 'bool'},
    {'name': 'anl_ai_integration_level', 'pass': 3, 'type': 'code'},
    {'name': 'anl_ml_tools_expected', 'pass': 3, 'type': 'array'},
    {'name': 'anl_hiring_urgency', 'pass': 3, 'type': 'code'},
    {'name': 'anl_competition_level', 'pass': 3, 'type': 'code'},
    {'name': 'anl_company_stage_inferred', 'pass': 3, 'type': 'code'},
    {'name': 'anl_hiring_velocity', 'pass': 3, 'type': 'code'},
    {'name': 'anl_team_size_signals', 'pass': 3, 'type': 'code'},
    {'name': 'anl_funding_stage_signals', 'pass': 3, 'type': 'code'},
    {'name': 'anl_role_creation_type', 'pass': 3, 'type': 'code'}
]) }}
{%- endmacro %}

{#- Kind of each column that Gold reads, as check_silver_contract() compares it. -#}
{% macro silver_linkedin_kinds() -%}
{{ return(silver_kinds(silver_linkedin_columns() + ['year', 'month', 'day', 'hour'], {
    'scraped_at': 'timestamp', 'ingestion_timestamp': 'timestamp', 'job_posted_datetime': 'timestamp',
    'application_availability': 'boolean', 'job_num_applicants': 'number', 'salary_min': 'number', 'salary_max': 'number',
    'skills_canonical': 'array'
})) }}
{%- endmacro %}

{% macro silver_companies_kinds() -%}
{{ return(silver_kinds(silver_companies_columns(), {
    'founded_year': 'number', 'followers': 'number', 'employees_on_linkedin': 'number', 'has_funding_info': 'boolean',
    'snapshot_date': 'date', 'processed_at': 'timestamp'
})) }}
{%- endmacro %}

{% macro silver_ai_kinds() -%}
{%- set kinds = {'enriched_at': 'timestamp', 'ingestion_timestamp': 'timestamp', 'anl_recommendation_score': 'number'} -%}
{%- for column in ai_extracted_flags() -%}
{%- do kinds.update({column: 'boolean'}) -%}
{%- endfor -%}
{%- for column in ai_extracted_numbers() -%}
{%- do kinds.update({column: 'number'}) -%}
{%- endfor -%}
{%- for column in ai_array_columns() -%}
{%- do kinds.update({column: 'array'}) -%}
{%- endfor -%}
{%- set kind_of = {'code': 'text', 'bool': 'boolean', 'number': 'number', 'array': 'array', 'object': 'text'} -%}
{%- for field in ai_fields() -%}
{%- do kinds.update({field.name: kind_of[field.type], field.name ~ '_confidence': 'number'}) -%}
{%- endfor -%}
{{ return(silver_kinds(silver_ai_columns() + ['year', 'month', 'day'], kinds)) }}
{%- endmacro %}

{#- Text unless said otherwise. -#}
{% macro silver_kinds(columns, others) -%}
{%- set kinds = {} -%}
{%- for column in columns -%}
{%- do kinds.update({column.split(' as ') | last: others.get(column.split(' as ') | last, 'text')}) -%}
{%- endfor -%}
{{ return(kinds) }}
{%- endmacro %}
