{{ config(tags=['bridge_group_b'], dist='job_posting_key') }}

{{ bridge_of_array('best_fit_category', 'anl_best_fit_categories') }}
