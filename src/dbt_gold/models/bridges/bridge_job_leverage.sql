{{ config(tags=['bridge_group_b'], dist='job_posting_key') }}

{{ bridge_of_array('leverage_category', 'anl_leverage_categories') }}
