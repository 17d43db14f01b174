resource "aws_cloudwatch_log_group" "runner" {
  name              = "/aws/lambda/${local.function_name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

# Events that an asynchronous invocation or the scheduler could not deliver.
resource "aws_sqs_queue" "failed" {
  name                      = "${local.prefix}-gold-failed"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "failed" {
  queue_url = aws_sqs_queue.failed.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = aws_sqs_queue.failed.arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

locals {
  runner_package        = coalesce(var.runner_package, "${path.module}/../out/lambda/dbt-runner-${var.architecture}.zip")
  project_layer_package = coalesce(var.project_layer_package, "${path.module}/../out/lambda/dbt-project-layer.zip")

  # What the runner reads. README.md of this folder explains each; infra/test.sh compares the two lists.
  runner_environment = merge(
    {
      REDSHIFT_HOST      = aws_redshiftserverless_workgroup.gold.endpoint[0].address
      REDSHIFT_PORT      = tostring(var.redshift_port)
      REDSHIFT_DATABASE  = var.database_name
      REDSHIFT_WORKGROUP = aws_redshiftserverless_workgroup.gold.workgroup_name
      DBT_PROJECT_DIR    = "/opt/dbt_gold"
      DBT_PROFILES_DIR   = "/opt/dbt_gold"
      DBT_TARGET_PATH    = "/tmp/target"
      DBT_LOG_PATH       = "/tmp/logs"
      GILD_STATE_URI     = "s3://${aws_s3_bucket.state.bucket}/${local.state_prefix}"
      # .NET reads every root certificate of the system before its first handshake unless one file is named before start.
      SSL_CERT_FILE = "/var/task/roots.pem"
      SSL_CERT_DIR  = "/var/task/none"
    },
    local.host_docs ? { GILD_DOCS_URI = "s3://${local.docs_bucket_name}" } : {},
    var.use_iam_auth ? {} : { REDSHIFT_SECRET_ARN = aws_redshiftserverless_namespace.gold.admin_password_secret_arn },
    var.runner_environment,
  )
}

resource "aws_lambda_layer_version" "project" {
  layer_name               = "${local.prefix}-dbt-project"
  description              = "The dbt project, unpacked at /opt/dbt_gold"
  filename                 = local.project_layer_package
  source_code_hash         = fileexists(local.project_layer_package) ? filebase64sha256(local.project_layer_package) : null
  compatible_runtimes      = ["provided.al2023"]
  compatible_architectures = ["arm64", "x86_64"]

  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = fileexists(local.project_layer_package)
      error_message = "There is no dbt project package at ${local.project_layer_package}. Build it with infra/scripts/build-dbt-layer.sh, or name one in project_layer_package."
    }
  }
}

resource "aws_lambda_function" "runner" {
  function_name = local.function_name
  description   = "Runs the dbt project in ${local.workgroup_name}"
  role          = aws_iam_role.runner.arn

  filename         = local.runner_package
  source_code_hash = fileexists(local.runner_package) ? filebase64sha256(local.runner_package) : null
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  layers           = [aws_lambda_layer_version.project.arn]

  timeout                        = var.timeout_seconds
  memory_size                    = var.memory_mb
  reserved_concurrent_executions = var.reserved_concurrency

  ephemeral_storage {
    size = var.ephemeral_storage_mb
  }

  vpc_config {
    subnet_ids         = local.lambda_subnet_ids
    security_group_ids = [aws_security_group.runner.id]
  }

  environment {
    variables = local.runner_environment
  }

  kms_key_arn = var.kms_key_arn

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.runner.name
    application_log_level = var.log_level
    system_log_level      = "WARN"
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.runner_package)
      error_message = "There is no runner package at ${local.runner_package}. Build it with infra/scripts/build-dbt-layer.sh, or name one in runner_package."
    }
    precondition {
      condition     = length(local.lambda_subnet_ids) > 0
      error_message = "All private_subnet_ids lie in use1-az3, where Lambda has no functions in a VPC."
    }
  }

  # The function is of use only when its rights, its way to the warehouse and its database user are there.
  depends_on = [
    aws_iam_role_policy.runner,
    aws_iam_role_policy_attachment.runner_network,
    aws_vpc_endpoint.interface,
    aws_vpc_endpoint.s3,
    aws_redshiftdata_statement.grant,
  ]
}

# An asynchronous invocation that fails would be tried twice more by default: three runs instead of one.
resource "aws_lambda_function_event_invoke_config" "runner" {
  function_name                = aws_lambda_function.runner.function_name
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = 3600

  destination_config {
    on_failure {
      destination = aws_sqs_queue.failed.arn
    }
  }
}
