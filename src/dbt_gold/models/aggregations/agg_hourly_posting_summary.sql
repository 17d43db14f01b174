with hours as (
    select
        t.hour_24,
        t.hour_label,
        t.time_of_day,
        l.timezone_group as timezone,
        count(*) as job_count,
        {{ mean('f.applicants_first_24h') }} as avg_applicants_24h
    from {{ ref('fact_job_posting') }} as f
    inner join {{ ref('dim_time') }} as t on t.time_key = f.time_key
    inner join {{ ref('dim_location') }} as l on l.location_key = f.location_key
    group by t.hour_24, t.hour_label, t.time_of_day, l.timezone_group
)

select
    hour_24,
    hour_label,
    time_of_day,
    cast(timezone as varchar(10)) as timezone,
    cast(job_count as int) as job_count,
    {{ as_decimal('cast(job_count as double precision) / sum(job_count) over (partition by timezone) * 100', 9, 4) }} as pct_of_total,
    {{ as_decimal('avg_applicants_24h', 9, 2) }} as avg_applicants_24h,
    cast(rank() over (partition by timezone order by job_count desc) as int) as rank_by_volume,
    cast(rank() over (partition by timezone order by avg_applicants_24h nulls last) as int) as rank_by_low_competition,
    {{ run_ts() }} as dbt_updated_at
from hours
