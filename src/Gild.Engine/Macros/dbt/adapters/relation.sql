{# Names of helper relations beside a target. #}

{% macro make_temp_relation(base_relation, suffix='__dbt_tmp') %}
  {{ return(adapter.dispatch('make_temp_relation', 'dbt')(base_relation, suffix)) }}
{% endmacro %}

{% macro default__make_temp_relation(base_relation, suffix) %}
  {{ return(base_relation.incorporate(path={"identifier": base_relation.identifier ~ suffix})) }}
{% endmacro %}

{% macro make_intermediate_relation(base_relation, suffix='__dbt_tmp') %}
  {{ return(adapter.dispatch('make_intermediate_relation', 'dbt')(base_relation, suffix)) }}
{% endmacro %}

{% macro default__make_intermediate_relation(base_relation, suffix) %}
  {{ return(default__make_temp_relation(base_relation, suffix)) }}
{% endmacro %}

{% macro make_backup_relation(base_relation, backup_relation_type, suffix='__dbt_backup') %}
  {{ return(adapter.dispatch('make_backup_relation', 'dbt')(base_relation, backup_relation_type, suffix)) }}
{% endmacro %}

{% macro default__make_backup_relation(base_relation, backup_relation_type, suffix) %}
  {{ return(base_relation.incorporate(path={"identifier": base_relation.identifier ~ suffix}, type=backup_relation_type)) }}
{% endmacro %}

{# What the cache knows of a relation, or none. #}

{% macro load_cached_relation(relation) %}
  {% do return(adapter.get_relation(database=relation.database, schema=relation.schema, identifier=relation.identifier)) %}
{% endmacro %}

{% macro load_relation(relation) %}
  {{ return(load_cached_relation(relation)) }}
{% endmacro %}

{# [whether it exists, the relation]; the relation is made when it does not exist. #}
{% macro get_or_create_relation(database, schema, identifier, type) -%}
  {{ return(adapter.dispatch('get_or_create_relation', 'dbt')(database, schema, identifier, type)) }}
{%- endmacro %}

{% macro default__get_or_create_relation(database, schema, identifier, type) %}
  {%- set found = adapter.get_relation(database=database, schema=schema, identifier=identifier) %}
  {% if found %}
    {% do return([true, found]) %}
  {% endif %}
  {% do return([false, api.Relation.create(database=database, schema=schema, identifier=identifier, type=type)]) %}
{% endmacro %}

{# Drop #}

{% macro drop_relation_if_exists(relation) %}
  {% if relation is not none %}
    {{ adapter.drop_relation(relation) }}
  {% endif %}
{% endmacro %}

{% macro drop_relation(relation) -%}
  {{ return(adapter.dispatch('drop_relation', 'dbt')(relation)) }}
{% endmacro %}

{% macro default__drop_relation(relation) -%}
  {% call statement('drop_relation', auto_begin=False) -%}
    {{ get_drop_sql(relation) }}
  {%- endcall %}
{% endmacro %}

{%- macro get_drop_sql(relation) -%}
  {{- adapter.dispatch('get_drop_sql', 'dbt')(relation) -}}
{%- endmacro -%}

{%- macro default__get_drop_sql(relation) -%}
  {%- if relation.is_view -%}
    {{ drop_view(relation) }}
  {%- elif relation.is_table -%}
    {{ drop_table(relation) }}
  {%- elif relation.is_materialized_view -%}
    {{ drop_materialized_view(relation) }}
  {%- else -%}
    drop {{ relation.type }} if exists {{ relation.render() }} cascade
  {%- endif -%}
{%- endmacro -%}

{% macro drop_table(relation) -%}
  {{- adapter.dispatch('drop_table', 'dbt')(relation) -}}
{%- endmacro %}

{% macro default__drop_table(relation) -%}
  drop table if exists {{ relation.render() }} cascade
{%- endmacro %}

{% macro drop_view(relation) -%}
  {{- adapter.dispatch('drop_view', 'dbt')(relation) -}}
{%- endmacro %}

{% macro default__drop_view(relation) -%}
  drop view if exists {{ relation.render() }} cascade
{%- endmacro %}

{% macro drop_materialized_view(relation) -%}
  {{- adapter.dispatch('drop_materialized_view', 'dbt')(relation) -}}
{%- endmacro %}

{% macro default__drop_materialized_view(relation) -%}
  drop materialized view if exists {{ relation.render() }} cascade
{%- endmacro %}

{# Rename #}

{% macro rename_relation(from_relation, to_relation) -%}
  {{ return(adapter.dispatch('rename_relation', 'dbt')(from_relation, to_relation)) }}
{% endmacro %}

{% macro default__rename_relation(from_relation, to_relation) -%}
  {% set new_name = adapter.quote_as_configured(to_relation.identifier, 'identifier') %}
  {% call statement('rename_relation') -%}
    alter table {{ from_relation.render() }} rename to {{ new_name }}
  {%- endcall %}
{% endmacro %}

{%- macro get_rename_sql(relation, new_name) -%}
  {{- adapter.dispatch('get_rename_sql', 'dbt')(relation, new_name) -}}
{%- endmacro -%}

{%- macro default__get_rename_sql(relation, new_name) -%}
  {%- if relation.is_view -%}
    {{ get_rename_view_sql(relation, new_name) }}
  {%- elif relation.is_table -%}
    {{ get_rename_table_sql(relation, new_name) }}
  {%- elif relation.is_materialized_view -%}
    {{ get_rename_materialized_view_sql(relation, new_name) }}
  {%- else -%}
    {{- exceptions.raise_compiler_error("`get_rename_sql` has not been implemented for: " ~ relation.type) -}}
  {%- endif -%}
{%- endmacro -%}

{% macro get_rename_table_sql(relation, new_name) -%}
  {{- adapter.dispatch('get_rename_table_sql', 'dbt')(relation, new_name) -}}
{%- endmacro %}

{% macro default__get_rename_table_sql(relation, new_name) -%}
  alter table {{ relation.render() }} rename to {{ adapter.quote(new_name) }}
{%- endmacro %}

{% macro get_rename_view_sql(relation, new_name) -%}
  {{- adapter.dispatch('get_rename_view_sql', 'dbt')(relation, new_name) -}}
{%- endmacro %}

{% macro default__get_rename_view_sql(relation, new_name) -%}
  alter view {{ relation.render() }} rename to {{ adapter.quote(new_name) }}
{%- endmacro %}

{% macro get_rename_materialized_view_sql(relation, new_name) -%}
  {{- adapter.dispatch('get_rename_materialized_view_sql', 'dbt')(relation, new_name) -}}
{%- endmacro %}

{% macro default__get_rename_materialized_view_sql(relation, new_name) -%}
  alter materialized view {{ relation.render() }} rename to {{ adapter.quote(new_name) }}
{%- endmacro %}

{%- macro get_rename_intermediate_sql(relation) -%}
  {{- adapter.dispatch('get_rename_intermediate_sql', 'dbt')(relation) -}}
{%- endmacro -%}

{%- macro default__get_rename_intermediate_sql(relation) -%}
  {%- set intermediate = make_intermediate_relation(relation) -%}
  {{ get_rename_sql(intermediate, relation.identifier) }}
{%- endmacro -%}

{# Create #}

{%- macro get_create_sql(relation, sql) -%}
  {{- adapter.dispatch('get_create_sql', 'dbt')(relation, sql) -}}
{%- endmacro -%}

{%- macro default__get_create_sql(relation, sql) -%}
  {%- if relation.is_view -%}
    {{ get_create_view_as_sql(relation, sql) }}
  {%- elif relation.is_table -%}
    {{ get_create_table_as_sql(False, relation, sql) }}
  {%- elif relation.is_materialized_view -%}
    {{ get_create_materialized_view_as_sql(relation, sql) }}
  {%- else -%}
    {{- exceptions.raise_compiler_error("`get_create_sql` has not been implemented for: " ~ relation.type) -}}
  {%- endif -%}
{%- endmacro -%}

{%- macro get_create_intermediate_sql(relation, sql) -%}
  {{- adapter.dispatch('get_create_intermediate_sql', 'dbt')(relation, sql) -}}
{%- endmacro -%}

{%- macro default__get_create_intermediate_sql(relation, sql) -%}
  {%- set intermediate = make_intermediate_relation(relation) -%}
  {{ get_drop_sql(intermediate) }};
  {{ get_create_sql(intermediate, sql) }}
{%- endmacro -%}

{%- macro get_create_backup_sql(relation) -%}
  {{- adapter.dispatch('get_create_backup_sql', 'dbt')(relation) -}}
{%- endmacro -%}

{%- macro default__get_create_backup_sql(relation) -%}
  {%- set backup = make_backup_relation(relation, relation.type) -%}
  {{ get_drop_sql(backup) }};
  {{ get_rename_sql(relation, backup.identifier) }}
{%- endmacro -%}

{%- macro get_drop_backup_sql(relation) -%}
  {{- adapter.dispatch('get_drop_backup_sql', 'dbt')(relation) -}}
{%- endmacro -%}

{%- macro default__get_drop_backup_sql(relation) -%}
  {{ get_drop_sql(make_backup_relation(relation, relation.type)) }}
{%- endmacro -%}

{# Replace #}

{% macro get_replace_sql(existing_relation, target_relation, sql) -%}
  {{- adapter.dispatch('get_replace_sql', 'dbt')(existing_relation, target_relation, sql) -}}
{% endmacro %}

{% macro default__get_replace_sql(existing_relation, target_relation, sql) %}
  {{- log('Applying REPLACE to: ' ~ existing_relation) -}}
  {%- set same_kind = existing_relation.type == target_relation.type -%}
  {%- if same_kind and target_relation.is_view and target_relation.can_be_replaced -%}
    {{ get_replace_view_sql(target_relation, sql) }}
  {%- elif same_kind and target_relation.is_table and target_relation.can_be_replaced -%}
    {{ get_replace_table_sql(target_relation, sql) }}
  {%- elif same_kind and target_relation.is_materialized_view and target_relation.can_be_replaced -%}
    {{ get_replace_materialized_view_sql(target_relation, sql) }}
  {%- elif target_relation.can_be_renamed and existing_relation.can_be_renamed -%}
    {{ get_create_intermediate_sql(target_relation, sql) }};
    {{ get_create_backup_sql(existing_relation) }};
    {{ get_rename_intermediate_sql(target_relation) }};
    {{ get_drop_backup_sql(existing_relation) }}
  {%- elif target_relation.can_be_renamed -%}
    {{ get_create_intermediate_sql(target_relation, sql) }};
    {{ get_drop_sql(existing_relation) }};
    {{ get_rename_intermediate_sql(target_relation) }}
  {%- elif existing_relation.can_be_renamed -%}
    {{ get_create_backup_sql(existing_relation) }};
    {{ get_create_sql(target_relation, sql) }};
    {{ get_drop_backup_sql(existing_relation) }}
  {%- else -%}
    {{ get_drop_sql(existing_relation) }};
    {{ get_create_sql(target_relation, sql) }}
  {%- endif -%}
{% endmacro %}

{% macro get_replace_view_sql(relation, sql) -%}
  {{- adapter.dispatch('get_replace_view_sql', 'dbt')(relation, sql) -}}
{% endmacro %}

{% macro default__get_replace_view_sql(relation, sql) -%}
  {{- exceptions.raise_compiler_error("`get_replace_view_sql` has not been implemented for this adapter.") -}}
{%- endmacro %}

{% macro get_replace_table_sql(relation, sql) -%}
  {{- adapter.dispatch('get_replace_table_sql', 'dbt')(relation, sql) -}}
{% endmacro %}

{% macro default__get_replace_table_sql(relation, sql) -%}
  {{- exceptions.raise_compiler_error("`get_replace_table_sql` has not been implemented for this adapter.") -}}
{%- endmacro %}

{% macro get_replace_materialized_view_sql(relation, sql) -%}
  {{- adapter.dispatch('get_replace_materialized_view_sql', 'dbt')(relation, sql) -}}
{% endmacro %}

{% macro default__get_replace_materialized_view_sql(relation, sql) -%}
  {{- exceptions.raise_compiler_error("`get_replace_materialized_view_sql` has not been implemented for this adapter.") -}}
{%- endmacro %}

{# Empty #}

{% macro truncate_relation(relation) -%}
  {{ return(adapter.dispatch('truncate_relation', 'dbt')(relation)) }}
{% endmacro %}

{% macro default__truncate_relation(relation) -%}
  {% call statement('truncate_relation') -%}
    truncate table {{ relation.render() }}
  {%- endcall %}
{% endmacro %}
