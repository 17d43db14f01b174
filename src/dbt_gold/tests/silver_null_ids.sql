{{ config(severity='warn') }}

{#- Rows without an id are dropped in staging; this test shows how many. #}
select *
from (
    select 'linkedin' as dataset, count(*) as dropped_rows from {{ source('silver_linkedin', 'linkedin') }} as t where t.job_posting_id is null
    union all
    select 'linkedin_companies', count(*) from {{ source('silver_companies', 'linkedin_companies') }} as t
    where nullif(trim(t.company_id), '') is null
    union all
    select 'ai_enrichment', count(*) from {{ source('silver_ai', 'ai_enrichment') }} as t where t.job_posting_id is null
) as counted
where dropped_rows > 0
