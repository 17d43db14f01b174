with postings as (
    select
        d.week_key,
        d.week_index,
        b.skill_key,
        f.seniority_key,
        f.job_family_key,
        b.requirement_type,
        f.salary_avg_usd
    from {{ ref('bridge_job_skills') }} as b
    inner join {{ ref('fact_job_posting') }} as f on f.job_posting_key = b.job_posting_key
    inner join {{ ref('dim_date') }} as d on d.date_key = f.date_key
    where b.skill_key not in ('-1', '0')
),

{#- One bridge row per posting and skill, so rows are distinct postings. #}
weekly as (
    select
        week_key,
        week_index,
        skill_key,
        seniority_key,
        job_family_key,
        count(*) as job_count,
        sum(case when requirement_type = 'required' then 1 else 0 end) as required_count,
        sum(case when requirement_type = 'nice_to_have' then 1 else 0 end) as nice_to_have_count,
        sum(case when requirement_type = 'mentioned' then 1 else 0 end) as mentioned_count,
        {{ mean('salary_avg_usd') }} as avg_salary_usd
    from postings
    group by week_key, week_index, skill_key, seniority_key, job_family_key
),

week_offsets as (
    select 1 as weeks union all select 2 union all select 3 union all select 4
),

{#- Each week lends its count to the four weeks after it; a missing week lends 0. #}
preceding as (
    select
        w.skill_key,
        w.seniority_key,
        w.job_family_key,
        w.week_index + o.weeks as week_index,
        cast(sum(w.job_count) as double precision) / 4 as mean_job_count
    from weekly as w
    cross join week_offsets as o
    group by w.skill_key, w.seniority_key, w.job_family_key, w.week_index + o.weeks
)

select
    w.week_key,
    w.week_index,
    cast(w.skill_key as varchar(32)) as skill_key,
    w.seniority_key,
    w.job_family_key,
    cast(s.skill_display_name as varchar(200)) as skill_name,
    cast(s.skill_family as varchar(60)) as skill_family,
    cast(w.job_count as int) as job_count,
    cast(w.required_count as int) as required_count,
    cast(w.nice_to_have_count as int) as nice_to_have_count,
    cast(w.mentioned_count as int) as mentioned_count,
    {{ as_decimal('w.avg_salary_usd', 12, 2) }} as avg_salary_usd,
    cast(rank() over (partition by w.week_key, w.seniority_key, w.job_family_key order by w.job_count desc) as int) as rank_overall,
    {{ as_decimal('(w.job_count - p.mean_job_count) / p.mean_job_count * 100', 9, 2) }} as growth_rate_4w,
    {{ run_ts() }} as dbt_updated_at
from weekly as w
inner join {{ ref('dim_skill') }} as s on s.skill_key = w.skill_key
left join preceding as p
    on p.skill_key = w.skill_key and p.seniority_key = w.seniority_key and p.job_family_key = w.job_family_key
    and p.week_index = w.week_index
