{%- set domains = [
    {'name': 'certification', 'column': 'ext_certifications_mentioned'},
    {'name': 'benefit', 'column': 'ext_benefits_mentioned'},
    {'name': 'ml_tool', 'column': 'anl_ml_tools_expected'},
    {'name': 'dev_practice', 'column': 'anl_dev_practices_mentioned'},
    {'name': 'us_state', 'column': 'ext_us_state_restrictions'}
] -%}

with
{%- for domain in domains %}
{{ domain.name }}_items as (
    {{ ai_items(domain.column) }}
),
{% endfor %}
items as (
    {%- for domain in domains %}
    select distinct cast('{{ domain.name }}' as varchar(20)) as domain, {{ norm_term('item') }} as item_norm
    from {{ domain.name }}_items
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

candidates as (
    select
        i.domain,
        i.item_norm,
        m.target_code,
        row_number() over (
            partition by i.domain, i.item_norm
            order by m.priority, {{ dbt.length('m.pattern') }} desc, m.pattern
        ) as candidate_rank
    from items as i
    inner join {{ ref('map_term') }} as m
        on m.domain = i.domain
        and (m.pattern = '*' or {{ dbt.position("' ' || m.pattern || ' '", "' ' || i.item_norm || ' '") }} > 0)
    where i.item_norm <> ''
)

select domain, item_norm, target_code
from candidates
where candidate_rank = 1
