{%- set origins = [
    {'name': 'must_have_hard', 'column': 'ext_must_have_hard_skills'},
    {'name': 'nice_to_have_hard', 'column': 'ext_nice_to_have_hard_skills'},
    {'name': 'must_have_soft', 'column': 'ext_must_have_soft_skills'},
    {'name': 'nice_to_have_soft', 'column': 'ext_nice_to_have_soft_skills'}
] -%}

with catalog_items as (
    {{ unnest_array(source('silver_linkedin', 'linkedin'), 'skills_canonical', linkedin_version()) }}
),

{%- for origin in origins %}
{{ origin.name }}_items as (
    {{ ai_items(origin.column) }}
),
{% endfor %}
extracted_items as (
    {%- for origin in origins %}
    select job_posting_id, source_system, model_id, ai_loaded_at, item, '{{ origin.name }}' as origin
    from {{ origin.name }}_items
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

postings as (
    select job_posting_id, source_system, scraped_at
    from {{ ref('stg_linkedin') }}
),

ai as (
    select job_posting_id, source_system, model_id, ai_loaded_at
    from {{ ref('stg_ai_enrichment') }}
),

items as (
    select i.job_posting_id, i.source_system, i.item, 'catalog' as origin
    from catalog_items as i
    inner join postings as p
        on p.job_posting_id = i.job_posting_id and p.source_system = i.source_system and p.scraped_at = i.scraped_at
    union all
    select i.job_posting_id, i.source_system, i.item, i.origin
    from extracted_items as i
    inner join ai
        on ai.job_posting_id = i.job_posting_id and ai.source_system = i.source_system
        and ai.model_id = i.model_id and ai.ai_loaded_at = i.ai_loaded_at
    inner join postings as p
        on p.job_posting_id = i.job_posting_id and p.source_system = i.source_system
),

normalised as (
    select
        job_posting_id,
        source_system,
        origin,
        trim(item) as spelling,
        {{ norm_skill('item') }} as item_code
    from items
),

coded as (
    select
        n.job_posting_id,
        n.source_system,
        n.origin,
        n.spelling,
        coalesce(a.skill_code, n.item_code) as skill_code
    from normalised as n
    left join {{ ref('map_skill_alias') }} as a on a.alias_code = n.item_code
    where n.item_code <> '' and {{ byte_length('n.item_code') }} <= 200
)

select distinct
    job_posting_id,
    source_system,
    cast(skill_code as varchar(200)) as skill_code,
    origin,
    spelling
from coded
