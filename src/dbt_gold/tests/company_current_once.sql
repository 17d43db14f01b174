{#- One current row per company. #}
select company_id, sum(case when is_current then 1 else 0 end) as current_count
from {{ ref('dim_company') }}
group by company_id
having sum(case when is_current then 1 else 0 end) <> 1
