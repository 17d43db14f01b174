resource "aws_sns_topic" "alarms" {
  name              = "${local.prefix}-gold-alarms"
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AlarmsOfThisAccount"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.alarms.arn
        Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
      },
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.alarms.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "email" {
  for_each = toset(var.alarm_emails)

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

locals {
  pipeline_dimensions = { StateMachineArn = aws_sfn_state_machine.pipeline.arn }
  failure_metrics     = ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"]
}

resource "aws_cloudwatch_metric_alarm" "run_failed" {
  alarm_name          = "${local.prefix}-gold-run-failed"
  alarm_description   = "A Gold build failed, timed out or was aborted. See docs/deploy.md, Troubleshooting."
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]

  metric_query {
    id          = "failures"
    expression  = "FILL(m0, 0) + FILL(m1, 0) + FILL(m2, 0)"
    label       = "Builds that did not end well"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = local.failure_metrics
    content {
      id = "m${metric_query.key}"

      metric {
        namespace   = "AWS/States"
        metric_name = metric_query.value
        dimensions  = local.pipeline_dimensions
        stat        = "Sum"
        period      = 300
      }
    }
  }
}

# Silence is a failure too: nothing in the alarm above speaks when the schedule itself is gone.
resource "aws_cloudwatch_metric_alarm" "no_success" {
  count = var.schedule_enabled ? 1 : 0

  alarm_name          = "${local.prefix}-gold-no-success"
  alarm_description   = "No Gold build has succeeded in the last ${var.hours_without_success} hours."
  namespace           = "AWS/States"
  metric_name         = "ExecutionsSucceeded"
  dimensions          = local.pipeline_dimensions
  statistic           = "Sum"
  period              = 3600
  evaluation_periods  = var.hours_without_success
  datapoints_to_alarm = var.hours_without_success
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# Invocations by hand or by other callers, which the state machine does not see.
resource "aws_cloudwatch_metric_alarm" "runner_errors" {
  alarm_name          = "${local.prefix}-gold-runner-errors"
  alarm_description   = "The dbt runner answered with an error."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.runner.function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "failed_events" {
  alarm_name          = "${local.prefix}-gold-failed-events"
  alarm_description   = "An event waits in ${aws_sqs_queue.failed.name}: the scheduler could not start a build, or an asynchronous invocation failed."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.failed.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

# The warning comes before the daily limit stops queries.
resource "aws_cloudwatch_metric_alarm" "rpu_budget" {
  alarm_name          = "${local.prefix}-gold-rpu-budget"
  alarm_description   = "More than ${var.rpu_warning_percent}% of the day's ${var.rpu_hours_per_day} RPU-hours are used in 24 hours."
  namespace           = "AWS/Redshift-Serverless"
  metric_name         = "ComputeSeconds"
  dimensions          = { Workgroup = aws_redshiftserverless_workgroup.gold.workgroup_name }
  statistic           = "Sum"
  period              = 86400
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.rpu_hours_per_day * 3600 * var.rpu_warning_percent / 100
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}
