{#- Key of an AI-driven dimension: 0 not analysed, -1 outside the vocabulary. -#}
{% macro member_key(member, has_ai) -%}
case when not {{ has_ai }} then 0 else coalesce({{ member }}, -1) end
{%- endmacro %}

{#- Joins dim_<dimension> on a normalised code. The special rows cannot be reached through a value. -#}
{% macro member_join(dimension, code) -%}
left join {{ ref('dim_' ~ dimension) }} as {{ dimension }}
    on {{ dimension }}.source_code = coalesce({{ code }}, 'not_mentioned') and {{ dimension }}.{{ dimension }}_key > 0
{%- endmacro %}

{#- A yes or no of the AI row: NULL where no AI row exists, false where the row does not say. -#}
{% macro ai_flag(expression) -%}
case when is_ai_enriched then case when {{ expression }} then true else false end end
{%- endmacro %}
