{{ config(tags=['bridge_group_b'], dist='job_posting_key') }}

{{ bridge_of_array('probe_category', 'anl_probe_categories') }}
