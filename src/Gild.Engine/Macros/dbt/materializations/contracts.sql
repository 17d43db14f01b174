{# Columns and constraints of an enforced contract, as they stand in CREATE TABLE. #}

{%- macro get_table_columns_and_constraints() -%}
  {{ adapter.dispatch('get_table_columns_and_constraints', 'dbt')() }}
{%- endmacro -%}

{% macro default__get_table_columns_and_constraints() -%}
  {{ return(table_columns_and_constraints()) }}
{%- endmacro %}

{% macro table_columns_and_constraints() %}
  {%- set column_lines = adapter.render_raw_columns_constraints(raw_columns=model['columns']) -%}
  {%- set table_lines = adapter.render_raw_model_constraints(raw_constraints=model['constraints']) -%}
  (
  {% for line in column_lines + table_lines -%}
    {{ line }}{{ "," if not loop.last }}
  {% endfor -%}
  )
{% endmacro %}

{%- macro get_assert_columns_equivalent(sql) -%}
  {{ adapter.dispatch('get_assert_columns_equivalent', 'dbt')(sql) }}
{%- endmacro -%}

{% macro default__get_assert_columns_equivalent(sql) -%}
  {{ return(assert_columns_equivalent(sql)) }}
{%- endmacro %}

{# Compares names and types of the query with the contract before anything is built; the table of differences is the message. #}
{% macro assert_columns_equivalent(sql) %}
  {%- set described = model['columns'] -%}
  {%- if not described -%}
    {{ exceptions.raise_contract_error([], []) }}
  {%- endif -%}
  {%- set provided = get_column_schema_from_query(sql, config.get('sql_header', none)) -%}
  {%- set expected = get_column_schema_from_query(get_empty_schema_sql(described)) -%}
  {%- set provided_lines = format_columns(provided) -%}
  {%- set expected_lines = format_columns(expected) -%}
  {%- if provided_lines | length != expected_lines | length -%}
    {%- do exceptions.raise_contract_error(expected_lines, provided_lines) -%}
  {%- endif -%}
  {%- for column in provided_lines -%}
    {%- if column not in expected_lines -%}
      {%- do exceptions.raise_contract_error(expected_lines, provided_lines) -%}
    {%- endif -%}
  {%- endfor -%}
{% endmacro %}

{% macro format_columns(columns) %}
  {% set lines = [] %}
  {% for column in columns %}
    {% do lines.append(adapter.dispatch('format_column', 'dbt')(column)) %}
  {% endfor %}
  {{ return(lines) }}
{% endmacro %}

{% macro default__format_column(column) -%}
  {{ return({'name': column.name, 'data_type': column.dtype, 'formatted': column.column.lower() ~ " " ~ column.dtype}) }}
{%- endmacro -%}

{# The model's query, with its columns in the contract's order. #}
{%- macro get_select_subquery(sql) -%}
  {{ return(adapter.dispatch('get_select_subquery', 'dbt')(sql)) }}
{%- endmacro -%}

{% macro default__get_select_subquery(sql) %}
  select {{ adapter.dispatch('get_column_names', 'dbt')() }}
  from (
    {{ sql }}
  ) as model_subq
{%- endmacro %}

{% macro default__get_column_names() %}
  {%- set names = [] -%}
  {%- for name in model['columns'] -%}
    {%- set column = model['columns'][name] -%}
    {%- do names.append(adapter.quote(column['name']) if column.get('quote') else column['name']) -%}
  {%- endfor -%}
  {{ names | join(', ') }}
{%- endmacro %}
