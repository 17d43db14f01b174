{#- md5 over the text of the fields, NULL-safe: a NULL field and an empty one give different keys.
    Only text, integer and date expressions; the other types print differently on each engine. -#}
{% macro surrogate_key(field_list) -%}
md5({% for field in field_list %}coalesce(cast({{ field }} as varchar(2000)), '<null>'){% if not loop.last %} || '|' || {% endif %}{% endfor %})
{%- endmacro %}
