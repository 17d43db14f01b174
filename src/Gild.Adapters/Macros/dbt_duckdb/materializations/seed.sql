{% macro duckdb__get_binding_char() %}
  {{ return('?') }}
{% endmacro %}

{# Through DuckDB's appender; the text stands for it in target/run. #}
{% macro duckdb__load_csv_rows(model, agate_table) %}
  {% do adapter.load_rows(this, agate_table) %}
  {{ return('-- ' ~ agate_table.rows | length ~ ' rows appended to ' ~ this.render()) }}
{% endmacro %}
