{#- The key is 0 (not analysed) exactly where the posting has no AI row. -#}
{% test zero_without_ai(model, column_name) %}
select job_posting_id, {{ column_name }}, is_ai_enriched
from {{ model }}
where (is_ai_enriched and {{ column_name }} = 0) or (not is_ai_enriched and {{ column_name }} <> 0)
{% endtest %}
