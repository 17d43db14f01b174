{#- Arrays of Silver. Spectrum returns only scalars from sub-queries and CTEs, therefore: an array is read only
    directly on the source relation, under the alias t, with no other relation in the same FROM clause. -#}

{#- One row per item. columns: select list over the alias t; the item column is called item. NULL and empty arrays give no row.
    postings: CTE of the only postings whose items are of use; it saves work and decides nothing, the caller joins with it. -#}
{% macro unnest_array(relation, column, columns, postings=none) -%}
{{ adapter.dispatch('unnest_array', 'gold_layer')(relation, column, columns, postings) }}
{%- endmacro %}

{#- In the select list: FROM would make it a join of each row with itself, before the postings are chosen. -#}
{% macro default__unnest_array(relation, column, columns, postings) -%}
select
    {{ columns }},
    cast(unnest(t.{{ column }}) as varchar(2000)) as item
from {{ relation }} as t
where t.job_posting_id is not null
    {%- if postings is not none %}
    and t.job_posting_id in (select needed.job_posting_id from {{ postings }} as needed)
    {%- endif %}
{%- endmacro %}

{#- Without the postings: beside a nested column Spectrum takes no sub-query on other relations. -#}
{% macro redshift__unnest_array(relation, column, columns, postings) -%}
select
    {{ columns }},
    cast(x as varchar(2000)) as item
from {{ relation }} as t, t.{{ column }} as x
where t.job_posting_id is not null
{%- endmacro %}

{#- Number of items, 0 for NULL. -#}
{% macro array_length(alias, column) -%}
{{ adapter.dispatch('array_length', 'gold_layer')(alias, column) }}
{%- endmacro %}

{% macro default__array_length(alias, column) -%}
coalesce(cardinality({{ alias }}.{{ column }}), 0)
{%- endmacro %}

{% macro duckdb__array_length(alias, column) -%}
coalesce(len({{ alias }}.{{ column }}), 0)
{%- endmacro %}

{% macro redshift__array_length(alias, column) -%}
(select count(*) from {{ alias }}.{{ column }} as x)
{%- endmacro %}

{#- Membership, false for NULL. -#}
{% macro array_contains(alias, column, value) -%}
{{ adapter.dispatch('array_contains', 'gold_layer')(alias, column, value) }}
{%- endmacro %}

{% macro default__array_contains(alias, column, value) -%}
coalesce('{{ value }}' = any({{ alias }}.{{ column }}), false)
{%- endmacro %}

{% macro duckdb__array_contains(alias, column, value) -%}
coalesce(list_contains({{ alias }}.{{ column }}, '{{ value }}'), false)
{%- endmacro %}

{% macro redshift__array_contains(alias, column, value) -%}
((select count(*) from {{ alias }}.{{ column }} as x where x = '{{ value }}') > 0)
{%- endmacro %}
