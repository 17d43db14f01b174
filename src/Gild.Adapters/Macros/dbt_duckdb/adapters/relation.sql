{% macro duckdb__list_relations_without_caching(schema_relation) %}
  {% call statement('list_relations_without_caching', fetch_result=True) -%}
    select '{{ schema_relation.database }}' as database, table_name as name, schema_name as schema, 'table' as type
    from duckdb_tables()
    where not internal
      and lower(database_name) = lower('{{ schema_relation.database }}')
      and lower(schema_name) = lower('{{ schema_relation.schema }}')
    union all
    select '{{ schema_relation.database }}', view_name, schema_name, 'view'
    from duckdb_views()
    where not internal
      and lower(database_name) = lower('{{ schema_relation.database }}')
      and lower(schema_name) = lower('{{ schema_relation.schema }}')
  {% endcall %}
  {{ return(load_result('list_relations_without_caching').table) }}
{% endmacro %}

{% macro duckdb__drop_relation(relation) -%}
  {% call statement('drop_relation', auto_begin=False) -%}
    drop {{ relation.type }} if exists {{ relation }} cascade
  {%- endcall %}
{% endmacro %}

{# A table with indexes cannot be renamed; one that makes way for its successor gives them up. #}
{% macro duckdb__rename_relation(from_relation, to_relation) -%}
  {% if to_relation.is_table and to_relation.identifier.endswith('__dbt_backup') %}
    {% do drop_indexes_on_relation(from_relation) %}
  {% endif %}
  {% set new_name = adapter.quote_as_configured(to_relation.identifier, 'identifier') %}
  {% call statement('rename_relation') -%}
    alter {{ to_relation.type }} {{ from_relation }} rename to {{ new_name }}
  {%- endcall %}
{% endmacro %}

{# Temporary tables live in the session, outside of any schema. #}
{% macro duckdb__make_temp_relation(base_relation, suffix) %}
  {% do return(base_relation.incorporate(path={
      "identifier": base_relation.identifier ~ suffix ~ py_current_timestring(),
      "schema": none,
      "database": none
  })) %}
{% endmacro %}

{% macro duckdb__create_table_as(temporary, relation, sql) -%}
  {%- set sql_header = config.get('sql_header', none) -%}
  {%- set contract = config.get('contract') -%}
  {%- set with_contract = contract and contract.enforced -%}
  {%- if with_contract -%}
    {{ get_assert_columns_equivalent(sql) }}
  {%- endif -%}
  {{ sql_header if sql_header is not none }}
  create {% if temporary %}temporary {% endif %}table
    {{ relation.include(database=(not temporary), schema=(not temporary)) }}
  {%- if with_contract and not temporary %}
  {{ get_table_columns_and_constraints() }};
  insert into {{ relation }} {{ get_column_names() }} (
    {{ get_select_subquery(sql) }}
  );
  {%- else %}
  as (
    {{ sql }}
  );
  {%- endif %}
{%- endmacro %}

{# The columns of an enforced contract, as a list for INSERT. #}
{% macro get_column_names() %}
  {%- set names = [] -%}
  {%- for name in model['columns'] -%}
    {%- set column = model['columns'][name] -%}
    {%- do names.append(adapter.quote(column['name']) if column.get('quote') else column['name']) -%}
  {%- endfor -%}
  ({{ names | join(', ') }})
{% endmacro %}

{% macro duckdb__create_view_as(relation, sql) -%}
  {%- set sql_header = config.get('sql_header', none) -%}
  {%- set contract = config.get('contract') -%}
  {%- if contract and contract.enforced -%}
    {{ get_assert_columns_equivalent(sql) }}
  {%- endif -%}
  {{ sql_header if sql_header is not none }}
  create view {{ relation }} as (
    {{ sql }}
  );
{%- endmacro %}
