{#- Every day from start_date to end_date ('YYYY-MM-DD', both included) as date_day: digits crossed as often as the number of days
    needs, so that no system table and no series function takes part. -#}
{% macro generate_date_spine(start_date, end_date) -%}
{%- set datetime = modules.datetime.datetime -%}
{%- set days = (datetime.strptime(end_date, '%Y-%m-%d') - datetime.strptime(start_date, '%Y-%m-%d')).days -%}
{%- if days < 0 -%}
{{ exceptions.raise_compiler_error("generate_date_spine: " ~ end_date ~ " lies before " ~ start_date ~ ".") }}
{%- endif -%}
{%- set powers = range(days | string | length) -%}
select cast({{ dbt.dateadd('day', 'numbers.n', "cast('" ~ start_date ~ "' as date)") }} as date) as date_day
from (
    select {% for power in powers %}{{ 10 ** power }} * d{{ power }}.digit{% if not loop.last %} + {% endif %}{% endfor %} as n
    from {% for power in powers %}
    {%- if not loop.first %} cross join {% endif -%}
    (select 0 as digit{% for digit in range(1, 10) %} union all select {{ digit }}{% endfor %}) as d{{ power }}
    {%- endfor %}
) as numbers
where numbers.n <= {{ days }}
{%- endmacro %}

{#- The rows of dim_date: calendar and ISO weeks by arithmetic alone. Days are counted from 2019-12-30, a Monday. -#}
{% macro calendar(start_date, end_date) -%}
{%- set months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] -%}
{%- set weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] -%}
with days as (
    {{ generate_date_spine(start_date, end_date) }}
),

counted as (
    select
        date_day,
        cast(extract(year from date_day) as int) as year,
        cast(extract(month from date_day) as int) as month,
        cast(extract(day from date_day) as int) as day_of_month,
        cast({{ dbt.datediff("cast('2019-12-30' as date)", 'date_day', 'day') }} as int) as day_number
    from days
),

weeks as (
    select
        counted.*,
        cast(floor(day_number / cast(7 as double precision)) as int) as week_index
    from counted
),

placed as (
    select
        weeks.*,
        day_number - 7 * week_index + 1 as day_of_week,
        cast({{ dbt.dateadd('day', '7 * week_index', "cast('2019-12-30' as date)") }} as date) as week_start_date,
        {#- An ISO week belongs to the year of its Thursday. #}
        cast({{ dbt.dateadd('day', '7 * week_index + 3', "cast('2019-12-30' as date)") }} as date) as thursday
    from weeks
),

numbered as (
    select
        placed.*,
        cast(extract(year from thursday) as int) as iso_year,
        cast(floor((extract(doy from thursday) - 1) / cast(7 as double precision)) as int) + 1 as week_of_year
    from placed
)

select
    year * 10000 + month * 100 + day_of_month as date_key,
    date_day as full_date,
    year,
    cast(floor((month + 2) / cast(3 as double precision)) as int) as quarter,
    month,
    cast(case month {% for name in months %}when {{ loop.index }} then '{{ name }}' {% endfor %}end as varchar(9)) as month_name,
    year * 100 + month as month_key,
    year * 12 + month - 1 as month_index,
    week_of_year,
    iso_year,
    iso_year * 100 + week_of_year as week_key,
    week_start_date,
    week_index,
    day_of_month,
    day_of_week,
    cast(case day_of_week {% for name in weekdays %}when {{ loop.index }} then '{{ name }}' {% endfor %}end as varchar(9)) as day_name,
    case when day_of_week >= 6 then true else false end as is_weekend
from numbered
{%- endmacro %}
