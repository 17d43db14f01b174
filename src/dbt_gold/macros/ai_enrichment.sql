{#- The winning AI row of each posting: stg_ai_enrichment. postings: CTE of the only postings that are of use, so that the others' rows are
    left out before they are compared; the caller joins with it all the same. -#}
{% macro ai_enrichment(postings=none) -%}
{%- set fields = ai_fields() -%}

with runs as (
    select
        {{ ai_version() }},
        {{ to_utc('t.enriched_at') }} as enriched_at,
        {%- for column in ai_extracted_codes() %}
        cast(nullif({{ norm_code('t.' ~ column) }}, '') as varchar(60)) as {{ column }},
        {%- endfor %}
        {%- for column in ai_extracted_flags() %}
        t.{{ column }},
        {%- endfor %}
        {%- for column in ai_extracted_numbers() %}
        t.{{ column }},
        {%- endfor %}
        {%- for column in ['ext_salary_currency', 'ext_hourly_rate_currency', 'ext_daily_rate_currency'] %}
        cast(nullif(trim(t.{{ column }}), '') as varchar(10)) as {{ column }},
        {%- endfor %}
        cast({{ array_length('t', 'ext_must_have_hard_skills') }} as int) as required_hard_skills_count,
        cast({{ array_length('t', 'ext_nice_to_have_hard_skills') }} as int) as nice_to_have_hard_skills_count,
        cast({{ array_length('t', 'ext_must_have_soft_skills') }} as int) as required_soft_skills_count,
        cast({{ array_length('t', 'ext_nice_to_have_soft_skills') }} as int) as nice_to_have_soft_skills_count,
        cast({{ array_length('t', 'ext_certifications_mentioned') }} as int) as certifications_count,
        {%- for signal in ['open_source', 'internal_oss', 'tech_blogs', 'hackathons'] %}
        {{ array_contains('t', 'anl_tech_culture_signals', signal) }} as has_{{ signal }}_signal,
        {%- endfor %}
        {%- for field in fields %}
        {%- if field.type == 'code' %}
        cast(nullif({{ norm_code('t.' ~ field.name) }}, '') as varchar(60)) as {{ field.name }},
        {%- elif field.type in ['bool', 'number'] %}
        t.{{ field.name }},
        {%- endif %}
        {{ within_range('t.' ~ field.name ~ '_confidence', 0, 1, 'double precision') }} as {{ field.name }}_confidence,
        cast(nullif(trim(t.{{ field.name }}_evidence), '') as varchar(2000)) as {{ field.name }}_evidence,
        cast(nullif(trim(t.{{ field.name }}_source), '') as varchar(20)) as {{ field.name }}_source,
        {%- endfor %}
        t.anl_recommendation_score
    from {{ source('silver_ai', 'ai_enrichment') }} as t
    where t.job_posting_id is not null
        {%- if postings is not none %}
        and t.job_posting_id in (select needed.job_posting_id from {{ postings }} as needed)
        {%- endif %}
),

{#- The hash only breaks ties between rows of one model run. Few columns: every reader of the winning row pays for them. #}
hashed as (
    select
        runs.*,
        {{ surrogate_key(['inf_seniority_level', 'inf_job_family', 'ext_work_model_stated', 'anl_data_maturity_level']) }} as row_hash
    from runs
),

ranked as (
    select
        hashed.*,
        row_number() over (
            partition by job_posting_id, source_system
            order by enriched_at desc, ai_loaded_at desc, model_id desc, row_hash
        ) as run_rank
    from hashed
)

select
    ranked.*,
    {%- for pass_number in [2, 3] %}
    (
        {%- for field in fields if field.pass == pass_number %}
        coalesce({{ field.name }}_confidence, 0){% if not loop.last %} +{% endif %}
        {%- endfor %}
    ) / nullif(cast(
        {%- for field in fields if field.pass == pass_number %}
        case when {{ field.name }}_confidence is null then 0 else 1 end{% if not loop.last %} +{% endif %}
        {%- endfor %}
        as double precision), 0) as avg_confidence_pass{{ pass_number }},
    {%- endfor %}
    {%- for field in fields %}
    case when {{ field.name }}_confidence < 0.5 then 1 else 0 end{% if not loop.last %} +{% endif %}
    {%- endfor %} as low_confidence_count
from ranked
where run_rank = 1
{%- endmacro %}

{#- CTEs wanted and winning_ai. wanted: AI-enriched postings that the table lacks or holds for another AI row. winning_ai: their AI rows, and
    where all postings are wanted just every AI row. -#}
{% macro ai_wanted() -%}
wanted as (
    select f.job_posting_key, f.job_posting_id, f.source_system, f.ai_loaded_at
    from {{ ref('fact_job_posting') }} as f
    {%- if is_incremental() %}
    left join (
        select job_posting_key, max(ai_loaded_at) as ai_loaded_at
        from {{ this }}
        group by job_posting_key
    ) as stored on stored.job_posting_key = f.job_posting_key
    where f.is_ai_enriched and (stored.job_posting_key is null or stored.ai_loaded_at <> f.ai_loaded_at)
    {%- else %}
    where f.is_ai_enriched
    {%- endif %}
),

winning_ai as (
    {% if is_incremental() %}{{ ai_enrichment_of('wanted') }}{% else %}select * from {{ ref('stg_ai_enrichment') }}{% endif %}
)
{%- endmacro %}

{% macro ai_enrichment_of(postings) -%}
{{ adapter.dispatch('ai_enrichment_of', 'gold_layer')(postings) }}
{%- endmacro %}

{% macro default__ai_enrichment_of(postings) -%}
{{ ai_enrichment(postings) }}
{%- endmacro %}

{#- All AI rows: beside a nested column Spectrum takes no sub-query on other relations. -#}
{% macro redshift__ai_enrichment_of(postings) -%}
select * from {{ ref('stg_ai_enrichment') }}
{%- endmacro %}
