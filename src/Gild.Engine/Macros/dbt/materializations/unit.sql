{%- materialization unit, default -%}
  {% set relations = [] %}
  {% set expected_rows = config.get('expected_rows') %}
  {% set expected_sql = config.get('expected_sql') %}
  {% set tested_expected_column_names = expected_rows[0].keys() if expected_rows | length > 0 else get_columns_in_query(sql) %}

  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set temp_relation = make_temp_relation(target_relation) -%}
  {% do run_query(get_create_table_as_sql(True, temp_relation, get_empty_subquery_sql(sql))) %}
  {%- set columns_in_relation = adapter.get_columns_in_relation(temp_relation) -%}
  {%- set column_name_to_data_types = {} -%}
  {%- set column_name_to_quoted = {} -%}
  {%- for column in columns_in_relation -%}
    {%- do column_name_to_data_types.update({column.name | lower: column.data_type}) -%}
    {%- do column_name_to_quoted.update({column.name | lower: column.quoted}) -%}
  {%- endfor -%}

  {%- set expected_column_names_quoted = [] -%}
  {%- for column_name in tested_expected_column_names -%}
    {%- do expected_column_names_quoted.append(column_name_to_quoted[column_name | lower]) -%}
  {%- endfor -%}

  {% if not expected_sql %}
    {% set expected_sql = get_expected_sql(expected_rows, column_name_to_data_types, column_name_to_quoted) %}
  {% endif %}
  {% set unit_test_sql = get_unit_test_sql(sql, expected_sql, expected_column_names_quoted) %}

  {% call statement('main', fetch_result=True) -%}
    {{ unit_test_sql }}
  {%- endcall %}

  {% do adapter.drop_relation(temp_relation) %}

  {{ return({'relations': relations}) }}
{%- endmaterialization -%}

{% macro get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) -%}
  {{ adapter.dispatch('get_unit_test_sql', 'dbt')(main_sql, expected_fixture_sql, expected_column_names) }}
{%- endmacro %}

{% macro default__get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) -%}
with dbt_internal_unit_test_actual as (
  select
    {% for name in expected_column_names %}{{ name }}, {% endfor %}{{ dbt.string_literal("actual") }} as {{ adapter.quote("actual_or_expected") }}
  from (
    {{ main_sql }}
  ) _dbt_internal_unit_test_actual
),
dbt_internal_unit_test_expected as (
  select
    {% for name in expected_column_names %}{{ name }}, {% endfor %}{{ dbt.string_literal("expected") }} as {{ adapter.quote("actual_or_expected") }}
  from (
    {{ expected_fixture_sql }}
  ) _dbt_internal_unit_test_expected
)
select * from dbt_internal_unit_test_actual
union all
select * from dbt_internal_unit_test_expected
{%- endmacro %}

{# Fixtures: rows as a select of literals, typed as the relation's columns #}

{% macro get_fixture_sql(rows, column_name_to_data_types) %}
  {% set default_row = {} %}
  {%- if not column_name_to_data_types -%}
    {%- set columns_in_relation = get_columns_for_unit_tests(defer_relation if defer_relation and not load_relation(this) else this) -%}
    {%- set column_name_to_data_types = {} -%}
    {%- set column_name_to_quoted = {} -%}
    {%- for column in columns_in_relation -%}
      {#- a table's own columns are named without regard to case -#}
      {%- do column_name_to_data_types.update({column.name | lower: column.data_type}) -%}
      {%- do column_name_to_quoted.update({column.name | lower: column.quoted}) -%}
    {%- endfor -%}
  {%- endif -%}
  {%- if not column_name_to_data_types -%}
    {{ exceptions.raise_compiler_error("Not able to get columns for unit test '" ~ model.name ~ "' from relation " ~ this
        ~ " because the relation doesn't exist") }}
  {%- endif -%}
  {%- for column_name, column_type in column_name_to_data_types.items() -%}
    {%- do default_row.update({column_name: (safe_cast("null", column_type) | trim)}) -%}
  {%- endfor -%}
  {{ validate_fixture_rows(rows, none) }}
  {%- for row in rows -%}
    {%- set formatted_row = format_row(row, column_name_to_data_types) -%}
    {%- set default_row_copy = default_row.copy() -%}
    {%- do default_row_copy.update(formatted_row) -%}
    select
    {%- for column_name, column_value in default_row_copy.items() %} {{ column_value }} as {{ column_name_to_quoted[column_name] if column_name_to_quoted is defined else column_name }}{% if not loop.last -%}, {%- endif %}
    {%- endfor %}
    {%- if not loop.last %}
    union all
    {% endif %}
  {%- endfor -%}
  {%- if (rows | length) == 0 -%}
    select
    {%- for column_name, column_value in default_row.items() %} {{ column_value }} as {{ column_name_to_quoted[column_name] if column_name_to_quoted is defined else column_name }}{% if not loop.last -%},{%- endif %}
    {%- endfor %}
    limit 0
  {%- endif -%}
{% endmacro %}

{% macro get_expected_sql(rows, column_name_to_data_types, column_name_to_quoted) %}
  {%- if (rows | length) == 0 -%}
    select * from dbt_internal_unit_test_actual
    limit 0
  {%- else -%}
    {%- for row in rows -%}
      {%- set formatted_row = format_row(row, column_name_to_data_types) -%}
      select
      {%- for column_name, column_value in formatted_row.items() %} {{ column_value }} as {{ column_name_to_quoted[column_name] }}{% if not loop.last -%}, {%- endif %}
      {%- endfor %}
      {%- if not loop.last %}
      union all
      {% endif %}
    {%- endfor -%}
  {%- endif -%}
{% endmacro %}

{# One row of a fixture: every value a literal cast to its column's type #}
{%- macro format_row(row, column_name_to_data_types) -%}
  {%- set formatted_row = {} -%}
  {%- for column_name, column_value in row.items() -%}
    {%- set column_name = column_name | lower -%}
    {%- if column_name not in column_name_to_data_types %}
      {%- set fixture = "expected output" if model.resource_type == 'unit_test' else "'" ~ model.name ~ "'" -%}
      {%- do exceptions.raise_compiler_error("Invalid column name: '" ~ column_name ~ "' in unit test fixture for " ~ fixture
            ~ ".\nAccepted columns for " ~ fixture ~ " are: " ~ (column_name_to_data_types.keys() | list)) -%}
    {%- endif -%}
    {%- set column_type = column_name_to_data_types[column_name] %}
    {#- a text longer than the column's type would be cut without a word -#}
    {%- if column_value is string and 'varying' in column_type -%}
      {%- set column_type = column_type.split('(')[0] -%}
    {%- endif -%}
    {#- text has to be quoted, and quotes in it doubled; other values go as they are -#}
    {%- if column_value is string -%}
      {%- set column_value = dbt.string_literal(dbt.escape_single_quotes(column_value)) -%}
    {%- elif column_value is none -%}
      {%- set column_value = 'null' -%}
    {%- else -%}
      {%- set column_value = column_value | string -%}
    {%- endif -%}
    {%- do formatted_row.update({column_name: (safe_cast(column_value, column_type) | trim)}) -%}
  {%- endfor -%}
  {{ return(formatted_row) }}
{%- endmacro -%}

{%- macro validate_fixture_rows(rows, row_number) -%}
  {{ return(adapter.dispatch('validate_fixture_rows', 'dbt')(rows, row_number)) }}
{%- endmacro -%}

{%- macro default__validate_fixture_rows(rows, row_number) -%}
{%- endmacro -%}

{%- macro get_columns_for_unit_tests(relation) -%}
  {{ return(adapter.dispatch('get_columns_for_unit_tests', 'dbt')(relation)) }}
{%- endmacro -%}

{%- macro default__get_columns_for_unit_tests(relation) -%}
  {{ return(adapter.get_columns_in_relation(relation)) }}
{%- endmacro -%}
