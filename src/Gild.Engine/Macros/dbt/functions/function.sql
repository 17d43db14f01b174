{% materialization function, default, supported_languages=['sql', 'python'] %}
  {% set existing_relation = load_cached_relation(this) %}
  {% set target_relation = this.incorporate(type=this.Function) %}
  {% set grant_config = config.get('grants') %}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {# the name is known at run time only: the dependencies of this macro cannot be told from its text #}
  {% set dispatch = adapter.dispatch %}
  {% set build_sql = dispatch(config.get('type', 'scalar') ~ '_function_' ~ model.language, 'dbt')(target_relation) %}

  {{ function_execute_build_sql(build_sql, existing_relation, target_relation) }}

  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ adapter.commit() }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}

  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% macro function_execute_build_sql(build_sql, existing_relation, target_relation) %}
  {{ return(adapter.dispatch('function_execute_build_sql', 'dbt')(build_sql, existing_relation, target_relation)) }}
{% endmacro %}

{% macro default__function_execute_build_sql(build_sql, existing_relation, target_relation) %}
  {% call statement(name="main") %}
    {{ build_sql }}
  {% endcall %}
  {% do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing_relation, full_refresh_mode=True)) %}
  {% do persist_docs(target_relation, model) %}
{% endmacro %}

{# Scalar functions in SQL #}

{% macro scalar_function_sql(target_relation) %}
  {{ return(adapter.dispatch('scalar_function_sql', 'dbt')(target_relation)) }}
{% endmacro %}

{% macro default__scalar_function_sql(target_relation) %}
  {{ scalar_function_create_replace_signature_sql(target_relation) }}
  {{ scalar_function_body_sql() }};
{% endmacro %}

{% macro scalar_function_create_replace_signature_sql(target_relation) %}
  {{ return(adapter.dispatch('scalar_function_create_replace_signature_sql', 'dbt')(target_relation)) }}
{% endmacro %}

{% macro default__scalar_function_create_replace_signature_sql(target_relation) %}
  CREATE OR REPLACE FUNCTION {{ target_relation.render() }} ({{ formatted_scalar_function_args_sql() }})
  RETURNS {{ model.returns.data_type }}
  {{ scalar_function_volatility_sql() }}
  AS
{% endmacro %}

{% macro formatted_scalar_function_args_sql() %}
  {{ return(adapter.dispatch('formatted_scalar_function_args_sql', 'dbt')()) }}
{% endmacro %}

{% macro default__formatted_scalar_function_args_sql() %}
  {%- set args = [] -%}
  {%- for arg in model.arguments -%}
    {%- set default = ' DEFAULT ' ~ arg.default_value if arg.default_value is defined and arg.default_value is not none else '' -%}
    {%- do args.append(arg.name ~ ' ' ~ arg.data_type ~ default) -%}
  {%- endfor -%}
  {{ args | join(', ') }}
{% endmacro %}

{% macro scalar_function_body_sql() %}
  {{ return(adapter.dispatch('scalar_function_body_sql', 'dbt')()) }}
{% endmacro %}

{% macro default__scalar_function_body_sql() %}
  $$
    {{ model.compiled_code }}
  $$ language sql
{% endmacro %}

{% macro scalar_function_volatility_sql() %}
  {{ return(adapter.dispatch('scalar_function_volatility_sql', 'dbt')()) }}
{% endmacro %}

{% macro default__scalar_function_volatility_sql() %}
  {%- set volatility = model.config.get('volatility') -%}
  {%- if volatility == 'deterministic' -%}
    IMMUTABLE
  {%- elif volatility == 'stable' -%}
    STABLE
  {%- elif volatility == 'non-deterministic' -%}
    VOLATILE
  {%- elif volatility is not none and volatility is defined -%}
    {{ unsupported_volatility_warning(volatility) }}
  {%- endif -%}
{% endmacro %}

{% macro unsupported_volatility_warning(volatility) %}
  {{ return(adapter.dispatch('unsupported_volatility_warning', 'dbt')(volatility)) }}
{% endmacro %}

{% macro default__unsupported_volatility_warning(volatility) %}
  {% do exceptions.warn("Found `" ~ volatility ~ "` volatility specified on function `" ~ model.name
        ~ "`. This volatility is not supported by " ~ adapter.type() ~ ", and will be ignored") %}
{% endmacro %}

{# Scalar functions in JavaScript: the pieces, for warehouses that have them #}

{% macro formatted_scalar_function_args_javascript() %}
  {{ return(adapter.dispatch('formatted_scalar_function_args_javascript', 'dbt')()) }}
{% endmacro %}

{% macro default__formatted_scalar_function_args_javascript() %}
  {{ formatted_scalar_function_args_sql() }}
{% endmacro %}

{% macro scalar_function_volatility_javascript() %}
  {{ return(adapter.dispatch('scalar_function_volatility_javascript', 'dbt')()) }}
{% endmacro %}

{% macro default__scalar_function_volatility_javascript() %}
  {{ scalar_function_volatility_sql() }}
{% endmacro %}

{# Aggregate functions: the pieces, for warehouses that have them #}

{% macro get_aggregate_function_create_replace_signature(target_relation) %}
  {{ return(adapter.dispatch('get_aggregate_function_create_replace_signature', 'dbt')(target_relation)) }}
{% endmacro %}

{% macro default__get_aggregate_function_create_replace_signature(target_relation) %}
  create or replace aggregate function {{ target_relation.render() }} ({{ get_formatted_aggregate_function_args() }})
  returns {{ model.returns.data_type }}
  {{ get_function_language_specifier() }}
  {{ get_aggregate_function_volatility_specifier() }}
  {% if model.language == 'python' %}
    {{ get_function_python_options() }}
  {% endif %}
  as
{% endmacro %}

{% macro get_formatted_aggregate_function_args() %}
  {{ return(adapter.dispatch('get_formatted_aggregate_function_args', 'dbt')()) }}
{% endmacro %}

{% macro default__get_formatted_aggregate_function_args() %}
  {{ formatted_scalar_function_args_sql() }}
{% endmacro %}

{% macro get_aggregate_function_volatility_specifier() %}
  {{ return(adapter.dispatch('get_aggregate_function_volatility_specifier', 'dbt')()) }}
{% endmacro %}

{% macro default__get_aggregate_function_volatility_specifier() %}
  {{ scalar_function_volatility_sql() }}
{% endmacro %}

{% macro get_function_language_specifier() %}
  {{ return(adapter.dispatch('get_function_language_specifier', 'dbt')()) }}
{% endmacro %}

{% macro default__get_function_language_specifier() %}
  language {{ model.language }}
{% endmacro %}

{% macro get_function_python_options() %}
  {{ return(adapter.dispatch('get_function_python_options', 'dbt')()) }}
{% endmacro %}

{% macro default__get_function_python_options() %}
  runtime_version = '{{ model.config.get('runtime_version') }}'
  handler = '{{ model.config.get('entry_point') }}'
{% endmacro %}
