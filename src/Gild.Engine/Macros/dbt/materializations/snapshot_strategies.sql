{# A strategy tells how rows are recognised and when they changed. A project adds its own as snapshot_NAME_strategy. #}

{% macro strategy_dispatch(name) -%}
  {% set original_name = name %}
  {% if '.' in name %}
    {% set package_name, name = name.split(".", 1) %}
  {% else %}
    {% set package_name = none %}
  {% endif %}
  {% if package_name is none %}
    {% set package_context = context %}
  {% elif package_name in context %}
    {% set package_context = context[package_name] %}
  {% else %}
    {% do exceptions.raise_compiler_error(
        "Could not find package '{}', called by strategy '{}'".format(package_name, original_name)) %}
  {% endif %}
  {%- set search_name = 'snapshot_' ~ name ~ '_strategy' -%}
  {% if search_name not in package_context %}
    {% do exceptions.raise_compiler_error(
        "The specified strategy macro '{}' was not found in package '{}'".format(search_name, package_name)) %}
  {% endif %}
  {{ return(package_context[search_name]) }}
{%- endmacro %}

{% macro snapshot_hash_arguments(args) -%}
  {{ adapter.dispatch('snapshot_hash_arguments', 'dbt')(args) }}
{%- endmacro %}

{% macro default__snapshot_hash_arguments(args) -%}
  md5({%- for arg in args -%}
    coalesce(cast({{ arg }} as varchar ), '')
    {%- if not loop.last %} || '|' || {% endif -%}
  {%- endfor -%})
{%- endmacro %}

{% macro snapshot_timestamp_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) %}
  {% set unique_key = config.get('unique_key') %}
  {% set updated_at = config.get('updated_at') %}
  {% set hard_deletes = adapter.get_hard_deletes_behavior(config) %}
  {% set columns = config.get("snapshot_table_column_names") or get_snapshot_table_column_names() %}
  {# '<' is enough: a row with an unchanged updated_at has not changed #}
  {% set row_changed_expr -%}
    ({{ snapshotted_rel }}.{{ columns.dbt_valid_from }} < {{ current_rel }}.{{ updated_at }})
  {%- endset %}
  {% set scd_args = api.Relation.scd_args(unique_key, updated_at) %}
  {% set scd_id_expr = snapshot_hash_arguments(scd_args) %}
  {% do return({
      "unique_key": unique_key,
      "updated_at": updated_at,
      "row_changed": row_changed_expr,
      "scd_id": scd_id_expr,
      "invalidate_hard_deletes": hard_deletes == 'invalidate',
      "hard_deletes": hard_deletes
  }) %}
{% endmacro %}

{% macro snapshot_string_as_time(timestamp) -%}
  {{ adapter.dispatch('snapshot_string_as_time', 'dbt')(timestamp) }}
{%- endmacro %}

{% macro default__snapshot_string_as_time(timestamp) %}
  {% do exceptions.raise_not_implemented('snapshot_string_as_time macro not implemented for adapter ' ~ adapter.type()) %}
{% endmacro %}

{# [whether the query has other columns than the snapshot, the columns both have] #}
{% macro snapshot_check_all_get_existing_columns(node, target_exists, check_cols_config) -%}
  {%- if not target_exists -%}
    {%- set query_columns = get_column_schema_from_query(node['compiled_code']) | map(attribute='name') | list -%}
    {{ return((false, query_columns)) }}
  {%- endif -%}
  {%- set query_columns = get_columns_in_query(node['compiled_code']) -%}
  {%- if check_cols_config == 'all' -%}
    {%- set wanted = query_columns -%}
  {%- elif check_cols_config is iterable and (check_cols_config | length) > 0 -%}
    {%- set upper_query_columns = query_columns | map('upper') | list -%}
    {%- set wanted = [] -%}
    {%- for name in check_cols_config -%}
      {%- if name | upper in upper_query_columns -%}
        {%- do wanted.append(query_columns[upper_query_columns.index(name | upper)]) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- else -%}
    {% do exceptions.raise_compiler_error("Invalid value for 'check_cols': " ~ check_cols_config) %}
  {%- endif -%}
  {%- set existing_names = adapter.get_columns_in_relation(this) | map(attribute='name') | list -%}
  {%- set state = namespace(column_added=false) -%}
  {%- set common = [] -%}
  {%- for name in wanted -%}
    {%- if name in existing_names -%}
      {%- do common.append(adapter.quote(name)) -%}
    {%- else -%}
      {%- set state.column_added = true -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return((state.column_added, common)) }}
{%- endmacro %}

{% macro snapshot_check_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) %}
  {% set check_cols_config = config.get('check_cols') %}
  {% set unique_key = config.get('unique_key') %}
  {% set hard_deletes = adapter.get_hard_deletes_behavior(config) %}
  {% set columns = config.get("snapshot_table_column_names") or get_snapshot_table_column_names() %}
  {% set updated_at = config.get('updated_at') or snapshot_get_time() %}
  {% set column_added, check_cols = snapshot_check_all_get_existing_columns(node, target_exists, check_cols_config) %}
  {%- set row_changed_expr -%}
  (
    {%- if column_added -%}
    {{ get_true_sql() }}
    {%- else -%}
    {%- for name in check_cols -%}
      {{ snapshotted_rel }}.{{ name }} != {{ current_rel }}.{{ name }}
      or (
        ({{ snapshotted_rel }}.{{ name }} is null) and not ({{ current_rel }}.{{ name }} is null)
        or
        (not {{ snapshotted_rel }}.{{ name }} is null) and ({{ current_rel }}.{{ name }} is null)
      )
      {%- if not loop.last %} or {% endif -%}
    {%- endfor -%}
    {%- endif -%}
  )
  {%- endset %}
  {% set scd_args = api.Relation.scd_args(unique_key, updated_at) %}
  {% set scd_id_expr = snapshot_hash_arguments(scd_args) %}
  {% do return({
      "unique_key": unique_key,
      "updated_at": updated_at,
      "row_changed": row_changed_expr,
      "scd_id": scd_id_expr,
      "invalidate_hard_deletes": hard_deletes == 'invalidate',
      "hard_deletes": hard_deletes
  }) %}
{% endmacro %}

{% macro get_true_sql() %}
  {{ return(adapter.dispatch('get_true_sql', 'dbt')()) }}
{% endmacro %}

{% macro default__get_true_sql() %}
  {{ return('TRUE') }}
{% endmacro %}
