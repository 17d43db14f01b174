{# What is written behind the code of a Python model when it is compiled. Running it takes a materialization and a submission
   of the user's own. #}

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
{%- set meta = {} -%}
  {%- for key, default in zip(model.config.meta_keys_used or [], model.config.meta_keys_defaults or []) -%}
    {%- do meta.update({key: (model.config.meta or {}).get(key, default)}) -%}
  {%- endfor -%}
  {%- if meta -%}
    {%- do config_dict.update({'meta': meta}) -%}
  {%- endif -%}
config_dict = {{ config_dict }}
{% endmacro %}

{% macro py_script_comment() %}
{% endmacro %}

{% macro py_script_postfix(model) %}
# What follows was added by the compiler: it gives the code above its refs, sources and configs.
# COMMAND ----------

{{ build_ref_function(model) }}
{{ build_source_function(model) }}
{{ build_config_dict(model) }}

class config:
    def __init__(self, *args, **kwargs):
        pass

    @staticmethod
    def get(key, default=None):
        return config_dict.get(key, default)

    @staticmethod
    def meta_get(key, default=None):
        return config_dict.get("meta", {}).get(key, default)

class this:
    """The relation that this model makes."""
    database = "{{ this.database }}"
    schema = "{{ this.schema }}"
    identifier = "{{ this.identifier }}"
    {% set _this_name = resolve_model_name(this) %}
    def __repr__(self):
        return '{{ _this_name }}'

class dbtObj:
    def __init__(self, load_df_function) -> None:
        self.source = lambda *args: source(*args, dbt_load_df_function=load_df_function)
        self.ref = lambda *args, **kwargs: ref(*args, **kwargs, dbt_load_df_function=load_df_function)
        self.config = config
        self.this = this()
        self.is_incremental = {{ is_incremental() }}

# COMMAND ----------
{{ py_script_comment() }}
{% endmacro %}
