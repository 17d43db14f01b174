with slots as (
    select
        d.day_of_week,
        d.day_name,
        t.hour_24,
        t.time_of_day,
        f.job_family_key,
        f.seniority_key,
        count(*) as job_count,
        {{ mean('f.num_applicants') }} as avg_applicants,
        {{ mean('f.hours_to_100_applicants') }} as avg_time_to_100_applicants_hrs
    from {{ ref('fact_job_posting') }} as f
    inner join {{ ref('dim_date') }} as d on d.date_key = f.date_key
    inner join {{ ref('dim_time') }} as t on t.time_key = f.time_key
    group by d.day_of_week, d.day_name, t.hour_24, t.time_of_day, f.job_family_key, f.seniority_key
),

scored as (
    select
        slots.*,
        cast(job_count as double precision) / sum(job_count) over () * 100 as pct_of_total,
        cast(job_count as double precision) / max(job_count) over () as volume_score,
        avg_applicants / nullif(max(avg_applicants) over (), 0) as competition_score
    from slots
),

ranked as (
    select
        scored.*,
        percent_rank() over (order by job_count) as volume_percent_rank,
        percent_rank() over (order by competition_score nulls last) as competition_percent_rank
    from scored
)

select
    day_of_week,
    day_name,
    hour_24,
    time_of_day,
    job_family_key,
    seniority_key,
    cast(job_count as int) as job_count,
    {{ as_decimal('pct_of_total', 9, 4) }} as pct_of_total,
    {{ as_decimal('avg_applicants', 9, 2) }} as avg_applicants,
    {{ as_decimal('avg_time_to_100_applicants_hrs', 9, 2) }} as avg_time_to_100_applicants_hrs,
    {{ as_decimal('competition_score', 5, 4) }} as competition_score,
    case when volume_percent_rank >= 0.8 then true else false end as is_peak_posting_time,
    case when competition_score is not null and competition_percent_rank <= 0.2 then true else false end as is_low_competition_time,
    {{ as_decimal('0.5 * volume_score + 0.5 * (1 - competition_score)', 5, 4) }} as recommendation_score,
    {{ run_ts() }} as dbt_updated_at
from ranked
