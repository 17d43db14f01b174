{#- Items of the five skill arrays. -#}

{#- CTEs up to skill_items: posting x skill code x origin x spelling, aliases replaced, over the CTE postings (job_posting_id, source_system,
    scraped_at of the latest scrape). is_partial: postings are few, so the items of others are left out early. -#}
{% macro skill_items(is_partial=false) -%}
{%- set origins = [
    {'name': 'must_have_hard', 'column': 'ext_must_have_hard_skills'},
    {'name': 'nice_to_have_hard', 'column': 'ext_nice_to_have_hard_skills'},
    {'name': 'must_have_soft', 'column': 'ext_must_have_soft_skills'},
    {'name': 'nice_to_have_soft', 'column': 'ext_nice_to_have_soft_skills'}
] -%}
{%- set needed = 'postings' if is_partial else none -%}
catalog_items as (
    {{ unnest_array(source('silver_linkedin', 'linkedin'), 'skills_canonical', linkedin_version(), needed) }}
),
{%- for origin in origins %}

{{ origin.name }}_items as (
    {{ ai_items(origin.column, needed) }}
),
{%- endfor %}

extracted_items as (
    {%- for origin in origins %}
    select job_posting_id, source_system, model_id, ai_loaded_at, item, '{{ origin.name }}' as origin
    from {{ origin.name }}_items
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

winning_ai as (
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
    inner join winning_ai as ai
        on ai.job_posting_id = i.job_posting_id and ai.source_system = i.source_system
        and ai.model_id = i.model_id and ai.ai_loaded_at = i.ai_loaded_at
    inner join postings as p
        on p.job_posting_id = i.job_posting_id and p.source_system = i.source_system
),

{#- Blanks and codes longer than 200 bytes are dropped. The code is looked at only where the item is long enough for it: that saves
    making the code twice. #}
normalised as (
    select
        job_posting_id,
        source_system,
        origin,
        trim(item) as spelling,
        {{ norm_skill('item') }} as item_code
    from items
    where trim(item) <> '' and ({{ byte_length('item') }} <= 100 or {{ byte_length(norm_skill('item')) }} <= 200)
),

skill_items as (
    select distinct
        n.job_posting_id,
        n.source_system,
        cast(coalesce(a.skill_code, n.item_code) as varchar(200)) as skill_code,
        n.origin,
        n.spelling
    from normalised as n
    left join {{ ref('map_skill_alias') }} as a on a.alias_code = n.item_code
)
{%- endmacro %}
