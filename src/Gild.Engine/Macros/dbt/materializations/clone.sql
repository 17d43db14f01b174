{%- materialization clone, default -%}
  {%- set relations = {'relations': []} -%}

  {%- if not defer_relation -%}
    {# there is nothing of this name in the state to clone from #}
    {{ log("No relation found in state manifest for " ~ model.unique_id, info=True) }}
    {{ return(relations) }}
  {%- endif -%}

  {%- set existing_relation = load_cached_relation(this) -%}
  {%- if existing_relation and not flags.FULL_REFRESH -%}
    {# an existing relation stays unless a full refresh is asked for #}
    {{ log("Relation " ~ existing_relation ~ " already exists", info=True) }}
    {{ return(relations) }}
  {%- endif -%}

  {%- set other_existing_relation = load_cached_relation(defer_relation) -%}

  {%- if can_clone_table() and other_existing_relation and other_existing_relation.type == 'table' -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- if existing_relation is not none and not existing_relation.is_table -%}
      {{ log("Dropping relation " ~ existing_relation.render() ~ " because it is of type " ~ existing_relation.type) }}
      {{ drop_relation_if_exists(existing_relation) }}
    {%- endif -%}
    {% call statement('main') %}
      {{ create_or_replace_clone(target_relation, defer_relation) }}
    {% endcall %}
    {% do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing_relation, full_refresh_mode=True)) %}
    {% do persist_docs(target_relation, model) %}
    {{ return({'relations': [target_relation]}) }}
  {%- endif -%}

  {# elsewhere a clone is a view that points at the other relation #}
  {%- set target_relation = this.incorporate(type='view') -%}
  {%- set search_name = "materialization_view_" ~ adapter.type() -%}
  {%- if search_name not in context -%}
    {%- set search_name = "materialization_view_default" -%}
  {%- endif -%}
  {%- set materialization_macro = context[search_name] -%}
  {%- set relations = materialization_macro() -%}
  {{ return(relations) }}
{%- endmaterialization -%}

{% macro can_clone_table() %}
  {{ return(adapter.dispatch('can_clone_table', 'dbt')()) }}
{% endmacro %}

{% macro default__can_clone_table() %}
  {{ return(False) }}
{% endmacro %}

{% macro create_or_replace_clone(this_relation, defer_relation) %}
  {{ return(adapter.dispatch('create_or_replace_clone', 'dbt')(this_relation, defer_relation)) }}
{% endmacro %}

{% macro default__create_or_replace_clone(this_relation, defer_relation) %}
  create or replace table {{ this_relation.render() }} clone {{ defer_relation.render() }}
{% endmacro %}
