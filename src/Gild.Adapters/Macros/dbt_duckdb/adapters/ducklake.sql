{# Tables of a DuckLake catalog can be partitioned and sorted; those of other databases cannot, and say so once. #}

{% macro duckdb__is_ducklake(relation) -%}
  {{ return(relation is not none and relation.database in adapter.ducklake_databases()) }}
{%- endmacro %}

{# The config partitioned_by (or partition_by) as the inside of SET PARTITIONED BY; none where it does not apply. #}
{% macro duckdb__get_partitioned_by(relation, temporary) -%}
  {%- set parts = duckdb__ducklake_layout('partitioned_by', 'partition_by', relation, temporary) -%}
  {{ return(parts | join(', ') if parts else none) }}
{%- endmacro %}

{# The config sorted_by (or sort_by) as the inside of SET SORTED BY; none where it does not apply. #}
{% macro duckdb__get_sorted_by(relation, temporary) -%}
  {%- set columns = [] -%}
  {%- for column in duckdb__ducklake_layout('sorted_by', 'sort_by', relation, temporary) -%}
    {%- do columns.append(adapter.quote(column | replace('"', '""'))) -%}
  {%- endfor -%}
  {{ return(columns | join(', ') if columns else none) }}
{%- endmacro %}

{% macro duckdb__ducklake_layout(key, other_key, relation, temporary) -%}
  {%- set given = config.get(key) or config.get(other_key) -%}
  {%- if temporary or not given -%}
    {{ return([]) }}
  {%- endif -%}
  {%- if not adapter.is_ducklake(relation) -%}
    {%- do adapter.warn_once(key ~ '/' ~ other_key ~ ' is only supported for DuckLake relations; ignoring for ' ~ relation) -%}
    {{ return([]) }}
  {%- endif -%}
  {{ return(normalize_string_or_list(given, key ~ '/' ~ other_key)) }}
{%- endmacro %}

{% macro duckdb__alter_table_set_partitioned_by(relation, partitioned_by) -%}
  alter table {{ relation }} set partitioned by ({{ partitioned_by }});
{%- endmacro %}

{% macro duckdb__alter_table_set_sorted_by(relation, sorted_by) -%}
  alter table {{ relation }} set sorted by ({{ sorted_by }});
{%- endmacro %}
