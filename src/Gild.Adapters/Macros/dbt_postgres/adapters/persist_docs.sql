{# Dollar quotes let a comment hold any quote. #}
{% macro postgres_escape_comment(comment) -%}
  {%- if comment is not string -%}
    {%- do exceptions.raise_compiler_error('A comment must be a text, got ' ~ comment) -%}
  {%- endif -%}
  {%- set mark = '$dbt_comment_literal_block$' -%}
  {%- if mark in comment -%}
    {%- do exceptions.raise_compiler_error('A comment may not contain ' ~ mark) -%}
  {%- endif -%}
  {{ mark }}{{ comment }}{{ mark }}
{%- endmacro %}

{% macro postgres__alter_relation_comment(relation, comment) %}
  comment on {{ relation.type | string | replace('_', ' ') }} {{ relation }} is {{ postgres_escape_comment(comment) }};
{% endmacro %}

{% macro postgres__alter_column_comment(relation, column_dict) %}
  {% for name, column in column_dict.items() %}
    comment on column {{ relation }}.{{ adapter.quote(name) if column['quote'] else name }} is {{ postgres_escape_comment(column['description']) }};
  {% endfor %}
{% endmacro %}

{%- macro postgres__get_show_grant_sql(relation) -%}
  select grantee, privilege_type
  from {{ relation.information_schema('role_table_grants') }}
  where grantor = current_role
    and grantee <> current_role
    and table_schema = '{{ relation.schema }}'
    and table_name = '{{ relation.identifier }}'
{%- endmacro -%}

{% macro postgres__copy_grants() %}
  {{ return(False) }}
{% endmacro %}
