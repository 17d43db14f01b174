{{ config(tags=['bridge_group_a'], dist='job_posting_key') }}

{{ bridge_of_array('career_track', 'inf_career_tracks_available', has_confidence=true) }}
