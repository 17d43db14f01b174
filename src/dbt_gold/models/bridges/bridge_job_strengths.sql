{{ config(tags=['bridge_group_b'], dist='job_posting_key') }}

{{ bridge_of_array('strength_category', 'anl_strength_categories') }}
