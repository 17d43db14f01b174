{# The time in the name lets a rebuilt table have its index while the old table still has one of the same columns. #}
{% macro postgres__get_create_index_sql(relation, index_dict) -%}
  {%- set columns = index_dict.get('columns') -%}
  {%- if columns is string or columns is mapping or columns is not sequence or columns | length == 0 -%}
    {%- do exceptions.raise_compiler_error("indexes: 'columns' must be a list of column names, got " ~ columns) -%}
  {%- endif -%}
  {%- set unique = index_dict.get('unique', false) -%}
  {%- set method = index_dict.get('type') -%}
  {%- set now = modules.datetime.datetime.utcnow().isoformat() -%}
  {%- set name = local_md5((columns + [relation.render(), unique | string, method | string, now]) | join('_')) -%}
  create {{ 'unique ' if unique }}index if not exists "{{ name }}"
  on {{ relation }}{{ ' using ' ~ method if method }}
  ({{ columns | join(', ') }})
{%- endmacro %}

{%- macro postgres__get_drop_index_sql(relation, index_name) -%}
  drop index if exists "{{ relation.schema }}"."{{ index_name }}"
{%- endmacro -%}

{% macro postgres__get_show_indexes_sql(relation) %}
  select
    index_class.relname as name,
    pg_am.amname as method,
    pg_index.indisunique as "unique",
    string_agg(pg_attribute.attname, ',' order by array_position(pg_index.indkey::int2[], pg_attribute.attnum)) as column_names
  from pg_index
  join pg_class as index_class on index_class.oid = pg_index.indexrelid
  join pg_am on pg_am.oid = index_class.relam
  join pg_class as table_class on table_class.oid = pg_index.indrelid
  join pg_namespace on pg_namespace.oid = table_class.relnamespace
  join pg_attribute
    on pg_attribute.attrelid = table_class.oid
    and pg_attribute.attnum = any(pg_index.indkey)
  where table_class.relname = '{{ relation.identifier }}'
    and pg_namespace.nspname = '{{ relation.schema }}'
    and table_class.relkind in ('r', 'm')
  group by 1, 2, 3
  order by 1, 2, 3
{% endmacro %}
