{# Writes the model's rows to files and puts a view over them. #}
{% materialization external, adapter='duckdb' %}
  {%- if config.get('plugin') or config.get('glue_register', false) -%}
    {{ exceptions.raise_compiler_error("the config '" ~ ('plugin' if config.get('plugin') else 'glue_register')
        ~ "' asks for a Python plugin, which is not run here; take it away, and register the files in a post_hook or by a Glue crawler") }}
  {%- endif -%}
  {%- set location = render(config.get('location', default=external_location(this, config))) -%}
  {%- set options = render_write_options(config) -%}
  {%- set format = duckdb__external_format(location, options) -%}
  {%- set read_options = config.get(format ~ '_read_options', {'union_by_name': false} if format == 'parquet' else {'auto_detect': true}) -%}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- set target_relation = this.incorporate(type='view') -%}
  {%- set temp_relation = make_intermediate_relation(this.incorporate(type='table'), suffix='__dbt_tmp') -%}
  {%- set intermediate_relation = make_intermediate_relation(target_relation, suffix='__dbt_int') -%}
  {%- set backup_type = 'view' if existing_relation is none else existing_relation.type -%}
  {%- set backup_relation = make_backup_relation(target_relation, backup_type) -%}

  {{ drop_relation_if_exists(load_cached_relation(intermediate_relation)) }}
  {{ drop_relation_if_exists(load_cached_relation(temp_relation)) }}
  {{ drop_relation_if_exists(load_cached_relation(backup_relation)) }}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {% call statement('create_table') -%}
    {{ create_table_as(False, temp_relation, sql) }}
  {%- endcall %}

  {# a file without rows may have no columns: one row of nulls keeps them, and the view hides it #}
  {%- set columns = adapter.get_columns_in_relation(temp_relation) -%}
  {%- set empty = run_query('select count(*) from ' ~ temp_relation).rows[0][0] == 0 -%}
  {% if empty %}
    {% call statement('insert_nulls') -%}
      insert into {{ temp_relation }} values ({% for column in columns %}null{{ ", " if not loop.last }}{% endfor %})
    {%- endcall %}
  {% endif %}

  {{ write_to_file(temp_relation, location, adapter.external_write_options(location, options)) }}

  {% call statement('main') -%}
    create or replace view {{ intermediate_relation }} as (
      select * from read_{{ format }}('{{ adapter.external_read_location(location, options) }}'
      {%- for key, value in read_options.items() %}, {{ key }} = {{ "'" ~ value ~ "'" if value is string else value }}{% endfor %})
      {%- if empty %}
      where {% for column in columns %}{{ adapter.quote(column.name) }} is not null{{ " or " if not loop.last }}{% endfor %}
      {%- endif %}
    );
  {%- endcall %}

  {% if existing_relation is not none %}
    {{ adapter.rename_relation(existing_relation, backup_relation) }}
  {% endif %}
  {{ adapter.rename_relation(intermediate_relation, target_relation) }}

  {{ run_hooks(post_hooks, inside_transaction=True) }}

  {% do persist_docs(target_relation, model) %}

  {{ drop_relation_if_exists(backup_relation if existing_relation is not none else none) }}
  {{ drop_relation_if_exists(temp_relation) }}

  {{ adapter.commit() }}

  {{ run_hooks(post_hooks, inside_transaction=False) }}

  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% macro external_location(relation, config) -%}
  {{- adapter.external_root() }}/{{ relation.identifier }}
  {%- if config.get('options', {}).get('partition_by') is none -%}
    .{{ config.get('format', 'parquet') }}
  {%- endif -%}
{%- endmacro %}

{% macro render_write_options(config) -%}
  {%- set given = config.get('options', {}) -%}
  {%- if given is not mapping -%}
    {{ exceptions.raise_compiler_error("The config 'options' must be a mapping, got " ~ given) }}
  {%- endif -%}
  {%- set options = {} -%}
  {%- for key, value in given.items() -%}
    {%- do options.update({key: render(value | string)}) -%}
  {%- endfor -%}
  {%- for key in ['format', 'delimiter'] if config.get(key) -%}
    {%- do options.update({key: render(config.get(key))}) -%}
  {%- endfor -%}
  {{ return(options) }}
{%- endmacro %}

{% macro duckdb__external_format(location, options) -%}
  {%- set ending = location.split('.')[-1] | lower if '.' in location.split('/')[-1] else none -%}
  {%- set format = options.get('format') or ending or ('csv' if 'delimiter' in options else 'parquet') -%}
  {%- if format not in ['csv', 'parquet', 'json'] -%}
    {{ exceptions.raise_compiler_error("External models are written as csv, parquet or json, not as '" ~ format ~ "' (" ~ location ~ ")") }}
  {%- endif -%}
  {{ return(format) }}
{%- endmacro %}

{% macro duckdb__external_write_options(write_location, rendered_options) -%}
  {%- set format = duckdb__external_format(write_location, rendered_options) -%}
  {%- set items = ['format ' ~ format] -%}
  {%- if format == 'csv' and 'header' not in rendered_options -%}
    {%- do items.append('header 1') -%}
  {%- endif -%}
  {%- for key, value in rendered_options.items() if key | lower != 'format' -%}
    {%- if key | lower in ['delimiter', 'quote', 'escape', 'null'] and not value.startswith("'") -%}
      {%- do items.append(key ~ " '" ~ value ~ "'") -%}
    {%- elif key | lower == 'partition_by' and ',' in value and not value.startswith('(') -%}
      {%- do items.append(key ~ ' (' ~ value ~ ')') -%}
    {%- else -%}
      {%- do items.append(key ~ ' ' ~ value) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(items | join(', ')) }}
{%- endmacro %}

{# Partitions make one folder a column, threads one file each. #}
{% macro duckdb__external_read_location(write_location, rendered_options) -%}
  {%- set partition_by = rendered_options.get('partition_by') -%}
  {%- if not partition_by and not rendered_options.get('per_thread_output') -%}
    {{ return(write_location) }}
  {%- endif -%}
  {%- set folders = partition_by.split(',') | length if partition_by else 0 -%}
  {{ return(write_location ~ '/*' * (folders + 1) ~ '.' ~ duckdb__external_format(write_location, rendered_options)) }}
{%- endmacro %}

{# Whether a file can be read. #}
{% macro location_exists(location) -%}
  {{ return(adapter.location_exists(location)) }}
{%- endmacro %}

{% macro duckdb__location_exists(location) -%}
  {{ return(run_query("select count(*) from glob('" ~ location ~ "')").rows[0][0] > 0) }}
{%- endmacro %}

{# Where dbt-duckdb hands a written table to a plugin, such as the one that registers it with AWS Glue. #}
{% macro store_relation(plugin, relation, location, format, config) -%}
  {% do adapter.store_relation(plugin, relation, adapter.get_columns_in_relation(relation), location, format, config) %}
{%- endmacro %}

{% macro duckdb__store_relation(plugin_name, relation, column_list, path, format, config) -%}
  {{ exceptions.raise_compiler_error(
      "plugins are Python modules, which are not run here ('" ~ plugin_name ~ "'); register " ~ path ~ " in a post_hook or by a Glue crawler") }}
{%- endmacro %}

{% macro write_to_file(relation, location, options) -%}
  {% call statement('write_to_file') -%}
    copy {{ relation }} to '{{ location }}' ({{ options }})
  {%- endcall %}
{%- endmacro %}

{# In an in-memory database the views over files that earlier runs wrote are not there: makes those that this run reads. #}
{% macro register_upstream_external_models() -%}
  {%- if execute -%}
    {%- set done = [] -%}
    {%- for node in selected_resources if node in graph.nodes -%}
      {%- for parent in graph.nodes[node].depends_on.nodes
            if parent in graph.nodes and parent not in selected_resources and parent not in done
            and graph.nodes[parent].config.materialized == 'external' -%}
        {%- do done.append(parent) -%}
        {%- set model_node = graph.nodes[parent] -%}
        {%- set relation = api.Relation.create(database=model_node.database, schema=model_node.schema, identifier=model_node.alias, type='view') -%}
        {%- set options = render_write_options(model_node.config) -%}
        {%- set location = render(model_node.config.get('location') or external_location(relation, model_node.config)) -%}
        {%- set format = duckdb__external_format(location, options) -%}
        {%- call statement('register_external') -%}
          create schema if not exists {{ relation.without_identifier() }};
          create or replace view {{ relation }} as (
            select * from read_{{ format }}('{{ adapter.external_read_location(location, options) }}')
          );
        {%- endcall -%}
      {%- endfor -%}
    {%- endfor -%}
    {%- if done -%}
      {%- do adapter.commit() -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}
