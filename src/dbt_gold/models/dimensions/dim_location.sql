{{ config(tags=['dim_dynamic'], dist='all') }}

with locations as (
    select
        {{ surrogate_key(['location_norm']) }} as location_key,
        location_text,
        location_norm,
        city,
        state_province,
        state_code,
        country_code,
        location_level,
        case when location_norm like '%remote%' then true else false end as is_remote_location
    from {{ ref('stg_location_parsed') }}
    union all
    select '-1', 'Unknown', '__unknown__', null, null, null, 'ZZ', 'unknown', false
),

offsets as (
    select
        l.*,
        c.country_name,
        c.region,
        coalesce(c.timezone_group, 'Other') as timezone_group,
        s.timezone_primary as state_timezone,
        c.utc_offset_hours as country_offset,
        coalesce(s.utc_offset_hours, c.utc_offset_hours) as utc_offset_hours
    from locations as l
    left join {{ ref('dim_country') }} as c on c.country_code = l.country_code
    left join {{ ref('dim_us_state') }} as s on s.state_code = l.state_code and l.country_code = 'US'
)

select
    cast(location_key as varchar(32)) as location_key,
    cast(location_text as varchar(500)) as location_text,
    cast(location_norm as varchar(500)) as location_norm,
    cast(city as varchar(200)) as city,
    cast(state_province as varchar(200)) as state_province,
    cast(state_code as varchar(2)) as state_code,
    cast(country_code as varchar(2)) as country_code,
    cast(country_name as varchar(80)) as country_name,
    cast(region as varchar(20)) as region,
    cast(timezone_group as varchar(10)) as timezone_group,
    {#- UTC+1, UTC-5, UTC+5:30 #}
    cast(coalesce(
        state_timezone,
        'UTC' || case when country_offset < 0 then '-' else '+' end
        || cast(cast(floor(abs(country_offset)) as int) as varchar(2))
        || case when abs(country_offset) > floor(abs(country_offset))
            then ':' || cast(cast((abs(country_offset) - floor(abs(country_offset))) * 60 as int) as varchar(2)) else '' end
    ) as varchar(40)) as timezone_primary,
    cast(utc_offset_hours as decimal(4,2)) as utc_offset_hours,
    cast(location_level as varchar(10)) as location_level,
    cast(is_remote_location as boolean) as is_remote_location,
    {{ run_ts() }} as dbt_updated_at
from offsets
