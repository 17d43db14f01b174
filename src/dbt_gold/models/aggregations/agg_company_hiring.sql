with postings as (
    select
        d.month_key,
        f.company_id,
        f.is_active,
        f.is_remote,
        f.is_ai_enriched,
        f.job_title_normalized,
        f.location_key,
        f.salary_avg_usd
    from {{ ref('fact_job_posting') }} as f
    inner join {{ ref('dim_date') }} as d on d.date_key = f.date_key
    where f.company_id <> '-1'
),

monthly as (
    select
        month_key,
        company_id,
        count(*) as new_job_postings,
        sum(case when is_active then 1 else 0 end) as active_job_postings,
        count(distinct job_title_normalized) as unique_job_titles,
        count(distinct location_key) as unique_locations,
        sum(case when is_remote then 1 else 0 end) as remote_postings,
        sum(case when is_ai_enriched then 1 else 0 end) as analysed_postings,
        {{ mean('salary_avg_usd') }} as avg_salary_usd
    from postings
    group by month_key, company_id
)

select
    m.month_key,
    cast(m.company_id as varchar(40)) as company_id,
    cast(c.company_key as varchar(32)) as company_key,
    cast(c.company_name as varchar(500)) as company_name,
    cast(c.company_size_bucket as varchar(20)) as company_size_bucket,
    cast(c.industry_primary as varchar(300)) as industry_primary,
    cast(m.new_job_postings as int) as new_job_postings,
    cast(m.active_job_postings as int) as active_job_postings,
    cast(m.unique_job_titles as int) as unique_job_titles,
    cast(m.unique_locations as int) as unique_locations,
    {{ as_decimal('cast(m.remote_postings as double precision) / nullif(m.analysed_postings, 0) * 100', 5, 2) }} as pct_remote,
    {{ as_decimal('m.avg_salary_usd', 12, 2) }} as avg_salary_usd,
    cast(rank() over (partition by m.month_key order by m.new_job_postings desc) as int) as hiring_velocity_rank,
    {{ run_ts() }} as dbt_updated_at
from monthly as m
inner join {{ ref('dim_company') }} as c on c.company_id = m.company_id and c.is_current
