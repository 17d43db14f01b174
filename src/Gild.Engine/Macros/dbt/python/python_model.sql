{# The parts of a Python model that are written in Jinja. Python models themselves are not run here; packages that only
   mention these macros still parse. #}

{% macro build_ref_function(model) %}
  {%- set ref_dict = {} -%}
  {%- for _ref in model.refs -%}
    {%- set _ref_args = [_ref.get('package'), _ref['name']] if _ref.get('package') else [_ref['name']] -%}
    {%- set resolved = ref(*_ref_args, v=_ref.get('version')) -%}
    {%- if _ref.get('version') -%}
      {%- do _ref_args.append('v' ~ _ref['version']) -%}
    {%- endif -%}
    {%- do ref_dict.update({_ref_args | join('.'): resolve_model_name(resolved)}) -%}
  {%- endfor -%}
def ref(*args, **kwargs):
    refs = {{ ref_dict | tojson }}
    key = '.'.join(args)
    version = kwargs.get("v") or kwargs.get("version")
    if version:
        key += f".v{version}"
    return kwargs.get("dbt_load_df_function")(refs[key])
{% endmacro %}

{% macro build_source_function(model) %}
  {%- set source_dict = {} -%}
  {%- for _source in model.sources -%}
    {%- set resolved = source(*_source) -%}
    {%- do source_dict.update({_source | join('.'): resolve_model_name(resolved)}) -%}
  {%- endfor -%}
def source(*args, dbt_load_df_function):
    sources = {{ source_dict | tojson }}
    return dbt_load_df_function(sources['.'.join(args)])
{% endmacro %}

{% macro build_config_dict(model) %}
  {%- set config_dict = {} -%}
  {%- for key, default in zip(model.config.config_keys_used or [], model.config.config_keys_defaults or []) -%}
    {%- do config_dict.update({key: model.config.get(key, default)}) -%}
  {%- endfor -%}
config_dict = {{ config_dict }}
{% endmacro %}

{% macro py_script_comment() %}
{% endmacro %}

{% macro py_script_postfix(model) %}
  {{ exceptions.raise_compiler_error("Python models are not supported: write '" ~ model.name ~ "' as a SQL model") }}
{% endmacro %}
