{% macro duckdb__date(year, month, day) -%}
  make_date({{ year }}, {{ month }}, {{ day }})
{%- endmacro %}

{# The number may be any expression; DuckDB takes only a literal between INTERVAL and its unit. #}
{% macro duckdb__dateadd(datepart, interval, from_date_or_timestamp) -%}
  {%- set part = datepart | lower -%}
  {%- set factor, unit = {'quarter': (3, 'month'), 'week': (7, 'day')}.get(part, (1, part)) -%}
  ({{ from_date_or_timestamp }} + cast({{ interval }} as bigint){{ " * " ~ factor if factor != 1 }} * interval 1 {{ unit }})
{%- endmacro %}

{% macro duckdb__datediff(first_date, second_date, datepart) -%}
  {%- if datepart | lower == 'week' -%}
    {#- weeks start on Sunday, as in dbt's other warehouses -#}
    (date_diff('day',
      ({{ first_date }})::timestamp::date - date_part('dow', ({{ first_date }})::timestamp)::int,
      ({{ second_date }})::timestamp::date - date_part('dow', ({{ second_date }})::timestamp)::int) // 7)
  {%- else -%}
    (date_diff('{{ datepart }}', ({{ first_date }})::timestamp, ({{ second_date }})::timestamp))
  {%- endif -%}
{%- endmacro %}

{% macro duckdb__last_day(date, datepart) -%}
  {{ dbt.default_last_day(date, datepart) }}
{%- endmacro %}

{% macro duckdb__generate_series(upper_bound) %}
  select generate_series as generated_number
  from generate_series(1, {{ upper_bound }})
{% endmacro %}
