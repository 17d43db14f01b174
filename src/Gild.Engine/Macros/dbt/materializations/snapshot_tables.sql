{# The snapshot's own columns, by the names a project gave them. #}
{% macro get_snapshot_table_column_names() %}
  {{ return({
      'dbt_valid_to': 'dbt_valid_to',
      'dbt_valid_from': 'dbt_valid_from',
      'dbt_scd_id': 'dbt_scd_id',
      'dbt_updated_at': 'dbt_updated_at',
      'dbt_is_deleted': 'dbt_is_deleted'
  }) }}
{% endmacro %}

{% macro get_dbt_valid_to_current(strategy, columns) %}
  {% set valid_to_current = config.get('dbt_valid_to_current') or "null" %}
  coalesce(nullif({{ strategy.updated_at }}, {{ strategy.updated_at }}), {{ valid_to_current }})
  as {{ columns.dbt_valid_to }}
{% endmacro %}

{% macro create_columns(relation, columns) %}
  {{ adapter.dispatch('create_columns', 'dbt')(relation, columns) }}
{% endmacro %}

{% macro default__create_columns(relation, columns) %}
  {% for column in columns %}
    {% call statement() %}
      alter table {{ relation.render() }} add column {{ adapter.quote(column.name) }} {{ column.expanded_data_type }};
    {% endcall %}
  {% endfor %}
{% endmacro %}

{% macro post_snapshot(staging_relation) %}
  {{ adapter.dispatch('post_snapshot', 'dbt')(staging_relation) }}
{% endmacro %}

{% macro default__post_snapshot(staging_relation) %}
{% endmacro %}

{# Unique keys, one or several #}

{% macro unique_key_fields(unique_key) %}
  {% if unique_key is sequence and unique_key is not string %}
    {% for key in unique_key %}
      {{ key }} as dbt_unique_key_{{ loop.index }}
      {%- if not loop.last %}, {% endif %}
    {% endfor %}
  {% else %}
    {{ unique_key }} as dbt_unique_key
  {% endif %}
{% endmacro %}

{% macro unique_key_join_on(unique_key, identifier, from_identifier) %}
  {% if unique_key is sequence and unique_key is not string %}
    {% for key in unique_key %}
      {{ identifier }}.dbt_unique_key_{{ loop.index }} = {{ from_identifier }}.dbt_unique_key_{{ loop.index }}
      {%- if not loop.last %} and {% endif %}
    {% endfor %}
  {% else %}
    {{ identifier }}.dbt_unique_key = {{ from_identifier }}.dbt_unique_key
  {% endif %}
{% endmacro %}

{% macro unique_key_is_null(unique_key, identifier) %}
  {% if unique_key is sequence and unique_key is not string %}
    {{ identifier }}.dbt_unique_key_1 is null
  {% else %}
    {{ identifier }}.dbt_unique_key is null
  {% endif %}
{% endmacro %}

{% macro unique_key_is_not_null(unique_key, identifier) %}
  {% if unique_key is sequence and unique_key is not string %}
    {{ identifier }}.dbt_unique_key_1 is not null
  {% else %}
    {{ identifier }}.dbt_unique_key is not null
  {% endif %}
{% endmacro %}

{# First run: every row is current. #}

{% macro build_snapshot_table(strategy, sql) -%}
  {{ adapter.dispatch('build_snapshot_table', 'dbt')(strategy, sql) }}
{% endmacro %}

{% macro default__build_snapshot_table(strategy, sql) %}
  {% set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() %}
  select
    sbq.*,
    {{ strategy.scd_id }} as {{ columns.dbt_scd_id }},
    {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
    {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
    {{ get_dbt_valid_to_current(strategy, columns) }}
    {%- if strategy.hard_deletes == 'new_record' -%}
    , 'False' as {{ columns.dbt_is_deleted }}
    {% endif -%}
  from (
    {{ sql }}
  ) sbq
{% endmacro %}

{# Later runs: rows to insert, to close and, when deletes count, to close or mark. #}

{% macro snapshot_staging_table(strategy, source_sql, target_relation) -%}
  {{ adapter.dispatch('snapshot_staging_table', 'dbt')(strategy, source_sql, target_relation) }}
{% endmacro %}

{% macro default__snapshot_staging_table(strategy, source_sql, target_relation) -%}
  {% set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() %}
  {% if strategy.hard_deletes == 'new_record' %}
    {% set new_scd_id = snapshot_hash_arguments([columns.dbt_scd_id, snapshot_get_time()]) %}
  {% endif %}
  with snapshot_query as (
    {{ source_sql }}
  ),
  snapshotted_data as (
    select *, {{ unique_key_fields(strategy.unique_key) }}
    from {{ target_relation.render() }}
    where
      {% if config.get('dbt_valid_to_current') %}
      {% set source_unique_key = columns.dbt_valid_to | trim %}
      {% set target_unique_key = config.get('dbt_valid_to_current') | trim %}
      ( {{ equals(source_unique_key, target_unique_key) }} or {{ source_unique_key }} is null )
      {% else %}
      {{ columns.dbt_valid_to }} is null
      {% endif %}
  ),
  insertions_source_data as (
    select
      *, {{ unique_key_fields(strategy.unique_key) }},
      {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
      {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
      {{ get_dbt_valid_to_current(strategy, columns) }},
      {{ strategy.scd_id }} as {{ columns.dbt_scd_id }}
    from snapshot_query
  ),
  updates_source_data as (
    select
      *, {{ unique_key_fields(strategy.unique_key) }},
      {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
      {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
      {{ strategy.updated_at }} as {{ columns.dbt_valid_to }}
    from snapshot_query
  ),
  {%- if strategy.hard_deletes in ['invalidate', 'new_record'] %}
  deletes_source_data as (
    select *, {{ unique_key_fields(strategy.unique_key) }}
    from snapshot_query
  ),
  {% endif %}
  insertions as (
    select
      'insert' as dbt_change_type,
      source_data.*
      {%- if strategy.hard_deletes == 'new_record' -%}
      , 'False' as {{ columns.dbt_is_deleted }}
      {%- endif %}
    from insertions_source_data as source_data
    left outer join snapshotted_data
      on {{ unique_key_join_on(strategy.unique_key, "snapshotted_data", "source_data") }}
    where {{ unique_key_is_null(strategy.unique_key, "snapshotted_data") }}
      or ({{ unique_key_is_not_null(strategy.unique_key, "snapshotted_data") }} and (
        {{ strategy.row_changed }}
        {%- if strategy.hard_deletes == 'new_record' %} or snapshotted_data.{{ columns.dbt_is_deleted }} = 'True' {% endif %}
      ))
  ),
  updates as (
    select
      'update' as dbt_change_type,
      source_data.*,
      snapshotted_data.{{ columns.dbt_scd_id }}
      {%- if strategy.hard_deletes == 'new_record' -%}
      , snapshotted_data.{{ columns.dbt_is_deleted }}
      {%- endif %}
    from updates_source_data as source_data
    join snapshotted_data
      on {{ unique_key_join_on(strategy.unique_key, "snapshotted_data", "source_data") }}
    where (
      {{ strategy.row_changed }}
      {%- if strategy.hard_deletes == 'new_record' %} or snapshotted_data.{{ columns.dbt_is_deleted }} = 'True' {% endif %}
    )
  )
  {%- if strategy.hard_deletes in ['invalidate', 'new_record'] %},
  deletes as (
    select
      'delete' as dbt_change_type,
      source_data.*,
      {{ snapshot_get_time() }} as {{ columns.dbt_valid_from }},
      {{ snapshot_get_time() }} as {{ columns.dbt_updated_at }},
      {{ snapshot_get_time() }} as {{ columns.dbt_valid_to }},
      snapshotted_data.{{ columns.dbt_scd_id }}
      {%- if strategy.hard_deletes == 'new_record' -%}
      , snapshotted_data.{{ columns.dbt_is_deleted }}
      {%- endif %}
    from snapshotted_data
    left join deletes_source_data as source_data
      on {{ unique_key_join_on(strategy.unique_key, "snapshotted_data", "source_data") }}
    where {{ unique_key_is_null(strategy.unique_key, "source_data") }}
      {%- if strategy.hard_deletes == 'new_record' %}
      and not ( snapshotted_data.{{ columns.dbt_is_deleted }} = 'True' )
      {%- endif %}
  )
  {%- endif %}
  {%- if strategy.hard_deletes == 'new_record' %}
  {% set snapshotted_columns = get_list_of_column_names(adapter.get_columns_in_relation(target_relation)) %}
  {% set source_columns = get_column_schema_from_query(source_sql) %}
  ,
  deletion_records as (
    select
      'insert' as dbt_change_type,
      {#- a column that was dropped from the query has no value in the new record -#}
      {%- for column in source_columns if column.name in snapshotted_columns %}
      snapshotted_data.{{ adapter.quote(column.column) }},
      {%- endfor %}
      {%- for column in source_columns if column.name not in snapshotted_columns %}
      null as {{ adapter.quote(column.column) }},
      {%- endfor %}
      {%- if strategy.unique_key is sequence and strategy.unique_key is not string %}
      {%- for key in strategy.unique_key %}
      snapshotted_data.{{ key }} as dbt_unique_key_{{ loop.index }},
      {%- endfor %}
      {%- else %}
      snapshotted_data.dbt_unique_key as dbt_unique_key,
      {%- endif %}
      {{ snapshot_get_time() }} as {{ columns.dbt_valid_from }},
      {{ snapshot_get_time() }} as {{ columns.dbt_updated_at }},
      snapshotted_data.{{ columns.dbt_valid_to }} as {{ columns.dbt_valid_to }},
      {{ new_scd_id }} as {{ columns.dbt_scd_id }},
      'True' as {{ columns.dbt_is_deleted }}
    from snapshotted_data
    left join deletes_source_data as source_data
      on {{ unique_key_join_on(strategy.unique_key, "snapshotted_data", "source_data") }}
    where {{ unique_key_is_null(strategy.unique_key, "source_data") }}
      and not ( snapshotted_data.{{ columns.dbt_is_deleted }} = 'True' )
  )
  {%- endif %}
  select * from insertions
  union all
  select * from updates
  {%- if strategy.hard_deletes in ['invalidate', 'new_record'] %}
  union all
  select * from deletes
  {%- endif %}
  {%- if strategy.hard_deletes == 'new_record' %}
  union all
  select
    dbt_change_type,
    {%- for column in source_columns %}
    {{ adapter.quote(column.column) }},
    {%- endfor %}
    {%- if strategy.unique_key is sequence and strategy.unique_key is not string %}
    {%- for key in strategy.unique_key %}
    dbt_unique_key_{{ loop.index }},
    {%- endfor %}
    {%- else %}
    dbt_unique_key,
    {%- endif %}
    {{ columns.dbt_updated_at }},
    {{ columns.dbt_valid_from }},
    {{ columns.dbt_valid_to }},
    {{ columns.dbt_scd_id }},
    {{ columns.dbt_is_deleted }}
  from deletion_records
  {%- endif %}
{%- endmacro %}

{% macro build_snapshot_staging_table(strategy, sql, target_relation) %}
  {% set temp_relation = make_temp_relation(target_relation) %}
  {% set select = snapshot_staging_table(strategy, sql, target_relation) %}
  {% call statement('build_snapshot_staging_relation') %}
    {{ create_table_as(True, temp_relation, select) }}
  {% endcall %}
  {% do return(temp_relation) %}
{% endmacro %}

{% macro snapshot_merge_sql(target, source, insert_cols) -%}
  {{ adapter.dispatch('snapshot_merge_sql', 'dbt')(target, source, insert_cols) }}
{%- endmacro %}

{% macro default__snapshot_merge_sql(target, source, insert_cols) -%}
  {%- set insert_list = insert_cols | join(', ') -%}
  {%- set columns = config.get("snapshot_table_column_names") or get_snapshot_table_column_names() -%}
  merge into {{ target.render() }} as DBT_INTERNAL_DEST
  using {{ source }} as DBT_INTERNAL_SOURCE
  on DBT_INTERNAL_SOURCE.{{ columns.dbt_scd_id }} = DBT_INTERNAL_DEST.{{ columns.dbt_scd_id }}
  when matched
    {% if config.get("dbt_valid_to_current") -%}
    {%- set source_unique_key = ("DBT_INTERNAL_DEST." ~ columns.dbt_valid_to) | trim -%}
    {%- set target_unique_key = config.get('dbt_valid_to_current') | trim -%}
    and ({{ equals(source_unique_key, target_unique_key) }} or {{ source_unique_key }} is null)
    {% else %}
    and DBT_INTERNAL_DEST.{{ columns.dbt_valid_to }} is null
    {% endif %}
    and DBT_INTERNAL_SOURCE.dbt_change_type in ('update', 'delete')
    then update
    set {{ columns.dbt_valid_to }} = DBT_INTERNAL_SOURCE.{{ columns.dbt_valid_to }}
  when not matched
    and DBT_INTERNAL_SOURCE.dbt_change_type = 'insert'
    then insert ({{ insert_list }})
    values ({{ insert_list }})
{% endmacro %}

{% macro get_updated_at_column_data_type(snapshot_sql) %}
  {% set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() %}
  {% set result = namespace(dtype=none) %}
  {% for column in get_column_schema_from_query(snapshot_sql) if column.column == columns.dbt_updated_at %}
    {% set result.dtype = column.dtype %}
  {% endfor %}
  {{ return(result.dtype) }}
{% endmacro %}

{# A snapshot whose updated_at has another type than the warehouse's clock compares unlike things. #}
{% macro check_time_data_types(sql) %}
  {% set dbt_updated_at_data_type = get_updated_at_column_data_type(sql) %}
  {% set snapshot_get_time_data_type = get_snapshot_get_time_data_type() %}
  {% if snapshot_get_time_data_type is not none and dbt_updated_at_data_type is not none
        and snapshot_get_time_data_type != dbt_updated_at_data_type %}
    {{ exceptions.warn_snapshot_timestamp_data_types(snapshot_get_time_data_type, dbt_updated_at_data_type) }}
  {% endif %}
{% endmacro %}
