{#- 1 to 54 fields per posting. #}
select job_posting_key, count(*) as field_count
from {{ ref('job_confidence_details') }}
group by job_posting_key
having count(*) > 54
