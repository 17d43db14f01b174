{#- Versions of a company follow each other without overlap and gap; exactly the last one is current. #}
with versions as (
    select
        company_id,
        effective_start_date,
        effective_end_date,
        is_current,
        version_number,
        lead(effective_start_date) over (partition by company_id order by effective_start_date) as next_start_date,
        row_number() over (partition by company_id order by effective_start_date) as position
    from {{ ref('dim_company') }}
)

select *
from versions
where effective_start_date > effective_end_date
    or version_number <> position
    or (position = 1 and effective_start_date <> cast('1900-01-01' as date))
    or (next_start_date is null and (not is_current or effective_end_date <> cast('9999-12-31' as date)))
    or (next_start_date is not null and (is_current or next_start_date <> cast({{ dbt.dateadd('day', 1, 'effective_end_date') }} as date)))
