{{ job_metrics(['week_key', 'week_start_date']) }}
