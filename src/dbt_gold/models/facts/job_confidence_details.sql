{{ config(tags=['facts'], dist='job_posting_key') }}

{%- set fields = ai_fields() %}

{#- One scan: the AI row is joined with the list of fields, and CASE picks the values of the field. #}
with {{ ai_wanted() }},

pending as (
    select
        w.job_posting_key,
        ai.*
    from winning_ai as ai
    inner join wanted as w
        on w.job_posting_id = ai.job_posting_id and w.source_system = ai.source_system
),

details as (
    select
        p.job_posting_key,
        p.job_posting_id,
        p.ai_loaded_at,
        m.field_name,
        m.pass_number,
        case m.field_name
            {%- for field in fields if field.type in ['code', 'bool', 'number'] %}
            when '{{ field.name }}' then
                {%- if field.type == 'code' %} p.{{ field.name }}
                {%- elif field.type == 'bool' %} case when p.{{ field.name }} then 'true' when not p.{{ field.name }} then 'false' end
                {%- else %} cast({{ decimal_within('p.' ~ field.name, -9999, 9999, 6, 2) }} as varchar(20))
                {%- endif %}
            {%- endfor %}
        end as field_value,
        {#- An array or an object has a value without showing one. #}
        case m.field_name
            {%- for field in fields %}
            when '{{ field.name }}' then p.{{ field.name }}_confidence
            {%- endfor %}
        end as confidence_score,
        case m.field_name
            {%- for field in fields %}
            when '{{ field.name }}' then p.{{ field.name }}_evidence
            {%- endfor %}
        end as evidence,
        case m.field_name
            {%- for field in fields %}
            when '{{ field.name }}' then p.{{ field.name }}_source
            {%- endfor %}
        end as source_kind
    from pending as p
    cross join {{ ref('map_confidence_field') }} as m
)

select
    cast({{ surrogate_key(['job_posting_key', 'field_name']) }} as varchar(32)) as confidence_key,
    cast(job_posting_key as varchar(32)) as job_posting_key,
    cast(job_posting_id as varchar(40)) as job_posting_id,
    cast(field_name as varchar(60)) as field_name,
    cast(field_value as varchar(200)) as field_value,
    {{ as_decimal('confidence_score', 3, 2) }} as confidence_score,
    cast(evidence as varchar(2000)) as evidence,
    cast(source_kind as varchar(20)) as source_kind,
    cast(pass_number as int) as pass_number,
    cast(ai_loaded_at as timestamp) as ai_loaded_at,
    {{ run_ts() }} as dbt_updated_at
from details
{#- The row of inf_job_family is always written: delete+insert needs one row per re-analysed posting. #}
where field_value is not null or confidence_score is not null or field_name = 'inf_job_family'
