{#- A real source_code is in the form of norm_code, so the fact can reach it. #}
{%- set dimensions = [
    'seniority', 'job_family', 'work_model', 'employment_type', 'contract_type', 'cloud_platform', 'education', 'pay_type',
    'start_urgency', 'geo_restriction', 'pto_policy', 'security_clearance', 'visa_status', 'leadership', 'orchestrator',
    'storage_layer', 'processing_paradigm', 'remote_restriction', 'timezone', 'growth_clarity', 'requirement_strictness',
    'benefits_level', 'maturity_level', 'role_clarity', 'manager_level', 'team_velocity', 'reporting_structure',
    'ai_integration', 'company_stage', 'team_size', 'hiring_context', 'hiring_urgency', 'competition', 'skill_type',
    'skill_family', 'skill_category', 'certification', 'ml_tool', 'benefit', 'career_track', 'maturity_signal', 'dev_practice',
    'culture_signal', 'strength_category', 'concern_category', 'best_fit_category', 'probe_category', 'leverage_category',
    'us_state', 'country'
] -%}
{%- for dimension in dimensions %}
select '{{ dimension }}' as dimension, source_code
from {{ ref('dim_' ~ dimension) }}
where source_code <> {{ norm_code('source_code') }}
    or ({{ dimension }}_key <= 0 and source_code not in ('__unknown__', '__not_analysed__', '__none__'))
    or ({{ dimension }}_key > 0 and source_code in ('__unknown__', '__not_analysed__', '__none__'))
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
