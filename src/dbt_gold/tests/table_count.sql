{#- Schema gold holds exactly these 81 tables. #}
{%- set tables = [
    'fact_job_posting', 'job_confidence_details', 'dim_seniority', 'dim_job_family', 'dim_work_model', 'dim_employment_type',
    'dim_contract_type', 'dim_cloud_platform', 'dim_education', 'dim_pay_type', 'dim_start_urgency', 'dim_geo_restriction',
    'dim_pto_policy', 'dim_security_clearance', 'dim_visa_status', 'dim_leadership', 'dim_orchestrator', 'dim_storage_layer',
    'dim_processing_paradigm', 'dim_remote_restriction', 'dim_timezone', 'dim_growth_clarity', 'dim_requirement_strictness',
    'dim_benefits_level', 'dim_maturity_level', 'dim_role_clarity', 'dim_manager_level', 'dim_team_velocity', 'dim_reporting_structure',
    'dim_ai_integration', 'dim_company_stage', 'dim_team_size', 'dim_hiring_context', 'dim_hiring_urgency', 'dim_competition',
    'dim_skill_type', 'dim_skill_family', 'dim_skill_category', 'dim_certification', 'dim_ml_tool', 'dim_benefit', 'dim_career_track',
    'dim_maturity_signal', 'dim_dev_practice', 'dim_culture_signal', 'dim_strength_category', 'dim_concern_category',
    'dim_best_fit_category', 'dim_probe_category', 'dim_leverage_category', 'dim_us_state', 'dim_country', 'dim_date', 'dim_time',
    'dim_company', 'dim_location', 'dim_skill', 'agg_company_hiring', 'agg_daily_job_metrics', 'agg_hourly_posting_summary',
    'agg_monthly_job_metrics', 'agg_posting_time_analysis', 'agg_salary_benchmarks', 'agg_skills_demand', 'agg_weekly_job_metrics',
    'bridge_job_benefits', 'bridge_job_best_fit', 'bridge_job_career_tracks', 'bridge_job_certifications', 'bridge_job_cloud_stack',
    'bridge_job_concerns', 'bridge_job_culture_signals', 'bridge_job_dev_practices', 'bridge_job_geo_restrictions',
    'bridge_job_leverage', 'bridge_job_maturity_signals', 'bridge_job_ml_tools', 'bridge_job_probes', 'bridge_job_skills',
    'bridge_job_strengths', 'bridge_job_us_state_restrictions'
] -%}
{#- Runs after all of them. #}
{%- for table in tables -%}
{%- do ref(table) -%}
{%- endfor -%}

with expected as (
    {%- for table in tables %}
    select '{{ table }}' as table_name{% if not loop.last %} union all{% endif %}
    {%- endfor %}
),

actual as (
    select table_name
    from information_schema.tables
    where table_schema = 'gold' and table_catalog = current_database()
)

select 'missing' as problem, e.table_name
from expected as e
left join actual as a on a.table_name = e.table_name
where a.table_name is null
union all
select 'not of the model', a.table_name
from actual as a
left join expected as e on e.table_name = a.table_name
where e.table_name is null
