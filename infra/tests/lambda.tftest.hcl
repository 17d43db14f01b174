# The dbt runner: function, package, environment, events, log.

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
    condition     = aws_lambda_function.runner.function_name == "jobs-prod-dbt-runner" && aws_lambda_function.runner.role == aws_iam_role.runner.arn
    error_message = "Name and role must be ours."
  }

  assert {
    condition     = aws_lambda_function.runner.runtime == "provided.al2023" && aws_lambda_function.runner.handler == "bootstrap" && aws_lambda_function.runner.architectures == tolist(["arm64"]) && aws_lambda_function.runner.package_type != "Image"
    error_message = "It must be a native program for Amazon Linux 2023 on arm64."
  }

  assert {
    condition     = aws_lambda_function.runner.filename == "tests/fixtures/empty.zip" && aws_lambda_function.runner.source_code_hash == filebase64sha256("tests/fixtures/empty.zip")
    error_message = "The package and its hash must be given, so that a new build is deployed."
  }

  assert {
    condition     = aws_lambda_function.runner.layers == tolist([aws_lambda_layer_version.project.arn])
    error_message = "The dbt project must come as the only layer."
  }

  assert {
    condition     = aws_lambda_layer_version.project.filename == "tests/fixtures/empty.zip" && aws_lambda_layer_version.project.source_code_hash == filebase64sha256("tests/fixtures/empty.zip") && aws_lambda_layer_version.project.compatible_runtimes == toset(["provided.al2023"])
    error_message = "The layer must hold the project package."
  }

  assert {
    condition     = aws_lambda_function.runner.memory_size == 512 && aws_lambda_function.runner.timeout == 900 && aws_lambda_function.runner.ephemeral_storage[0].size == 512
    error_message = "512 MB, 15 minutes, 512 MB of /tmp."
  }

  assert {
    condition     = aws_lambda_function.runner.reserved_concurrent_executions == 1
    error_message = "Two builds must never meet."
  }

  assert {
    condition     = aws_lambda_function.runner.vpc_config[0].subnet_ids == toset(var.private_subnet_ids) && aws_lambda_function.runner.vpc_config[0].security_group_ids == toset([aws_security_group.runner.id])
    error_message = "It must run in the private subnets with its own group."
  }

  assert {
    condition     = aws_lambda_function.runner.logging_config[0].log_group == "/aws/lambda/jobs-prod-dbt-runner" && aws_lambda_function.runner.logging_config[0].log_format == "JSON"
    error_message = "It must log to the group made here."
  }

  assert {
    condition     = aws_cloudwatch_log_group.runner.name == "/aws/lambda/jobs-prod-dbt-runner" && aws_cloudwatch_log_group.runner.retention_in_days == 30
    error_message = "The log must not be kept for ever."
  }

  assert {
    condition = aws_lambda_function.runner.environment[0].variables == tomap({
      REDSHIFT_HOST      = "jobs-prod-gold-workgroup.123456789012.eu-central-1.redshift-serverless.amazonaws.com"
      REDSHIFT_PORT      = "5439"
      REDSHIFT_DATABASE  = "analytics"
      REDSHIFT_WORKGROUP = "jobs-prod-gold-workgroup"
      DBT_PROJECT_DIR    = "/opt/dbt_gold"
      DBT_PROFILES_DIR   = "/opt/dbt_gold"
      DBT_TARGET_PATH    = "/tmp/target"
      DBT_LOG_PATH       = "/tmp/logs"
      GILD_STATE_URI     = "s3://jobs-prod-gold-123456789012/runs"
      SSL_CERT_FILE      = "/var/task/roots.pem"
      SSL_CERT_DIR       = "/var/task/none"
    })
    error_message = "The environment must be exactly the list in infra/README.md: no user and no secret, and writes only under /tmp."
  }

  assert {
    condition     = aws_lambda_function_event_invoke_config.runner.maximum_retry_attempts == 0
    error_message = "A failed build must not be started three times."
  }

  assert {
    condition     = aws_lambda_function_event_invoke_config.runner.destination_config[0].on_failure[0].destination == aws_sqs_queue.failed.arn
    error_message = "What failed must be kept."
  }

  assert {
    condition     = aws_sqs_queue.failed.sqs_managed_sse_enabled && aws_sqs_queue.failed.message_retention_seconds == 1209600
    error_message = "The queue must be encrypted and keep messages for 14 days."
  }

  assert {
    condition     = jsondecode(aws_sqs_queue_policy.failed.policy).Statement[0].Effect == "Deny" && jsondecode(aws_sqs_queue_policy.failed.policy).Statement[0].Condition.Bool["aws:SecureTransport"] == "false"
    error_message = "The queue must be reached over TLS only."
  }
}

run "environment_with_password" {
  command = plan

  variables {
    use_iam_auth       = false
    runner_environment = { SILVER_LOOKBACK_DAYS = "3" }
  }

  assert {
    condition     = aws_lambda_function.runner.environment[0].variables.REDSHIFT_SECRET_ARN == aws_redshiftserverless_namespace.gold.admin_password_secret_arn
    error_message = "With a password the runner is told which secret to read, not the secret."
  }

  assert {
    condition     = aws_lambda_function.runner.environment[0].variables.SILVER_LOOKBACK_DAYS == "3"
    error_message = "Variables of the user must be added."
  }
}

run "x86_64" {
  command = plan

  variables {
    architecture         = "x86_64"
    memory_mb            = 1024
    timeout_seconds      = 300
    reserved_concurrency = -1
    kms_key_arn          = "arn:aws:kms:eu-central-1:123456789012:key/0f0f0f0f-1111-2222-3333-444444444444"
  }

  assert {
    condition     = aws_lambda_function.runner.architectures == tolist(["x86_64"]) && aws_lambda_function.runner.memory_size == 1024 && aws_lambda_function.runner.timeout == 300 && aws_lambda_function.runner.reserved_concurrent_executions == -1
    error_message = "The function must follow the variables."
  }

  assert {
    condition     = aws_lambda_function.runner.kms_key_arn == var.kms_key_arn && aws_cloudwatch_log_group.runner.kms_key_id == var.kms_key_arn
    error_message = "A customer key must cover the environment and the log."
  }
}

run "a_zone_without_lambda_is_left_out" {
  command = plan

  override_data {
    target = data.aws_subnet.private[1]
    values = {
      id                         = "subnet-0bbbbbbbbbbbbbbbb"
      vpc_id                     = "vpc-0123456789abcdef0"
      availability_zone          = "us-east-1e"
      availability_zone_id       = "use1-az3"
      available_ip_address_count = 200
    }
  }

  assert {
    condition     = aws_lambda_function.runner.vpc_config[0].subnet_ids == toset(["subnet-0aaaaaaaaaaaaaaaa", "subnet-0cccccccccccccccc"]) && length(aws_redshiftserverless_workgroup.gold.subnet_ids) == 3
    error_message = "use1-az3 has Redshift but no Lambda in a VPC."
  }
}

run "a_missing_package_is_refused" {
  command = plan

  variables {
    runner_package = "tests/fixtures/missing.zip"
  }

  expect_failures = [aws_lambda_function.runner]
}

run "a_missing_layer_is_refused" {
  command = plan

  variables {
    project_layer_package = "tests/fixtures/missing.zip"
  }

  expect_failures = [aws_lambda_layer_version.project]
}
