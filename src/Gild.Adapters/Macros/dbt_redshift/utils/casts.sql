{# A boolean has no cast to text. #}
{% macro redshift__cast_bool_to_text(field) %}
  case when {{ field }} is true then 'true' when {{ field }} is false then 'false' end::text
{% endmacro %}

{# IS NOT DISTINCT FROM does not exist. #}
{% macro redshift__equals(expr1, expr2) -%}
  {%- if adapter.behavior.enable_truthy_nulls_equals_macro.no_warn -%}
    (({{ expr1 }} = {{ expr2 }}) or ({{ expr1 }} is null and {{ expr2 }} is null))
  {%- else -%}
    ({{ expr1 }} = {{ expr2 }})
  {%- endif -%}
{%- endmacro %}
