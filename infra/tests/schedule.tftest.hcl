# The schedule and the loop around the runner.

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
    condition     = aws_scheduler_schedule.gold.schedule_expression == "rate(4 hours)" && aws_scheduler_schedule.gold.state == "ENABLED" && aws_scheduler_schedule.gold.schedule_expression_timezone == "UTC" && aws_scheduler_schedule.gold.flexible_time_window[0].mode == "OFF"
    error_message = "The Gold layer must be built every four hours."
  }

  assert {
    condition     = aws_scheduler_schedule.gold.target[0].arn == aws_sfn_state_machine.pipeline.arn && aws_scheduler_schedule.gold.target[0].role_arn == aws_iam_role.scheduler.arn && aws_scheduler_schedule.gold.group_name == "jobs-prod-gold"
    error_message = "It must start the state machine."
  }

  assert {
    condition     = aws_scheduler_schedule.gold.target[0].input == jsonencode({ command = "build" })
    error_message = "It must ask for a build, and send no empty fields."
  }

  assert {
    condition     = aws_scheduler_schedule.gold.target[0].dead_letter_config[0].arn == aws_sqs_queue.failed.arn
    error_message = "A start that fails must be kept."
  }

  assert {
    condition     = aws_sfn_state_machine.pipeline.type == "STANDARD" && aws_sfn_state_machine.pipeline.role_arn == aws_iam_role.pipeline.arn
    error_message = "Express machines live for five minutes only."
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.pipeline.definition).QueryLanguage == "JSONata" && jsondecode(aws_sfn_state_machine.pipeline.definition).StartAt == "Prepare" && jsondecode(aws_sfn_state_machine.pipeline.definition).TimeoutSeconds == 10800
    error_message = "The whole build must have a limit."
  }

  assert {
    condition = alltrue([
      for next in concat(
        [for name in ["Prepare", "Run"] : jsondecode(aws_sfn_state_machine.pipeline.definition).States[name].Next],
        [for choice in jsondecode(aws_sfn_state_machine.pipeline.definition).States.Check.Choices : choice.Next],
        [jsondecode(aws_sfn_state_machine.pipeline.definition).States.Check.Default],
      ) : contains(keys(jsondecode(aws_sfn_state_machine.pipeline.definition).States), next)
    ])
    error_message = "Every transition must lead to a state."
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.pipeline.definition).States.Run.Arguments.FunctionName == aws_lambda_function.runner.arn && jsondecode(aws_sfn_state_machine.pipeline.definition).States.Run.Arguments.Payload == "{% $event %}" && jsondecode(aws_sfn_state_machine.pipeline.definition).States.Run.TimeoutSeconds == 960 && jsondecode(aws_sfn_state_machine.pipeline.definition).States.Run.Next == "Check"
    error_message = "Run must invoke the runner and wait a little longer than its limit."
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.pipeline.definition).States.Run.Assign.event == "{% $merge([$event, {'resume': $states.result.Payload.resume}]) %}"
    error_message = "The next invocation must get the same event and the token of the last answer."
  }

  assert {
    condition     = alltrue([for retry in jsondecode(aws_sfn_state_machine.pipeline.definition).States.Run.Retry : length(setsubtract(retry.ErrorEquals, ["Lambda.ServiceException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException"])) == 0])
    error_message = "Only what happens before the code runs may be tried again."
  }

  assert {
    condition     = !can(jsondecode(aws_sfn_state_machine.pipeline.definition).States.Run.Catch)
    error_message = "A failed build must fail the execution, which rings the alarm."
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.pipeline.definition).States.Check.Choices[0] == { Condition = "{% $states.input.status = 'success' %}", Next = "Done" } && jsondecode(aws_sfn_state_machine.pipeline.definition).States.Check.Choices[1] == { Condition = "{% $states.input.status = 'partial' and $invocations < 12 %}", Next = "Run" } && jsondecode(aws_sfn_state_machine.pipeline.definition).States.Check.Choices[2] == { Condition = "{% $states.input.status = 'partial' %}", Next = "TooLong" } && jsondecode(aws_sfn_state_machine.pipeline.definition).States.Check.Default == "Failed"
    error_message = "It must end on success, go on while the answer is partial, and fail on anything else."
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.pipeline.definition).States.Done.Type == "Succeed" && jsondecode(aws_sfn_state_machine.pipeline.definition).States.TooLong.Type == "Fail" && jsondecode(aws_sfn_state_machine.pipeline.definition).States.Failed.Type == "Fail"
    error_message = "Only success may succeed."
  }
}

run "another_schedule" {
  command = plan

  variables {
    schedule_expression = "cron(0 5 * * ? *)"
    schedule_timezone   = "Europe/Berlin"
    schedule_enabled    = false
    max_invocations     = 3
    timeout_seconds     = 300
    run_event           = { command = "run", select = "tag:hourly", threads = 8, vars = { silver_lookback_days = "3" } }
  }

  assert {
    condition     = aws_scheduler_schedule.gold.schedule_expression == "cron(0 5 * * ? *)" && aws_scheduler_schedule.gold.schedule_expression_timezone == "Europe/Berlin" && aws_scheduler_schedule.gold.state == "DISABLED"
    error_message = "The schedule must follow the variables."
  }

  assert {
    condition     = jsondecode(aws_scheduler_schedule.gold.target[0].input) == { command = "run", select = "tag:hourly", threads = 8, vars = { silver_lookback_days = "3" } }
    error_message = "The event must follow the variable."
  }

  assert {
    condition     = strcontains(jsondecode(aws_sfn_state_machine.pipeline.definition).States.Check.Choices[1].Condition, "< 3 ") && jsondecode(aws_sfn_state_machine.pipeline.definition).States.Run.TimeoutSeconds == 360
    error_message = "The loop must follow the variables."
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.no_success) == 0
    error_message = "A schedule that is off must not ring for missing builds."
  }
}
