{{ config(tags=['bridge_group_b'], dist='job_posting_key') }}

{{ bridge_of_array('culture_signal', 'anl_tech_culture_signals', has_confidence=true) }}
