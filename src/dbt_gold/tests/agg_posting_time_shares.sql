{#- Shares add up to 100 percent: over all slots, and within each timezone group. #}
select 'agg_posting_time_analysis' as table_name, 'all' as timezone, sum(pct_of_total) as total
from {{ ref('agg_posting_time_analysis') }}
having sum(pct_of_total) not between 99.9 and 100.1
union all
select 'agg_hourly_posting_summary', timezone, sum(pct_of_total)
from {{ ref('agg_hourly_posting_summary') }}
group by timezone
having sum(pct_of_total) not between 99.9 and 100.1
