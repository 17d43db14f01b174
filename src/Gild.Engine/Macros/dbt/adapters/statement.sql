{# Sends the text of its body to the warehouse and keeps the answer under `name` for load_result. #}
{% macro statement(name=None, fetch_result=False, auto_begin=True, language='sql') -%}
  {%- if execute -%}
    {%- set body = caller() -%}
    {%- if language != 'sql' -%}
      {%- do exceptions.raise_compiler_error("statement: language '" ~ language ~ "' is not supported, only sql") -%}
    {%- endif -%}
    {%- if name == 'main' -%}
      {{ log('Writing runtime sql for node "{}"'.format(model['unique_id'])) }}
      {{ write(body) }}
    {%- endif -%}
    {%- set response, table = adapter.execute(body, auto_begin=auto_begin, fetch=fetch_result) -%}
    {%- if name is not none -%}
      {{ store_result(name, response=response, agate_table=table) }}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}

{# Records an answer without asking the warehouse. #}
{% macro noop_statement(name=None, message=None, code=None, rows_affected=None, res=None) -%}
  {%- set body = caller() -%}
  {%- if name == 'main' -%}
    {{ log('Writing runtime sql for node "{}"'.format(model['unique_id'])) }}
    {{ write(body) }}
  {%- endif -%}
  {%- if name is not none -%}
    {{ store_raw_result(name, message=message, code=code, rows_affected=rows_affected, agate_table=res) }}
  {%- endif -%}
{%- endmacro %}

{# Runs a query and returns its table. #}
{% macro run_query(sql) %}
  {%- call statement('run_query_statement', fetch_result=true, auto_begin=false) -%}
    {{ sql }}
  {%- endcall -%}
  {% do return(load_result('run_query_statement').table) %}
{% endmacro %}
