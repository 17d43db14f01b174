with scrapes as (
    select
        {{ linkedin_version() }},
        coalesce({{ to_utc('t.ingestion_timestamp') }}, {{ to_utc('t.scraped_at') }}) as ingestion_timestamp,
        cast(t.url as varchar(2000)) as url,
        cast(nullif(trim(t.company_id), '') as varchar(40)) as company_id,
        cast(t.company_name as varchar(500)) as company_name,
        cast(t.job_title as varchar(1000)) as job_title,
        cast(nullif({{ norm_code('t.job_seniority_level') }}, '') as varchar(60)) as seniority_code,
        cast(nullif({{ norm_code('t.job_employment_type') }}, '') as varchar(60)) as employment_type_code,
        cast(nullif(trim(t.job_location), '') as varchar(500)) as location_text,
        cast(nullif(lower(trim(t.job_location)), '') as varchar(500)) as location_norm,
        cast(upper(trim(t.country_code)) as varchar(2)) as country_code,
        {{ to_utc('t.job_posted_datetime') }} as job_posted_datetime,
        t.application_availability,
        cast(t.job_num_applicants as int) as num_applicants,
        t.salary_min,
        t.salary_max,
        cast(nullif(trim(t.salary_currency), '') as varchar(10)) as salary_currency,
        cast(nullif(trim(t.salary_period), '') as varchar(20)) as salary_period,
        cast({{ array_length('t', 'skills_canonical') }} as int) as skills_count,
        cast(t.skills_catalog_version as varchar(20)) as skills_catalog_version,
        t.year as partition_year,
        t.month as partition_month,
        t.day as partition_day,
        t.hour as partition_hour
    from {{ source('silver_linkedin', 'linkedin') }} as t
    where t.job_posting_id is not null
)

select
    scrapes.*,
    {#- Only breaks ties. Few columns: every reader of the latest scrape pays for them. #}
    {{ surrogate_key(['company_id', 'job_title', 'num_applicants']) }} as row_hash
from scrapes
