{% macro duckdb__alter_relation_comment(relation, comment) %}
  comment on {{ relation.type }} {{ relation }} is '{{ comment | replace("'", "''") }}';
{% endmacro %}

{% macro duckdb__alter_column_comment(relation, column_dict) %}
  {% set existing = adapter.get_columns_in_relation(relation) | map(attribute="name") | list %}
  {% for name, column in validate_doc_columns(relation, column_dict, existing).items() %}
    comment on column {{ relation }}.{{ adapter.quote(name) if column['quote'] else name }} is '{{ column['description'] | replace("'", "''") }}';
  {% endfor %}
{% endmacro %}

{% macro duckdb__apply_grants(relation, grant_config, should_revoke=True) %}
  {% if grant_config %}
    {% do adapter.warn_once('Grants for relations are not supported by DuckDB, and are ignored') %}
  {% endif %}
{% endmacro %}
