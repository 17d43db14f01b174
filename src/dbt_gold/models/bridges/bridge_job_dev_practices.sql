{{ config(tags=['bridge_group_b'], dist='job_posting_key') }}

{{ bridge_of_array('dev_practice', 'anl_dev_practices_mentioned', domain='dev_practice', has_confidence=true) }}
