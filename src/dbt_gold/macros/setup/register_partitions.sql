{#- Makes the partitions of the Silver tables known to Glue, without which Spectrum finds no rows: it does not know Athena's partition
    projection. Run before a build when the Silver side does not register them.

      dbt run-operation register_partitions                                                          (the last three days)
      dbt run-operation register_partitions --args '{from_day: "2025-06-01", to_day: "2025-12-31"}'

    Existing partitions are left as they are; one without files has no rows. Days are UTC, to_day included. roots: table -> folder
    in S3; none: the tables' own. dry_run: print the statements and run none. On other warehouses there is nothing to do. -#}
{% macro register_partitions(from_day=none, to_day=none, roots=none, dry_run=false) -%}
{%- do adapter.dispatch('register_partitions', 'gold_layer')(from_day, to_day, roots, dry_run) -%}
{%- endmacro %}

{% macro default__register_partitions(from_day, to_day, roots, dry_run) -%}
{%- do print('register_partitions: nothing to do on ' ~ target.type) -%}
{%- endmacro %}

{% macro redshift__register_partitions(from_day=none, to_day=none, roots=none, dry_run=false) -%}
{%- set datetime = modules.datetime -%}
{%- set last = datetime.datetime.strptime(to_day, '%Y-%m-%d') if to_day is not none else datetime.datetime.utcnow() -%}
{%- set first = datetime.datetime.strptime(from_day, '%Y-%m-%d') if from_day is not none else last - datetime.timedelta(days=2) -%}
{%- set days = [] -%}
{%- for n in range((last - first).days + 1) -%}
{%- do days.append((first + datetime.timedelta(days=n)).strftime('%Y-%m-%d')) -%}
{%- endfor -%}
{%- set hours, dates, buckets = [], [], [] -%}
{%- for day in days -%}
{%- set parts = [['year', day[:4]], ['month', day[5:7]], ['day', day[8:]]] -%}
{%- do dates.append(parts) -%}
{%- for hour in range(24) -%}
{%- do hours.append(parts + [['hour', '%02d' % hour]]) -%}
{%- endfor -%}
{%- endfor -%}
{%- for bucket in range(50) -%}
{%- do buckets.append([['bucket', bucket]]) -%}
{%- endfor -%}
{%- do run_setup_statements(
    partition_statements('silver_linkedin', 'linkedin', hours, roots)
    + partition_statements('silver_ai', 'ai_enrichment', dates, roots)
    + partition_statements('silver_companies', 'linkedin_companies', buckets, roots), dry_run) -%}
{%- endmacro %}

{#- ADD PARTITION takes 100 at most. -#}
{% macro partition_statements(schema, table, partitions, roots) -%}
{%- set root = (roots[table] if roots is not none else external_location(schema, table)) -%}
{%- set statements = [] -%}
{%- for batch in partitions | batch(100) -%}
{%- set clauses = [] -%}
{%- for parts in batch -%}
{%- set values, folder = [], [] -%}
{%- for name, value in parts -%}
{%- do values.append(name ~ '=' ~ (value if value is number else "'" ~ value ~ "'")) -%}
{%- do folder.append(name ~ '=' ~ value) -%}
{%- endfor -%}
{%- do clauses.append('partition (' ~ values | join(', ') ~ ") location '" ~ root.rstrip('/') ~ '/' ~ folder | join('/') ~ "/'") -%}
{%- endfor -%}
{%- do statements.append('alter table ' ~ schema ~ '.' ~ table ~ ' add if not exists\n' ~ clauses | join('\n')) -%}
{%- endfor -%}
{{ return(statements) }}
{%- endmacro %}

{% macro external_location(schema, table) -%}
{%- set rows = run_query("select location from svv_external_tables where schemaname = '" ~ schema ~ "' and tablename = '" ~ table ~ "'").rows -%}
{%- if rows | length == 0 -%}
{{ exceptions.raise_compiler_error('There is no external table ' ~ schema ~ '.' ~ table ~ ': create the external schema first (set_up_warehouse), and the table in Glue.') }}
{%- endif -%}
{{ return(rows[0][0]) }}
{%- endmacro %}
