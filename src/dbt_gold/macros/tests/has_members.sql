{#- Each of these values occurs in the column. -#}
{% test has_members(model, column_name, members, quote=false) %}
select expected.member
from (
    {%- for member in members %}
    select {% if quote %}'{{ member }}'{% else %}{{ member }}{% endif %} as member{% if not loop.last %} union all{% endif %}
    {%- endfor %}
) as expected
left join {{ model }} as actual on actual.{{ column_name }} = expected.member
where actual.{{ column_name }} is null
{% endtest %}
