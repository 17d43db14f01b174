{# A DuckDB session has no transaction of its own that would have to end before hooks outside of one. #}
{% macro run_hooks(hooks, inside_transaction=True) %}
  {% for hook in hooks | selectattr('transaction', 'equalto', inside_transaction) %}
    {% set text = render(hook.get('sql')) | trim %}
    {% if text | length > 0 %}
      {% call statement(auto_begin=inside_transaction) %}
        {{ text }}
      {% endcall %}
    {% endif %}
  {% endfor %}
{% endmacro %}
