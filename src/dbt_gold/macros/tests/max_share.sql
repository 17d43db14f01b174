{#- At most this share (0-1) of the rows has the value in the column; an empty table passes. quote: the value is a text. -#}
{% test max_share(model, column_name, value, share, quote=false) %}
select matching_count, row_count
from (
    select
        sum(case when {{ column_name }} = {% if quote %}'{{ value }}'{% else %}{{ value }}{% endif %} then 1 else 0 end) as matching_count,
        count(*) as row_count
    from {{ model }}
) as counted
where matching_count > {{ share }} * row_count
{% endtest %}
