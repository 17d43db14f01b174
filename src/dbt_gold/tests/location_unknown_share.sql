{{ config(severity='warn') }}

{#- At most 10% of the postings in a location whose country is unknown. #}
select *
from (
    select
        sum(case when l.country_code = 'ZZ' then 1 else 0 end) as unknown_count,
        count(*) as row_count
    from {{ ref('fact_job_posting') }} as f
    inner join {{ ref('dim_location') }} as l on l.location_key = f.location_key
) as counted
where unknown_count > 0.1 * row_count
