{# What on_schema_change does when the query's columns are no longer the table's. #}

{% macro incremental_validate_on_schema_change(on_schema_change, default='ignore') %}
  {% if on_schema_change in ['sync_all_columns', 'append_new_columns', 'fail', 'ignore'] %}
    {{ return(on_schema_change) }}
  {% endif %}
  {% if on_schema_change is not none %}
    {% do log('Invalid value for on_schema_change (' ~ on_schema_change ~ ') specified. Setting default value of ' ~ default ~ '.') %}
  {% endif %}
  {{ return(default) }}
{% endmacro %}

{# Columns of the first list whose names the second list does not have. #}
{% macro diff_columns(source_columns, target_columns) %}
  {% set known = target_columns | map(attribute='column') | map('lower') | list %}
  {% set result = [] %}
  {% for column in source_columns if column.column | lower not in known %}
    {% do result.append(column) %}
  {% endfor %}
  {{ return(result) }}
{% endmacro %}

{% macro diff_column_data_types(source_columns, target_columns) %}
  {{ return(adapter.dispatch('diff_column_data_types', 'dbt')(source_columns, target_columns)) }}
{% endmacro %}

{% macro default__diff_column_data_types(source_columns, target_columns) %}
  {% set result = [] %}
  {% for target_column in target_columns %}
    {% for source_column in source_columns if source_column.column | lower == target_column.column | lower %}
      {% if source_column.expanded_data_type != target_column.expanded_data_type
            and not target_column.can_expand_to(other_column=source_column) %}
        {% do result.append({'column_name': target_column.name, 'new_type': source_column.expanded_data_type}) %}
      {% endif %}
    {% endfor %}
  {% endfor %}
  {{ return(result) }}
{% endmacro %}

{% macro check_for_schema_changes(source_relation, target_relation) %}
  {{ return(adapter.dispatch('check_for_schema_changes', 'dbt')(source_relation, target_relation)) }}
{% endmacro %}

{% macro default__check_for_schema_changes(source_relation, target_relation) %}
  {%- set source_columns = adapter.get_columns_in_relation(source_relation) -%}
  {%- set target_columns = adapter.get_columns_in_relation(target_relation) -%}
  {%- set source_not_in_target = diff_columns(source_columns, target_columns) -%}
  {%- set target_not_in_source = diff_columns(target_columns, source_columns) -%}
  {%- set new_target_types = diff_column_data_types(source_columns, target_columns) -%}
  {%- set changed = (source_not_in_target or target_not_in_source or new_target_types) and true or false -%}
  {{ return({
      'schema_changed': changed,
      'source_not_in_target': source_not_in_target,
      'target_not_in_source': target_not_in_source,
      'source_columns': source_columns,
      'target_columns': target_columns,
      'new_target_types': new_target_types
  }) }}
{% endmacro %}

{% macro sync_column_schemas(on_schema_change, target_relation, schema_changes_dict) %}
  {{ return(adapter.dispatch('sync_column_schemas', 'dbt')(on_schema_change, target_relation, schema_changes_dict)) }}
{% endmacro %}

{% macro default__sync_column_schemas(on_schema_change, target_relation, schema_changes_dict) %}
  {%- set to_add = schema_changes_dict['source_not_in_target'] -%}
  {%- if on_schema_change == 'append_new_columns' -%}
    {%- if to_add -%}
      {%- do alter_relation_add_remove_columns(target_relation, to_add, none) -%}
    {%- endif -%}
  {%- elif on_schema_change == 'sync_all_columns' -%}
    {%- set to_remove = schema_changes_dict['target_not_in_source'] -%}
    {%- if to_add or to_remove -%}
      {%- do alter_relation_add_remove_columns(target_relation, to_add, to_remove) -%}
    {%- endif -%}
    {%- for change in schema_changes_dict['new_target_types'] -%}
      {%- do alter_column_type(target_relation, change['column_name'], change['new_type']) -%}
    {%- endfor -%}
  {%- endif -%}
  {%- do log('Schema of ' ~ target_relation.render() ~ ' changed: added ' ~ (to_add | map(attribute='name') | join(', '))
        ~ '; not in the query any more: ' ~ (schema_changes_dict['target_not_in_source'] | map(attribute='name') | join(', '))) -%}
{% endmacro %}

{% macro process_schema_changes(on_schema_change, source_relation, target_relation) %}
  {{ return(adapter.dispatch('process_schema_changes', 'dbt')(on_schema_change, source_relation, target_relation)) }}
{% endmacro %}

{% macro default__process_schema_changes(on_schema_change, source_relation, target_relation) %}
  {% if on_schema_change == 'ignore' %}
    {{ return({}) }}
  {% endif %}
  {% set changes = check_for_schema_changes(source_relation, target_relation) %}
  {% if not changes['source_columns'] %}
    {# The relation was just made, so it has columns: only reading them failed. Dropping or adding on that ground would be wrong. #}
    {% set problem = "Could not read any columns of " ~ source_relation.render() ~ ", which this run made, to compare them with "
        ~ target_relation.render() ~ " (on_schema_change='" ~ on_schema_change ~ "'): a metadata failure." %}
    {% if on_schema_change == 'append_new_columns' %}
      {{ exceptions.warn(problem ~ " The columns of the table are used; a new column, if there is one, is not added until its"
          ~ " metadata can be read or the model is built with --full-refresh.") }}
      {{ return(changes['source_columns']) }}
    {% endif %}
    {{ exceptions.raise_compiler_error(problem ~ " Check that the connection sees the catalog of its temporary relations; "
        ~ "set on_schema_change='ignore' or build with --full-refresh to go on without the comparison.") }}
  {% endif %}
  {% if changes['schema_changed'] %}
    {% if on_schema_change == 'fail' %}
      {{ exceptions.raise_compiler_error(
          "The source and target schemas on this incremental model are out of sync!\n"
          ~ "They can be reconciled in several ways:\n"
          ~ "  - set the `on_schema_change` config to either append_new_columns or sync_all_columns, depending on your situation.\n"
          ~ "  - Re-run the incremental model with `full_refresh: True` to update the target schema.\n"
          ~ "  - update the schema manually and re-run the process.\n\n"
          ~ "Additional troubleshooting context:\n"
          ~ "   Source columns not in target: " ~ changes['source_not_in_target'] ~ "\n"
          ~ "   Target columns not in source: " ~ changes['target_not_in_source'] ~ "\n"
          ~ "   New column types: " ~ changes['new_target_types']) }}
    {% else %}
      {% do sync_column_schemas(on_schema_change, target_relation, changes) %}
    {% endif %}
  {% endif %}
  {{ return(changes['source_columns']) }}
{% endmacro %}
