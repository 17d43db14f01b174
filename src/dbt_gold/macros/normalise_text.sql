{#- ' Mid-Senior level' -> 'mid_senior_level': the form of every source_code. -#}
{% macro norm_code(expression) -%}
lower(replace(replace(trim({{ expression }}), ' ', '_'), '-', '_'))
{%- endmacro %}

{#- Words of free text: lower case, punctuation as blanks, single blanks. The two lists of translate have 16 characters each. -#}
{% macro norm_term(expression) -%}
trim(replace(replace(replace(translate(lower({{ expression }}), '.,;:()[]/&-_|*''"', '                '), '    ', ' '), '  ', ' '), '  ', ' '))
{%- endmacro %}

{#- Skill code: lower case, single blanks, punctuation kept (C#, CI/CD, Node.js). -#}
{% macro norm_skill(expression) -%}
trim(replace(replace(lower({{ expression }}), '    ', ' '), '  ', ' '))
{%- endmacro %}
