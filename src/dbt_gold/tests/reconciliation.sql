{#- Gold holds what Silver holds: postings, AI rows, companies. #}
with postings as (
    select distinct job_posting_id, source_system from {{ ref('stg_linkedin_scrapes') }}
),

counts as (
    select
        'fact rows = distinct Silver postings' as rule_name,
        (select count(*) from {{ ref('fact_job_posting') }}) as actual,
        (select count(*) from postings) as expected
    union all
    select
        'enriched postings = distinct Silver AI ids among the postings',
        (select count(*) from {{ ref('fact_job_posting') }} where is_ai_enriched),
        (
            select count(*) from {{ ref('stg_ai_enrichment') }} as ai
            inner join postings as p on p.job_posting_id = ai.job_posting_id and p.source_system = ai.source_system
        )
    union all
    select
        'current companies with a profile = distinct Silver companies',
        (select count(*) from {{ ref('dim_company') }} where is_current and not is_inferred and company_id <> '-1'),
        (select count(distinct company_id) from {{ ref('stg_linkedin_companies') }})
    union all
    select
        'postings in bridge_job_skills = fact rows',
        (select count(distinct job_posting_key) from {{ ref('bridge_job_skills') }}),
        (select count(*) from {{ ref('fact_job_posting') }})
)

select * from counts where actual <> expected
