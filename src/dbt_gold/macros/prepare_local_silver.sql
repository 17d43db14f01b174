{#- on-run-start. DuckDB: schemas and relations named like the external schemas of Redshift, from the Parquet files under
    SILVER_ROOT (default data/silver). Redshift: nothing, Silver is there through Spectrum.
    var local_silver = table: the files are copied, and again only when they change, because each model would otherwise open
    hundreds of small files; view: the files are read in place. -#}
{% macro prepare_local_silver() -%}
{{ adapter.dispatch('prepare_local_silver', 'gold_layer')() }}
{%- endmacro %}

{% macro default__prepare_local_silver() -%}
{%- endmacro %}

{% macro duckdb__prepare_local_silver() -%}
{%- if execute -%}
{%- set root = env_var('SILVER_ROOT', 'data/silver') -%}
{{ local_silver('silver_linkedin', 'linkedin', root ~ '/linkedin/*/*/*/*/*.parquet',
    silver_linkedin_columns() + ['year', 'month', 'day', 'hour']) }}
{{ local_silver('silver_companies', 'linkedin_companies', root ~ '/linkedin_companies/*/*.parquet',
    silver_companies_columns() + ['cast(bucket as int) as bucket']) }}
{{ local_silver('silver_ai', 'ai_enrichment', root ~ '/ai_enrichment/*/*/*/*.parquet',
    silver_ai_columns() + ['year', "lpad(month, 2, '0') as month", "lpad(day, 2, '0') as day"]) }}
{%- endif -%}
{%- endmacro %}

{#- One relation. Refuses a folder without files. -#}
{% macro local_silver(schema, table, glob, columns) -%}
{%- set path = glob | replace("'", "''") -%}
{%- if run_query("select count(*) from glob('" ~ path ~ "')").rows[0][0] | int == 0 -%}
{{ exceptions.raise_compiler_error("No Silver files for " ~ schema ~ "." ~ table ~ ": nothing matches '" ~ glob
    ~ "'. Set SILVER_ROOT to the folder that holds linkedin/, linkedin_companies/ and ai_enrichment/.") }}
{%- endif -%}
{%- set kind = var('local_silver') -%}
{%- set files = run_query("select md5(string_agg(filename || size || last_modified, '|' order by filename)) from read_blob('" ~ path ~ "')").rows[0][0] -%}
{%- set version = kind ~ ' ' ~ files ~ ' ' ~ local_md5(glob ~ columns | join(',')) -%}
{%- set existing = run_query("select 'table', comment from duckdb_tables() where schema_name = '" ~ schema ~ "' and table_name = '" ~ table ~ "'"
    ~ " union all select 'view', comment from duckdb_views() where schema_name = '" ~ schema ~ "' and view_name = '" ~ table ~ "'").rows -%}
{%- if existing | length == 0 or existing[0][1] != version -%}
{{ create_local_silver(schema, table, kind, path, columns, version, existing) }}
{%- endif -%}
{%- endmacro %}

{#- Files written before the contract lack ingestion_timestamp; it is NULL then. Another missing column is left out, and
    check_silver_contract() names it. -#}
{% macro create_local_silver(schema, table, kind, path, columns, version, existing) -%}
{%- set files = "read_parquet('" ~ path ~ "', hive_partitioning = true, hive_types_autocast = false, union_by_name = true)" -%}
{%- set names = [] -%}
{%- for row in run_query("select column_name from (describe select * from " ~ files ~ ")").rows -%}
{%- do names.append(row[0]) -%}
{%- endfor -%}
{%- set selected = [] -%}
{%- for column in columns -%}
{%- if column in names or ' as ' in column -%}
{%- do selected.append(column) -%}
{%- elif column == 'ingestion_timestamp' -%}
{%- do selected.append('cast(null as timestamp) as ingestion_timestamp') -%}
{%- endif -%}
{%- endfor -%}
{%- set relation = schema ~ '.' ~ table -%}
{%- do run_query('create schema if not exists ' ~ schema) -%}
{%- if existing | length > 0 -%}
{%- do run_query('drop ' ~ existing[0][0] ~ ' ' ~ relation) -%}
{%- endif -%}
{%- do run_query('create ' ~ kind ~ ' ' ~ relation ~ ' as select ' ~ selected | join(', ') ~ ' from ' ~ files) -%}
{%- do run_query("comment on " ~ kind ~ " " ~ relation ~ " is '" ~ version ~ "'") -%}
{%- endmacro %}
