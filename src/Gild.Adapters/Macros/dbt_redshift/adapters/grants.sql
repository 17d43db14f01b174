{# Users alone, as plain names; with the flag redshift_grants_extended also groups and roles, written group:NAME and role:NAME. #}

{% macro redshift__apply_grants(relation, grant_config, should_revoke=True) %}
  {% if grant_config %}
    {% set wanted = redshift__normalize_grants_dict(grant_config) if redshift__use_grants_extended() else grant_config %}
    {% set unwanted = {} %}
    {% if should_revoke %}
      {% set present = redshift__grants_of_rows(run_query(get_show_grant_sql(relation))) %}
      {% set unwanted = diff_of_two_dicts(present, wanted) %}
      {% set wanted = diff_of_two_dicts(wanted, present) %}
      {% if not (wanted or unwanted) %}
        {{ log('On ' ~ relation.render() ~ ': All grants are in place, no revocation or granting needed.') }}
      {% endif %}
    {% endif %}
    {% set statements = get_dcl_statement_list(relation, unwanted, get_revoke_sql) + get_dcl_statement_list(relation, wanted, get_grant_sql) %}
    {% if statements %}
      {{ call_dcl_statements(statements) }}
    {% endif %}
  {% endif %}
{% endmacro %}

{% macro redshift__normalize_grants_dict(grants_dict) %}
  {% set normalized = {} %}
  {% for privilege, grantees in grants_dict.items() %}
    {% set names = [] %}
    {% for grantee in grantees %}
      {% do names.append(grantee if grantee.split(':')[0] in ['user', 'group', 'role'] else 'user:' ~ grantee) %}
    {% endfor %}
    {% do normalized.update({privilege: names}) %}
  {% endfor %}
  {{ return(normalized) }}
{% endmacro %}

{# Grants by privilege. SHOW GRANTS writes a group as a role whose name begins with a slash; PUBLIC and the warehouse's own roles are left alone. #}
{% macro redshift__grants_of_rows(rows) %}
  {% if 'grantee' in rows.column_names %}
    {{ return(adapter.standardize_grants_dict(rows)) }}
  {% endif %}
  {% set extended = redshift__use_grants_extended() %}
  {% set own_name = (target.user or '') | lower %}
  {% set grants = {} %}
  {% for row in rows %}
    {% set name = row['identity_name'] %}
    {% set kind = row['identity_type'] | lower %}
    {% if kind == 'role' and name[:1] == '/' %}
      {% set kind, name = 'group', name[1:] %}
    {% endif %}
    {% set is_own = kind == 'user' and name | lower == own_name %}
    {% set is_system = kind == 'public' or name[:3] == 'ds:' or name[:4] == 'sys:' %}
    {% if not is_own and not is_system and (extended or kind == 'user') %}
      {% set privilege = row['privilege_type'] | lower %}
      {% do grants.setdefault(privilege, []).append(kind ~ ':' ~ name if extended else name) %}
    {% endif %}
  {% endfor %}
  {{ return(grants) }}
{% endmacro %}

{% macro redshift__get_show_grant_sql(relation) %}
  {% if redshift__use_show_apis() %}
    show grants on table {{ adapter.quote(relation.database) }}.{{ adapter.quote(relation.schema) }}.{{ adapter.quote(relation.identifier) }}
  {% elif redshift__use_grants_extended() %}
    select identity_name, identity_type, privilege_type
    from svv_relation_privileges
    where namespace_name = '{{ relation.schema }}'
      and relation_name = '{{ relation.identifier }}'
      and not (identity_type = 'user' and identity_name = current_user)
  {% else %}
    select pg_user.usename as grantee, privileges.privilege_type
    from pg_user
    cross join (
      select 'select' as privilege_type
      {% for privilege in ['insert', 'update', 'delete', 'references'] -%}
      union all select '{{ privilege }}'
      {% endfor -%}
    ) as privileges
    where has_table_privilege(pg_user.usename, '{{ relation }}', privileges.privilege_type)
      and pg_user.usename <> current_user
      and not pg_user.usesuper
  {% endif %}
{% endmacro %}

{# Names such as IAMR:role are quoted. #}
{% macro redshift__format_grantees(grantees) %}
  {% set words = {'user': '', 'group': 'group ', 'role': 'role '} if redshift__use_grants_extended() else {} %}
  {% set formatted = [] %}
  {% for grantee in grantees %}
    {% set kind = grantee.split(':')[0] if ':' in grantee else '' %}
    {% set name = grantee[kind | length + 1:] if kind in words else grantee %}
    {% set is_plain = modules.re.match('^([A-Za-z_][A-Za-z0-9_$]*|".*")$', name) %}
    {% do formatted.append(words.get(kind, '') ~ (name if is_plain else adapter.quote(name))) %}
  {% endfor %}
  {{ return(formatted) }}
{% endmacro %}

{% macro redshift__get_grant_sql(relation, privilege, grantees) %}
  {{ return(default__get_grant_sql(relation, privilege, redshift__format_grantees(grantees))) }}
{% endmacro %}

{% macro redshift__get_revoke_sql(relation, privilege, grantees) %}
  {{ return(default__get_revoke_sql(relation, privilege, redshift__format_grantees(grantees))) }}
{% endmacro %}
