# The default, applied: what a user needs next.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  project_name          = "jobs"
  environment           = "prod"
  vpc_id                = "vpc-0123456789abcdef0"
  private_subnet_ids    = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb", "subnet-0cccccccccccccccc"]
  silver_bucket         = "jobs-silver"
  runner_package        = "tests/fixtures/empty.zip"
  project_layer_package = "tests/fixtures/empty.zip"
}

run "what_a_user_needs_next" {
  command = apply

  assert {
    condition     = output.redshift_endpoint == "jobs-prod-gold-workgroup.123456789012.eu-central-1.redshift-serverless.amazonaws.com" && output.state_uri == "s3://jobs-prod-gold-123456789012/runs"
    error_message = "Where to connect and where results are."
  }

  assert {
    condition     = output.admin_secret_arn == aws_redshiftserverless_namespace.gold.admin_password_secret_arn && output.pipeline_arn == aws_sfn_state_machine.pipeline.arn && output.alarm_topic_arn == aws_sns_topic.alarms.arn && output.failed_events_queue_url == aws_sqs_queue.failed.url && output.spectrum_role_arn == aws_iam_role.spectrum.arn
    error_message = "ARNs for the next steps."
  }

  assert {
    condition     = output.security_group_ids == { runner = aws_security_group.runner.id, redshift = aws_security_group.redshift.id, endpoints = aws_security_group.endpoints.id }
    error_message = "Groups for clients."
  }
}
