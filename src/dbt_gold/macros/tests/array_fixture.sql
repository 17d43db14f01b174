{#- Four rows for the array macros: two items, none, NULL, one item. -#}
{% macro array_fixture() -%}
{{ adapter.dispatch('array_fixture', 'gold_layer')() }}
{%- endmacro %}

{% macro default__array_fixture() -%}
(
    select 1 as job_posting_id, cast(array['a', 'b'] as varchar[]) as items
    union all select 2, cast(array[] as varchar[])
    union all select 3, cast(null as varchar[])
    union all select 4, cast(array['a'] as varchar[])
)
{%- endmacro %}

{% macro redshift__array_fixture() -%}
(
    select 1 as job_posting_id, array('a', 'b') as items
    union all select 2, array()
    union all select 3, cast(null as super)
    union all select 4, array('a')
)
{%- endmacro %}
