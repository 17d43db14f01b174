with spellings as (
    select
        location_norm,
        location_text,
        count(*) as spelling_count,
        max(country_code) as country_code
    from {{ ref('stg_linkedin_scrapes') }}
    where location_norm is not null
    group by location_norm, location_text
),

ranked as (
    select
        location_norm,
        location_text,
        max(country_code) over (partition by location_norm) as source_country_code,
        row_number() over (partition by location_norm order by spelling_count desc, location_text) as spelling_rank
    from spellings
),

parts as (
    select
        location_norm,
        location_text,
        source_country_code,
        {{ part_count('location_norm', ', ') }} as part_count,
        {{ part('location_text', ', ', 1) }} as p1,
        {{ part('location_text', ', ', 2) }} as p2,
        {{ part('location_norm', ', ', 1) }} as p1_norm,
        {{ part('location_norm', ', ', 2) }} as p2_norm,
        case {{ part_count('location_norm', ', ') }}
            when 1 then {{ part('location_norm', ', ', 1) }}
            when 2 then {{ part('location_norm', ', ', 2) }}
            when 3 then {{ part('location_norm', ', ', 3) }}
        end as last_norm
    from ranked
    where spelling_rank = 1
),

{#- Members that a text can name, without the special rows. #}
countries as (
    select country_code, lower(country_name) as country_norm
    from {{ ref('dim_country') }}
    where country_key > 0
),

states as (
    select source_code as state_norm, state_code, state_name, lower(state_name) as state_name_norm
    from {{ ref('dim_us_state') }}
    where us_state_key > 0
),

matched as (
    select
        p.*,
        a.location_norm as alias_norm,
        a.city as alias_city,
        a.state_province as alias_state_province,
        a.state_code as alias_state_code,
        a.country_code as alias_country_code,
        a.location_level as alias_level,
        c.country_code as named_country_code,
        source_country.country_code as known_source_country_code,
        code_state.state_code as p2_state_code,
        code_state.state_name as p2_state_name,
        first_state.state_code as p1_named_state_code,
        second_state.state_code as p2_named_state_code,
        {#- The number of the parser's rule that applies. #}
        case
            when a.location_norm is not null then 1
            when p.part_count = 3 and c.country_code is not null then 2
            when p.part_count = 2 and code_state.state_code is not null then 3
            when p.part_count = 2 and p.p2_norm = 'united states' and first_state.state_code is not null then 4
            when p.part_count = 2 and c.country_code is not null
                and (p.p1_norm like '% area' or p.p1_norm in ('england', 'scotland', 'wales', 'northern ireland')) then 5
            when p.part_count = 2 and c.country_code is not null then 6
            when p.part_count = 1 and c.country_code is not null then 7
            else 8
        end as rule_number
    from parts as p
    left join {{ ref('map_location_alias') }} as a on a.location_norm = p.location_norm
    left join countries as c on c.country_norm = p.last_norm
    left join countries as source_country on source_country.country_code = p.source_country_code
    left join states as code_state on code_state.state_norm = p.p2_norm
    left join states as first_state on first_state.state_name_norm = p.p1_norm
    left join states as second_state on second_state.state_name_norm = p.p2_norm
)

select
    location_norm,
    location_text,
    rule_number,
    case
        when rule_number = 1 then alias_city
        when rule_number in (2, 3, 6) then p1
        when rule_number = 8 and part_count = 1 then p1
    end as city,
    case
        when rule_number = 1 then alias_state_province
        when rule_number = 2 then p2
        when rule_number = 3 then p2_state_name
        when rule_number in (4, 5) then p1
    end as state_province,
    case
        when rule_number = 1 then alias_state_code
        when rule_number = 2 and named_country_code = 'US' then coalesce(p2_named_state_code, p2_state_code)
        when rule_number = 3 then p2_state_code
        when rule_number = 4 then p1_named_state_code
    end as state_code,
    case
        when rule_number = 1 then alias_country_code
        when rule_number in (3, 4) then 'US'
        when rule_number = 8 then coalesce(known_source_country_code, 'ZZ')
        else named_country_code
    end as country_code,
    case
        when rule_number = 1 then alias_level
        when rule_number in (2, 3, 6) then 'city'
        when rule_number in (4, 5) then 'state'
        when rule_number = 7 then 'country'
        else 'unknown'
    end as location_level
from matched
