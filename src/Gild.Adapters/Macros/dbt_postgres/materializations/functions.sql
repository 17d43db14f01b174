{% macro postgres__formatted_scalar_function_args_sql() %}
  {% set arguments = [] %}
  {% for argument in model.arguments %}
    {% set default = argument.get('default_value', none) %}
    {% do arguments.append(argument.name ~ ' ' ~ argument.data_type ~ (' DEFAULT ' ~ default if default is not none else '')) %}
  {% endfor %}
  {{ arguments | join(', ') }}
{% endmacro %}
