{{ job_metrics(['date_key']) }}
