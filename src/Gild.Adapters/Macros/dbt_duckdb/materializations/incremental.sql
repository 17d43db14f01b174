{% materialization incremental, adapter='duckdb' -%}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set temp_relation = make_temp_relation(target_relation) -%}
  {%- set intermediate_relation = make_intermediate_relation(target_relation) -%}
  {%- set backup_type = 'table' if existing_relation is none else existing_relation.type -%}
  {%- set backup_relation = make_backup_relation(target_relation, backup_type) -%}
  {%- set replace_all = should_full_refresh() or (existing_relation is not none and existing_relation.is_view) -%}
  {%- set on_schema_change = incremental_validate_on_schema_change(config.get('on_schema_change'), default='ignore') -%}
  {%- set grant_config = config.get('grants') -%}

  {{ drop_relation_if_exists(load_cached_relation(intermediate_relation)) }}
  {{ drop_relation_if_exists(load_cached_relation(backup_relation)) }}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {%- set swap = existing_relation is not none and replace_all -%}
  {%- set merge = existing_relation is not none and not replace_all -%}

  {% if swap %}
    {% set build_sql = duckdb__create_final_table(intermediate_relation, target_relation) %}
  {% elif not merge %}
    {% set build_sql = duckdb__create_final_table(target_relation, target_relation) %}
  {% else %}
    {% set strategy_sql = adapter.get_incremental_strategy_macro(context, config.get('incremental_strategy') or 'default') %}
    {% call statement('create_temp') %}
      {{ get_create_table_as_sql(True, temp_relation, sql) }}
    {% endcall %}
    {% set contract = config.get('contract') %}
    {% if not contract or not contract.enforced %}
      {% do adapter.expand_target_column_types(from_relation=temp_relation, to_relation=target_relation) %}
    {% endif %}
    {% set dest_columns = process_schema_changes(on_schema_change, temp_relation, existing_relation) %}
    {% if not dest_columns %}
      {% set dest_columns = adapter.get_columns_in_relation(existing_relation) %}
    {% endif %}
    {% set build_sql = strategy_sql({
        'target_relation': target_relation,
        'temp_relation': temp_relation,
        'unique_key': config.get('unique_key'),
        'dest_columns': dest_columns,
        'incremental_predicates': config.get('predicates', none) or config.get('incremental_predicates', none)
    }) %}
  {% endif %}

  {% call statement('main') %}
    {{ build_sql }}
  {% endcall %}

  {% if merge %}
    {% call statement('drop_temp') %}
      drop table if exists {{ temp_relation }}
    {% endcall %}
  {% endif %}

  {% if swap %}
    {% do adapter.rename_relation(existing_relation, backup_relation) %}
    {% do adapter.rename_relation(intermediate_relation, target_relation) %}
  {% endif %}

  {% if not merge %}
    {% do create_indexes(target_relation) %}
  {% endif %}

  {% do apply_grants(target_relation, grant_config, should_revoke=should_revoke(existing_relation, replace_all)) %}
  {% do persist_docs(target_relation, model) %}

  {{ run_hooks(post_hooks, inside_transaction=True) }}

  {% if swap %}
    {% do adapter.drop_relation(backup_relation) %}
  {% endif %}

  {% do adapter.commit() %}

  {{ run_hooks(post_hooks, inside_transaction=False) }}

  {{ return({'relations': [target_relation]}) }}
{%- endmaterialization %}

{% macro duckdb__get_incremental_default_sql(arg_dict) %}
  {% do return(get_incremental_delete_insert_sql(arg_dict)) %}
{% endmacro %}

{% macro duckdb__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
  {%- set column_list = get_quoted_csv(dest_columns | map(attribute="name")) -%}
  {%- set predicates = normalize_string_or_list(incremental_predicates, 'incremental_predicates') -%}
  {%- if unique_key is string and unique_key -%}
    delete from {{ target }}
    where ({{ unique_key }}) in (
      select ({{ unique_key }})
      from {{ source }}
    )
    {%- for predicate in predicates %}
      and {{ predicate }}
    {%- endfor -%};
  {%- elif unique_key -%}
    delete from {{ target }} as DBT_INCREMENTAL_TARGET
    using {{ source }} as DBT_INTERNAL_SOURCE
    where {% for key in unique_key %}DBT_INTERNAL_SOURCE.{{ key }} = DBT_INCREMENTAL_TARGET.{{ key }}{{ " and " if not loop.last }}{% endfor %}
    {%- for predicate in predicates %}
      and {{ predicate }}
    {%- endfor -%};
  {%- endif %}

  insert into {{ target }} ({{ column_list }})
  (
    select {{ column_list }}
    from {{ source }}
  )
{%- endmacro %}

{# Batches are periods of event_time: what is there of the period goes, what the query gives of it comes. #}
{% macro duckdb__get_incremental_microbatch_sql(arg_dict) -%}
  {%- set event_time = config.get('event_time') -%}
  {%- if not event_time -%}
    {{ exceptions.raise_compiler_error("The strategy microbatch needs the config 'event_time'") }}
  {%- endif -%}
  {%- if config.get('unique_key') -%}
    {{ exceptions.raise_compiler_error("The strategy microbatch replaces whole batches and does not support 'unique_key'; use merge for keys") }}
  {%- endif -%}
  {%- set batch = model.get('batch') or {} -%}
  {%- set start = batch.get('event_time_start') -%}
  {%- set end = batch.get('event_time_end') -%}
  {%- if not start or not end -%}
    {{ exceptions.raise_compiler_error("The strategy microbatch runs only within a batch: its start and end are not known") }}
  {%- endif -%}
  {%- set target = arg_dict["target_relation"] -%}
  {%- set source = arg_dict["temp_relation"] -%}
  {%- set column_list = get_quoted_csv(arg_dict["dest_columns"] | map(attribute="name")) -%}
  {%- set period -%}
    {{ event_time }} >= '{{ start }}' and {{ event_time }} < '{{ end }}'
  {%- endset -%}
  {%- set build_sql -%}
    delete from {{ target }}
    where {{ period }}
    {%- for predicate in normalize_string_or_list(arg_dict.get("incremental_predicates"), 'incremental_predicates') %}
      and ({{ predicate }})
    {%- endfor -%};

    insert into {{ target }} ({{ column_list }})
    select {{ column_list }}
    from {{ source }}
    where {{ period }};
  {%- endset -%}
  {{ return(build_sql) }}
{%- endmacro %}

{# A config that may be a text or a list of texts, as a list. #}
{% macro normalize_string_or_list(raw, field_name) -%}
  {%- if raw is none -%}
    {{ return([]) }}
  {%- endif -%}
  {%- set items = [raw] if raw is string else raw -%}
  {%- if items is mapping or items is not sequence -%}
    {{ exceptions.raise_compiler_error(field_name ~ ' must be a string or a list of strings, got ' ~ raw) }}
  {%- endif -%}
  {%- for item in items if item is not string or not item | trim -%}
    {{ exceptions.raise_compiler_error(field_name ~ ' list values must be non-empty strings, got ' ~ raw) }}
  {%- endfor -%}
  {{ return(items | list) }}
{%- endmacro %}
