{#- Predicate on the partition columns year, month, day (zero-padded text) of the last N days, as literals so that
    Spectrum prunes; nothing when N is none. The alias is part of the caller's query. -#}
{% macro partition_since(days, alias='t') -%}
{%- if days is not none -%}
{%- set first = run_started_at - modules.datetime.timedelta(days=days | int) -%}
{%- set year = first.strftime('%Y') -%}
{%- set month = first.strftime('%m') -%}
{%- set day = first.strftime('%d') -%}
and ({{ alias }}.year > '{{ year }}' or ({{ alias }}.year = '{{ year }}' and ({{ alias }}.month > '{{ month }}' or ({{ alias }}.month = '{{ month }}' and {{ alias }}.day >= '{{ day }}'))))
{%- endif -%}
{%- endmacro %}
