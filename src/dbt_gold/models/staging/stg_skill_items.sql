with postings as (
    select job_posting_id, source_system, scraped_at
    from {{ ref('stg_linkedin') }}
),

{{ skill_items() }}

select * from skill_items
