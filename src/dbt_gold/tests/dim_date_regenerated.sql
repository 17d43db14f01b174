{#- The committed dim_date.csv is what calendar() makes, in every row and column. #}
with made as (
    {{ calendar('2020-01-01', '2030-12-31') }}
),

committed as (
    select
        date_key, full_date, year, quarter, month, month_name, month_key, month_index, week_of_year, iso_year, week_key, week_start_date,
        week_index, day_of_month, day_of_week, day_name, is_weekend
    from {{ ref('dim_date') }}
),

only_made as (
    select * from made except select * from committed
),

only_committed as (
    select * from committed except select * from made
)

select 'made' as found_in, date_key from only_made
union all
select 'committed', date_key from only_committed
