{# Distribution and sort order, as they stand in CREATE TABLE. #}

{% macro dist(dist) %}
  {%- if dist is not none -%}
    {%- if dist is not string -%}
      {%- do exceptions.raise_compiler_error("dist must be one column, or all, even or auto; got " ~ dist) -%}
    {%- endif -%}
    {%- set style = dist | trim | lower -%}
    {%- if style in ['all', 'even'] -%}
      diststyle {{ style }}
    {%- elif style != 'auto' -%}
      diststyle key distkey ({{ style }})
    {%- endif -%}
  {%- endif -%}
{%- endmacro -%}

{% macro sort(sort_type, sort) %}
  {%- if sort is not none -%}
    {%- if sort is not string and (sort is mapping or sort is not sequence or not sort) -%}
      {%- do exceptions.raise_compiler_error("sort must be a column or a list of columns; got " ~ sort) -%}
    {%- endif -%}
    {%- set columns = [sort] if sort is string else sort -%}
    {{ sort_type or 'compound' }} sortkey({{ columns | join(', ') }})
  {%- endif -%}
{%- endmacro -%}

{# What follows the name in CREATE TABLE; nothing but the backup applies to a temporary table. #}
{% macro redshift__table_attributes(temporary) -%}
  {%- set sort_type = config.get('sort_type', validator=validation.any['compound', 'interleaved']) -%}
  {%- set attributes = ['backup no'] if config.get('backup') == false else [] -%}
  {%- if not temporary -%}
    {%- do attributes.append(dist(config.get('dist')) | trim) -%}
    {%- do attributes.append(sort(sort_type, config.get('sort')) | trim) -%}
  {%- endif -%}
  {{ attributes | select | join(' ') }}
{%- endmacro %}

{% macro redshift__create_table_as(temporary, relation, sql) -%}
  {%- set contract = config.get('contract') -%}
  {%- set sql_header = config.get('sql_header', none) -%}
  {%- set name = relation.include(database=(not temporary), schema=(not temporary)) -%}
  {%- set attributes = redshift__table_attributes(temporary) -%}
  {{ sql_header if sql_header is not none }}
  {%- if contract and contract.enforced %}
    {{- get_assert_columns_equivalent(sql) }}
  create {{ 'temporary ' if temporary }}table {{ name }}
  {{ get_table_columns_and_constraints() }}
  {{ attributes }};

  insert into {{ name }}
  (
    {{ get_select_subquery(sql) }}
  );
  {%- else %}
  create {{ 'temporary ' if temporary }}table {{ name }}
  {{ attributes }}
  as (
    {{ sql }}
  );
  {%- endif %}
{%- endmacro %}

{# bind: false makes a late-binding view: it may read external tables, and lives on when what it reads is dropped. #}
{% macro redshift__view_sql(verb, relation, sql) -%}
  {%- set contract = config.get('contract') -%}
  {%- set sql_header = config.get('sql_header', none) -%}
  {{ sql_header if sql_header is not none }}
  {%- if contract and contract.enforced %}
    {{- get_assert_columns_equivalent(sql) }}
  {%- endif %}
  {{ verb }} {{ relation }} as (
    {{ sql }}
  ){{ '' if config.get('bind', default=True) else ' with no schema binding' }};
{%- endmacro %}

{% macro redshift__create_view_as(relation, sql) -%}
  {{ redshift__view_sql('create view', relation, sql) }}
{%- endmacro %}

{% macro redshift__get_replace_view_sql(relation, sql) -%}
  {{ redshift__view_sql('create or replace view', relation, sql) }}
{%- endmacro %}

{# Drop: with what depends on it, unless the profile says drop_without_cascade. #}

{% macro redshift__drop_table(relation) -%}
  drop table if exists {{ relation }}{{ '' if redshift__drop_without_cascade() else ' cascade' }}
{%- endmacro %}

{% macro redshift__drop_view(relation) -%}
  drop view if exists {{ relation }}{{ '' if redshift__drop_without_cascade() else ' cascade' }}
{%- endmacro %}

{% macro redshift__drop_materialized_view(relation) -%}
  drop materialized view if exists {{ relation }}{{ '' if redshift__drop_without_cascade() else ' cascade' }}
{%- endmacro %}

{# Views are renamed as tables are. #}

{% macro redshift__get_rename_table_sql(relation, new_name) %}
  alter table {{ relation }} rename to {{ adapter.quote(new_name) }}
{% endmacro %}

{% macro redshift__get_rename_view_sql(relation, new_name) %}
  alter table {{ relation }} rename to {{ adapter.quote(new_name) }}
{% endmacro %}

{# TRUNCATE would commit at once, and readers would find the table empty until the rows are there. #}
{% macro redshift__truncate_relation(relation) -%}
  {% call statement('truncate_relation') -%}
    delete from {{ relation.render() }}
  {%- endcall %}
{% endmacro %}

{% macro redshift__get_create_index_sql(relation, index_dict) -%}
  {% do exceptions.raise_compiler_error("Redshift has no indexes: remove `indexes` from " ~ model.unique_id ~ "; `sort` and `dist` take their place") %}
{%- endmacro %}
