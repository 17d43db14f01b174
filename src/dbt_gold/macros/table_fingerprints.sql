{#- run-operation. One line per table of schema gold: name, rows, and a sum of row hashes that does not depend on the order
    of the rows. Two databases with equal lines hold equal tables; dbt_updated_at is left out.
    portable: only text, integer and date columns, the ones that are equal to the byte on every engine. -#}
{% macro table_fingerprints(portable=false) -%}
{%- if execute -%}
{%- set tables = run_query("select table_name from information_schema.tables where table_schema = 'gold' order by table_name") -%}
{%- for row in tables.rows -%}
{%- set relation = api.Relation.create(database=target.database, schema='gold', identifier=row[0]) -%}
{%- set fields = [] -%}
{%- for column in adapter.get_columns_in_relation(relation) if column.name != 'dbt_updated_at' -%}
{%- set type = column.data_type | lower -%}
{%- if type == 'boolean' -%}
{%- if not portable -%}{%- do fields.append(dbt.cast_bool_to_text(column.name)) -%}{%- endif -%}
{%- elif not portable or 'char' in type or 'int' in type or type == 'date' -%}
{%- do fields.append(column.name) -%}
{%- endif -%}
{%- endfor -%}
{%- set result = run_query("select count(*), coalesce(sum(" ~ hash_number(surrogate_key(fields)) ~ "), 0) from " ~ relation).rows[0] -%}
{%- do print(row[0] ~ ' ' ~ result[0] ~ ' ' ~ result[1]) -%}
{%- endfor -%}
{%- endif -%}
{%- endmacro %}

{#- The first 32 bits of an md5 text as a number. -#}
{% macro hash_number(md5_text) -%}
{{ adapter.dispatch('hash_number', 'gold_layer')(md5_text) }}
{%- endmacro %}

{% macro default__hash_number(md5_text) -%}
cast(cast(('x' || left({{ md5_text }}, 8)) as bit(32)) as bigint)
{%- endmacro %}

{% macro duckdb__hash_number(md5_text) -%}
cast('0x' || left({{ md5_text }}, 8) as bigint)
{%- endmacro %}

{% macro redshift__hash_number(md5_text) -%}
strtol(left({{ md5_text }}, 8), 16)
{%- endmacro %}
