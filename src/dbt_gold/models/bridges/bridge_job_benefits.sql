{{ config(tags=['bridge_group_a'], dist='job_posting_key') }}

{{ bridge_of_array('benefit', 'ext_benefits_mentioned', domain='benefit') }}
