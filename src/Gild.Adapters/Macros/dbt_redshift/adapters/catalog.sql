{# Some catalogs answer on the leader node alone, so they are asked one by one and joined here. #}

{% macro redshift__get_catalog(information_schema, schemas) -%}
  {%- set relations = [] -%}
  {%- for schema in schemas -%}
    {%- do relations.append({'schema': schema}) -%}
  {%- endfor -%}
  {{ return(redshift__get_catalog_relations(information_schema, relations)) }}
{%- endmacro %}

{% macro redshift__get_catalog_relations(information_schema, relations) -%}
  {%- set database = information_schema.database -%}
  {{ adapter.verify_database(database) }}
  {%- if redshift__use_show_apis() -%}
    {%- set catalog = redshift__shared_catalog(database, relations) -%}
  {%- else -%}
    {%- set catalog = redshift__local_catalog(database, relations) -%}
  {%- endif -%}
  {%- if redshift__can_select_from('svv_table_info') -%}
    {%- call statement('extended_catalog', fetch_result=True) -%}
      {{ redshift__get_extended_catalog_sql() }}
      where {{ redshift__places_condition(relations, '"schema"', '"table"') }}
    {%- endcall -%}
    {%- set catalog = catalog.join(load_result('extended_catalog').table, ['table_schema', 'table_name']) -%}
  {%- else -%}
    {{ redshift__no_svv_table_info_warning() }}
  {%- endif -%}
  {{ return(catalog) }}
{%- endmacro %}

{% macro redshift__places_condition(relations, schema_column, table_column) -%}
  {%- set conditions = [] -%}
  {%- for relation in relations -%}
    {%- set condition = "lower(" ~ schema_column ~ ") = lower('" ~ relation.schema ~ "')" -%}
    {%- if relation.identifier -%}
      {%- set condition = condition ~ " and lower(" ~ table_column ~ ") = lower('" ~ relation.identifier ~ "')" -%}
    {%- endif -%}
    {%- do conditions.append('(' ~ condition ~ ')') -%}
  {%- endfor -%}
  ({{ conditions | join(' or ') if conditions else 'false' }})
{%- endmacro %}

{% macro redshift__local_catalog(database, relations) -%}
  {%- call statement('base_catalog', fetch_result=True) -%}
    select '{{ database }}' as table_database, described.*, owners.table_owner
    from (
      {{ redshift__get_early_binding_sql(database) }}
      union all
      {{ redshift__get_late_binding_sql() }}
    ) as described
    join (
      {{ redshift__get_table_owners_sql() }}
    ) as owners
      on owners.table_schema = described.table_schema
      and owners.table_name = described.table_name
    where {{ redshift__places_condition(relations, 'described.table_schema', 'described.table_name') }}
    order by described.column_index
  {%- endcall -%}
  {{ return(load_result('base_catalog').table) }}
{%- endmacro %}

{% macro redshift__shared_catalog(database, relations) -%}
  {%- call statement('base_catalog', fetch_result=True) -%}
    select
      svv_redshift_tables.database_name as table_database,
      svv_redshift_tables.schema_name as table_schema,
      svv_redshift_tables.table_name as table_name,
      case svv_redshift_tables.table_type when 'VIEW' then 'VIEW' else 'BASE TABLE' end as table_type,
      svv_redshift_tables.remarks as table_comment,
      svv_redshift_columns.column_name as column_name,
      svv_redshift_columns.ordinal_position as column_index,
      svv_redshift_columns.data_type as column_type,
      svv_redshift_columns.remarks as column_comment,
      svv_redshift_tables.table_owner as table_owner
    from svv_redshift_tables
    join svv_redshift_columns
      on svv_redshift_columns.database_name = svv_redshift_tables.database_name
      and svv_redshift_columns.schema_name = svv_redshift_tables.schema_name
      and svv_redshift_columns.table_name = svv_redshift_tables.table_name
    where svv_redshift_tables.database_name = '{{ database }}'
      and {{ redshift__places_condition(relations, 'svv_redshift_tables.schema_name', 'svv_redshift_tables.table_name') }}
    order by 2, 3, 7
  {%- endcall -%}
  {{ return(load_result('base_catalog').table) }}
{%- endmacro %}

{% macro redshift__get_late_binding_sql() %}
      select
        table_schema::varchar,
        table_name::varchar,
        'LATE BINDING VIEW'::varchar as table_type,
        null::text as table_comment,
        column_name::varchar,
        column_index,
        column_type,
        null::text as column_comment
      from pg_get_late_binding_view_cols()
        cols(table_schema name, table_name name, column_name name, column_type varchar, column_index int)
{% endmacro %}

{% macro redshift__get_early_binding_sql(database) %}
      select
        pg_namespace.nspname::varchar as table_schema,
        pg_class.relname::varchar as table_name,
        case
          when pg_class.relkind = 'm' or pg_views.definition ilike '%create materialized view%' then 'MATERIALIZED VIEW'
          when pg_class.relkind = 'v' then 'VIEW'
          else 'BASE TABLE'
        end::varchar as table_type,
        on_table.description as table_comment,
        pg_attribute.attname::varchar as column_name,
        pg_attribute.attnum::int as column_index,
        format_type(pg_attribute.atttypid, pg_attribute.atttypmod)::varchar as column_type,
        on_column.description as column_comment
      from pg_namespace
      join pg_class on pg_class.relnamespace = pg_namespace.oid
      join pg_attribute on pg_attribute.attrelid = pg_class.oid
      left join pg_views on pg_views.schemaname = pg_namespace.nspname and pg_views.viewname = pg_class.relname
      left join pg_description as on_table on on_table.objoid = pg_class.oid and on_table.objsubid = 0
      left join pg_description as on_column on on_column.objoid = pg_class.oid and on_column.objsubid = pg_attribute.attnum
      where pg_class.relkind in ('r', 'v', 'm', 'f', 'p')
        and left(pg_class.relname::varchar, 8) <> 'mv_tbl__'
        and pg_attribute.attnum > 0
        and not pg_attribute.attisdropped
{% endmacro %}

{% macro redshift__get_table_owners_sql() %}
      select schemaname::varchar as table_schema, tablename::varchar as table_name, tableowner::varchar as table_owner from pg_tables
      union all
      select schemaname::varchar, viewname::varchar, viewowner::varchar from pg_views
{% endmacro %}

{# Statistics in the catalog's form: label, value, description, include. The first bytes of an interleaved key are no text, hence the case. #}
{% macro redshift__get_extended_catalog_sql() %}
  {%- set statistics = [
    ('encoded', 'Encoded', 'encoded', 'Whether any column is compressed.', 'true'),
    ('diststyle', 'Dist Style', 'diststyle', 'Distribution style, and the key where there is one.', 'true'),
    ('sortkey1', 'Sort Key 1', "case when sortkey1 like 'INTERLEAVED%' then 'INTERLEAVED' else sortkey1 end", 'First column of the sort key.', 'sortkey1 is not null'),
    ('max_varchar', 'Max Varchar', 'max_varchar', 'Bytes of the longest varchar column.', 'true'),
    ('sortkey_num', '# Sort Keys', 'sortkey_num', 'Columns in the sort key.', 'sortkey_num > 0'),
    ('size', 'Approximate Size', 'size * 1000000', 'Bytes, from the count of blocks of 1 MB.', 'true'),
    ('pct_used', 'Disk Utilization', 'pct_used / 100.0', 'Share of the disk space that the table takes.', 'true'),
    ('unsorted', 'Unsorted %', 'unsorted / 100.0', 'Share of rows that are not in sort order.', 'unsorted is not null'),
    ('stats_off', 'Stats Off', 'stats_off', 'How stale the statistics are, from 0 (fresh) to 100.', 'true'),
    ('rows', 'Approximate Row Count', 'tbl_rows', 'Rows, with those that are deleted but not yet vacuumed.', 'true'),
    ('skew_sortkey1', 'Sort Key Skew', 'skew_sortkey1', 'Size of the largest column outside of the sort key against the first column in it.', 'skew_sortkey1 is not null'),
    ('skew_rows', 'Skew Rows', 'skew_rows', 'Rows of the fullest slice against those of the emptiest.', 'skew_rows is not null')
  ] -%}
      select
        "schema" as table_schema,
        "table" as table_name
        {%- for name, label, expression, description, include in statistics %},
        '{{ label }}'::varchar as "stats:{{ name }}:label",
        {{ expression }} as "stats:{{ name }}:value",
        '{{ description }}'::varchar as "stats:{{ name }}:description",
        ({{ include }}) as "stats:{{ name }}:include"
        {%- endfor %}
      from svv_table_info
{% endmacro %}

{% macro redshift__can_select_from(table_name) %}
  {%- call statement('has_table_privilege', fetch_result=True) -%}
    select has_table_privilege(current_user, '{{ table_name }}', 'SELECT') as can_select
  {%- endcall -%}
  {{ return(load_result('has_table_privilege').table[0]['can_select']) }}
{% endmacro %}

{% macro redshift__no_svv_table_info_warning() %}
  {{ log("The catalog has no statistics of tables: grant SELECT on svv_table_info to "
      ~ ('"' ~ target.user ~ '"' if target.user else 'the user that signs in') ~ " to have them", info=True) }}
{% endmacro %}
