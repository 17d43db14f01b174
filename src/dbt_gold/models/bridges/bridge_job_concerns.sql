{{ config(tags=['bridge_group_b'], dist='job_posting_key') }}

{{ bridge_of_array('concern_category', 'anl_concern_categories') }}
