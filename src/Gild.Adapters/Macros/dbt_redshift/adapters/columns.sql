{# Temporary tables have no schema, and SHOW COLUMNS does not know them. #}
{% macro redshift__get_columns_in_relation(relation) -%}
  {% if not relation.database and not relation.schema %}
    {{ return(redshift__get_columns_in_relation_unqualified(relation)) }}
  {% elif redshift__use_show_apis() %}
    {{ return(redshift__get_columns_in_relation_show(relation)) }}
  {% endif %}
  {{ return(redshift__get_columns_in_relation_legacy(relation)) }}
{% endmacro %}

{% macro redshift__get_columns_in_relation_unqualified(relation) -%}
  {{ return(redshift__columns_of_catalog(relation)) }}
{% endmacro %}

{# Listing the columns of late-binding views is slow, as the warehouse expands them all; tables and bound views do without. #}
{% macro redshift__get_columns_in_relation_legacy(relation) -%}
  {% set columns = redshift__columns_of_catalog(relation) %}
  {% if columns %}
    {{ return(columns) }}
  {% endif %}
  {{ return(redshift__columns_of_unbound(relation)) }}
{% endmacro %}

{% macro redshift__columns_of_catalog(relation) -%}
  {% call statement('get_columns_in_relation', fetch_result=True) %}
    select column_name, data_type, character_maximum_length, numeric_precision, numeric_scale
    from information_schema."columns"
    where table_name = '{{ relation.identifier }}'
      {% if relation.schema -%}
      and table_schema = '{{ relation.schema }}'
      {%- endif %}
    order by ordinal_position
  {% endcall %}
  {{ return(sql_convert_columns_in_relation(load_result('get_columns_in_relation').table)) }}
{% endmacro %}

{# Columns of late-binding views and of Spectrum's external tables: one text holds type and sizes. #}
{% macro redshift__columns_of_unbound(relation) -%}
  {% call statement('get_columns_in_relation', fetch_result=True) %}
    select column_name, column_type
    from (
      select view_schema::varchar as table_schema, view_name::varchar as table_name, col_name::varchar as column_name, col_type as column_type, col_num as ordinal
      from pg_get_late_binding_view_cols()
        cols(view_schema name, view_name name, col_name name, col_type varchar, col_num int)
      union all
      select schemaname, tablename, columnname, external_type, columnnum
      from svv_external_columns
    ) as unbound
    where table_name = '{{ relation.identifier }}'
      {% if relation.schema -%}
      and table_schema = '{{ relation.schema }}'
      {%- endif %}
    order by ordinal
  {% endcall %}
  {% set columns = [] %}
  {% for row in load_result('get_columns_in_relation').table %}
    {% do columns.append(redshift__column_of_text(row[0], row[1])) %}
  {% endfor %}
  {{ return(columns) }}
{% endmacro %}

{# `character varying(20)`, `varchar(20)`, `numeric(10,2)`, `decimal(10,2)`, `array<string>`. #}
{% macro redshift__column_of_text(name, type_text) -%}
  {% set type = type_text | lower | trim %}
  {% set word = type.split('(')[0] | trim %}
  {% set sizes = type.split('(')[1].split(')')[0].split(',') if '(' in type else [] %}
  {% if word in ['character varying', 'varchar', 'character', 'char'] %}
    {% set dtype = 'character varying' if 'var' in word else 'character' %}
    {{ return(api.Column(name, dtype, sizes[0] | int if sizes else none)) }}
  {% elif word in ['numeric', 'decimal'] and sizes | length == 2 %}
    {{ return(api.Column(name, 'numeric', none, sizes[0] | int, sizes[1] | int)) }}
  {% endif %}
  {{ return(api.Column(name, type_text)) }}
{% endmacro %}

{# A dropped column may stay in the listing under a name of the warehouse's own. #}
{% macro redshift__get_columns_in_relation_show(relation) -%}
  {% call statement('get_columns_in_relation', fetch_result=True) %}
    show columns from table {{ adapter.quote(relation.database) }}.{{ adapter.quote(relation.schema) }}.{{ adapter.quote(relation.identifier) }}
  {% endcall %}
  {% set columns = [] %}
  {% for row in load_result('get_columns_in_relation').table if 'pg.dropped.' not in row['column_name'] %}
    {% do columns.append(api.Column(
        row['column_name'], row['data_type'], row['character_maximum_length'], row['numeric_precision'], row['numeric_scale'])) %}
  {% endfor %}
  {{ return(columns) }}
{% endmacro %}

{# ALTER COLUMN TYPE cannot run in a transaction, and here every change does: by way of a second column, as for other types. #}
{% macro redshift__alter_column_type(relation, column_name, new_column_type) -%}
  {{ return(default__alter_column_type(relation, column_name, new_column_type)) }}
{% endmacro %}

{# One column a statement is all that Redshift takes. #}
{% macro redshift__alter_relation_add_remove_columns(relation, add_columns, remove_columns) %}
  {% for column in add_columns or [] %}
    {% do run_query('alter ' ~ relation.type ~ ' ' ~ relation.render() ~ ' add column ' ~ column.quoted ~ ' ' ~ column.data_type) %}
  {% endfor %}
  {% for column in remove_columns or [] %}
    {% do run_query('alter ' ~ relation.type ~ ' ' ~ relation.render() ~ ' drop column ' ~ column.quoted) %}
  {% endfor %}
{% endmacro %}
