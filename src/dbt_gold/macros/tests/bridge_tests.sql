{#- The none member is the only row of its posting. -#}
{% test none_member_alone(model, column_name, none_key, quote=false) %}
select job_posting_key
from {{ model }}
group by job_posting_key
having count(*) > 1 and sum(case when {{ column_name }} = {% if quote %}'{{ none_key }}'{% else %}{{ none_key }}{% endif %} then 1 else 0 end) > 0
{% endtest %}

{#- Every posting of the fact (that passes the filter) has rows here. -#}
{% test covers_postings(model, filter='1 = 1') %}
select f.job_posting_key
from {{ ref('fact_job_posting') }} as f
left join (select distinct job_posting_key from {{ model }}) as m on m.job_posting_key = f.job_posting_key
where m.job_posting_key is null and {{ filter }}
{% endtest %}
