{% macro postgres__list_relations_without_caching(schema_relation) %}
  {%- set place = "'" ~ schema_relation.database ~ "' as database" -%}
  {% call statement('list_relations_without_caching', fetch_result=True) -%}
    select
      {{ place }},
      pg_class.relname as name,
      pg_namespace.nspname as schema,
      case pg_class.relkind when 'v' then 'view' when 'm' then 'materialized_view' else 'table' end as type
    from pg_class
    join pg_namespace on pg_namespace.oid = pg_class.relnamespace
    where pg_class.relkind in ('r', 'p', 'v', 'm')
      and pg_namespace.nspname ilike '{{ schema_relation.schema }}'
    union all
    select distinct {{ place }}, pg_proc.proname, pg_namespace.nspname, 'function'
    from pg_proc
    join pg_namespace on pg_namespace.oid = pg_proc.pronamespace
    where pg_namespace.nspname ilike '{{ schema_relation.schema }}'
  {% endcall %}
  {{ return(load_result('list_relations_without_caching').table) }}
{% endmacro %}

{# PostgreSQL cuts names silently; cutting them here leaves room for the suffix. #}
{% macro postgres__make_relation_with_suffix(base_relation, suffix, dstring) %}
  {% if dstring %}
    {% set suffix = suffix ~ modules.datetime.datetime.now().strftime("%H%M%S%f") %}
  {% endif %}
  {% set longest = base_relation.relation_max_name_length() %}
  {% if suffix | length > longest %}
    {% do exceptions.raise_compiler_error('The suffix ' ~ suffix ~ ' is longer than a name may be (' ~ longest ~ ' characters)') %}
  {% endif %}
  {% set identifier = base_relation.identifier[:longest - suffix | length] ~ suffix %}
  {{ return(base_relation.incorporate(path={"identifier": identifier})) }}
{% endmacro %}

{% macro postgres__make_intermediate_relation(base_relation, suffix) %}
  {{ return(postgres__make_relation_with_suffix(base_relation, suffix, dstring=False)) }}
{% endmacro %}

{# Temporary tables live in a schema of the session. #}
{% macro postgres__make_temp_relation(base_relation, suffix) %}
  {% set temp_relation = postgres__make_relation_with_suffix(base_relation, suffix, dstring=True) %}
  {{ return(temp_relation.incorporate(path={"schema": none, "database": none})) }}
{% endmacro %}

{% macro postgres__make_backup_relation(base_relation, backup_relation_type, suffix) %}
  {% set backup_relation = postgres__make_relation_with_suffix(base_relation, suffix, dstring=False) %}
  {{ return(backup_relation.incorporate(type=backup_relation_type)) }}
{% endmacro %}

{% macro postgres__create_table_as(temporary, relation, sql) -%}
  {%- set sql_header = config.get('sql_header', none) -%}
  {%- set contract = config.get('contract') -%}
  {%- set kind = 'temporary ' if temporary else 'unlogged ' if config.get('unlogged', default=false) else '' -%}
  {{ sql_header if sql_header is not none }}
  {%- if contract and contract.enforced -%}
    {{ get_assert_columns_equivalent(sql) }}
  {%- endif %}
  create {{ kind }}table {{ relation }}
  {%- if contract and contract.enforced and not temporary %}
  {{ get_table_columns_and_constraints() }};
  insert into {{ relation }} ({{ adapter.dispatch('get_column_names', 'dbt')() }})
  (
    {{ get_select_subquery(sql) }}
  );
  {%- else %}
  as
  (
    {{ sql }}
  );
  {%- endif %}
{%- endmacro %}

{% macro postgres__drop_table(relation) -%}
  drop table if exists {{ relation }} cascade
{%- endmacro %}

{% macro postgres__drop_view(relation) -%}
  drop view if exists {{ relation }} cascade
{%- endmacro %}

{% macro postgres__drop_materialized_view(relation) -%}
  drop materialized view if exists {{ relation }} cascade
{%- endmacro %}

{% macro postgres__get_rename_table_sql(relation, new_name) %}
  alter table {{ relation }} rename to {{ adapter.quote(new_name) }}
{% endmacro %}

{% macro postgres__get_rename_view_sql(relation, new_name) %}
  alter view {{ relation }} rename to {{ adapter.quote(new_name) }}
{% endmacro %}

{% macro postgres__get_rename_materialized_view_sql(relation, new_name) %}
  alter materialized view {{ relation }} rename to {{ adapter.quote(new_name) }}
{% endmacro %}

{# PostgreSQL replaces no tables in place: drops and creates, in the transaction that is open. #}
{% macro postgres__get_replace_table_sql(relation, sql) -%}
  drop table if exists {{ relation }} cascade;
  {{ get_create_table_as_sql(False, relation, sql) }}
{%- endmacro %}

{% macro postgres__get_replace_view_sql(relation, sql) -%}
  {%- set sql_header = config.get('sql_header', none) -%}
  {%- set contract = config.get('contract') -%}
  {{ sql_header if sql_header is not none }}
  {%- if contract and contract.enforced -%}
    {{ get_assert_columns_equivalent(sql) }}
  {%- endif %}
  create or replace view {{ relation }} as (
    {{ sql }}
  );
{%- endmacro %}

{# Which views and materialized views read which relations, so that the cache knows what a cascade takes along. #}
{% macro postgres__get_relations() -%}
  {%- call statement('relations', fetch_result=True) -%}
    select distinct
      reader_schema.nspname as dependent_schema,
      reader.relname as dependent_name,
      read_schema.nspname as referenced_schema,
      read.relname as referenced_name
    from pg_rewrite
    join pg_class as reader on reader.oid = pg_rewrite.ev_class
    join pg_namespace as reader_schema on reader_schema.oid = reader.relnamespace
    join pg_depend
      on pg_depend.classid = 'pg_rewrite'::regclass
      and pg_depend.objid = pg_rewrite.oid
      and pg_depend.refclassid = 'pg_class'::regclass
      and pg_depend.refobjid <> reader.oid
    join pg_class as read on read.oid = pg_depend.refobjid
    join pg_namespace as read_schema on read_schema.oid = read.relnamespace
    where read_schema.nspname <> 'information_schema'
      and left(read_schema.nspname, 3) <> 'pg_'
    order by 1, 2, 3, 4
  {%- endcall -%}
  {{ return(load_result('relations').table) }}
{% endmacro %}

{% macro postgres_get_relations() %}
  {{ return(postgres__get_relations()) }}
{% endmacro %}
