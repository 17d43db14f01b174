{#
  MERGE with dbt-duckdb's configs. Without merge_clauses: matched rows are updated (all columns by name, or those of
  merge_update_columns / merge_exclude_columns / merge_update_set_expressions, under merge_update_condition), others are
  inserted (under merge_insert_condition). With merge_clauses: exactly the clauses given.
#}
{% macro duckdb__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
  {%- set sql_header = config.get('sql_header', none) -%}
  {%- set clauses = duckdb__merge_clauses(dest_columns, unique_key) -%}
  {%- set returning = config.get('merge_returning_columns') -%}
  {{ sql_header if sql_header is not none }}
  merge into {{ target }} as DBT_INTERNAL_DEST
  using {{ source }} as DBT_INTERNAL_SOURCE
  {{ duckdb__merge_condition(unique_key, normalize_string_or_list(incremental_predicates, 'incremental_predicates')) }}
  {%- for clause in clauses.when_matched %}
  when matched{{ duckdb__merge_and(clause) }} then {{ duckdb__merge_action(clause, dest_columns) }}
  {%- endfor %}
  {%- for clause in clauses.when_not_matched %}
  when not matched{{ ' by ' ~ clause['by'] if clause.get('by') }}{{ duckdb__merge_and(clause) }} then {{ duckdb__merge_action(clause, dest_columns) }}
  {%- endfor %}
  {%- if returning %}
  returning {{ returning if returning is string else returning | join(', ') }}
  {%- endif %}
{%- endmacro %}

{% macro duckdb__merge_condition(unique_key, predicates) -%}
  {%- set using_columns = config.get('merge_on_using_columns') -%}
  {%- set conditions = [] -%}
  {%- if using_columns -%}
    using ({{ using_columns | join(', ') }})
    {%- if predicates %} on ({{ predicates | join(') and (') }}){% endif -%}
  {%- else -%}
    {%- for key in ([unique_key] if unique_key is string else unique_key or []) -%}
      {%- do conditions.append('DBT_INTERNAL_SOURCE.' ~ key ~ ' = DBT_INTERNAL_DEST.' ~ key) -%}
    {%- endfor -%}
    on ({{ ((conditions or ['false']) + predicates) | join(') and (') }})
  {%- endif -%}
{%- endmacro %}

{% macro duckdb__merge_clauses(dest_columns, unique_key) -%}
  {%- set clauses = config.get('merge_clauses') or {} -%}
  {%- if clauses is not mapping -%}
    {{ exceptions.raise_compiler_error('merge_clauses must be a mapping of when_matched and when_not_matched, got ' ~ clauses) }}
  {%- endif -%}
  {%- if clauses and not (clauses.get('when_matched') or clauses.get('when_not_matched')) -%}
    {{ exceptions.raise_compiler_error("merge_clauses must have 'when_matched' or 'when_not_matched', each a list of clauses") }}
  {%- endif -%}
  {%- set chosen = config.get('merge_update_columns') or config.get('merge_exclude_columns') or config.get('merge_update_set_expressions') -%}
  {%- set update = {'action': 'update', 'mode': 'by_name', 'condition': config.get('merge_update_condition')} -%}
  {%- if chosen -%}
    {%- do update.update({'mode': 'explicit', 'update': {
          'include': config.get('merge_update_columns') or [],
          'exclude': config.get('merge_exclude_columns') or [],
          'set_expressions': config.get('merge_update_set_expressions') or {}}}) -%}
  {%- endif -%}
  {%- set insert = {'action': 'insert', 'mode': 'by_name', 'condition': config.get('merge_insert_condition')} -%}
  {{ return({
      'when_matched': clauses.get('when_matched', [update]),
      'when_not_matched': clauses.get('when_not_matched', [insert])
  }) }}
{%- endmacro %}

{% macro duckdb__merge_and(clause) -%}
  {%- set condition = clause.get('condition') -%}
  {%- if condition is string %} and {{ condition }}
  {%- elif condition %} and ({{ condition | join(') and (') }})
  {%- endif -%}
{%- endmacro %}

{% macro duckdb__merge_action(clause, dest_columns) -%}
  {%- set action = clause.get('action') -%}
  {%- set mode = clause.get('mode', 'by_name') -%}
  {%- if action == 'update' and mode == 'explicit' -%}
    update set {{ duckdb__merge_assignments(clause.get('update') or {'set_expressions': clause.get('set_expressions', {})}, dest_columns) }}
  {%- elif action == 'update' and clause.get('set_expressions') -%}
    {%- set assignments = [] -%}
    {%- for column, expression in clause['set_expressions'].items() -%}
      {%- do assignments.append(column ~ ' = ' ~ expression) -%}
    {%- endfor -%}
    update set {{ assignments | join(', ') }}
  {%- elif action == 'update' -%}
    {{ {'by_name': 'update by name', 'by_position': 'update by position', 'star': 'update set *'}.get(mode)
       or exceptions.raise_compiler_error("merge_clauses: unknown mode '" ~ mode ~ "' of update") }}
  {%- elif action == 'insert' and mode == 'explicit' -%}
    {%- set insert = clause.get('insert') or {} -%}
    insert ({{ insert.get('columns', []) | join(', ') }}) values ({{ insert.get('values', []) | join(', ') }})
  {%- elif action == 'insert' -%}
    {{ {'by_name': 'insert by name', 'by_position': 'insert by position', 'star': 'insert *'}.get(mode)
       or exceptions.raise_compiler_error("merge_clauses: unknown mode '" ~ mode ~ "' of insert") }}
  {%- elif action == 'delete' -%}
    delete
  {%- elif action == 'do_nothing' -%}
    do nothing
  {%- elif action == 'error' -%}
    error{{ " '" ~ (clause['error_message'] | replace("'", "''")) ~ "'" if clause.get('error_message') }}
  {%- else -%}
    {{ exceptions.raise_compiler_error("merge_clauses: unknown action '" ~ action ~ "'; known are update, insert, delete, do_nothing, error") }}
  {%- endif -%}
{%- endmacro %}

{% macro duckdb__merge_assignments(update, dest_columns) -%}
  {%- set expressions = update.get('set_expressions') or {} -%}
  {%- set assignments = [] -%}
  {%- for column, expression in expressions.items() -%}
    {%- do assignments.append(column ~ ' = ' ~ expression) -%}
  {%- endfor -%}
  {%- for column in get_merge_update_columns(update.get('include'), update.get('exclude'), dest_columns) -%}
    {%- if column | replace('"', '') not in expressions -%}
      {%- do assignments.append(column ~ ' = DBT_INTERNAL_SOURCE.' ~ column) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ assignments | join(', ') }}
{%- endmacro %}
