{#- on-run-start of run and build, after prepare_local_silver: are the Silver columns that Gold reads there, with types of their kind, and
    does each dataset hold rows? All that is wrong is said at once, before a table is built. The kinds: text, number, boolean, date,
    timestamp, array. -#}
{% macro check_silver_contract() -%}
{%- if execute and flags.WHICH in ['run', 'build'] -%}
{%- set problems = [] -%}
{%- for dataset in [
    {'schema': 'silver_linkedin', 'table': 'linkedin', 'kinds': silver_linkedin_kinds()},
    {'schema': 'silver_companies', 'table': 'linkedin_companies', 'kinds': silver_companies_kinds()},
    {'schema': 'silver_ai', 'table': 'ai_enrichment', 'kinds': silver_ai_kinds()}
] -%}
{%- set relation = api.Relation.create(database=target.database, schema=dataset.schema, identifier=dataset.table) -%}
{%- set name = dataset.schema ~ '.' ~ dataset.table -%}
{%- set found = {} -%}
{%- for column in adapter.get_columns_in_relation(relation) -%}
{%- do found.update({column.name | lower: column.data_type | lower}) -%}
{%- endfor -%}
{%- if found | length == 0 -%}
{%- do problems.append(name ~ ' does not exist' ~ silver_missing_hint()) -%}
{%- else -%}
{%- set missing = [] -%}
{%- set changed = [] -%}
{%- for column, kind in dataset.kinds.items() -%}
{%- if column not in found -%}
{%- do missing.append(column) -%}
{%- elif silver_kind(found[column]) != kind -%}
{%- do changed.append(column ~ ' is ' ~ found[column] ~ ' instead of ' ~ kind) -%}
{%- endif -%}
{%- endfor -%}
{%- if missing -%}
{%- do problems.append(name ~ ' lacks the columns ' ~ missing | join(', ')) -%}
{%- endif -%}
{%- if changed -%}
{%- do problems.append(name ~ ' has columns of another type: ' ~ changed | join(', ')) -%}
{%- endif -%}
{%- if not missing and not changed and run_query('select 1 as found from ' ~ relation ~ ' as t limit 1').rows | length == 0 -%}
{%- do problems.append(name ~ ' holds no rows' ~ silver_empty_hint(dataset.schema, dataset.table)) -%}
{%- endif -%}
{%- endif -%}
{%- endfor -%}
{%- if problems -%}
{{ exceptions.raise_compiler_error('Silver is not what Gold reads, so nothing is built:\n  - ' ~ problems | join('\n  - ')) }}
{%- endif -%}
{%- endif -%}
{%- endmacro %}

{#- The kind of a type, by the names that the engines give it. -#}
{% macro silver_kind(type) -%}
{%- if 'array' in type or '[]' in type or 'super' in type -%}{{ return('array') }}
{%- elif 'timestamp' in type -%}{{ return('timestamp') }}
{%- elif type.startswith('date') -%}{{ return('date') }}
{%- elif 'bool' in type -%}{{ return('boolean') }}
{%- elif 'char' in type or 'text' in type or 'string' in type -%}{{ return('text') }}
{%- elif 'int' in type or 'double' in type or 'float' in type or 'real' in type or 'decimal' in type or 'numeric' in type -%}{{ return('number') }}
{%- endif -%}
{{ return(type) }}
{%- endmacro %}

{% macro silver_missing_hint() -%}
{{ return(adapter.dispatch('silver_missing_hint', 'gold_layer')()) }}
{%- endmacro %}

{% macro default__silver_missing_hint() -%}
{{ return(': load the Silver dataset as a table of that name') }}
{%- endmacro %}

{% macro redshift__silver_missing_hint() -%}
{{ return(', or this user may not see it: create the external schema over the Glue database and grant usage on it') }}
{%- endmacro %}

{#- Why a table may be empty although files are there. -#}
{% macro silver_empty_hint(schema, table) -%}
{{ return(adapter.dispatch('silver_empty_hint', 'gold_layer')(schema, table)) }}
{%- endmacro %}

{% macro default__silver_empty_hint(schema, table) -%}
{{ return('') }}
{%- endmacro %}

{% macro redshift__silver_empty_hint(schema, table) -%}
{%- set partitions = run_query("select count(*) as partitions from svv_external_partitions where schemaname = '" ~ schema ~ "' and tablename = '" ~ table ~ "'").rows[0][0] -%}
{%- if partitions | int == 0 -%}
{{ return(': Glue knows no partition of it, and Redshift Spectrum does not use the partition projection of Athena. Register the partitions (ALTER TABLE ... ADD PARTITION, or a Glue crawler); files without a registered partition are not read') }}
{%- endif -%}
{{ return(': Glue knows ' ~ partitions ~ ' partitions of it, but their places in S3 hold no rows. Do their locations name the folders with the Parquet files?') }}
{%- endmacro %}
