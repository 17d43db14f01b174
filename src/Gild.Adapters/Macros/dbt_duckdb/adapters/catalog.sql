{% macro duckdb__get_catalog(information_schema, schemas) -%}
  {%- set conditions = [] -%}
  {%- for schema in schemas -%}
    {%- do conditions.append("lower(schema_name) = lower('" ~ schema ~ "')") -%}
  {%- endfor -%}
  {{ return(run_query(duckdb__catalog_sql(information_schema.database, conditions))) }}
{%- endmacro %}

{% macro duckdb__get_catalog_relations(information_schema, relations) -%}
  {%- set conditions = [] -%}
  {%- for relation in relations -%}
    {%- if not relation.schema -%}
      {% do exceptions.raise_compiler_error('get_catalog_relations needs relations with a schema, got ' ~ relation) %}
    {%- endif -%}
    {%- set condition = "lower(schema_name) = lower('" ~ relation.schema ~ "')" -%}
    {%- if relation.identifier -%}
      {%- set condition = condition ~ " and lower(table_name) = lower('" ~ relation.identifier ~ "')" -%}
    {%- endif -%}
    {%- do conditions.append('(' ~ condition ~ ')') -%}
  {%- endfor -%}
  {{ return(run_query(duckdb__catalog_sql(information_schema.database, conditions))) }}
{%- endmacro %}

{# One row a column, in dbt's shape of a catalog. #}
{% macro duckdb__catalog_sql(database, conditions) -%}
  with relations as (
    select database_name, schema_name, table_name, 'BASE TABLE' as table_type, comment
    from duckdb_tables()
    union all
    select database_name, schema_name, view_name, 'VIEW', comment
    from duckdb_views()
  )
  select
    relations.database_name as table_database,
    relations.schema_name as table_schema,
    relations.table_name,
    relations.table_type,
    relations.comment as table_comment,
    columns.column_name,
    columns.column_index,
    columns.data_type as column_type,
    columns.comment as column_comment,
    cast(null as varchar) as table_owner
  from relations
  join duckdb_columns() as columns using (database_name, schema_name, table_name)
  where lower(database_name) = lower('{{ database }}')
    and ({{ conditions | join(' or ') if conditions else 'false' }})
  order by table_schema, table_name, column_index
{%- endmacro %}
