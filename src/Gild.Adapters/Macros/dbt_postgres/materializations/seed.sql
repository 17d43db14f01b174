{# Through COPY; the text stands for it in target/run. #}
{% macro postgres__load_csv_rows(model, agate_table) %}
  {% do adapter.load_rows(this, agate_table) %}
  {{ return('-- ' ~ agate_table.rows | length ~ ' rows copied into ' ~ this.render()) }}
{% endmacro %}
