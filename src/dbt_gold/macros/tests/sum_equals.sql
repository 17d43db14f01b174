{#- The sum of an expression over the table equals the number of rows of another relation. -#}
{% test sum_equals(model, column_name, relation, filter='1 = 1') %}
select summed.total, counted.row_count
from (select coalesce(sum({{ column_name }}), 0) as total from {{ model }}) as summed
cross join (select count(*) as row_count from {{ relation }} where {{ filter }}) as counted
where summed.total <> counted.row_count
{% endtest %}
