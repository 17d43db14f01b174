{{ config(tags=['dim_dynamic'], dist='all') }}

with items as (
    select * from {{ ref('stg_skill_items') }}
),

usage as (
    select
        skill_code,
        count(distinct source_system || '|' || job_posting_id) as job_count,
        max(case when origin in ('must_have_hard', 'nice_to_have_hard') then 1 else 0 end) as is_used_hard,
        max(case when origin in ('must_have_soft', 'nice_to_have_soft') then 1 else 0 end) as is_used_soft
    from items
    group by skill_code
),

spellings as (
    select skill_code, spelling, count(*) as spelling_count
    from items
    group by skill_code, spelling
),

spellings_ranked as (
    select
        skill_code,
        spelling,
        row_number() over (partition by skill_code order by spelling_count desc, spelling) as spelling_rank
    from spellings
),

catalog_version as (
    select max(skills_catalog_version) as catalog_version
    from {{ ref('stg_linkedin') }}
),

skills as (
    select
        c.skill_code,
        c.skill_display_name as skill_name,
        c.skill_category_key,
        cast(null as int) as used_type_key,
        c.vendor,
        c.is_emerging,
        true as is_catalogued,
        coalesce(u.job_count, 0) as job_count
    from {{ ref('map_skill_catalog') }} as c
    left join usage as u on u.skill_code = c.skill_code
    union all
    select
        u.skill_code,
        s.spelling,
        -1,
        {#- Keys of dim_skill_type: hard, soft, hybrid; a code found by the catalog scan alone has no type. #}
        case
            when u.is_used_hard = 1 and u.is_used_soft = 1 then 3
            when u.is_used_soft = 1 then 2
            when u.is_used_hard = 1 then 1
            else -1
        end,
        null,
        false,
        false,
        u.job_count
    from usage as u
    inner join spellings_ranked as s on s.skill_code = u.skill_code and s.spelling_rank = 1
    left join {{ ref('map_skill_catalog') }} as c on c.skill_code = u.skill_code
    where c.skill_code is null
    union all
    select '__unknown__', 'Unknown', -1, -1, null, null, false, null
    union all
    select '__none__', 'None Listed', -1, -1, null, null, false, null
),

placed as (
    select
        s.*,
        category.category_name,
        category.skill_family_key,
        family.family_name,
        coalesce(s.used_type_key, category.skill_type_key) as skill_type_key
    from skills as s
    inner join {{ ref('dim_skill_category') }} as category on category.skill_category_key = s.skill_category_key
    inner join {{ ref('dim_skill_family') }} as family on family.skill_family_key = category.skill_family_key
)

select
    cast(case p.skill_code when '__unknown__' then '-1' when '__none__' then '0' else {{ surrogate_key(['p.skill_code']) }} end as varchar(32)) as skill_key,
    cast(p.skill_code as varchar(200)) as skill_code,
    cast(p.skill_name as varchar(200)) as skill_canonical_name,
    cast(p.skill_name as varchar(200)) as skill_display_name,
    cast(p.skill_type_key as int) as skill_type_key,
    cast(p.skill_family_key as int) as skill_family_key,
    cast(p.skill_category_key as int) as skill_category_key,
    cast(type.skill_type_name as varchar(10)) as skill_type,
    cast(p.family_name as varchar(60)) as skill_family,
    cast(p.category_name as varchar(60)) as skill_category,
    cast(p.vendor as varchar(60)) as vendor,
    cast(p.is_emerging as boolean) as is_emerging,
    cast(case when type.source_code in ('hard', 'hybrid') then true else false end as boolean) as is_technical,
    cast(p.is_catalogued as boolean) as is_catalogued,
    cast(p.job_count as int) as job_count,
    {{ as_decimal('cast(p.job_count as double precision) / nullif(max(p.job_count) over (), 0)', 5, 4) }} as market_demand_score,
    cast(case when p.is_catalogued then v.catalog_version end as varchar(20)) as catalog_version,
    {{ run_ts() }} as dbt_updated_at
from placed as p
inner join {{ ref('dim_skill_type') }} as type on type.skill_type_key = p.skill_type_key
cross join catalog_version as v
