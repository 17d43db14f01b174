{#- One target per phrase; every phrase in the form norm_term gives (or '*'), every target a member of its dimension. #}
with members as (
    select 'certification' as domain, source_code from {{ ref('dim_certification') }}
    union all select 'benefit', source_code from {{ ref('dim_benefit') }}
    union all select 'ml_tool', source_code from {{ ref('dim_ml_tool') }}
    union all select 'dev_practice', source_code from {{ ref('dim_dev_practice') }}
    union all select 'us_state', source_code from {{ ref('dim_us_state') }}
)

select t.domain, t.pattern, 'twice' as reason
from {{ ref('map_term') }} as t
group by t.domain, t.pattern
having count(*) > 1
union all
select t.domain, t.pattern, 'not a phrase'
from {{ ref('map_term') }} as t
where t.pattern <> '*' and t.pattern <> {{ norm_term('t.pattern') }}
union all
select t.domain, t.pattern, 'no such member'
from {{ ref('map_term') }} as t
left join members as m on m.domain = t.domain and m.source_code = t.target_code
where m.source_code is null
