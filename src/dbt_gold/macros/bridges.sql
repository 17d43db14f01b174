{#- Bridges over the arrays of the AI row. A model gives its arrays as `select` texts of items; from there on all bridges are
    built alike: pending postings, winning AI row, member, one row per posting and member, one none row where nothing is listed. -#}

{#- CTEs up to pending: the postings to build, with their winning AI row and its confidence. -#}
{% macro bridge_pending(confidence) -%}
{{ ai_wanted() }},

pending as (
    select
        w.job_posting_key,
        w.job_posting_id,
        w.source_system,
        ai.model_id,
        ai.ai_loaded_at,
        {{ confidence }} as confidence_score
    from wanted as w
    inner join winning_ai as ai
        on ai.job_posting_id = w.job_posting_id and ai.source_system = w.source_system and ai.ai_loaded_at = w.ai_loaded_at
)
{%- endmacro %}

{#- Items of an array, on an incremental run those of pending postings alone. -#}
{% macro pending_items(column) -%}
{{ ai_items(column, 'pending' if is_incremental() else none) }}
{%- endmacro %}

{#- CTE coded: items of the winning rows with their code; domain: its phrases in map_term go before the plain code.
    columns: further columns of all_items to carry along. -#}
{% macro bridge_coded(domain=none, columns=[]) -%}
coded as (
    select
        p.job_posting_key,
        trim(i.item) as item,
        {%- for column in columns %}
        i.{{ column }},
        {%- endfor %}
        {%- if domain is not none %}
        coalesce(t.target_code, {{ norm_code('i.item') }}) as code
        {%- else %}
        {{ norm_code('i.item') }} as code
        {%- endif %}
    from all_items as i
    inner join pending as p
        on p.job_posting_id = i.job_posting_id and p.source_system = i.source_system
        and p.model_id = i.model_id and p.ai_loaded_at = i.ai_loaded_at
    {%- if domain is not none %}
    left join {{ ref('stg_term_map') }} as t on t.domain = '{{ domain }}' and t.item_norm = {{ norm_term('i.item') }}
    {%- endif %}
    where trim(i.item) <> '' and {{ norm_code('i.item') }} <> 'not_mentioned'
)
{%- endmacro %}

{#- Final select. grain_column: further column of the grain in CTE members, with its value for the none row. -#}
{% macro bridge_select(member_key, none_key=0, grain_column=none, none_value='none') -%}
{%- set key_fields = ['p.job_posting_key', 'coalesce(m.member_key, ' ~ none_key ~ ')'] -%}
{%- if grain_column is not none -%}
{%- do key_fields.append("coalesce(m." ~ grain_column ~ ", '" ~ none_value ~ "')") -%}
{%- endif -%}
select
    cast({{ surrogate_key(key_fields) }} as varchar(32)) as bridge_key,
    cast(p.job_posting_key as varchar(32)) as job_posting_key,
    cast(p.job_posting_id as varchar(40)) as job_posting_id,
    cast(coalesce(m.member_key, {{ none_key }}) as int) as {{ member_key }},
    {%- if grain_column is not none %}
    cast(coalesce(m.{{ grain_column }}, '{{ none_value }}') as varchar(10)) as {{ grain_column }},
    {%- endif %}
    cast(coalesce(m.item_count, 0) as int) as item_count,
    {{ as_decimal('p.confidence_score', 3, 2) }} as confidence_score,
    cast(p.ai_loaded_at as timestamp) as ai_loaded_at,
    {{ run_ts() }} as dbt_updated_at
from pending as p
left join members as m on m.job_posting_key = p.job_posting_key
{%- endmacro %}

{#- A bridge over one array: every bridge but skills, cloud stack and the two of restrictions. -#}
{% macro bridge_of_array(member, column, domain=none, has_confidence=false) -%}
with {{ bridge_pending('ai.' ~ column ~ '_confidence' if has_confidence else 'cast(null as double precision)') }},

all_items as (
    {{ pending_items(column) }}
),

{{ bridge_coded(domain) }},

members as (
    select
        c.job_posting_key,
        coalesce(d.{{ member }}_key, -1) as member_key,
        count(distinct c.item) as item_count
    from coded as c
    left join {{ ref('dim_' ~ member) }} as d on d.source_code = c.code and d.{{ member }}_key > 0
    group by c.job_posting_key, coalesce(d.{{ member }}_key, -1)
)

{{ bridge_select(member ~ '_key') }}
{%- endmacro %}

{#- A bridge whose rows also tell the kind of restriction. arrays: column -> restriction_type. -#}
{% macro bridge_of_restrictions(member, arrays, domain=none) -%}
with {{ bridge_pending('cast(null as double precision)') }},

{%- for column, restriction_type in arrays.items() %}

{{ restriction_type }}_items as (
    {{ pending_items(column) }}
),
{%- endfor %}

all_items as (
    {%- for column, restriction_type in arrays.items() %}
    select job_posting_id, source_system, model_id, ai_loaded_at, item, '{{ restriction_type }}' as restriction_type
    from {{ restriction_type }}_items
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

{{ bridge_coded(domain, ['restriction_type']) }},

members as (
    select
        c.job_posting_key,
        coalesce(d.{{ member }}_key, -1) as member_key,
        c.restriction_type,
        count(distinct c.item) as item_count
    from coded as c
    left join {{ ref('dim_' ~ member) }} as d on d.source_code = c.code and d.{{ member }}_key > 0
    group by c.job_posting_key, coalesce(d.{{ member }}_key, -1), c.restriction_type
)

{{ bridge_select(member ~ '_key', grain_column='restriction_type') }}
{%- endmacro %}
