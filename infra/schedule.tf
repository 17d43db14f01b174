# EventBridge Scheduler -> Step Functions -> runner, again and again while the runner answers `partial`: a build may take
# longer than the 15 minutes of one invocation.

resource "aws_sfn_state_machine" "pipeline" {
  name     = "${local.prefix}-gold-pipeline"
  role_arn = aws_iam_role.pipeline.arn
  type     = "STANDARD"

  definition = jsonencode({
    Comment        = "Invokes ${local.function_name} until the build is done"
    QueryLanguage  = "JSONata"
    StartAt        = "Prepare"
    TimeoutSeconds = var.pipeline_timeout_seconds
    States = {
      Prepare = {
        Type   = "Pass"
        Assign = { event = "{% $states.input %}", invocations = 0 }
        Next   = "Run"
      }
      Run = {
        Type     = "Task"
        Resource = "arn:${local.partition}:states:::lambda:invoke"
        Arguments = {
          FunctionName = aws_lambda_function.runner.arn
          Payload      = "{% $event %}"
        }
        TimeoutSeconds = var.timeout_seconds + 60
        Assign = {
          event       = "{% $merge([$event, {'resume': $states.result.Payload.resume}]) %}"
          invocations = "{% $invocations + 1 %}"
        }
        Output = "{% $states.result.Payload %}"
        # Only what happens before the code runs: a failed build must not be started again here.
        Retry = [{
          ErrorEquals     = ["Lambda.ServiceException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException"]
          IntervalSeconds = 30
          MaxAttempts     = 5
          BackoffRate     = 2
          MaxDelaySeconds = 300
          JitterStrategy  = "FULL"
        }]
        Next = "Check"
      }
      Check = {
        Type = "Choice"
        Choices = [
          { Condition = "{% $states.input.status = 'success' %}", Next = "Done" },
          { Condition = "{% $states.input.status = 'partial' and $invocations < ${var.max_invocations} %}", Next = "Run" },
          { Condition = "{% $states.input.status = 'partial' %}", Next = "TooLong" },
        ]
        Default = "Failed"
      }
      Done = { Type = "Succeed" }
      TooLong = {
        Type  = "Fail"
        Error = "Gild.TooManyInvocations"
        Cause = "The build was not done after ${var.max_invocations} invocations (max_invocations)."
      }
      Failed = {
        Type  = "Fail"
        Error = "Gild.RunFailed"
        Cause = "{% $substring($string($states.input), 0, 4000) %}"
      }
    }
  })
}

resource "aws_scheduler_schedule_group" "gold" {
  name = "${local.prefix}-gold"
}

resource "aws_scheduler_schedule" "gold" {
  name        = "${local.prefix}-gold"
  group_name  = aws_scheduler_schedule_group.gold.name
  description = "Builds the Gold layer"
  state       = var.schedule_enabled ? "ENABLED" : "DISABLED"

  schedule_expression          = var.schedule_expression
  schedule_expression_timezone = var.schedule_timezone

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_sfn_state_machine.pipeline.arn
    role_arn = aws_iam_role.scheduler.arn
    input    = jsonencode({ for key, value in var.run_event : key => value if value != null })

    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 3
    }

    dead_letter_config {
      arn = aws_sqs_queue.failed.arn
    }
  }

  depends_on = [aws_iam_role_policy.scheduler]
}
