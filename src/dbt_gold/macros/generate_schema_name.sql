{#- The schema as configured, without the target's name before it: gold and gold_ref are fixed names. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
{{ target.schema if custom_schema_name is none else custom_schema_name | trim }}
{%- endmacro %}
