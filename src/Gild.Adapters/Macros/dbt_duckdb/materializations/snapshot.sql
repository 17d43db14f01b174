{% macro duckdb__snapshot_merge_sql(target, source, insert_cols) -%}
  {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
  {%- set column_list = insert_cols | join(', ') -%}
  {%- set current = config.get('dbt_valid_to_current') -%}
  update {{ target }} as DBT_INTERNAL_DEST
  set {{ columns.dbt_valid_to }} = DBT_INTERNAL_SOURCE.{{ columns.dbt_valid_to }}
  from {{ source }} as DBT_INTERNAL_SOURCE
  where DBT_INTERNAL_SOURCE.{{ columns.dbt_scd_id }}::text = DBT_INTERNAL_DEST.{{ columns.dbt_scd_id }}::text
    and DBT_INTERNAL_SOURCE.dbt_change_type::text in ('update'::text, 'delete'::text)
    and (DBT_INTERNAL_DEST.{{ columns.dbt_valid_to }} is null
      {%- if current %} or DBT_INTERNAL_DEST.{{ columns.dbt_valid_to }} = {{ current }}{% endif %});

  insert into {{ target }} ({{ column_list }})
  select {{ column_list }}
  from {{ source }} as DBT_INTERNAL_SOURCE
  where DBT_INTERNAL_SOURCE.dbt_change_type::text = 'insert'::text;
{%- endmacro %}

{% macro duckdb__post_snapshot(staging_relation) %}
  {% call statement('drop_staging', auto_begin=False) %}
    drop table if exists {{ staging_relation }}
  {% endcall %}
{% endmacro %}
