{#
  MERGE with dbt-duckdb's configs. Without merge_clauses: matched rows are updated (all columns by name, or those of
  merge_update_columns / merge_exclude_columns / merge_update_set_expressions, under merge_update_condition), others are
  inserted (under merge_insert_condition). With merge_clauses: exactly the clauses given.
#}
{% macro duckdb__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
  {%- set sql_header = config.get('sql_header', none) -%}
  {%- do validate_merge_config(config, target) -%}
  {%- set clauses = duckdb__merge_clauses() -%}
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

{# All that is wrong with the configs of a merge, in one error. #}
{% macro validate_merge_config(config, target_relation=none) -%}
  {%- set errors = [] -%}
  {%- for name in ['merge_update_condition', 'merge_insert_condition'] if config.get(name) is not none and config.get(name) is not string -%}
    {%- do errors.append(name ~ ' must be a string, found: ' ~ config.get(name)) -%}
  {%- endfor -%}
  {%- for name in ['merge_on_using_columns', 'merge_update_columns', 'merge_exclude_columns', 'merge_returning_columns'] if config.get(name) is not none -%}
    {%- if not duckdb__is_list(config.get(name)) -%}
      {%- do errors.append(name ~ ' must be a list, found: ' ~ config.get(name)) -%}
    {%- else -%}
      {%- for item in config.get(name) if item is not string -%}
        {%- do errors.append(name ~ ' must contain only string values, found: ' ~ item) -%}
      {%- endfor -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set expressions = config.get('merge_update_set_expressions') -%}
  {%- if expressions is not none and expressions is not mapping -%}
    {%- do errors.append('merge_update_set_expressions must be a dictionary, found: ' ~ expressions) -%}
  {%- endif -%}
  {%- if config.get('merge_clauses') is not none -%}
    {%- do duckdb__merge_clauses_errors(config, config.get('merge_clauses'), errors) -%}
  {%- endif -%}
  {%- if not errors and target_relation and adapter.is_ducklake(target_relation) -%}
    {%- do duckdb__merge_ducklake_errors(config, errors) -%}
  {%- endif -%}
  {%- if errors -%}
    {{ exceptions.raise_compiler_error('MERGE configuration errors:\n' ~ errors | join('\n')) }}
  {%- endif -%}
{%- endmacro %}

{% macro duckdb__merge_clauses_errors(config, clauses, errors) -%}
  {%- if clauses is not mapping -%}
    {%- do errors.append('merge_clauses must be a dictionary, found: ' ~ clauses) -%}
  {%- else -%}
    {%- if 'when_matched' not in clauses and 'when_not_matched' not in clauses -%}
      {%- do errors.append("merge_clauses must contain at least one of 'when_matched' or 'when_not_matched' keys") -%}
    {%- endif -%}
    {%- for kind in ['when_matched', 'when_not_matched'] if kind in clauses -%}
      {%- if not duckdb__is_list(clauses[kind]) -%}
        {%- do errors.append('merge_clauses.' ~ kind ~ ' must be a list, found: ' ~ clauses[kind]) -%}
      {%- elif clauses[kind] | length == 0 -%}
        {%- do errors.append('merge_clauses.' ~ kind ~ ' must contain at least one element') -%}
      {%- else -%}
        {%- for clause in clauses[kind] if clause is not mapping -%}
          {%- do errors.append('merge_clauses.' ~ kind ~ ' elements must be dictionaries, found: ' ~ clause) -%}
        {%- endfor -%}
      {%- endif -%}
    {%- endfor -%}
    {%- set unused = [] -%}
    {%- for name in ['merge_update_condition', 'merge_insert_condition', 'merge_update_columns', 'merge_update_set_expressions', 'merge_exclude_columns']
          if config.get(name) -%}
      {%- do unused.append(name) -%}
    {%- endfor -%}
    {%- if unused -%}
      {%- do errors.append('When merge_clauses is specified, the following basic merge configurations will be ignored and should be removed: ' ~ unused | join(', ')) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}

{% macro duckdb__merge_ducklake_errors(config, errors) -%}
  {%- if config.get('merge_returning_columns') -%}
    {%- do errors.append('DuckLake MERGE restrictions: merge_returning_columns is not supported') -%}
  {%- endif -%}
  {%- set clauses = config.get('merge_clauses') or {} -%}
  {%- set changes = (clauses.get('when_matched', []) + clauses.get('when_not_matched', [])) | selectattr('action', 'defined')
        | selectattr('action', 'in', ['update', 'delete']) | list -%}
  {%- if changes | length > 1 -%}
    {%- do errors.append('DuckLake MERGE restrictions: merge_clauses can contain only a single UPDATE or DELETE action, found ' ~ changes | length) -%}
  {%- endif -%}
{%- endmacro %}

{% macro duckdb__is_list(value) -%}
  {{ return(value is sequence and value is not string and value is not mapping) }}
{%- endmacro %}

{% macro duckdb__merge_clauses() -%}
  {%- set clauses = config.get('merge_clauses') or {} -%}
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
