with snapshots as (
    select
        cast(trim(t.company_id) as varchar(40)) as company_id,
        cast(t.snapshot_date as date) as snapshot_date,
        {{ to_utc('t.processed_at') }} as processed_at,
        cast(nullif(trim(t.name), '') as varchar(500)) as company_name,
        cast(nullif(trim(t.website_domain), '') as varchar(300)) as website_domain,
        cast({{ part('t.headquarters', ',', 1) }} as varchar(300)) as headquarters_city,
        cast(upper({{ part('t.country_code', ',', 1) }}) as varchar(2)) as headquarters_country,
        cast(nullif(trim(t.industries), '') as varchar(300)) as industry_primary,
        cast(nullif(trim(t.organization_type), '') as varchar(60)) as organization_type,
        cast(nullif(trim(t.company_size), '') as varchar(60)) as company_size_source,
        {{ within_range('t.founded_year', 1500, 2030, 'int') }} as founded_year,
        cast(nullif(trim(t.funding_last_round_type), '') as varchar(60)) as funding_stage,
        t.has_funding_info,
        cast(t.followers as bigint) as linkedin_followers,
        cast(nullif(t.employees_on_linkedin, 0) as int) as linkedin_employees,
        cast(t.logo_url as varchar(2000)) as company_logo_url
    from {{ source('silver_companies', 'linkedin_companies') }} as t
    where nullif(trim(t.company_id), '') is not null
),

hashed as (
    select
        snapshots.*,
        {{ surrogate_key(['company_name', 'website_domain', 'headquarters_city', 'headquarters_country', 'industry_primary',
            'organization_type', 'company_size_source', 'founded_year', 'funding_stage', 'linkedin_followers', 'linkedin_employees',
            'company_logo_url']) }} as row_hash
    from snapshots
),

ranked as (
    select
        hashed.*,
        row_number() over (partition by company_id, snapshot_date order by processed_at desc, row_hash) as snapshot_rank
    from hashed
)

select
    company_id,
    snapshot_date,
    processed_at,
    company_name,
    website_domain,
    headquarters_city,
    headquarters_country,
    industry_primary,
    organization_type,
    company_size_source,
    founded_year,
    funding_stage,
    has_funding_info,
    linkedin_followers,
    linkedin_employees,
    company_logo_url
from ranked
where snapshot_rank = 1
