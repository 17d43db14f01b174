{# The line breaks are dbt-postgres', so that compiled models are the same to the letter. #}

{% macro postgres__dateadd(datepart, interval, from_date_or_timestamp) %}
  {{ return("\n\n    " ~ from_date_or_timestamp ~ " + ((interval '1 " ~ datepart ~ "') * (" ~ interval ~ "))\n\n") }}
{% endmacro %}

{# Counts boundaries: the difference in the next larger part, times the parts in it, plus the difference of the parts themselves. #}
{% macro postgres__datediff(first_date, second_date, datepart) -%}
  {%- set steps = {
    'quarter': ('year', 4, 'date', false),
    'month': ('year', 12, 'date', false),
    'hour': ('day', 24, 'timestamp', false),
    'minute': ('hour', 60, 'timestamp', false),
    'second': ('minute', 60, 'timestamp', true),
    'millisecond': ('minute', 60000, 'timestamp', true),
    'microsecond': ('minute', 60000000, 'timestamp', true)
  } -%}
  {%- set first -%} ({{ first_date }}) {%- endset -%}
  {%- set second -%} ({{ second_date }}) {%- endset -%}
  {%- if datepart == 'year' -%}
    {%- set expression -%} (date_part('year', {{ second }}::date) - date_part('year', {{ first }}::date)) {%- endset -%}
  {%- elif datepart == 'day' -%}
    {%- set expression -%} ({{ second }}::date - {{ first }}::date) {%- endset -%}
  {%- elif datepart == 'week' -%}
    {%- set expression = "(" ~ datediff(first_date, second_date, 'day') ~ " / 7 + case\n"
      ~ "            when date_part('dow', " ~ first ~ "::timestamp) <= date_part('dow', " ~ second ~ "::timestamp) then\n"
      ~ "                case when " ~ first_date ~ " <= " ~ second_date ~ " then 0 else -1 end\n"
      ~ "            else\n"
      ~ "                case when " ~ first_date ~ " <= " ~ second_date ~ " then 1 else 0 end\n"
      ~ "        end)" -%}
  {%- elif datepart in steps -%}
    {%- set larger, factor, type, whole = steps[datepart] -%}
    {%- set later = "date_part('" ~ datepart ~ "', " ~ second ~ "::" ~ type ~ ")" -%}
    {%- set earlier = "date_part('" ~ datepart ~ "', " ~ first ~ "::" ~ type ~ ")" -%}
    {%- if whole -%}
      {%- set later, earlier = "floor(" ~ later ~ ")", "floor(" ~ earlier ~ ")" -%}
    {%- endif -%}
    {%- set expression = "(" ~ datediff(first_date, second_date, larger) ~ " * " ~ factor ~ " + " ~ later ~ " - " ~ earlier ~ ")" -%}
  {%- else -%}
    {{ exceptions.raise_compiler_error("Unsupported datepart for macro datediff in postgres: {!r}".format(datepart)) }}
  {%- endif -%}
  {{ return("\n        " ~ expression ~ "\n    ") }}
{%- endmacro %}

{# Intervals have no quarters. #}
{% macro postgres__last_day(date, datepart) -%}
  {%- if datepart != 'quarter' -%}
    {{ return(dbt.default_last_day(date, datepart)) }}
  {%- endif -%}
  {%- set after = dbt.dateadd('day', '-1', dbt.dateadd('month', '3', dbt.date_trunc(datepart, date))) -%}
  {{ return("-- postgres dateadd does not support quarter interval.\n    cast(\n        " ~ after ~ "\n        as date)") }}
{%- endmacro %}
