{#- Writes the three Silver tables of a local Gold database as CSV files below a folder, and prints the script for psql that
    makes and fills them: arrays as text[], instants as timestamp in UTC (docs/gold.md). -#}
{% macro silver_to_postgres(folder) -%}
{%- for schema, table in [('silver_linkedin', 'linkedin'), ('silver_companies', 'linkedin_companies'), ('silver_ai', 'ai_enrichment')] -%}
{%- set selected = [] -%}
{%- set declared = [] -%}
{%- for name, type in run_query("select column_name, column_type from (describe " ~ schema ~ "." ~ table ~ ")").rows -%}
{%- do selected.append(array_text(name) if type == 'VARCHAR[]' else name) -%}
{%- do declared.append(name ~ ' ' ~ {'VARCHAR': 'text', 'VARCHAR[]': 'text[]', 'DOUBLE': 'double precision', 'TIMESTAMP WITH TIME ZONE': 'timestamp'}.get(type, type)) -%}
{%- endfor -%}
{%- set file = folder ~ '/' ~ table ~ '.csv' -%}
{%- do run_query("copy (select " ~ selected | join(', ') ~ " from " ~ schema ~ "." ~ table ~ ") to '" ~ file ~ "' (format csv, header false, nullstr '\\N')") -%}
{{ print("create schema " ~ schema ~ ";") }}
{{ print("create table " ~ schema ~ "." ~ table ~ " (" ~ declared | join(', ') ~ ");") }}
{{ print("\\copy " ~ schema ~ "." ~ table ~ " from '" ~ file ~ "' (format csv, null '\\N')") }}
{{ print("analyze " ~ schema ~ "." ~ table ~ ";") }}
{%- endfor -%}
{%- endmacro %}

{#- A list as PostgreSQL writes an array: {"a","b"}. -#}
{% macro array_text(column) -%}
'{' || array_to_string([ '"' || replace(replace(x, '\', '\\'), '"', '\"') || '"' for x in {{ column }} ], ',') || '}' as {{ column }}
{%- endmacro %}
