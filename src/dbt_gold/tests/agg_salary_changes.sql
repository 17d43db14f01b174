{#- A change against the month and the year before is shown exactly where that group exists, also across a year end. #}
select b.month_key, b.mom_change_pct, b.yoy_change_pct
from {{ ref('agg_salary_benchmarks') }} as b
{%- for earlier, months in [('previous_month', 1), ('previous_year', 12)] %}
left join {{ ref('agg_salary_benchmarks') }} as {{ earlier }}
    on {{ earlier }}.month_index = b.month_index - {{ months }}
    and {{ earlier }}.seniority_key = b.seniority_key and {{ earlier }}.job_family_key = b.job_family_key
    and {{ earlier }}.country_code = b.country_code and {{ earlier }}.work_model_key = b.work_model_key
{%- endfor %}
where (previous_month.month_key is null) <> (b.mom_change_pct is null)
    or (previous_year.month_key is null) <> (b.yoy_change_pct is null)
