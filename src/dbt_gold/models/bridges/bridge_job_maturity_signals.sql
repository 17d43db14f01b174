{{ config(tags=['bridge_group_b'], dist='job_posting_key') }}

{{ bridge_of_array('maturity_signal', 'anl_maturity_signals', has_confidence=true) }}
