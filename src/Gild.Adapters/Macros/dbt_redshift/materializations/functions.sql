{# Redshift names the arguments of a SQL function $1, $2 ... and wants its volatility said. #}
{% macro redshift__scalar_function_create_replace_signature_sql(target_relation) %}
  create or replace function {{ target_relation.render() }} ({{ formatted_scalar_function_args_sql() }})
  returns {{ model.returns.data_type }}
  {{ scalar_function_volatility_sql() }}
  as
{% endmacro %}

{% macro redshift__formatted_scalar_function_args_sql() %}
  {{ model.arguments | map(attribute='data_type') | join(', ') }}
{% endmacro %}

{% macro redshift__scalar_function_volatility_sql() %}
  {%- set words = {'deterministic': 'immutable', 'stable': 'stable', 'non-deterministic': 'volatile'} -%}
  {%- set volatility = model.config.get('volatility') -%}
  {%- if volatility and volatility not in words -%}
    {%- do unsupported_volatility_warning(volatility) -%}
  {%- endif -%}
  {{ words.get(volatility, 'volatile') }}
{% endmacro %}
