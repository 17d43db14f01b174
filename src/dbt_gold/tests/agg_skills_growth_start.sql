{#- The first week has nothing to grow from; a missing week counts as 0, so growth is NULL exactly without a posting in the 4 weeks before. #}
select d.week_key, d.skill_key, d.growth_rate_4w
from {{ ref('agg_skills_demand') }} as d
cross join (select min(week_index) as week_index from {{ ref('agg_skills_demand') }}) as first_week
where d.week_index = first_week.week_index and d.growth_rate_4w is not null
