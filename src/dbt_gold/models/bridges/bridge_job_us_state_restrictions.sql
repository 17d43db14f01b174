{{ config(tags=['bridge_group_b'], dist='job_posting_key') }}

{{ bridge_of_restrictions('us_state', {'ext_us_state_restrictions': 'listed'}, domain='us_state') }}
