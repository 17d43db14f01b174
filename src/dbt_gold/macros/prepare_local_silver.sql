{#- on-run-start. DuckDB: schemas and views named like the external schemas of Redshift, over the Parquet folders under
    SILVER_ROOT (default data/silver). Redshift: nothing, Silver is there through Spectrum. -#}
{% macro prepare_local_silver() -%}
{{ adapter.dispatch('prepare_local_silver', 'gold_layer')() }}
{%- endmacro %}

{% macro default__prepare_local_silver() -%}
{%- endmacro %}

{% macro duckdb__prepare_local_silver() -%}
{%- if execute -%}
{%- set root = env_var('SILVER_ROOT', 'data/silver') -%}
{{ local_silver_view('silver_linkedin', 'linkedin', root ~ '/linkedin/*/*/*/*/*.parquet', silver_linkedin_columns(),
    ['year', 'month', 'day', 'hour']) }}
{{ local_silver_view('silver_companies', 'linkedin_companies', root ~ '/linkedin_companies/*/*.parquet', silver_companies_columns(),
    ['cast(bucket as int) as bucket'], late_column=none) }}
{{ local_silver_view('silver_ai', 'ai_enrichment', root ~ '/ai_enrichment/*/*/*/*.parquet', silver_ai_columns(),
    ['cast(year as varchar) as year', "lpad(cast(month as varchar), 2, '0') as month", "lpad(cast(day as varchar), 2, '0') as day"]) }}
{%- endif -%}
{%- endmacro %}

{#- One view. Refuses a folder without files, and files without the columns of the contract; only the
    late column may be absent, as files written before the contract have no ingestion_timestamp. -#}
{% macro local_silver_view(schema, table, glob, columns, partition_columns, late_column='ingestion_timestamp') -%}
{%- set path = glob | replace("'", "''") -%}
{%- set files = run_query("select count(*) from glob('" ~ path ~ "')").rows[0][0] | int -%}
{%- if files == 0 -%}
{{ exceptions.raise_compiler_error("No Silver files for " ~ schema ~ "." ~ table ~ ": nothing matches '" ~ glob
    ~ "'. Set SILVER_ROOT to the folder that holds linkedin/, linkedin_companies/ and ai_enrichment/.") }}
{%- endif -%}
{#- union_by_name opens every file in every query, so it is used only where files lack the one column that may be absent. -#}
{%- set complete = 0 -%}
{%- if late_column is not none -%}
{%- set complete = run_query("select count(distinct file_name) from parquet_schema('" ~ path ~ "') where name = '" ~ late_column ~ "'").rows[0][0] | int -%}
{%- endif -%}
{%- set relation -%}
read_parquet('{{ path }}', hive_partitioning = true, hive_types_autocast = false, union_by_name = {{ 'false' if complete == files else 'true' }})
{%- endset -%}
{%- set found = [] -%}
{%- for row in run_query("select column_name from (describe select * from " ~ relation ~ ")").rows -%}
{%- do found.append(row[0] | lower) -%}
{%- endfor -%}
{%- set selected = [] -%}
{%- set missing = [] -%}
{%- for column in columns -%}
{%- if column in found -%}
{%- do selected.append(column) -%}
{%- elif column == late_column -%}
{%- do selected.append('cast(null as timestamp) as ' ~ late_column) -%}
{%- else -%}
{%- do missing.append(column) -%}
{%- endif -%}
{%- endfor -%}
{%- if missing | length > 0 -%}
{{ exceptions.raise_compiler_error("The Silver files of " ~ schema ~ "." ~ table ~ " ('" ~ glob ~ "') lack these columns of the contract: "
    ~ missing | join(', ') ~ ".") }}
{%- endif -%}
{%- do run_query("create schema if not exists " ~ schema) -%}
{%- do run_query("create or replace view " ~ schema ~ "." ~ table ~ " as select " ~ (selected + partition_columns) | join(', ') ~ " from " ~ relation) -%}
{%- endmacro %}
