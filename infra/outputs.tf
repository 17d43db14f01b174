output "redshift_endpoint" {
  description = "Host name of the workgroup, for SQL clients inside the VPC."
  value       = aws_redshiftserverless_workgroup.gold.endpoint[0].address
}

output "redshift_port" {
  description = "Port of the workgroup."
  value       = var.redshift_port
}

output "redshift_database" {
  description = "Database with the gold schema."
  value       = var.database_name
}

output "workgroup_name" {
  description = "Name of the workgroup, for the Data API: aws redshift-data execute-statement --workgroup-name …"
  value       = aws_redshiftserverless_workgroup.gold.workgroup_name
}

output "namespace_name" {
  description = "Name of the namespace."
  value       = aws_redshiftserverless_namespace.gold.namespace_name
}

output "admin_secret_arn" {
  description = "Secret with the admin's user name and password; AWS keeps and rotates it. (The ARN is no secret.)"
  value       = aws_redshiftserverless_namespace.gold.admin_password_secret_arn
}

output "runner_function_name" {
  description = "Name of the dbt runner: aws lambda invoke --function-name …"
  value       = aws_lambda_function.runner.function_name
}

output "runner_database_user" {
  description = "Database user that the runner signs in as."
  value       = local.database_user
}

output "runner_log_group" {
  description = "Log group of the runner: aws logs tail … --follow"
  value       = aws_cloudwatch_log_group.runner.name
}

output "state_uri" {
  description = "Where runs keep their state, artifacts and logs."
  value       = local.runner_environment.GILD_STATE_URI
}

output "pipeline_arn" {
  description = "State machine of a whole build: aws stepfunctions start-execution --state-machine-arn …"
  value       = aws_sfn_state_machine.pipeline.arn
}

output "alarm_topic_arn" {
  description = "Topic of the alarms, to subscribe a pager or a chat."
  value       = aws_sns_topic.alarms.arn
}

output "failed_events_queue_url" {
  description = "Queue with the events that failed."
  value       = aws_sqs_queue.failed.url
}

output "spectrum_role_arn" {
  description = "Role that Spectrum reads Silver with, for grants on the Silver side (bucket policy, Lake Formation)."
  value       = aws_iam_role.spectrum.arn
}

output "external_schemas" {
  description = "External schemas and the Glue databases behind them."
  value       = { for name, schema in var.external_schemas : name => schema.database }
}

output "security_group_ids" {
  description = "Security groups of the runner, the workgroup and the endpoints."
  value = {
    runner    = aws_security_group.runner.id
    redshift  = aws_security_group.redshift.id
    endpoints = aws_security_group.endpoints.id
  }
}

output "docs_url" {
  description = "Address of the documentation inside the VPC; null when it is not hosted."
  value       = local.host_docs ? "https://${local.docs_bucket_name}.s3.${local.region}.amazonaws.com/index.html" : null
}
