{{ config(tags=['dim_dynamic'], dist='all') }}

with snapshots as (
    select
        s.company_id,
        s.snapshot_date,
        s.company_name,
        s.website_domain,
        s.headquarters_city,
        coalesce(c.country_code, 'ZZ') as headquarters_country,
        s.industry_primary,
        s.organization_type,
        s.company_size_source,
        s.founded_year,
        s.funding_stage,
        s.has_funding_info,
        {{ surrogate_key(['s.company_name', 's.website_domain', 's.headquarters_city', "coalesce(c.country_code, 'ZZ')", 's.industry_primary',
            's.organization_type', 's.company_size_source', 's.founded_year', 's.funding_stage',
            "case when s.has_funding_info then 'true' when not s.has_funding_info then 'false' end"]) }} as type2_hash
    from {{ ref('stg_linkedin_companies') }} as s
    left join {{ ref('dim_country') }} as c on c.country_code = s.headquarters_country
),

compared as (
    select
        snapshots.*,
        lag(type2_hash) over (partition by company_id order by snapshot_date) as previous_hash
    from snapshots
),

{#- A version starts where the Type 2 hash differs from the snapshot before, or where there is none. #}
numbered as (
    select
        compared.*,
        sum(case when previous_hash = type2_hash then 0 else 1 end) over (
            partition by company_id order by snapshot_date rows between unbounded preceding and current row
        ) as version_number
    from compared
),

last_seen as (
    select company_id, version_number, max(snapshot_date) as last_snapshot_date
    from numbered
    group by company_id, version_number
),

versions as (
    select
        n.*,
        l.last_snapshot_date,
        case when n.version_number = 1 then cast('1900-01-01' as date) else n.snapshot_date end as effective_start_date
    from numbered as n
    inner join last_seen as l on l.company_id = n.company_id and l.version_number = n.version_number
    where n.previous_hash is null or n.previous_hash <> n.type2_hash
),

bounded as (
    select
        versions.*,
        lead(effective_start_date) over (partition by company_id order by effective_start_date) as next_start_date
    from versions
),

{#- Type 1: the values of the latest snapshot, on every version. #}
latest_ranked as (
    select
        company_id,
        linkedin_followers,
        linkedin_employees,
        company_logo_url,
        row_number() over (partition by company_id order by snapshot_date desc) as snapshot_rank
    from {{ ref('stg_linkedin_companies') }}
),

postings_ranked as (
    select
        company_id,
        company_name,
        row_number() over (partition by company_id order by scraped_at desc, job_posting_id desc) as posting_rank
    from {{ ref('stg_linkedin') }}
    where company_id is not null
),

{#- Companies known from postings only. Their profile takes over this key when it comes: both start 1900-01-01. #}
inferred as (
    select p.company_id, p.company_name
    from postings_ranked as p
    left join (select distinct company_id from snapshots) as s on s.company_id = p.company_id
    where p.posting_rank = 1 and s.company_id is null
),

companies as (
    select
        b.company_id,
        b.company_name,
        b.website_domain,
        b.headquarters_city,
        b.headquarters_country,
        b.industry_primary,
        b.organization_type,
        b.company_size_source,
        b.founded_year,
        b.funding_stage,
        b.has_funding_info,
        t1.linkedin_followers,
        t1.linkedin_employees,
        t1.company_logo_url,
        b.version_number,
        b.effective_start_date,
        coalesce(cast({{ dbt.dateadd('day', -1, 'b.next_start_date') }} as date), cast('9999-12-31' as date)) as effective_end_date,
        case when b.next_start_date is null then true else false end as is_current,
        false as is_inferred,
        b.last_snapshot_date
    from bounded as b
    inner join latest_ranked as t1 on t1.company_id = b.company_id and t1.snapshot_rank = 1
    union all
    select
        company_id,
        company_name,
        cast(null as varchar(300)) as website_domain,
        cast(null as varchar(300)) as headquarters_city,
        cast(null as varchar(2)) as headquarters_country,
        cast(null as varchar(300)) as industry_primary,
        cast(null as varchar(60)) as organization_type,
        cast(null as varchar(60)) as company_size_source,
        cast(null as int) as founded_year,
        cast(null as varchar(60)) as funding_stage,
        cast(null as boolean) as has_funding_info,
        cast(null as bigint) as linkedin_followers,
        cast(null as int) as linkedin_employees,
        cast(null as varchar(2000)) as company_logo_url,
        1 as version_number,
        cast('1900-01-01' as date) as effective_start_date,
        cast('9999-12-31' as date) as effective_end_date,
        true as is_current,
        true as is_inferred,
        cast(null as date) as last_snapshot_date
    from inferred
    union all
    select
        '-1', 'Unknown', null, null, 'ZZ', null, null, null, null, null, null, null, null, null,
        1, cast('1900-01-01' as date), cast('9999-12-31' as date), true, false, null
)

select
    cast(case when c.company_id = '-1' then '-1' else {{ surrogate_key(['c.company_id', 'c.effective_start_date']) }} end as varchar(32)) as company_key,
    cast(c.company_id as varchar(40)) as company_id,
    cast(c.company_name as varchar(500)) as company_name,
    cast(c.website_domain as varchar(300)) as website_domain,
    cast(c.headquarters_city as varchar(300)) as headquarters_city,
    cast(c.headquarters_country as varchar(2)) as headquarters_country,
    cast(c.industry_primary as varchar(300)) as industry_primary,
    cast(c.organization_type as varchar(60)) as organization_type,
    cast(c.company_size_source as varchar(60)) as company_size_source,
    cast(coalesce(size.company_size_bucket, 'Unknown') as varchar(20)) as company_size_bucket,
    cast(size.company_size_min as int) as company_size_min,
    cast(size.company_size_max as int) as company_size_max,
    cast(c.founded_year as int) as founded_year,
    cast(c.funding_stage as varchar(60)) as funding_stage,
    cast(c.has_funding_info as boolean) as has_funding_info,
    cast(c.linkedin_followers as bigint) as linkedin_followers,
    cast(c.linkedin_employees as int) as linkedin_employees,
    cast(c.company_logo_url as varchar(2000)) as company_logo_url,
    cast(c.version_number as int) as version_number,
    cast(c.effective_start_date as date) as effective_start_date,
    cast(c.effective_end_date as date) as effective_end_date,
    cast(c.is_current as boolean) as is_current,
    cast(c.is_inferred as boolean) as is_inferred,
    cast(c.last_snapshot_date as date) as last_snapshot_date,
    {{ run_ts() }} as dbt_updated_at
from companies as c
left join {{ ref('map_company_size') }} as size on size.source_size = c.company_size_source
