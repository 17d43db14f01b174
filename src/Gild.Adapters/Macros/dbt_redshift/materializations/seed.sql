{% macro redshift__create_csv_table(model, agate_table) %}
  {%- set overrides = model['config'].get('column_types', {}) -%}
  {%- set quote_seed_column = model['config'].get('quote_columns', none) -%}
  {%- set attributes = [dist(model['config'].get('dist')) | trim, sort(model['config'].get('sort_type'), model['config'].get('sort')) | trim] -%}
  {% set sql %}
    create table {{ this.render() }} (
      {%- for name in agate_table.column_names -%}
        {%- set inferred = adapter.convert_type(agate_table, loop.index0) -%}
        {{ adapter.quote_seed_column(name | string, quote_seed_column) }} {{ overrides.get(name, inferred) }}{{ ", " if not loop.last }}
      {%- endfor -%}
    ) {{ attributes | select | join(' ') }}
  {% endset %}
  {% call statement('_') -%}
    {{ sql }}
  {%- endcall %}
  {{ return(sql) }}
{% endmacro %}

{% macro redshift__get_batch_size() %}
  {{ return(500) }}
{% endmacro %}

{# COPY reads from S3 only: rows go as INSERT statements. #}
{% macro redshift__load_csv_rows(model, agate_table) %}
  {{ return(default__load_csv_rows(model, agate_table)) }}
{% endmacro %}

{# A type is taken from the first row, so that row must be without nulls. #}
{%- macro redshift__validate_fixture_rows(rows, row_number) -%}
  {%- for name, value in (rows[0] if rows else {}).items() if value is none -%}
    {%- set fixture = "expected output" if model.resource_type == 'unit_test' else "'" ~ model.name ~ "'" -%}
    {{ exceptions.raise_compiler_error("Unit test fixture " ~ fixture ~ " in " ~ model.name
        ~ ": column '" ~ name ~ "' of the first row is null; begin with a row that has no nulls, since Redshift takes the types from it") }}
  {%- endfor -%}
{%- endmacro -%}
