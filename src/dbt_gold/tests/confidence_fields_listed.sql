{#- The fields that the models read are those of map_confidence_field. #}
with read_by_models as (
    {%- for field in ai_fields() %}
    select '{{ field.name }}' as field_name, {{ field.pass }} as pass_number, '{{ field.type }}' as value_type
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select coalesce(m.field_name, r.field_name) as field_name
from read_by_models as r
full outer join {{ ref('map_confidence_field') }} as m on m.field_name = r.field_name
where r.field_name is null or m.field_name is null or r.pass_number <> m.pass_number or r.value_type <> m.value_type
