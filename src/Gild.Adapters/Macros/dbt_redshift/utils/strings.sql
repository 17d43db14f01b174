{% macro redshift__length(expression) %}
  len({{ expression }})
{%- endmacro %}

{% macro redshift__split_part(string_text, delimiter_text, part_number) %}
  {{ return(postgres__split_part(string_text, delimiter_text, part_number)) }}
{% endmacro %}

{# A limit is cut from the whole list, so the delimiter must not occur in the values. #}
{% macro redshift__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
  {%- set within = ' within group (' ~ order_by_clause ~ ')' if order_by_clause else '' -%}
  {%- set all = 'listagg(' ~ measure ~ ', ' ~ delimiter_text ~ ')' ~ within -%}
  {%- if not limit_num -%}
    {{ return(all) }}
  {%- endif -%}
  {%- set delimiter = namespace(pattern=delimiter_text[1:-1] if delimiter_text[:1] == "'" else delimiter_text) -%}
  {%- for character in ['\\', '^', '$', '.', '|', '?', '*', '+', '(', ')', '[', ']', '{', '}'] -%}
    {%- set delimiter.pattern = delimiter.pattern | replace(character, '\\\\' ~ character) -%}
  {%- endfor -%}
  {%- set item = '[^' ~ delimiter.pattern ~ ']+' -%}
  {%- set pattern = item if limit_num | int <= 1 else '(' ~ item ~ delimiter.pattern ~ '){1,' ~ (limit_num | int - 1) ~ '}' ~ item -%}
  {{ return('regexp_substr(' ~ all ~ ", '" ~ pattern ~ "')") }}
{%- endmacro %}
