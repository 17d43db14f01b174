{% macro postgres__get_create_materialized_view_as_sql(relation, sql) %}
  create materialized view if not exists {{ relation }} as {{ sql }};
  {% for index_dict in config.get('indexes', []) %}
    {{ get_create_index_sql(relation, index_dict) }};
  {% endfor %}
{% endmacro %}

{% macro postgres__refresh_materialized_view(relation) %}
  refresh materialized view {{ relation }}
{% endmacro %}

{% macro postgres__describe_materialized_view(relation) %}
  {% do return({'indexes': run_query(get_show_indexes_sql(relation))}) %}
{% endmacro %}

{# Of a materialized view only the indexes can change in place: those to drop come first, then those to create; none when all is as wanted. #}
{% macro postgres__get_materialized_view_configuration_changes(existing_relation, new_config) %}
  {% set wanted = {} %}
  {% for index in new_config.get('indexes', []) or [] %}
    {% set key = index['columns'] | join(',') ~ '|' ~ (index.get('type') or 'btree') ~ '|' ~ (index.get('unique', false) | string) %}
    {% do wanted.update({key: index}) %}
  {% endfor %}
  {% set present = {} %}
  {% for row in postgres__describe_materialized_view(existing_relation)['indexes'].rows %}
    {% do present.update({row['column_names'] ~ '|' ~ row['method'] ~ '|' ~ (row['unique'] | string): row['name']}) %}
  {% endfor %}
  {% set changes = [] %}
  {% for key, name in present.items() if key not in wanted %}
    {% do changes.append({'action': 'drop', 'context': {'name': name}}) %}
  {% endfor %}
  {% for key, index in wanted.items() if key not in present %}
    {% do changes.append({'action': 'create', 'context': {'as_node_config': index}}) %}
  {% endfor %}
  {% do return({'indexes': changes, 'requires_full_refresh': false} if changes else none) %}
{% endmacro %}

{% macro postgres__get_alter_materialized_view_as_sql(
    relation, configuration_changes, sql, existing_relation, backup_relation, intermediate_relation) %}
  {% if configuration_changes.requires_full_refresh %}
    {{ get_replace_sql(existing_relation, relation, sql) }}
  {% else %}
    {{ postgres__update_indexes_on_materialized_view(relation, configuration_changes.indexes) }}
  {% endif %}
{% endmacro %}

{%- macro postgres__update_indexes_on_materialized_view(relation, index_changes) -%}
  {{- log("Applying UPDATE INDEXES to: " ~ relation) -}}
  {%- for change in index_changes -%}
    {%- if change.action == 'drop' -%}
      {{ postgres__get_drop_index_sql(relation, change.context.name) }};
    {% else -%}
      {{ postgres__get_create_index_sql(relation, change.context.as_node_config) }};
    {% endif -%}
  {%- endfor -%}
{%- endmacro -%}
