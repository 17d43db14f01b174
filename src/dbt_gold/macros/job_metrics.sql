{#- Body of the daily, weekly and monthly metrics: period x seniority x job family x country x work model.
    period_columns: columns of dim_date, the first one is the period's key. Percentiles stand in a block of their own,
    where all of them order by one expression, as Redshift requires. -#}
{% macro job_metrics(period_columns) -%}
{%- set grain = [period_columns[0], 'seniority_key', 'job_family_key', 'country_code', 'work_model_key'] -%}
with postings as (
    select
        {%- for column in period_columns %}
        d.{{ column }},
        {%- endfor %}
        f.seniority_key,
        f.job_family_key,
        l.country_code,
        f.work_model_key,
        f.has_salary_info,
        f.is_remote,
        f.visa_sponsorship_available,
        f.is_ai_enriched,
        f.num_applicants,
        f.salary_avg_usd,
        f.recommendation_score
    from {{ ref('fact_job_posting') }} as f
    inner join {{ ref('dim_date') }} as d on d.date_key = f.date_key
    inner join {{ ref('dim_location') }} as l on l.location_key = f.location_key
),

counts as (
    select
        {{ grain | join(', ') }},
        {%- for column in period_columns[1:] %}
        max({{ column }}) as {{ column }},
        {%- endfor %}
        count(*) as job_count,
        sum(case when has_salary_info then 1 else 0 end) as jobs_with_salary,
        sum(case when is_remote then 1 else 0 end) as jobs_remote,
        sum(case when visa_sponsorship_available then 1 else 0 end) as jobs_visa_sponsor,
        sum(case when is_ai_enriched then 1 else 0 end) as jobs_ai_enriched,
        sum(num_applicants) as total_applicants,
        {{ mean('salary_avg_usd') }} as salary_avg,
        {{ mean('recommendation_score') }} as avg_recommendation_score
    from postings
    group by {{ grain | join(', ') }}
),

percentiles as (
    select
        {{ grain | join(', ') }},
        {{ percentile(0.5, 'salary_avg_usd') }} as salary_median,
        {{ percentile(0.25, 'salary_avg_usd') }} as salary_p25,
        {{ percentile(0.75, 'salary_avg_usd') }} as salary_p75
    from postings
    where salary_avg_usd is not null
    group by {{ grain | join(', ') }}
)

select
    {%- for column in period_columns %}
    c.{{ column }},
    {%- endfor %}
    c.seniority_key,
    c.job_family_key,
    cast(c.country_code as varchar(2)) as country_code,
    c.work_model_key,
    cast(c.job_count as int) as job_count,
    cast(c.jobs_with_salary as int) as jobs_with_salary,
    cast(c.jobs_remote as int) as jobs_remote,
    cast(c.jobs_visa_sponsor as int) as jobs_visa_sponsor,
    cast(c.jobs_ai_enriched as int) as jobs_ai_enriched,
    cast(coalesce(c.total_applicants, 0) as bigint) as total_applicants,
    {{ as_decimal('c.salary_avg', 12, 2) }} as salary_avg,
    {{ as_decimal('p.salary_median', 12, 2) }} as salary_median,
    {{ as_decimal('p.salary_p25', 12, 2) }} as salary_p25,
    {{ as_decimal('p.salary_p75', 12, 2) }} as salary_p75,
    {{ as_decimal('c.avg_recommendation_score', 3, 2) }} as avg_recommendation_score,
    {{ run_ts() }} as dbt_updated_at
from counts as c
left join percentiles as p
    on {% for column in grain %}p.{{ column }} = c.{{ column }}{% if not loop.last %} and {% endif %}{% endfor %}
{%- endmacro %}
