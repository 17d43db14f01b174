{# Redshift gives no alias to the target of DELETE and MERGE, so predicates that name it by dbt's alias name the table. #}
{% macro redshift__predicates(target, incremental_predicates) %}
  {% set predicates = [] %}
  {% for predicate in incremental_predicates or [] %}
    {% do predicates.append(predicate | replace('DBT_INTERNAL_DEST.', target ~ '.') | replace('dbt_internal_dest.', target ~ '.')) %}
  {% endfor %}
  {{ return(predicates) }}
{% endmacro %}

{% macro redshift__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
  {%- set column_list = get_quoted_csv(dest_columns | map(attribute="name")) -%}
  {%- if unique_key -%}
    {%- set keys = unique_key if unique_key is string else unique_key | join(', ') -%}
    delete from {{ target }}
    where ({{ keys }}) in (
      select distinct {{ keys }}
      from {{ source }} as DBT_INTERNAL_SOURCE
    )
    {%- for predicate in redshift__predicates(target, incremental_predicates) %}
      and {{ predicate }}
    {%- endfor %};
  {% endif %}
  insert into {{ target }} ({{ column_list }})
  (
    select {{ column_list }}
    from {{ source }}
  )
{%- endmacro %}

{# Redshift's MERGE wants an equality and both branches: without a key everything is new, and there is nothing to merge with. #}
{% macro redshift__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
  {%- if not unique_key -%}
    {{ return(get_insert_into_sql(target, source, dest_columns)) }}
  {%- endif -%}
  {%- set conditions = redshift__predicates(target, incremental_predicates) -%}
  {%- set update_columns = get_merge_update_columns(
        config.get('merge_update_columns'), config.get('merge_exclude_columns'), dest_columns) -%}
  {%- set columns = get_merge_update_columns(none, none, dest_columns) -%}
  {%- set sql_header = config.get('sql_header', none) -%}
  {%- for key in ([unique_key] if unique_key is string else unique_key) -%}
    {%- do conditions.append('DBT_INTERNAL_SOURCE.' ~ key ~ ' = ' ~ target ~ '.' ~ key) -%}
  {%- endfor -%}
  {%- if not update_columns -%}
    {%- do exceptions.raise_compiler_error('merge_exclude_columns of ' ~ model.unique_id ~ ' leaves no column to update; use the strategy append or delete+insert') -%}
  {%- endif -%}

  {{ sql_header if sql_header is not none }}
  merge into {{ target }}
  using {{ source }} as DBT_INTERNAL_SOURCE
  on ({{ conditions | join(') and (') }})
  when matched then update set
    {% for name in update_columns -%}
    {{ name }} = DBT_INTERNAL_SOURCE.{{ name }}{{ ',' if not loop.last }}
    {% endfor %}
  when not matched then insert ({{ columns | join(', ') }})
  values (
    {%- for name in columns -%}
    DBT_INTERNAL_SOURCE.{{ name }}{{ ', ' if not loop.last }}
    {%- endfor -%}
  )
{%- endmacro %}

{# A batch replaces what its span of time holds; no key is needed. #}
{% macro redshift__get_incremental_microbatch_sql(arg_dict) %}
  {%- set target = arg_dict['target_relation'] -%}
  {%- set predicates = redshift__predicates(target, arg_dict.get('incremental_predicates')) -%}
  {%- if not model.batch or not model.batch.event_time_start or not model.batch.event_time_end -%}
    {%- do exceptions.raise_compiler_error('The start and end of the batch of ' ~ model.unique_id ~ ' are not known') -%}
  {%- endif -%}
  {%- do predicates.append(model.config.event_time ~ " >= TIMESTAMP '" ~ model.batch.event_time_start ~ "'") -%}
  {%- do predicates.append(model.config.event_time ~ " < TIMESTAMP '" ~ model.batch.event_time_end ~ "'") -%}
  {%- set column_list = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
  delete from {{ target }}
  where ({{ predicates | join(' and ') }});

  insert into {{ target }} ({{ column_list }})
  (
    select {{ column_list }}
    from {{ arg_dict['temp_relation'] }}
  )
{% endmacro %}

{% macro redshift__snapshot_merge_sql(target, source, insert_cols) -%}
  {{ postgres__snapshot_merge_sql(target, source, insert_cols) }}
{%- endmacro %}
