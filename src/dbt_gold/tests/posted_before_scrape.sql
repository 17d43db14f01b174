{{ config(severity='warn') }}

{#- A posting was not posted later than a day after its latest scrape. #}
select job_posting_id, posted_at, scraped_at
from {{ ref('fact_job_posting') }}
where posted_at > {{ dbt.dateadd('day', 1, 'scraped_at') }}
