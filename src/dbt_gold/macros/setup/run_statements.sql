{#- Runs statements one by one, outside of transactions where the adapter commits by itself: Redshift refuses statements on external
    objects inside one. dry_run prints them instead. -#}
{% macro run_setup_statements(statements, dry_run) -%}
{%- for sql in statements -%}
{%- if dry_run -%}
{%- do print(sql ~ ';') -%}
{%- else -%}
{%- call statement('setup', fetch_result=false, auto_begin=false) -%}{{ sql }}{%- endcall -%}
{%- do print('done: ' ~ sql | truncate(160)) -%}
{%- endif -%}
{%- endfor -%}
{%- if not dry_run and target.type != 'redshift' -%}
{%- do adapter.commit() -%}
{%- endif -%}
{%- endmacro %}

{% macro setup_quoted(name) -%}
{%- if '"' in name -%}
{{ exceptions.raise_compiler_error("'" ~ name ~ "' cannot be a name: it holds a double quote.") }}
{%- endif -%}
"{{ name }}"
{%- endmacro %}
