{#- NULL instead of an error when a text is not a value of the type. Text input only. -#}
{% macro try_cast_to(expression, type) -%}
{{ adapter.dispatch('try_cast_to', 'gold_layer')(expression, type) }}
{%- endmacro %}

{% macro default__try_cast_to(expression, type) -%}
try_cast(nullif(trim({{ expression }}), '') as {{ type }})
{%- endmacro %}

{#- PostgreSQL has no try_cast: plain numbers are cast, every other text is NULL. -#}
{% macro postgres__try_cast_to(expression, type) -%}
cast(case when trim({{ expression }}) ~ '^[+-]?[0-9]+([.][0-9]+)?$' then trim({{ expression }}) end as {{ type }})
{%- endmacro %}

{% macro redshift__try_cast_to(expression, type) -%}
{{ gold_layer.default__try_cast_to(expression, type) }}
{%- endmacro %}

{#- Interpolated percentile. The input is cast to double so that rounding happens once, at the end. -#}
{% macro percentile(fraction, expression) -%}
percentile_cont({{ fraction }}) within group (order by cast({{ expression }} as double precision))
{%- endmacro %}

{#- NULL outside [low, high], so that the cast to a narrow type cannot overflow. -#}
{% macro within_range(expression, low, high, type) -%}
cast(case when {{ expression }} between {{ low }} and {{ high }} then {{ expression }} end as {{ type }})
{%- endmacro %}

{#- A double rounded half up to so many digits; round(double, 2) does not exist on PostgreSQL. -#}
{% macro rounded(expression, digits) -%}
(floor(cast({{ expression }} as double precision) * {{ 10 ** digits }} + 0.5) / {{ 10 ** digits }})
{%- endmacro %}

{#- A double as DECIMAL. Rounded before the cast: at a tie each engine's own cast goes another way (0.735 becomes 0.73 or 0.74). -#}
{% macro as_decimal(expression, precision, digits) -%}
cast({{ rounded(expression, digits) }} as decimal({{ precision }},{{ digits }}))
{%- endmacro %}

{#- as_decimal, NULL outside [low, high]. -#}
{% macro decimal_within(expression, low, high, precision, digits) -%}
{{ as_decimal('case when ' ~ expression ~ ' between ' ~ low ~ ' and ' ~ high ~ ' then ' ~ expression ~ ' end', precision, digits) }}
{%- endmacro %}

{#- Mean of a DECIMAL or integer, as double. The sum is exact, so the result does not depend on the order of the rows. -#}
{% macro mean(expression) -%}
cast(sum({{ expression }}) as double precision) / nullif(count({{ expression }}), 0)
{%- endmacro %}
