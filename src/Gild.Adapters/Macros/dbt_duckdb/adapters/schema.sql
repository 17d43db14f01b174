{# Catalogs of other kinds, attached by an extension, do not all know schemas. #}
{% macro duckdb__create_schema(relation) -%}
  {%- set catalog = run_query(
        "select type from duckdb_databases() where type <> 'duckdb' and lower(database_name) = lower('" ~ relation.database ~ "')") -%}
  {%- set kind = catalog.rows[0][0] if catalog and catalog.rows | length > 0 else 'duckdb' -%}
  {%- if kind == 'sqlite' and relation.schema != 'main' -%}
    {{ exceptions.raise_compiler_error("An attached SQLite database has only the schema 'main', not '" ~ relation.schema ~ "'") }}
  {%- endif -%}
  {%- if kind not in ['sqlite', 'mysql'] -%}
    {%- call statement('create_schema') -%}
      create schema if not exists {{ relation.without_identifier() }}
    {%- endcall -%}
  {%- endif -%}
{% endmacro %}

{% macro duckdb__drop_schema(relation) -%}
  {%- call statement('drop_schema') -%}
    drop schema if exists {{ relation.without_identifier() }} cascade
  {%- endcall -%}
{% endmacro %}

{% macro duckdb__list_schemas(database) -%}
  {% set query %}
    select distinct schema_name
    from duckdb_schemas()
    {% if database is not none %}
    where lower(database_name) = lower('{{ database }}')
    {% endif %}
  {% endset %}
  {{ return(run_query(query)) }}
{% endmacro %}

{% macro duckdb__check_schema_exists(information_schema, schema) -%}
  {% set query %}
    select count(*)
    from duckdb_schemas()
    where lower(database_name) = lower('{{ information_schema.database }}')
      and lower(schema_name) = lower('{{ schema }}')
  {% endset %}
  {{ return(run_query(query)) }}
{% endmacro %}
