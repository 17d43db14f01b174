# Three roles of ours, each with the actions its code calls and nothing more. tests/iam.tftest.hcl repeats every list.

locals {
  glue_arn = "arn:${local.partition}:glue:${local.region}:${local.account_id}"

  silver_databases = distinct([for schema in var.external_schemas : schema.database])

  spectrum_glue_resources = concat(
    ["${local.glue_arn}:catalog"],
    [for database in local.silver_databases : "${local.glue_arn}:database/${database}"],
    flatten([for schema in var.external_schemas : [
      for table in schema.tables : "${local.glue_arn}:table/${schema.database}/${table}"
    ]]),
  )

  # BatchGetPartition is the call that reads partitions in bulk; without it a partitioned table fails.
  # The two that create partitions serve ALTER TABLE … ADD PARTITION, which Redshift runs under this role.
  spectrum_glue_actions = concat(
    [
      "glue:BatchGetPartition",
      "glue:GetDatabase",
      "glue:GetDatabases",
      "glue:GetPartition",
      "glue:GetPartitions",
      "glue:GetTable",
      "glue:GetTables",
    ],
    var.register_partitions ? ["glue:BatchCreatePartition", "glue:CreatePartition"] : [],
  )

  silver_bucket_arn = "arn:${local.partition}:s3:::${var.silver_bucket}"
}

# --- Redshift Spectrum: reads the Silver bucket and its catalogue ---

resource "aws_iam_role" "spectrum" {
  name        = "${local.prefix}-redshift-spectrum"
  description = "Redshift Spectrum: reads Silver data in S3 and its Glue tables"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Redshift"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["redshift.amazonaws.com", "redshift-serverless.amazonaws.com"] }
    }]
  })
}

resource "aws_iam_role_policy" "spectrum" {
  name = "silver"
  role = aws_iam_role.spectrum.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "Catalogue"
          Effect   = "Allow"
          Action   = local.spectrum_glue_actions
          Resource = local.spectrum_glue_resources
        },
        {
          Sid      = "Bucket"
          Effect   = "Allow"
          Action   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
          Resource = [local.silver_bucket_arn]
        },
        {
          Sid      = "Objects"
          Effect   = "Allow"
          Action   = ["s3:GetObject", "s3:ListMultipartUploadParts"]
          Resource = ["${local.silver_bucket_arn}/${var.silver_prefix}*"]
        },
      ],
      var.silver_kms_key_arn == null ? [] : [
        {
          Sid      = "Decrypt"
          Effect   = "Allow"
          Action   = ["kms:Decrypt"]
          Resource = [var.silver_kms_key_arn]
        },
      ],
    )
  })
}

# --- dbt runner (Lambda) ---

resource "aws_iam_role" "runner" {
  name        = local.runner_role
  description = "dbt runner: signs in to ${local.workgroup_name}, keeps its state in s3://${local.bucket_name}/${local.state_prefix}/"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Lambda"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

# Network interfaces for a function in a VPC. EC2 knows no narrower resource for some of these actions, so they come as
# the smallest AWS managed policy for the purpose and are denied to the function's own code below.
resource "aws_iam_role_policy_attachment" "runner_network" {
  role       = aws_iam_role.runner.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AWSLambdaENIManagementAccess"
}

resource "aws_iam_role_policy" "runner" {
  name = "runner"
  role = aws_iam_role.runner.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      var.use_iam_auth ? [
        {
          Sid      = "SignIn"
          Effect   = "Allow"
          Action   = ["redshift-serverless:GetCredentials"]
          Resource = [aws_redshiftserverless_workgroup.gold.arn]
        },
        ] : [
        {
          Sid      = "SignIn"
          Effect   = "Allow"
          Action   = ["secretsmanager:GetSecretValue"]
          Resource = [aws_redshiftserverless_namespace.gold.admin_password_secret_arn]
        },
      ],
      [
        {
          Sid      = "State"
          Effect   = "Allow"
          Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
          Resource = ["${aws_s3_bucket.state.arn}/${local.state_prefix}/*"]
        },
        {
          Sid       = "StateList"
          Effect    = "Allow"
          Action    = ["s3:ListBucket"]
          Resource  = [aws_s3_bucket.state.arn]
          Condition = { StringLike = { "s3:prefix" = ["${local.state_prefix}/*"] } }
        },
        {
          Sid      = "Logs"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = ["${aws_cloudwatch_log_group.runner.arn}:*"]
        },
        {
          Sid      = "DeadLetter"
          Effect   = "Allow"
          Action   = ["sqs:SendMessage"]
          Resource = [aws_sqs_queue.failed.arn]
        },
        {
          Sid    = "NoNetworkChangesByTheCode"
          Effect = "Deny"
          Action = [
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:UnassignPrivateIpAddresses",
          ]
          Resource  = ["*"]
          Condition = { ArnEquals = { "lambda:SourceFunctionArn" = [local.function_arn] } }
        },
      ],
      local.host_docs ? [
        {
          Sid      = "Docs"
          Effect   = "Allow"
          Action   = ["s3:PutObject"]
          Resource = ["${aws_s3_bucket.docs[0].arn}/*"]
        },
      ] : [],
      var.kms_key_arn == null ? [] : [
        {
          Sid      = "Key"
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource = [var.kms_key_arn]
        },
      ],
    )
  })
}

locals {
  # Written out, not read from the function, which itself waits for this policy.
  function_arn = "arn:${local.partition}:lambda:${local.region}:${local.account_id}:function:${local.function_name}"
}

# --- Step Functions: invokes the runner ---

resource "aws_iam_role" "pipeline" {
  name        = "${local.prefix}-gold-pipeline"
  description = "Step Functions: invokes the dbt runner until it is done"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "StepFunctions"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "states.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account_id }
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:states:${local.region}:${local.account_id}:*" }
      }
    }]
  })
}

resource "aws_iam_role_policy" "pipeline" {
  name = "invoke"
  role = aws_iam_role.pipeline.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Invoke"
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = [aws_lambda_function.runner.arn]
    }]
  })
}

# --- EventBridge Scheduler: starts the state machine ---

resource "aws_iam_role" "scheduler" {
  name        = "${local.prefix}-gold-scheduler"
  description = "EventBridge Scheduler: starts the Gold pipeline"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Scheduler"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = {
        StringEquals = {
          "aws:SourceAccount" = local.account_id
          "aws:SourceArn"     = aws_scheduler_schedule_group.gold.arn
        }
      }
    }]
  })
}

resource "aws_iam_role_policy" "scheduler" {
  name = "start"
  role = aws_iam_role.scheduler.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Start"
        Effect   = "Allow"
        Action   = ["states:StartExecution"]
        Resource = [aws_sfn_state_machine.pipeline.arn]
      },
      {
        Sid      = "DeadLetter"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [aws_sqs_queue.failed.arn]
      },
    ]
  })
}
