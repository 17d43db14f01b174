{#- The expression holds for every row; a NULL result passes, as in a CHECK constraint. -#}
{% test expression_is_true(model, expression) %}
select *
from {{ model }}
where not ({{ expression }})
{% endtest %}
