{{ config(tags=['bridge_group_a'], dist='job_posting_key') }}

{{ bridge_of_array('ml_tool', 'anl_ml_tools_expected', domain='ml_tool', has_confidence=true) }}
