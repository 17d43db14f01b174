{% macro duckdb__get_binding_char() %}
  {{ return('?') }}
{% endmacro %}

{# Through DuckDB's appender; the text stands for it in target/run. #}
{% macro duckdb__load_csv_rows(model, agate_table) %}
  {% do adapter.load_rows(this, agate_table) %}
  {{ return('-- ' ~ agate_table.rows | length ~ ' rows appended to ' ~ this.render()) }}
{% endmacro %}

{# A unique index holds keys that the same transaction has deleted: a seed with indexes is made anew, indexes first, instead of emptied. #}
{% macro duckdb__reset_csv_table(model, full_refresh, old_relation, agate_table) %}
  {% if full_refresh or not config.get('indexes') %}
    {{ return(default__reset_csv_table(model, full_refresh, old_relation, agate_table)) }}
  {% endif %}
  {% do adapter.drop_relation(old_relation) %}
  {% set sql = create_csv_table(model, agate_table) %}
  {% do create_indexes(this.incorporate(type='table')) %}
  {{ return(sql) }}
{% endmacro %}
