{#- The one-time set-up, by a user that may create schemas and grant (the admin): schemas of the project, external schemas over the Silver
    databases of Glue, rights of the user that runs dbt. May run again without harm.

      dbt run-operation set_up_warehouse --args '{runner: "IAMR:jobs-prod-runner"}'

    runner: the user that gets the rights; none: no grants. external_schemas: name -> Glue database. own_external: also make the runner
    the owner of the external schemas, which adding partitions takes. dry_run: print the statements and run none.
    `terraform apply` does the same (infra/bootstrap.tf); this is for warehouses that Terraform does not make. -#}
{% macro set_up_warehouse(runner=none, external_schemas=none, own_external=true, dry_run=false) -%}
{%- set external = external_schemas if external_schemas is not none else
    {'silver_linkedin': 'silver_linkedin', 'silver_companies': 'silver_companies', 'silver_ai': 'silver_ai_enrichment'} -%}
{%- do run_setup_statements(schema_statements(runner) + adapter.dispatch('external_schema_statements', 'gold_layer')(external, runner, own_external), dry_run) -%}
{%- endmacro %}

{#- Every schema that the project writes to. -#}
{% macro schema_statements(runner) -%}
{%- set schemas = [] -%}
{%- for node in graph.nodes.values() if node.resource_type in ('model', 'seed', 'snapshot') and node.schema not in schemas and node.config.materialized != 'ephemeral' -%}
{%- do schemas.append(node.schema) -%}
{%- endfor -%}
{%- set statements = [] -%}
{%- for schema in schemas | sort -%}
{%- do statements.append('create schema if not exists ' ~ setup_quoted(schema)) -%}
{%- if runner is not none and target.type != 'duckdb' -%}
{%- do statements.append('grant usage, create on schema ' ~ setup_quoted(schema) ~ ' to ' ~ setup_quoted(runner)) -%}
{%- endif -%}
{%- endfor -%}
{{ return(statements) }}
{%- endmacro %}

{#- Only Redshift has external schemas. -#}
{% macro default__external_schema_statements(external, runner, own_external) -%}
{{ return([]) }}
{%- endmacro %}

{#- Without CREATE EXTERNAL DATABASE: the catalogue belongs to the Silver side. -#}
{% macro redshift__external_schema_statements(external, runner, own_external) -%}
{%- set statements = [] -%}
{%- for name, database in external.items() -%}
{%- do statements.append('create external schema if not exists ' ~ setup_quoted(name) ~ " from data catalog database '" ~ database | replace("'", "''") ~ "' iam_role default") -%}
{%- if runner is not none -%}
{%- do statements.append('grant usage on schema ' ~ setup_quoted(name) ~ ' to ' ~ setup_quoted(runner)) -%}
{%- if own_external -%}
{%- do statements.append('alter schema ' ~ setup_quoted(name) ~ ' owner to ' ~ setup_quoted(runner)) -%}
{%- endif -%}
{%- endif -%}
{%- endfor -%}
{{ return(statements) }}
{%- endmacro %}
