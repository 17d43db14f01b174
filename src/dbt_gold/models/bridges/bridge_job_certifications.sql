{{ config(tags=['bridge_group_a'], dist='job_posting_key') }}

{{ bridge_of_array('certification', 'ext_certifications_mentioned', domain='certification') }}
