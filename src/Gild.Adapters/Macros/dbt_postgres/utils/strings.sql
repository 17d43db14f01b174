{% macro postgres__split_part(string_text, delimiter_text, part_number) %}

  {% if part_number >= 0 %}
    {{ dbt.default__split_part(string_text, delimiter_text, part_number) }}
  {% else %}
    {{ dbt._split_part_negative(string_text, delimiter_text, part_number) }}
  {% endif %}

{% endmacro %}

{% macro postgres__equals(expr1, expr2) -%}
  {%- if adapter.behavior.enable_truthy_nulls_equals_macro.no_warn -%}
    {{ return("\n    (" ~ expr1 ~ " IS NOT DISTINCT FROM " ~ expr2 ~ ")") }}
  {%- endif -%}
  ({{ expr1 }} = {{ expr2 }})
{%- endmacro %}
