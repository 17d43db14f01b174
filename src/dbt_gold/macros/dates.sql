{#- YYYYMMDD and HHMM of a timestamp, the keys of dim_date and dim_time. -#}
{% macro date_key(timestamp) -%}
cast(extract(year from {{ timestamp }}) * 10000 + extract(month from {{ timestamp }}) * 100 + extract(day from {{ timestamp }}) as int)
{%- endmacro %}

{% macro time_key(timestamp) -%}
cast(extract(hour from {{ timestamp }}) * 100 + extract(minute from {{ timestamp }}) as int)
{%- endmacro %}

{#- TIMESTAMP without zone in UTC. Sessions run in UTC (profiles.yml), so a zoned value loses nothing. -#}
{% macro to_utc(timestamp) -%}
cast({{ timestamp }} as timestamp)
{%- endmacro %}

{#- One instant for the whole invocation; var as_of fixes it for runs that must be repeatable to the byte. -#}
{% macro run_ts() -%}
cast('{{ var("as_of") or run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp)
{%- endmacro %}

{#- Whole hours elapsed between two timestamps; datediff by hour would count the boundaries crossed. -#}
{% macro hours_between(start, finish) -%}
cast(floor({{ dbt.datediff(start, finish, 'second') }} / cast(3600 as double precision)) as int)
{%- endmacro %}
