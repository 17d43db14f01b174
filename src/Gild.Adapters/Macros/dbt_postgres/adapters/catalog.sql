{% macro postgres__get_catalog(information_schema, schemas) -%}
  {%- set relations = [] -%}
  {%- for schema in schemas -%}
    {%- do relations.append({'schema': schema}) -%}
  {%- endfor -%}
  {{ return(postgres__get_catalog_relations(information_schema, relations)) }}
{%- endmacro %}

{# One row a column, in dbt's shape of a catalog; temporary relations left out. #}
{% macro postgres__get_catalog_relations(information_schema, relations) -%}
  {%- set database = information_schema.database -%}
  {{ adapter.verify_database(database) }}
  {%- set conditions = [] -%}
  {%- for relation in relations -%}
    {%- set condition = "upper(pg_namespace.nspname) = upper('" ~ relation.schema ~ "')" -%}
    {%- if relation.identifier -%}
      {%- set condition = condition ~ " and upper(pg_class.relname) = upper('" ~ relation.identifier ~ "')" -%}
    {%- endif -%}
    {%- do conditions.append('(' ~ condition ~ ')') -%}
  {%- endfor -%}
  {%- call statement('catalog', fetch_result=True) -%}
    select
      '{{ database }}' as table_database,
      pg_namespace.nspname as table_schema,
      pg_class.relname as table_name,
      case pg_class.relkind when 'v' then 'VIEW' when 'm' then 'MATERIALIZED VIEW' else 'BASE TABLE' end as table_type,
      obj_description(pg_class.oid, 'pg_class') as table_comment,
      pg_attribute.attname as column_name,
      pg_attribute.attnum as column_index,
      format_type(pg_attribute.atttypid, pg_attribute.atttypmod) as column_type,
      col_description(pg_class.oid, pg_attribute.attnum) as column_comment,
      pg_get_userbyid(pg_class.relowner) as table_owner
    from pg_namespace
    join pg_class on pg_class.relnamespace = pg_namespace.oid
    join pg_attribute on pg_attribute.attrelid = pg_class.oid
    where ({{ conditions | join(' or ') if conditions else 'false' }})
      and pg_class.relkind in ('r', 'v', 'f', 'p', 'm')
      and pg_class.relpersistence in ('p', 'u')
      and pg_attribute.attnum > 0
      and not pg_attribute.attisdropped
    order by 2, 3, 7
  {%- endcall -%}
  {{ return(load_result('catalog').table) }}
{%- endmacro %}
