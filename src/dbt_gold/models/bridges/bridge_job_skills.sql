{{ config(tags=['bridge_group_a'], dist='job_posting_key') }}

{#- On an incremental run: postings absent here, built from other Silver rows, or holding skill names that dim_skill has since changed.
    The items are those of the rows that the fact was built from. #}
with postings as (
    select f.job_posting_key, f.job_posting_id, f.source_system, f.scraped_at, f.ai_loaded_at
    from {{ ref('fact_job_posting') }} as f
    {%- if is_incremental() %}
    left join (
        select
            b.job_posting_key,
            max(b.scraped_at) as scraped_at,
            max(b.ai_loaded_at) as ai_loaded_at,
            max(case
                when d.skill_key is null or d.skill_type <> b.skill_type or d.skill_family <> b.skill_family
                    or d.skill_category <> b.skill_category then 1
                else 0
            end) as is_outdated
        from {{ this }} as b
        left join {{ ref('dim_skill') }} as d on d.skill_key = b.skill_key
        group by b.job_posting_key
    ) as stored on stored.job_posting_key = f.job_posting_key
    where stored.job_posting_key is null
        or stored.is_outdated = 1
        or stored.scraped_at <> f.scraped_at
        or coalesce(stored.ai_loaded_at, cast('1900-01-01' as timestamp)) <> coalesce(f.ai_loaded_at, cast('1900-01-01' as timestamp))
    {%- endif %}
),

{{ skill_items(is_incremental()) }},

found as (
    select
        p.job_posting_key,
        coalesce(d.skill_key, '-1') as skill_key,
        min(case
            when i.origin in ('must_have_hard', 'must_have_soft') then 1
            when i.origin in ('nice_to_have_hard', 'nice_to_have_soft') then 2
            else 3
        end) as requirement_rank,
        max(case when i.origin = 'catalog' then 0 else 1 end) as is_extracted,
        max(case when i.origin = 'catalog' then 1 else 0 end) as is_in_catalog_text,
        count(distinct i.spelling) as item_count
    from postings as p
    inner join skill_items as i
        on i.job_posting_id = p.job_posting_id and i.source_system = p.source_system
    left join {{ ref('dim_skill') }} as d on d.skill_code = i.skill_code
    group by p.job_posting_key, coalesce(d.skill_key, '-1')
),

rows_of_postings as (
    select
        p.job_posting_key,
        p.job_posting_id,
        p.scraped_at,
        p.ai_loaded_at,
        coalesce(found.skill_key, '0') as skill_key,
        coalesce(found.requirement_rank, 4) as requirement_rank,
        case when found.skill_key is null then 'none' when found.is_extracted = 1 then 'extracted' else 'catalog' end as skill_source,
        coalesce(found.is_in_catalog_text, 0) as is_in_catalog_text,
        coalesce(found.item_count, 0) as item_count
    from postings as p
    left join found on found.job_posting_key = p.job_posting_key
)

select
    cast({{ surrogate_key(['r.job_posting_key', 'r.skill_key']) }} as varchar(32)) as bridge_key,
    cast(r.job_posting_key as varchar(32)) as job_posting_key,
    cast(r.job_posting_id as varchar(40)) as job_posting_id,
    cast(r.skill_key as varchar(32)) as skill_key,
    cast(case r.requirement_rank when 1 then 'required' when 2 then 'nice_to_have' when 3 then 'mentioned' else 'none' end as varchar(12)) as requirement_type,
    cast(r.skill_source as varchar(10)) as skill_source,
    case when r.is_in_catalog_text = 1 then true else false end as is_in_catalog_text,
    cast(d.skill_type as varchar(10)) as skill_type,
    cast(d.skill_family as varchar(60)) as skill_family,
    cast(d.skill_category as varchar(60)) as skill_category,
    cast(r.item_count as int) as item_count,
    cast(null as decimal(3,2)) as confidence_score,
    cast(r.scraped_at as timestamp) as scraped_at,
    cast(r.ai_loaded_at as timestamp) as ai_loaded_at,
    {{ run_ts() }} as dbt_updated_at
from rows_of_postings as r
inner join {{ ref('dim_skill') }} as d on d.skill_key = r.skill_key
