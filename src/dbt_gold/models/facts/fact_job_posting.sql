{{ config(tags=['facts'], dist='job_posting_key', sort='posted_at') }}

{#- Dimensions whose key follows from one code of the AI row alone: dimension, code column. #}
{%- set ai_dimensions = [
    ('job_family', 'inf_job_family'), ('work_model', 'work_model_code'), ('contract_type', 'inf_w2_vs_1099'),
    ('cloud_platform', 'inf_primary_cloud'),
    ('education', 'ext_education_level'), ('pay_type', 'ext_pay_type'), ('start_urgency', 'ext_start_date'),
    ('geo_restriction', 'ext_geo_restriction_type'), ('pto_policy', 'ext_pto_policy'),
    ('security_clearance', 'ext_security_clearance_stated'),
    ('visa_status', 'visa_status_code'), ('leadership', 'inf_leadership_expectation'), ('orchestrator', 'inf_orchestrator_category'),
    ('storage_layer', 'inf_storage_layer'), ('processing_paradigm', 'inf_processing_paradigm'),
    ('remote_restriction', 'inf_remote_restriction'), ('timezone', 'inf_timezone_focus'),
    ('growth_clarity', 'inf_growth_path_clarity'), ('requirement_strictness', 'inf_requirement_strictness'),
    ('benefits_level', 'inf_benefits_level'),
    ('maturity_level', 'anl_data_maturity_level'), ('role_clarity', 'anl_role_clarity'), ('manager_level', 'anl_manager_level_inferred'),
    ('team_velocity', 'anl_team_growth_velocity'), ('reporting_structure', 'anl_reporting_structure'),
    ('ai_integration', 'anl_ai_integration_level'), ('company_stage', 'anl_company_stage_inferred'),
    ('team_size', 'anl_team_size_signals'), ('hiring_context', 'anl_role_creation_type'),
    ('hiring_urgency', 'anl_hiring_urgency'), ('competition', 'anl_competition_level')
] -%}
{%- set lookback = var('silver_lookback_days') -%}

with ai as (
    select
        job_posting_id as ai_job_posting_id,
        source_system as ai_source_system,
        enriched_at,
        ai_loaded_at,
        {%- for column in ai_extracted_codes() + ai_extracted_flags() + ai_extracted_numbers() %}
        {{ column }},
        {%- endfor %}
        ext_salary_currency,
        ext_hourly_rate_currency,
        ext_daily_rate_currency,
        required_hard_skills_count,
        nice_to_have_hard_skills_count,
        required_soft_skills_count,
        nice_to_have_soft_skills_count,
        certifications_count,
        has_open_source_signal,
        has_internal_oss_signal,
        has_tech_blogs_signal,
        has_hackathons_signal,
        {%- for field in ai_fields() if field.type in ['code', 'bool', 'number'] %}
        {{ field.name }},
        {%- endfor %}
        anl_recommendation_score,
        avg_confidence_pass2,
        avg_confidence_pass3,
        low_confidence_count
    from {{ ref('stg_ai_enrichment') }}
),

{#- Everything Silver knows of a posting, with the company version of its posting date; on an incremental run only
    the postings whose stored row is missing or was built from other versions of Silver rows. #}
postings as (
    select
        li.*,
        ai.*,
        cast(li.posted_at as date) as posted_date,
        case when ai.ai_job_posting_id is null then false else true end as is_ai_enriched,
        coalesce(company.company_key, '-1') as company_key
    from {{ ref('stg_linkedin') }} as li
    left join ai
        on ai.ai_job_posting_id = li.job_posting_id and ai.ai_source_system = li.source_system
    left join {{ ref('dim_company') }} as company
        on company.company_id = li.company_id
        and cast(li.posted_at as date) between company.effective_start_date and company.effective_end_date
    {%- if is_incremental() %}
    left join {{ this }} as stored
        on stored.job_posting_id = li.job_posting_id and stored.source_system = li.source_system
    where coalesce(company.company_key, '-1') <> coalesce(stored.company_key, '')
        or (
            (
                stored.job_posting_id is null
                or li.scraped_at <> stored.scraped_at
                or li.li_loaded_at <> stored.li_loaded_at
                or li.scrape_count <> stored.scrape_count
                or coalesce(ai.ai_loaded_at, cast('1900-01-01' as timestamp)) <> coalesce(stored.ai_loaded_at, cast('1900-01-01' as timestamp))
            )
            {%- if lookback is not none %}
            and (
                li.job_posting_id in (
                    select t.job_posting_id from {{ source('silver_linkedin', 'linkedin') }} as t
                    where t.job_posting_id is not null {{ partition_since(lookback) }}
                )
                or li.job_posting_id in (
                    select t.job_posting_id from {{ source('silver_ai', 'ai_enrichment') }} as t
                    where t.job_posting_id is not null {{ partition_since(lookback) }}
                )
            )
            {%- endif %}
        )
    {%- endif %}
),

{#- Codes that follow from several columns. #}
coded as (
    select
        postings.*,
        case
            when ext_work_model_stated = 'remote' and inf_remote_restriction in ('same_country', 'same_region', 'same_timezone')
                then 'remote_restricted'
            else ext_work_model_stated
        end as work_model_code,
        case
            when ext_contract_type = 'contract_to_hire' then 'contract_to_hire'
            else coalesce(employment_type_code, ext_employment_type_stated, 'not_mentioned')
        end as derived_employment_type_code,
        case
            when inf_citizenship_required in ('us_citizen_only', 'us_or_gc') then inf_citizenship_required
            when ext_visa_sponsorship_stated in ('will_sponsor', 'will_not_sponsor') then ext_visa_sponsorship_stated
            when inf_h1b_friendly then 'h1b_only'
            when ext_visa_sponsorship_stated = 'must_be_authorized' or inf_citizenship_required = 'work_auth_only' then 'must_be_authorized'
            when inf_citizenship_required = 'any' then 'any_work_auth'
            when coalesce(ext_visa_sponsorship_stated, 'not_mentioned') = 'not_mentioned'
                and coalesce(inf_citizenship_required, 'not_mentioned') = 'not_mentioned' then 'not_mentioned'
            else '__unmapped__'
        end as visa_status_code
    from postings
),

{#- The keys apart from the measures: beside 37 joins a row of few columns is cheap. #}
keys as (
    select
        p.job_posting_id,
        p.source_system,
        {#- AI first, LinkedIn second; 15 = Not Mentioned. #}
        case
            when ai_seniority.seniority_key is not null then ai_seniority.seniority_key
            when li_seniority.seniority_key is not null then li_seniority.seniority_key
            when p.is_ai_enriched and coalesce(p.inf_seniority_level, 'not_mentioned') = 'not_mentioned' then 15
            else -1
        end as seniority_key,
        case
            when ai_seniority.seniority_key is not null then 'ai'
            when li_seniority.seniority_key is not null then 'linkedin'
            else 'none'
        end as seniority_source,
        coalesce(employment_type.employment_type_key, -1) as employment_type_key,
        {%- for dimension, code in ai_dimensions %}
        {{ member_key(dimension ~ '.' ~ dimension ~ '_key', 'p.is_ai_enriched') }} as {{ dimension }}_key{% if not loop.last %},{% endif %}
        {%- endfor %}
    from coded as p
    left join {{ ref('dim_seniority') }} as ai_seniority
        on ai_seniority.source_code = p.inf_seniority_level and ai_seniority.source_code <> 'not_mentioned' and ai_seniority.seniority_key > 0
    left join {{ ref('dim_seniority') }} as li_seniority
        on li_seniority.linkedin_code = p.seniority_code
    {{ member_join('employment_type', 'p.derived_employment_type_code') }}
    {%- for dimension, code in ai_dimensions %}
    {{ member_join(dimension, 'p.' ~ code) }}
    {%- endfor %}
),

rates as (
    select c.source_symbol, f.valid_from, f.valid_to, cast(f.usd_per_unit as double precision) as usd_per_unit
    from {{ ref('map_currency') }} as c
    inner join {{ ref('map_fx_rate') }} as f on f.currency_code = c.currency_code
),

periods as (
    select source_period, period_code, cast(annual_factor as double precision) as annual_factor
    from {{ ref('map_salary_period') }}
),

{#- One source per posting; min and max never come from different ones. #}
sourced as (
    select
        p.*,
        li_rate.usd_per_unit as li_usd_per_unit,
        li_period.period_code as li_period_code,
        li_period.annual_factor as li_annual_factor,
        ai_rate.usd_per_unit as ai_usd_per_unit,
        case
            when p.ext_salary_period is not null then ai_period.annual_factor
            when coalesce(p.ext_salary_min, p.ext_salary_max) >= 1000 then 1
            else 2080
        end as ai_annual_factor,
        hourly_rate.usd_per_unit as hourly_usd_per_unit,
        daily_rate.usd_per_unit as daily_usd_per_unit,
        case
            when (p.salary_min is not null or p.salary_max is not null)
                and li_rate.usd_per_unit is not null and li_period.period_code is not null then 'linkedin'
            when (p.ext_salary_min is not null or p.ext_salary_max is not null)
                and ai_rate.usd_per_unit is not null and (p.ext_salary_period is null or ai_period.period_code is not null) then 'ai_salary'
            when (p.ext_hourly_rate_min is not null or p.ext_hourly_rate_max is not null)
                and hourly_rate.usd_per_unit is not null then 'ai_hourly'
            when (p.ext_daily_rate_min is not null or p.ext_daily_rate_max is not null)
                and daily_rate.usd_per_unit is not null then 'ai_daily'
            else 'none'
        end as salary_source,
        case
            when coalesce(p.salary_min, p.salary_max, p.ext_salary_min, p.ext_salary_max, p.ext_hourly_rate_min, p.ext_hourly_rate_max,
                p.ext_daily_rate_min, p.ext_daily_rate_max) is not null then true
            else false
        end as is_salary_given
    from coded as p
    left join rates as li_rate
        on li_rate.source_symbol = upper(p.salary_currency) and p.posted_date between li_rate.valid_from and li_rate.valid_to
    left join rates as ai_rate
        on ai_rate.source_symbol = upper(p.ext_salary_currency) and p.posted_date between ai_rate.valid_from and ai_rate.valid_to
    left join rates as hourly_rate
        on hourly_rate.source_symbol = upper(p.ext_hourly_rate_currency) and p.posted_date between hourly_rate.valid_from and hourly_rate.valid_to
    left join rates as daily_rate
        on daily_rate.source_symbol = upper(p.ext_daily_rate_currency) and p.posted_date between daily_rate.valid_from and daily_rate.valid_to
    left join periods as li_period on li_period.source_period = {{ norm_code('p.salary_period') }}
    left join periods as ai_period on ai_period.source_period = p.ext_salary_period
),

converted as (
    select
        sourced.*,
        case salary_source when 'linkedin' then salary_min when 'ai_salary' then ext_salary_min
            when 'ai_hourly' then ext_hourly_rate_min when 'ai_daily' then ext_daily_rate_min end as source_min,
        case salary_source when 'linkedin' then salary_max when 'ai_salary' then ext_salary_max
            when 'ai_hourly' then ext_hourly_rate_max when 'ai_daily' then ext_daily_rate_max end as source_max,
        case salary_source when 'linkedin' then li_annual_factor * li_usd_per_unit when 'ai_salary' then ai_annual_factor * ai_usd_per_unit
            when 'ai_hourly' then 2080 * hourly_usd_per_unit when 'ai_daily' then 260 * daily_usd_per_unit end as usd_per_year_factor,
        {#- LinkedIn amounts per hour go before the hourly rate of the AI row. #}
        case when li_period_code = 'hourly' and li_usd_per_unit is not null and (salary_min is not null or salary_max is not null)
            then salary_min * li_usd_per_unit else ext_hourly_rate_min * hourly_usd_per_unit end as hourly_first,
        case when li_period_code = 'hourly' and li_usd_per_unit is not null and (salary_min is not null or salary_max is not null)
            then salary_max * li_usd_per_unit else ext_hourly_rate_max * hourly_usd_per_unit end as hourly_second,
        ext_daily_rate_min * daily_usd_per_unit as daily_first,
        ext_daily_rate_max * daily_usd_per_unit as daily_second
    from sourced
),

in_usd as (
    select
        converted.*,
        {{ rounded('source_min * usd_per_year_factor', 2) }} as first_usd,
        {{ rounded('source_max * usd_per_year_factor', 2) }} as second_usd
    from converted
),

{#- Swapped where min > max; NULL where either bound is out of range. #}
priced as (
    select
        in_usd.*,
        case
            when coalesce(first_usd, second_usd) between 1000 and 2000000 and coalesce(second_usd, first_usd) between 1000 and 2000000 then
                case when first_usd > second_usd then second_usd else first_usd end
        end as salary_low_usd,
        case
            when coalesce(first_usd, second_usd) between 1000 and 2000000 and coalesce(second_usd, first_usd) between 1000 and 2000000 then
                case when first_usd > second_usd then first_usd else second_usd end
        end as salary_high_usd,
        case when hourly_first > hourly_second then hourly_second else hourly_first end as hourly_low_usd,
        case when hourly_first > hourly_second then hourly_first else hourly_second end as hourly_high_usd,
        case when daily_first > daily_second then daily_second else daily_first end as daily_low_usd,
        case when daily_first > daily_second then daily_first else daily_second end as daily_high_usd
    from in_usd
),

keyed as (
    select
        p.*,
        k.seniority_key,
        k.seniority_source,
        k.employment_type_key{% for dimension, code in ai_dimensions %},
        k.{{ dimension }}_key{% endfor %}
    from priced as p
    inner join keys as k on k.job_posting_id = p.job_posting_id and k.source_system = p.source_system
)

select
    cast({{ surrogate_key(['job_posting_id', 'source_system']) }} as varchar(32)) as job_posting_key,
    {{ date_key('posted_at') }} as date_key,
    {{ time_key('posted_at') }} as time_key,
    cast(company_key as varchar(32)) as company_key,
    cast(case when location_norm is null then '-1' else {{ surrogate_key(['location_norm']) }} end as varchar(32)) as location_key,
    cast(seniority_key as int) as seniority_key,
    cast(job_family_key as int) as job_family_key,
    cast(work_model_key as int) as work_model_key,
    cast(employment_type_key as int) as employment_type_key,
    {%- for dimension, code in ai_dimensions if dimension not in ['job_family', 'work_model'] %}
    cast({{ dimension }}_key as int) as {{ dimension }}_key,
    {%- endfor %}
    cast(job_posting_id as varchar(40)) as job_posting_id,
    cast(source_system as varchar(20)) as source_system,
    cast(coalesce(company_id, '-1') as varchar(40)) as company_id,
    cast(num_applicants as int) as num_applicants,
    case when num_applicants <= 25 then true when num_applicants is not null then false end as is_applicants_floor,
    case when num_applicants >= 200 then true when num_applicants is not null then false end as is_applicants_cap,
    cast(applicants_first_24h as int) as applicants_first_24h,
    cast(hours_to_100_applicants as int) as hours_to_100_applicants,
    cast(scrape_count as int) as scrape_count,
    {{ as_decimal('salary_low_usd', 12, 2) }} as salary_min_usd,
    {{ as_decimal('salary_high_usd', 12, 2) }} as salary_max_usd,
    {{ as_decimal('(coalesce(salary_low_usd, salary_high_usd) + coalesce(salary_high_usd, salary_low_usd)) / 2', 12, 2) }} as salary_avg_usd,
    cast(salary_source as varchar(12)) as salary_source,
    case when is_salary_given and coalesce(salary_low_usd, salary_high_usd) is null then true else false end as is_salary_rejected,
    {{ decimal_within('hourly_low_usd', 0, 999999, 8, 2) }} as hourly_rate_min_usd,
    {{ decimal_within('hourly_high_usd', 0, 999999, 8, 2) }} as hourly_rate_max_usd,
    {{ decimal_within('daily_low_usd', 0, 99999999, 10, 2) }} as daily_rate_min_usd,
    {{ decimal_within('daily_high_usd', 0, 99999999, 10, 2) }} as daily_rate_max_usd,
    {{ within_range('floor(ext_years_experience_min)', 0, 50, 'int') }} as years_experience_min,
    {{ within_range('floor(ext_years_experience_max)', 0, 50, 'int') }} as years_experience_max,
    cast(skills_count as int) as skills_count,
    cast(required_hard_skills_count as int) as required_hard_skills_count,
    cast(nice_to_have_hard_skills_count as int) as nice_to_have_hard_skills_count,
    cast(required_soft_skills_count as int) as required_soft_skills_count,
    cast(nice_to_have_soft_skills_count as int) as nice_to_have_soft_skills_count,
    cast(certifications_count as int) as certifications_count,
    {{ within_range('floor(ext_contract_duration_months)', 0, 1200, 'int') }} as contract_duration_months,
    {{ decimal_within('anl_data_maturity_score', 1, 5, 3, 2) }} as data_maturity_score,
    {{ decimal_within('anl_scope_creep_score', 0, 1, 3, 2) }} as scope_creep_score,
    {{ decimal_within('anl_overtime_risk_score', 0, 1, 3, 2) }} as overtime_risk_score,
    {{ decimal_within('anl_work_life_balance_score', 0, 1, 3, 2) }} as work_life_balance_score,
    {{ decimal_within('anl_growth_opportunities_score', 0, 1, 3, 2) }} as growth_opportunities_score,
    {{ decimal_within('anl_tech_culture_score', 0, 1, 3, 2) }} as tech_culture_score,
    cast(case anl_innovation_signals when 'high' then 1.00 when 'medium' then 0.60 when 'low' then 0.30 end as decimal(3,2)) as innovation_score,
    {{ decimal_within('anl_recommendation_score', 0, 1, 3, 2) }} as recommendation_score,
    {{ decimal_within('anl_overall_red_flag_score', 0, 1, 3, 2) }} as overall_risk_score,
    {{ as_decimal('avg_confidence_pass2', 3, 2) }} as avg_confidence_pass2,
    {{ as_decimal('avg_confidence_pass3', 3, 2) }} as avg_confidence_pass3,
    cast(low_confidence_count as int) as low_confidence_count,
    case when coalesce(salary_low_usd, salary_high_usd) is null then false else true end as has_salary_info,
    case when hourly_low_usd between 0 and 999999 or hourly_high_usd between 0 and 999999 then true else false end as has_hourly_rate,
    case when daily_low_usd between 0 and 99999999 or daily_high_usd between 0 and 99999999 then true else false end as has_daily_rate,
    {{ ai_flag('ext_equity_mentioned') }} as equity_offered,
    {{ ai_flag("ext_visa_sponsorship_stated = 'will_sponsor'") }} as visa_sponsorship_available,
    {{ ai_flag('inf_h1b_friendly') }} as h1b_friendly,
    {{ ai_flag('inf_opt_cpt_friendly') }} as opt_cpt_friendly,
    {{ ai_flag("ext_work_model_stated = 'remote'") }} as is_remote,
    {{ ai_flag("ext_extension_possible in ('yes', 'likely')") }} as extension_possible,
    {{ ai_flag("ext_conversion_to_fte in ('yes_guaranteed', 'yes_possible')") }} as conversion_to_fte,
    {{ ai_flag("ext_llm_genai_mentioned or anl_ai_integration_level = 'genai_focus'") }} as genai_mentioned,
    {{ ai_flag('ext_llm_genai_mentioned') }} as llm_genai_mentioned,
    {{ ai_flag('ext_feature_store_mentioned') }} as feature_store_mentioned,
    {{ ai_flag('ext_learning_budget_mentioned') }} as learning_budget_mentioned,
    {{ ai_flag('ext_conference_budget_mentioned') }} as conference_budget_mentioned,
    {{ ai_flag("inf_mentorship_signals in ('explicit_yes', 'implied')") }} as mentorship_available,
    {{ ai_flag('inf_promotion_path_mentioned') }} as promotion_path_mentioned,
    {{ ai_flag('has_open_source_signal or has_internal_oss_signal') }} as open_source_contributor,
    {{ ai_flag('has_tech_blogs_signal') }} as tech_blog_present,
    {{ ai_flag('has_hackathons_signal') }} as hackathons_mentioned,
    {{ ai_flag('inf_skill_inflation_detected') }} as skill_inflation_detected,
    {{ ai_flag('anl_scope_creep_score > 0.5 and anl_scope_creep_score <= 1') }} as scope_creep_detected,
    {{ ai_flag('anl_overtime_risk_score > 0.5 and anl_overtime_risk_score <= 1') }} as overtime_likely,
    cast(coalesce(application_availability, false) as boolean) as is_active,
    cast(is_ai_enriched as boolean) as is_ai_enriched,
    cast(job_title as varchar(1000)) as job_title_original,
    cast({{ norm_term('job_title') }} as varchar(1000)) as job_title_normalized,
    cast(inf_sub_specialty as varchar(60)) as sub_specialty_code,
    cast(ext_contract_type as varchar(60)) as contract_term_code,
    cast(seniority_source as varchar(10)) as seniority_source,
    cast(url as varchar(2000)) as job_url,
    cast(coalesce(salary_currency, ext_salary_currency) as varchar(10)) as salary_currency_original,
    cast(coalesce(salary_period, ext_salary_period) as varchar(20)) as salary_period_original,
    {{ decimal_within('source_min', -999999999999, 999999999999, 14, 2) }} as salary_min_original,
    {{ decimal_within('source_max', -999999999999, 999999999999, 14, 2) }} as salary_max_original,
    cast(posted_at as timestamp) as posted_at,
    cast(scraped_at as timestamp) as scraped_at,
    cast(first_seen_at as timestamp) as first_seen_at,
    cast(is_posted_at_imputed as boolean) as is_posted_at_imputed,
    cast(li_loaded_at as timestamp) as li_loaded_at,
    cast(ai_loaded_at as timestamp) as ai_loaded_at,
    cast(enriched_at as timestamp) as ai_enriched_at,
    {{ run_ts() }} as dbt_updated_at
from keyed
