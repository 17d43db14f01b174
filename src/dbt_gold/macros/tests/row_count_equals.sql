{#- The number of rows is exactly this one. -#}
{% test row_count_equals(model, value) %}
select row_count
from (select count(*) as row_count from {{ model }}) as counted
where row_count <> {{ value }}
{% endtest %}
