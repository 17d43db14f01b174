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
    drop {{ relation.type }} if exists {{ relation }}{{ ' cascade' if not adapter.is_ducklake(relation) }}
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

{# A table that is partitioned or sorted gets its columns first, then its layout, then its rows, so that the rows follow the layout. #}
{% macro duckdb__create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none) -%}
  {%- set sql_header = config.get('sql_header', none) -%}
  {%- set contract = config.get('contract') -%}
  {%- set with_contract = contract and contract.enforced -%}
  {%- if with_contract -%}
    {{ get_assert_columns_equivalent(compiled_code) }}
  {%- endif -%}
  {{ sql_header if sql_header is not none }}
  create {% if temporary %}temporary {% endif %}table
    {{ relation.include(database=(not temporary), schema=(not temporary)) }}
  {%- if with_contract and not temporary %}
  {{ get_table_columns_and_constraints() }};
  {{ duckdb__set_layout(relation, partitioned_by, sorted_by) }}
  insert into {{ relation }} {{ get_column_names() }} (
    {{ get_select_subquery(compiled_code) }}
  );
  {%- elif partitioned_by or sorted_by %}
  as (
    select * from (
      {{ compiled_code }}
    ) as model_subq
    limit 0
  );
  {{ duckdb__set_layout(relation, partitioned_by, sorted_by) }}
  insert into {{ relation }}
  select * from (
    {{ compiled_code }}
  ) as model_subq;
  {%- else %}
  as (
    {{ compiled_code }}
  );
  {%- endif %}
{%- endmacro %}

{% macro duckdb__set_layout(relation, partitioned_by, sorted_by) -%}
  {%- if partitioned_by %}{{ duckdb__alter_table_set_partitioned_by(relation, partitioned_by) }}{% endif %}
  {%- if sorted_by %}
  {{ duckdb__alter_table_set_sorted_by(relation, sorted_by) }}
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

{# The statement that makes a model's table under the name of relation, laid out as the model asks for its place target. #}
{% macro duckdb__create_final_table(relation, target) -%}
  {%- set partitioned_by = duckdb__get_partitioned_by(target, false) -%}
  {%- set sorted_by = duckdb__get_sorted_by(target, false) -%}
  {%- if partitioned_by or sorted_by -%}
    {{ duckdb__create_table_as(false, relation, sql, 'sql', partitioned_by, sorted_by) }}
  {%- else -%}
    {{ get_create_table_as_sql(false, relation, sql) }}
  {%- endif -%}
{%- endmacro %}
