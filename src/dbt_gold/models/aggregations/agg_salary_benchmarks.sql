{%- set grain = ['month_key', 'month_index', 'seniority_key', 'job_family_key', 'country_code', 'work_model_key'] -%}
{%- set percentiles = [10, 25, 50, 75, 90] -%}

with salaries as (
    select
        d.month_key,
        d.month_index,
        f.seniority_key,
        f.job_family_key,
        l.country_code,
        f.work_model_key,
        f.salary_avg_usd
    from {{ ref('fact_job_posting') }} as f
    inner join {{ ref('dim_date') }} as d on d.date_key = f.date_key
    inner join {{ ref('dim_location') }} as l on l.location_key = f.location_key
    where f.salary_avg_usd is not null
),

benchmarks as (
    select
        {{ grain | join(', ') }},
        count(*) as sample_size,
        {%- for p in percentiles %}
        {{ percentile(p / 100, 'salary_avg_usd') }} as salary_p{{ p }},
        {%- endfor %}
        {{ mean('salary_avg_usd') }} as salary_avg
    from salaries
    group by {{ grain | join(', ') }}
    having count(*) >= {{ var('min_salary_sample') }}
)

select
    b.month_key,
    b.month_index,
    b.seniority_key,
    b.job_family_key,
    cast(b.country_code as varchar(2)) as country_code,
    b.work_model_key,
    cast(b.sample_size as int) as sample_size,
    {%- for p in percentiles %}
    {{ as_decimal('b.salary_p' ~ p, 12, 2) }} as salary_p{{ p }},
    {%- endfor %}
    {{ as_decimal('b.salary_avg', 12, 2) }} as salary_avg,
    {#- salaries are at least 1,000 USD, so the divisors are never 0 #}
    {{ as_decimal('(b.salary_p50 - previous_month.salary_p50) / previous_month.salary_p50 * 100', 9, 2) }} as mom_change_pct,
    {{ as_decimal('(b.salary_p50 - previous_year.salary_p50) / previous_year.salary_p50 * 100', 9, 2) }} as yoy_change_pct,
    {{ run_ts() }} as dbt_updated_at
from benchmarks as b
{%- for earlier, months in [('previous_month', 1), ('previous_year', 12)] %}
left join benchmarks as {{ earlier }}
    on {{ earlier }}.month_index = b.month_index - {{ months }}
    and {{ earlier }}.seniority_key = b.seniority_key and {{ earlier }}.job_family_key = b.job_family_key
    and {{ earlier }}.country_code = b.country_code and {{ earlier }}.work_model_key = b.work_model_key
{%- endfor %}
