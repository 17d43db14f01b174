{# The time in the name lets a rebuilt table have its index while the old table still has one of the same columns. #}
{% macro duckdb__get_create_index_sql(relation, index_dict) -%}
  {%- set columns = index_dict.get('columns') -%}
  {%- if columns is string or columns is mapping or columns is not sequence or columns | length == 0 -%}
    {%- do exceptions.raise_compiler_error("indexes: 'columns' must be a list of column names, got " ~ columns) -%}
  {%- endif -%}
  {%- set unique = index_dict.get('unique', false) -%}
  {%- set now = modules.datetime.datetime.utcnow().isoformat() -%}
  {%- set name = local_md5((columns + [relation.render(), unique | string, now]) | join('_')) -%}
  create {% if unique %}unique {% endif %}index "{{ name }}" on {{ relation }} ({{ columns | join(', ') }});
{%- endmacro %}

{% macro drop_indexes_on_relation(relation) -%}
  {% call statement('indexes_on_relation', fetch_result=True, auto_begin=False) %}
    select index_name
    from duckdb_indexes()
    where database_name = '{{ relation.database }}'
      and schema_name = '{{ relation.schema }}'
      and table_name = '{{ relation.identifier }}'
  {% endcall %}
  {% for row in load_result('indexes_on_relation').table %}
    {% call statement('drop_index', auto_begin=False) %}
      drop index "{{ relation.database }}"."{{ relation.schema }}"."{{ row[0] }}"
    {% endcall %}
  {% endfor %}
{%- endmacro %}
