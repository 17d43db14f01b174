{% macro redshift__truth(value, otherwise) %}
  {{ return(otherwise if value is none else value if value is not string else value | lower in ['true', 'yes', 'on', 't', '1']) }}
{% endmacro %}

{# What the configuration asks for, in the form in which an existing one is described; dist defaults to even, not to auto as for tables. #}
{% macro redshift__materialized_view_config(node_config) %}
  {% set dist = node_config.get('dist') or 'even' %}
  {% set style = dist | lower %}
  {% set sort = node_config.get('sort') %}
  {% if style == 'auto' %}
    {% do exceptions.raise_compiler_error("A materialized view cannot have `dist: auto`: use even, all or a column") %}
  {% elif node_config.get('sort_type') and node_config.get('sort_type') | lower != 'compound' %}
    {% do exceptions.raise_compiler_error("A materialized view sorts `compound` only; got `sort_type: " ~ node_config.get('sort_type') ~ "`") %}
  {% endif %}
  {{ return({
      'diststyle': style if style in ['even', 'all'] else 'key',
      'distkey': none if style in ['even', 'all'] else dist,
      'sortkey': [] if not sort else [sort] if sort is string else sort | list,
      'backup': redshift__truth(node_config.get('backup'), true),
      'autorefresh': redshift__truth(node_config.get('auto_refresh'), false)
  }) }}
{% endmacro %}

{% macro redshift__get_create_materialized_view_as_sql(relation, sql) %}
  {%- set wanted = redshift__materialized_view_config(config) -%}
  create materialized view {{ relation }}
    backup {{ 'yes' if wanted.backup else 'no' }}
    diststyle {{ wanted.diststyle }}
    {% if wanted.distkey %}distkey ({{ wanted.distkey }}){% endif %}
    {% if wanted.sortkey %}sortkey ({{ wanted.sortkey | join(', ') }}){% endif %}
    auto refresh {{ 'yes' if wanted.autorefresh else 'no' }}
  as (
    {{ sql | trim }}
  )
{% endmacro %}

{% macro redshift__refresh_materialized_view(relation) -%}
  refresh materialized view {{ relation }}
{%- endmacro %}

{# Three questions, since the leader node's catalogs and the others cannot stand in one. The view's rows are in a table of the warehouse's own. #}
{% macro redshift__describe_materialized_view(relation) %}
  {% set about_view %}
    select tables.diststyle, views.autorefresh
    from svv_table_info as tables
    left join svv_mv_info as views
      on views.database_name = tables.database
      and views.schema_name = tables.schema
      and views.name = tables.table
    where tables.table ilike '{{ relation.identifier }}'
      and tables.schema ilike '{{ relation.schema }}'
      and tables.database ilike '{{ relation.database }}'
  {% endset %}
  {% set about_columns %}
    select pg_attribute.attname as "column", pg_attribute.attisdistkey as is_dist_key, pg_attribute.attsortkeyord as sort_key_position
    from pg_class
    join pg_namespace on pg_namespace.oid = pg_class.relnamespace
    join pg_attribute on pg_attribute.attrelid = pg_class.oid
    where pg_namespace.nspname ilike '{{ relation.schema }}'
      and pg_class.relname like 'mv_tbl__{{ relation.identifier }}__%'
  {% endset %}
  {% set about_query %}
    select definition
    from pg_views
    where viewname = '{{ relation.identifier }}'
      and schemaname = '{{ relation.schema }}'
      and definition ilike '%create materialized view%'
  {% endset %}
  {% do return({'materialized_view': run_query(about_view), 'columns': run_query(about_columns), 'query': run_query(about_query)}) %}
{% endmacro %}

{# The existing one in the form of redshift__materialized_view_config; what the catalog does not tell is as the defaults are. #}
{% macro redshift__materialized_view_state(described) %}
  {% set row = described['materialized_view'].rows[0] if described['materialized_view'].rows | length > 0 else {} %}
  {% set dist = (row.get('diststyle') or 'even') | lower %}
  {% set positions = {} %}
  {% for column in described['columns'] if (column['sort_key_position'] or 0) | int > 0 %}
    {% do positions.update({column['sort_key_position'] | int: column['column']}) %}
  {% endfor %}
  {{ return({
      'diststyle': dist.split('(')[0],
      'distkey': dist.split('(')[1].split(')')[0] if dist[:4] == 'key(' else none,
      'sortkey': positions.values() | list if positions | length < 2 else positions.items() | sort | map('last') | list,
      'autorefresh': redshift__truth(row.get('autorefresh'), false)
  }) }}
{% endmacro %}

{# A change of distribution or order needs a new view; refreshing by itself can be switched. Whether it is backed up cannot be asked. #}
{% macro redshift__get_materialized_view_configuration_changes(existing_relation, new_config) %}
  {% set wanted = redshift__materialized_view_config(new_config) %}
  {% set present = redshift__materialized_view_state(redshift__describe_materialized_view(existing_relation)) %}
  {% set changes = {} %}
  {% if wanted.autorefresh != present.autorefresh %}
    {% do changes.update({'autorefresh': {'action': 'alter', 'context': wanted.autorefresh}}) %}
  {% endif %}
  {% if wanted.diststyle != present.diststyle or (wanted.distkey or '') | lower != (present.distkey or '') | lower %}
    {% do changes.update({'dist': {'action': 'alter', 'context': wanted.distkey or wanted.diststyle}}) %}
  {% endif %}
  {% if wanted.sortkey | map('lower') | list != present.sortkey | map('lower') | list %}
    {% do changes.update({'sort': {'action': 'alter', 'context': wanted.sortkey}}) %}
  {% endif %}
  {% if not changes %}
    {% do return(none) %}
  {% endif %}
  {% do changes.update({'requires_full_refresh': 'dist' in changes or 'sort' in changes}) %}
  {% do return(changes) %}
{% endmacro %}

{% macro redshift__get_alter_materialized_view_as_sql(
    relation, configuration_changes, sql, existing_relation, backup_relation, intermediate_relation) %}
  {% if configuration_changes.requires_full_refresh %}
    {{ get_replace_sql(existing_relation, relation, sql) }}
  {% else %}
    {{- log('Applying UPDATE AUTOREFRESH to: ' ~ relation) -}}
    alter materialized view {{ relation }} auto refresh {{ 'yes' if configuration_changes.autorefresh.context else 'no' }}
  {% endif %}
{% endmacro %}
