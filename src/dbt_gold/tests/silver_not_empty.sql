{#- An external table without registered partitions reads as empty, without an error. #}
select *
from (
    select 'linkedin' as dataset, count(*) as row_count from {{ source('silver_linkedin', 'linkedin') }} as t
    union all
    select 'linkedin_companies', count(*) from {{ source('silver_companies', 'linkedin_companies') }} as t
    union all
    select 'ai_enrichment', count(*) from {{ source('silver_ai', 'ai_enrichment') }} as t
) as counted
where row_count = 0
