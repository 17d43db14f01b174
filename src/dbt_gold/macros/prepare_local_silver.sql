{#- on-run-start. DuckDB: schemas and relations named like the external schemas of Redshift, from the Parquet files under
    SILVER_ROOT (default data/silver). Redshift: nothing, Silver is there through Spectrum.
    var local_silver = table: the files are copied, because each model would otherwise open hundreds of small files, and from then on
    only the new and changed ones; view: the files are read in place. -#}
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

{#- One relation. Refuses a folder without files. The relation's comment says what it was made from; it is taken away before a change and
    written after it, so that a run that was cut off is followed by a whole copy. -#}
{% macro local_silver(schema, table, glob, columns) -%}
{%- set relation = schema ~ '.' ~ table -%}
{%- do run_query("create or replace temporary table silver_found as select filename, size, last_modified from read_blob('" ~ glob | replace("'", "''") ~ "')") -%}
{%- set found = 'select filename, size, last_modified from silver_found' -%}
{%- set files = run_query("select count(*), md5(string_agg(filename || size || last_modified, '|' order by filename)) from (" ~ found ~ ')').rows[0] -%}
{%- if files[0] | int == 0 -%}
{{ exceptions.raise_compiler_error("No Silver files for " ~ relation ~ ": nothing matches '" ~ glob
    ~ "'. Set SILVER_ROOT to the folder that holds linkedin/, linkedin_companies/ and ai_enrichment/.") }}
{%- endif -%}
{%- set kind = var('local_silver') -%}
{%- set made_by = kind ~ ' ' ~ local_md5(glob ~ columns | join(',')) -%}
{%- set version = made_by ~ ' ' ~ files[1] -%}
{%- set existing = run_query("select 'table', comment from duckdb_tables() where schema_name = '" ~ schema ~ "' and table_name = '" ~ table ~ "'"
    ~ " union all select 'view', comment from duckdb_views() where schema_name = '" ~ schema ~ "' and view_name = '" ~ table ~ "'").rows -%}
{%- set existing_version = (existing[0][1] or '') if existing | length > 0 else '' -%}
{%- if existing_version != version -%}
{%- if not (kind == 'table' and existing_version.startswith(made_by ~ ' ') and add_to_local_silver(relation, columns, found)) -%}
{%- do create_local_silver(relation, kind, glob, columns, found, existing) -%}
{%- endif -%}
{%- do run_query("comment on " ~ kind ~ " " ~ relation ~ " is '" ~ version ~ "'") -%}
{%- endif -%}
{%- endmacro %}

{#- Copies the new and changed files and drops the rows of changed and vanished ones. False, and nothing done, where the outcome could
    have other columns or types than a copy of all files: where the new files bring a column or a wider type, or where files vanish
    that may have brought one. -#}
{% macro add_to_local_silver(relation, columns, found) -%}
{%- set listed = relation ~ '_files' -%}
{%- set names = [] -%}
{%- for row in run_query('select filename from (' ~ found ~ ' except select * from ' ~ listed ~ ')').rows -%}
{%- do names.append("'" ~ row[0] | replace("'", "''") ~ "'") -%}
{%- endfor -%}
{%- if not names -%}{{ return(false) }}{%- endif -%}
{%- set stale = '(select filename from (select * from ' ~ listed ~ ' except ' ~ found ~ '))' -%}
{%- set has_stale = run_query('select count(*) from ' ~ stale).rows[0][0] | int > 0 -%}
{%- set source = silver_source('[' ~ names | join(', ') ~ ']', columns) -%}
{%- set present = described(relation) -%}
{%- if has_stale and present | length != source.columns | length -%}{{ return(false) }}{%- endif -%}
{%- if source.types | reject('in', present.items() | list) | list | length > 0
    and described('select * from ' ~ relation ~ ' union all by name ' ~ source.query).items() | list != present.items() | list -%}
{{ return(false) }}
{%- endif -%}
{%- do run_query('comment on table ' ~ relation ~ ' is null') -%}
{%- if has_stale -%}
{%- do run_query('delete from ' ~ relation ~ ' where silver_file in ' ~ stale) -%}
{%- endif -%}
{%- do run_query('insert into ' ~ relation ~ ' by name ' ~ source.query) -%}
{%- do run_query('create or replace table ' ~ listed ~ ' as ' ~ found) -%}
{{ return(true) }}
{%- endmacro %}

{% macro create_local_silver(relation, kind, glob, columns, found, existing) -%}
{%- set source = silver_source("'" ~ glob | replace("'", "''") ~ "'", columns) -%}
{%- do run_query('create schema if not exists ' ~ relation.split('.')[0]) -%}
{%- if existing | length > 0 -%}
{%- do run_query('drop ' ~ existing[0][0] ~ ' ' ~ relation) -%}
{%- endif -%}
{%- do run_query('create ' ~ kind ~ ' ' ~ relation ~ ' as ' ~ source.query) -%}
{%- if kind == 'table' -%}
{%- do run_query('create or replace table ' ~ relation ~ '_files as ' ~ found) -%}
{%- endif -%}
{%- endmacro %}

{#- The query over such files: the columns that Gold reads and the file of the row. Files written before the contract lack
    ingestion_timestamp; it is NULL then. Another missing column is left out, and check_silver_contract() names it.
    types: name and type of the columns that are read as they are. Files whose columns are alike are read faster than by name. -#}
{% macro silver_source(files, columns) -%}
{%- set schemas = run_query('select count(distinct columns) from (select sum(hash(name, type, num_children, converted_type, logical_type, scale, precision)) as columns'
    ~ ' from parquet_schema(' ~ files ~ ') group by file_name)').rows[0][0] | int -%}
{%- set read = 'read_parquet(' ~ files ~ ', hive_partitioning = true, hive_types_autocast = false, filename = true, union_by_name = '
    ~ ('true' if schemas > 1 else 'false') ~ ')' -%}
{%- set found = described('select * from ' ~ read) -%}
{%- set selected = ['filename as silver_file'] -%}
{%- set types = [] -%}
{%- for column in columns -%}
{%- if column in found -%}
{%- do selected.append(column) -%}
{%- do types.append((column, found[column])) -%}
{%- elif ' as ' in column -%}
{%- do selected.append(column) -%}
{%- elif column == 'ingestion_timestamp' -%}
{%- do selected.append('cast(null as timestamp) as ingestion_timestamp') -%}
{%- do types.append((column, 'TIMESTAMP')) -%}
{%- endif -%}
{%- endfor -%}
{{ return({'columns': selected, 'types': types, 'query': 'select ' ~ selected | join(', ') ~ ' from ' ~ read}) }}
{%- endmacro %}

{#- Columns of a relation or query: name -> type. -#}
{% macro described(relation) -%}
{%- set types = {} -%}
{%- for row in run_query('select column_name, column_type from (describe ' ~ relation ~ ')').rows -%}
{%- do types.update({row[0]: row[1]}) -%}
{%- endfor -%}
{{ return(types) }}
{%- endmacro %}
