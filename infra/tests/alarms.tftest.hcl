# Alarms and their topic.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
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

run "defaults" {
  command = plan

  assert {
    condition     = toset([for q in aws_cloudwatch_metric_alarm.run_failed.metric_query : q.metric[0].metric_name if length(q.metric) > 0]) == toset(["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"]) && one([for q in aws_cloudwatch_metric_alarm.run_failed.metric_query : q.expression if q.return_data == true]) == "FILL(m0, 0) + FILL(m1, 0) + FILL(m2, 0)"
    error_message = "A build that failed, timed out or was aborted must ring."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.no_success[0].metric_name == "ExecutionsSucceeded" && aws_cloudwatch_metric_alarm.no_success[0].period == 3600 && aws_cloudwatch_metric_alarm.no_success[0].evaluation_periods == 9 && aws_cloudwatch_metric_alarm.no_success[0].datapoints_to_alarm == 9 && aws_cloudwatch_metric_alarm.no_success[0].comparison_operator == "LessThanThreshold" && aws_cloudwatch_metric_alarm.no_success[0].treat_missing_data == "breaching"
    error_message = "Nine hours without a success must ring, also when there is no data at all."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.runner_errors.metric_name == "Errors" && aws_cloudwatch_metric_alarm.runner_errors.dimensions.FunctionName == "jobs-prod-dbt-runner"
    error_message = "Errors of the runner must ring."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.failed_events.metric_name == "ApproximateNumberOfMessagesVisible" && aws_cloudwatch_metric_alarm.failed_events.threshold == 1
    error_message = "A failed event must ring."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.rpu_budget.namespace == "AWS/Redshift-Serverless" && aws_cloudwatch_metric_alarm.rpu_budget.metric_name == "ComputeSeconds" && aws_cloudwatch_metric_alarm.rpu_budget.dimensions.Workgroup == "jobs-prod-gold-workgroup" && aws_cloudwatch_metric_alarm.rpu_budget.threshold == 34560
    error_message = "80% of 12 RPU-hours a day, in seconds, must ring."
  }

  assert {
    condition     = alltrue([for alarm in [aws_cloudwatch_metric_alarm.run_failed, aws_cloudwatch_metric_alarm.no_success[0], aws_cloudwatch_metric_alarm.runner_errors, aws_cloudwatch_metric_alarm.failed_events, aws_cloudwatch_metric_alarm.rpu_budget] : alarm.alarm_actions == toset([aws_sns_topic.alarms.arn])])
    error_message = "Every alarm must reach the topic."
  }

  assert {
    condition     = alltrue([for m in flatten([for q in aws_cloudwatch_metric_alarm.run_failed.metric_query : q.metric]) : m.dimensions.StateMachineArn == aws_sfn_state_machine.pipeline.arn])
    error_message = "The alarm must watch our state machine."
  }

  assert {
    condition     = length(aws_sns_topic_subscription.email) == 0
    error_message = "Nobody is subscribed by default."
  }

  assert {
    condition     = [for s in jsondecode(aws_sns_topic_policy.alarms.policy).Statement : s.Sid if s.Effect == "Allow"] == ["AlarmsOfThisAccount"] && jsondecode(aws_sns_topic_policy.alarms.policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "123456789012"
    error_message = "Only alarms of this account may publish."
  }
}

run "addresses_and_budget" {
  command = plan

  variables {
    alarm_emails          = ["a@example.com", "b@example.com"]
    rpu_hours_per_day     = 20
    rpu_warning_percent   = 50
    hours_without_success = 30
    kms_key_arn           = "arn:aws:kms:eu-central-1:123456789012:key/0f0f0f0f-1111-2222-3333-444444444444"
  }

  assert {
    condition     = keys(aws_sns_topic_subscription.email) == ["a@example.com", "b@example.com"] && alltrue([for s in aws_sns_topic_subscription.email : s.protocol == "email" && s.topic_arn == aws_sns_topic.alarms.arn])
    error_message = "Each address must be subscribed."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.rpu_budget.threshold == 36000 && aws_cloudwatch_metric_alarm.no_success[0].evaluation_periods == 30
    error_message = "Thresholds must follow the variables."
  }

  assert {
    condition     = aws_sns_topic.alarms.kms_master_key_id == var.kms_key_arn
    error_message = "A customer key must cover the topic."
  }
}
