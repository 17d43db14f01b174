{# As everywhere, but that a materialized view, which cannot be renamed, is dropped. #}
{% materialization table, adapter='redshift' %}
  {{ return(redshift__build_and_swap('table')) }}
{% endmaterialization %}

{% materialization view, adapter='redshift' %}
  {{ return(redshift__build_and_swap('view')) }}
{% endmaterialization %}

{# Builds beside, then swaps by renames in the same transaction: a reader sees the old relation or the new one. #}
{% macro redshift__build_and_swap(kind) %}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- set target_relation = this.incorporate(type=kind) -%}
  {%- set intermediate_relation = make_intermediate_relation(target_relation) -%}
  {%- set backup_relation = make_backup_relation(target_relation, kind if existing_relation is none else existing_relation.type) -%}
  {%- set grant_config = config.get('grants') -%}

  {# what an earlier, killed run may have left #}
  {{ drop_relation_if_exists(load_cached_relation(intermediate_relation)) }}
  {{ drop_relation_if_exists(load_cached_relation(backup_relation)) }}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {% call statement('main') -%}
    {% if kind == 'view' %}{{ get_create_view_as_sql(intermediate_relation, sql) }}{% else %}{{ get_create_table_as_sql(False, intermediate_relation, sql) }}{% endif %}
  {%- endcall %}

  {% set present = load_cached_relation(existing_relation) if existing_relation is not none else none %}
  {% if present is not none and present.can_be_renamed %}
    {{ adapter.rename_relation(present, backup_relation) }}
  {% elif present is not none %}
    {# in the same transaction, so that a failure from here on brings it back #}
    {% do adapter.cache_dropped(present) %}
    {% call statement('drop_relation') -%}
      {{ get_drop_sql(present) }}
    {%- endcall %}
  {% endif %}
  {{ adapter.rename_relation(intermediate_relation, target_relation) }}

  {% do create_indexes(target_relation) %}

  {{ run_hooks(post_hooks, inside_transaction=True) }}

  {% do apply_grants(target_relation, grant_config, should_revoke=should_revoke(existing_relation, full_refresh_mode=True)) %}
  {% do persist_docs(target_relation, model) %}

  {{ adapter.commit() }}

  {% if present is not none and present.can_be_renamed %}
    {{ drop_relation_if_exists(backup_relation) }}
  {% endif %}

  {{ run_hooks(post_hooks, inside_transaction=False) }}

  {{ return({'relations': [target_relation]}) }}
{% endmacro %}
