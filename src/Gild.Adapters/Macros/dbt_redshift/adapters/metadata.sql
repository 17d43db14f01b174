{# Whether SHOW commands answer instead of the catalog: they see databases that are shared from elsewhere (profile: datasharing). #}
{% macro redshift__use_show_apis() %}
  {{ return(adapter.use_show_apis()) }}
{% endmacro %}

{% macro redshift__use_grants_extended() %}
  {{ return(adapter.behavior.redshift_grants_extended.no_warn) }}
{% endmacro %}

{% macro redshift__drop_without_cascade() %}
  {{ return(adapter.drop_without_cascade()) }}
{% endmacro %}

{% macro redshift__information_schema_name(database) -%}
  {{ return(postgres__information_schema_name(database)) }}
{%- endmacro %}

{% macro redshift__list_schemas(database) %}
  {% if not redshift__use_show_apis() %}
    {{ return(postgres__list_schemas(database)) }}
  {% endif %}
  {% call statement('list_schemas', fetch_result=True, auto_begin=False) %}
    show schemas from database {{ adapter.quote(database | replace('"', '')) }}
  {% endcall %}
  {% set names = [] %}
  {% for row in load_result('list_schemas').table %}
    {% do names.append([row['schema_name']]) %}
  {% endfor %}
  {{ return(names) }}
{% endmacro %}

{% macro redshift__check_schema_exists(information_schema, schema) %}
  {% if not redshift__use_show_apis() %}
    {{ return(postgres__check_schema_exists(information_schema, schema)) }}
  {% endif %}
  {% call statement('check_schema_exists', fetch_result=True, auto_begin=False) %}
    show schemas from database {{ adapter.quote(information_schema.database) }} like '{{ schema }}'
  {% endcall %}
  {{ return([[load_result('check_schema_exists').table.rows | length]]) }}
{% endmacro %}

{% macro redshift__create_schema(relation) -%}
  {% if not redshift__use_show_apis() %}
    {{ return(postgres__create_schema(relation)) }}
  {% endif %}
  {%- call statement('create_schema') -%}
    create schema if not exists {{ relation.without_identifier() }}
  {%- endcall -%}
{% endmacro %}

{% macro redshift__drop_schema(relation) -%}
  {% if not redshift__use_show_apis() %}
    {{ return(postgres__drop_schema(relation)) }}
  {% endif %}
  {%- call statement('drop_schema') -%}
    drop schema if exists {{ relation.without_identifier() }} cascade
  {%- endcall -%}
{% endmacro %}

{% macro redshift__show_tables_from_schema(database, schema) %}
  {%- call statement('show_tables', fetch_result=True) -%}
    show tables from schema {{ adapter.quote(database) }}.{{ adapter.quote(schema) }}
  {%- endcall -%}
  {{ return(load_result('show_tables')) }}
{% endmacro %}

{# The tables behind materialized views (mv_tbl__...) are the warehouse's own. Materialized views look like views whose text begins otherwise. #}
{% macro redshift__list_relations_without_caching(schema_relation) %}
  {% if redshift__use_show_apis() %}
    {{ return(redshift__list_relations_by_show(schema_relation)) }}
  {% endif %}
  {% call statement('list_relations_without_caching', fetch_result=True) -%}
    select
      '{{ schema_relation.database }}' as database,
      pg_class.relname::varchar as name,
      pg_namespace.nspname::varchar as schema,
      case
        when pg_class.relkind = 'm' then 'materialized_view'
        when pg_class.relkind = 'v' and pg_views.definition ilike '%create materialized view%' then 'materialized_view'
        when pg_class.relkind = 'v' then 'view'
        else 'table'
      end as type
    from pg_class
    join pg_namespace on pg_namespace.oid = pg_class.relnamespace
    left join pg_views
      on pg_views.schemaname = pg_namespace.nspname
      and pg_views.viewname = pg_class.relname
    where pg_class.relkind in ('r', 'p', 'v', 'm')
      and pg_namespace.nspname ilike '{{ schema_relation.schema }}'
      and left(pg_class.relname::varchar, 8) <> 'mv_tbl__'
    union all
    {{ redshift__functions_sql(schema_relation) }}
  {% endcall %}
  {{ return(load_result('list_relations_without_caching').table) }}
{% endmacro %}

{% macro redshift__list_relations_by_show(schema_relation) %}
  {% set found = [] %}
  {% for row in redshift__show_tables_from_schema(schema_relation.database, schema_relation.schema).table %}
    {% set is_view = (row['table_type'] or '') | upper | trim == 'VIEW' %}
    {% set is_materialized = (row.get('table_subtype') or '') | upper | trim == 'MATERIALIZED VIEW' %}
    {% do found.append([
        row['database_name'], row['table_name'], row['schema_name'],
        'materialized_view' if is_view and is_materialized else 'view' if is_view else 'table']) %}
  {% endfor %}
  {% for row in list_function_relations_without_caching(schema_relation) %}
    {% do found.append([row['database'], row['name'], row['schema'], row['type']]) %}
  {% endfor %}
  {{ return(found) }}
{% endmacro %}

{# Functions are never shared between databases, so the catalog of this one knows them all. #}
{% macro redshift__list_function_relations_without_caching(schema_relation) %}
  {% call statement('list_function_relations_without_caching', fetch_result=True) -%}
    {{ redshift__functions_sql(schema_relation) }}
  {% endcall %}
  {{ return(load_result('list_function_relations_without_caching').table) }}
{% endmacro %}

{% macro redshift__functions_sql(schema_relation) %}
    select distinct
      '{{ schema_relation.database }}' as database,
      pg_proc.proname::varchar as name,
      pg_namespace.nspname::varchar as schema,
      'function' as type
    from pg_proc
    join pg_namespace on pg_namespace.oid = pg_proc.pronamespace
    where pg_namespace.nspname ilike '{{ schema_relation.schema }}'
{% endmacro %}

{# Which views read which relations. Late-binding views depend on nothing, so a cascade leaves them. #}
{% macro redshift__get_relations() -%}
  {%- call statement('relations', fetch_result=True) -%}
    select distinct
      reader_schema.nspname::varchar as dependent_schema,
      reader.relname::varchar as dependent_name,
      read_schema.nspname::varchar as referenced_schema,
      read.relname::varchar as referenced_name
    from pg_depend
    join pg_rewrite on pg_rewrite.oid = pg_depend.objid
    join pg_class as reader on reader.oid = pg_rewrite.ev_class
    join pg_namespace as reader_schema on reader_schema.oid = reader.relnamespace
    join pg_class as read on read.oid = pg_depend.refobjid
    join pg_namespace as read_schema on read_schema.oid = read.relnamespace
    where reader.oid <> read.oid
      and read_schema.nspname <> 'information_schema'
      and left(read_schema.nspname::varchar, 3) <> 'pg_'
      and left(reader_schema.nspname::varchar, 3) <> 'pg_'
  {%- endcall -%}
  {{ return(load_result('relations').table) }}
{% endmacro %}

{# The last insert into each table, by the warehouse's own log. #}
{% macro redshift__get_relation_last_modified(information_schema, relations) -%}
  {%- set conditions = [] -%}
  {%- for relation in relations -%}
    {%- do conditions.append(
        "(lower(pg_namespace.nspname) = lower('" ~ relation.schema ~ "') and lower(pg_class.relname) = lower('" ~ relation.identifier ~ "'))") -%}
  {%- endfor -%}
  {%- call statement('last_modified', fetch_result=True) -%}
    select
      pg_namespace.nspname as schema,
      pg_class.relname as identifier,
      max(sys_query_detail.start_time) as last_modified,
      {{ current_timestamp() }} as snapshotted_at
    from pg_class
    join pg_namespace on pg_namespace.oid = pg_class.relnamespace
    join sys_query_detail on sys_query_detail.table_id = pg_class.oid
    where sys_query_detail.step_name = 'insert'
      and ({{ conditions | join(' or ') if conditions else 'false' }})
    group by 1, 2, 4
  {%- endcall -%}
  {{ return(load_result('last_modified')) }}
{% endmacro %}
