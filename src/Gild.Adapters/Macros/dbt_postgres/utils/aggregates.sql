{# PostgreSQL has any_value only from 16 on. #}
{% macro postgres__any_value(expression) -%}
  min({{ expression }})
{%- endmacro %}

{# The line breaks are dbt-postgres', so that compiled models are the same to the letter. #}
{% macro postgres__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
  {%- set order = order_by_clause or '' -%}
  {%- if limit_num -%}
    {{ return("array_to_string(\n        (array_agg(\n            " ~ measure ~ "\n            " ~ order ~ "\n        ))[1:"
        ~ limit_num ~ "],\n        " ~ delimiter_text ~ "\n        )") }}
  {%- endif -%}
  {{ return("\n    string_agg(\n        " ~ measure ~ ",\n        " ~ delimiter_text ~ "\n        " ~ order ~ "\n        )") }}
{%- endmacro %}
