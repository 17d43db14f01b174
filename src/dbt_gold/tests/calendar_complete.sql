{#- dim_date: every day once, week and month numbers one to one with their keys; dim_time: 24 hours of 60 minutes. #}
with counts as (
    select 'days' as rule_name, count(distinct full_date) as actual, 4018 as expected from {{ ref('dim_date') }}
    union all select 'months', count(distinct month_key), 132 from {{ ref('dim_date') }}
    union all select 'month numbers', count(distinct month_index), 132 from {{ ref('dim_date') }}
    union all select 'weeks', count(distinct week_key), 575 from {{ ref('dim_date') }}
    union all select 'week numbers', count(distinct week_index), 575 from {{ ref('dim_date') }}
    union all select 'weekend days', sum(case when is_weekend then 1 else 0 end), 1148 from {{ ref('dim_date') }}
    union all select 'days after the one before', count(*), 4017
    from (select full_date, lag(full_date) over (order by full_date) as previous_date from {{ ref('dim_date') }}) as d
    where d.full_date = cast({{ dbt.dateadd('day', 1, 'd.previous_date') }} as date)
    union all select 'hours', count(distinct hour_24), 24 from {{ ref('dim_time') }}
    union all select 'minutes', count(distinct time_key), 1440 from {{ ref('dim_time') }}
    union all select 'business minutes', sum(case when is_business_hours then 1 else 0 end), 540 from {{ ref('dim_time') }}
)

select * from counts where actual <> expected
