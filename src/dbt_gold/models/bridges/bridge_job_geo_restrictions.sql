{{ config(tags=['bridge_group_b'], dist='job_posting_key') }}

{{ bridge_of_restrictions('country', {'ext_allowed_countries': 'allowed', 'ext_excluded_countries': 'excluded'}) }}
