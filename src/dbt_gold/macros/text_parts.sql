{#- The n-th part of a delimited text, trimmed; NULL when the part is missing or blank. -#}
{% macro part(expression, delimiter, number) -%}
nullif(trim(split_part({{ expression }}, '{{ delimiter }}', {{ number }})), '')
{%- endmacro %}

{#- Number of parts of a delimited text. floor over double precision because '/' divides integers on one engine only. -#}
{% macro part_count(expression, delimiter) -%}
cast(floor(({{ dbt.length(expression) }} - {{ dbt.length("replace(" ~ expression ~ ", '" ~ delimiter ~ "', '')") }}) / cast({{ delimiter | length }} as double precision)) as int) + 1
{%- endmacro %}

{#- Size of a text in bytes, the unit of VARCHAR lengths on Redshift. -#}
{% macro byte_length(expression) -%}
{{ adapter.dispatch('byte_length', 'gold_layer')(expression) }}
{%- endmacro %}

{% macro default__byte_length(expression) -%}
octet_length({{ expression }})
{%- endmacro %}

{% macro duckdb__byte_length(expression) -%}
strlen({{ expression }})
{%- endmacro %}
