{#- A category has the type of its family, and the names on dim_skill are those of the snowflake. #}
select 'category' as level_name, c.source_code as code
from {{ ref('dim_skill_category') }} as c
inner join {{ ref('dim_skill_family') }} as f on f.skill_family_key = c.skill_family_key
where c.skill_type_key <> f.skill_type_key
union all
select 'skill', s.skill_code
from {{ ref('dim_skill') }} as s
inner join {{ ref('dim_skill_type') }} as t on t.skill_type_key = s.skill_type_key
inner join {{ ref('dim_skill_family') }} as f on f.skill_family_key = s.skill_family_key
inner join {{ ref('dim_skill_category') }} as c on c.skill_category_key = s.skill_category_key
where s.skill_type <> t.skill_type_name or s.skill_family <> f.family_name or s.skill_category <> c.category_name
    or (s.is_catalogued and (c.skill_family_key <> s.skill_family_key or c.skill_type_key <> s.skill_type_key))
