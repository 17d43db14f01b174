with scrapes as (
    select
        s.*,
        row_number() over (
            partition by s.job_posting_id, s.source_system
            order by s.scraped_at desc, s.ingestion_timestamp desc, s.partition_year desc, s.partition_month desc,
                s.partition_day desc, s.partition_hour desc, s.url, s.row_hash
        ) as scrape_rank
    from {{ ref('stg_linkedin_scrapes') }} as s
),

latest as (
    select
        scrapes.*,
        coalesce(job_posted_datetime, scraped_at) as posted_at,
        case when job_posted_datetime is null then true else false end as is_posted_at_imputed
    from scrapes
    where scrape_rank = 1
),

history as (
    select
        s.job_posting_id,
        s.source_system,
        count(distinct s.scraped_at) as scrape_count,
        min(s.scraped_at) as first_seen_at,
        max(s.ingestion_timestamp) as li_loaded_at,
        max(case when s.scraped_at between l.posted_at and {{ dbt.dateadd('hour', 24, 'l.posted_at') }} then s.num_applicants end) as applicants_first_24h,
        min(case when s.scraped_at >= l.posted_at and s.num_applicants >= 100 then s.scraped_at end) as reached_100_applicants_at
    from scrapes as s
    inner join latest as l
        on l.job_posting_id = s.job_posting_id and l.source_system = s.source_system
    group by s.job_posting_id, s.source_system
)

select
    l.job_posting_id,
    l.source_system,
    l.scraped_at,
    l.url,
    l.company_id,
    l.company_name,
    l.job_title,
    l.seniority_code,
    l.employment_type_code,
    l.location_norm,
    l.posted_at,
    l.is_posted_at_imputed,
    l.application_availability,
    l.num_applicants,
    l.salary_min,
    l.salary_max,
    l.salary_currency,
    l.salary_period,
    l.skills_count,
    l.skills_catalog_version,
    cast(h.scrape_count as int) as scrape_count,
    h.first_seen_at,
    h.li_loaded_at,
    h.applicants_first_24h,
    {{ hours_between('l.posted_at', 'h.reached_100_applicants_at') }} as hours_to_100_applicants
from latest as l
inner join history as h
    on h.job_posting_id = l.job_posting_id and h.source_system = l.source_system
