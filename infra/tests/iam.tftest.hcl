# IAM: every policy against the full list of actions and resources that the code needs.

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
    condition = join("\n", sort(flatten([
      for s in jsondecode(aws_iam_role_policy.runner.policy).Statement : [
        for action in flatten([s.Action]) : [for resource in flatten([s.Resource]) : "${s.Effect} ${action} ${resource}"]
      ]
      ]))) == join("\n", [
      "Allow logs:CreateLogStream arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/jobs-prod-dbt-runner:*",
      "Allow logs:PutLogEvents arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/jobs-prod-dbt-runner:*",
      "Allow redshift-serverless:GetCredentials arn:aws:redshift-serverless:eu-central-1:123456789012:workgroup/66666666-7777-8888-9999-000000000000",
      "Allow s3:DeleteObject arn:aws:s3:::jobs-prod-gold-123456789012/runs/*",
      "Allow s3:GetObject arn:aws:s3:::jobs-prod-gold-123456789012/runs/*",
      "Allow s3:ListBucket arn:aws:s3:::jobs-prod-gold-123456789012",
      "Allow s3:PutObject arn:aws:s3:::jobs-prod-gold-123456789012/runs/*",
      "Allow sqs:SendMessage arn:aws:sqs:eu-central-1:123456789012:jobs-prod-gold-failed",
      "Deny ec2:AssignPrivateIpAddresses *",
      "Deny ec2:CreateNetworkInterface *",
      "Deny ec2:DeleteNetworkInterface *",
      "Deny ec2:DescribeNetworkInterfaces *",
      "Deny ec2:UnassignPrivateIpAddresses *",
    ])
    error_message = "The runner signs in to one workgroup, keeps its state under one prefix, logs, and reports failed events. Nothing else."
  }

  assert {
    condition     = one([for s in jsondecode(aws_iam_role_policy.runner.policy).Statement : s.Condition if s.Sid == "StateList"]).StringLike["s3:prefix"] == ["runs/*"]
    error_message = "Listing the bucket must be limited to the state prefix."
  }

  assert {
    condition     = one([for s in jsondecode(aws_iam_role_policy.runner.policy).Statement : s.Condition if s.Sid == "NoNetworkChangesByTheCode"]).ArnEquals["lambda:SourceFunctionArn"] == ["arn:aws:lambda:eu-central-1:123456789012:function:jobs-prod-dbt-runner"]
    error_message = "The network rights must be denied to the code of this function."
  }

  assert {
    condition     = aws_iam_role_policy_attachment.runner_network.policy_arn == "arn:aws:iam::aws:policy/service-role/AWSLambdaENIManagementAccess"
    error_message = "The only managed policy is the one for network interfaces."
  }

  assert {
    condition     = aws_iam_role.runner.name == "jobs-prod-lambda-dbt" && jsondecode(aws_iam_role.runner.assume_role_policy).Statement[0].Principal.Service == "lambda.amazonaws.com"
    error_message = "Only Lambda may assume the role; its name makes the database user."
  }

  assert {
    condition = join("\n", sort(flatten([
      for s in jsondecode(aws_iam_role_policy.spectrum.policy).Statement : [
        for action in flatten([s.Action]) : [for resource in flatten([s.Resource]) : "${s.Effect} ${action} ${resource}"]
      ]
      ]))) == join("\n", [
      "Allow glue:BatchCreatePartition arn:aws:glue:eu-central-1:123456789012:catalog",
      "Allow glue:BatchCreatePartition arn:aws:glue:eu-central-1:123456789012:database/silver_ai_enrichment",
      "Allow glue:BatchCreatePartition arn:aws:glue:eu-central-1:123456789012:database/silver_companies",
      "Allow glue:BatchCreatePartition arn:aws:glue:eu-central-1:123456789012:database/silver_linkedin",
      "Allow glue:BatchCreatePartition arn:aws:glue:eu-central-1:123456789012:table/silver_ai_enrichment/ai_enrichment",
      "Allow glue:BatchCreatePartition arn:aws:glue:eu-central-1:123456789012:table/silver_companies/linkedin_companies",
      "Allow glue:BatchCreatePartition arn:aws:glue:eu-central-1:123456789012:table/silver_linkedin/linkedin",
      "Allow glue:BatchGetPartition arn:aws:glue:eu-central-1:123456789012:catalog",
      "Allow glue:BatchGetPartition arn:aws:glue:eu-central-1:123456789012:database/silver_ai_enrichment",
      "Allow glue:BatchGetPartition arn:aws:glue:eu-central-1:123456789012:database/silver_companies",
      "Allow glue:BatchGetPartition arn:aws:glue:eu-central-1:123456789012:database/silver_linkedin",
      "Allow glue:BatchGetPartition arn:aws:glue:eu-central-1:123456789012:table/silver_ai_enrichment/ai_enrichment",
      "Allow glue:BatchGetPartition arn:aws:glue:eu-central-1:123456789012:table/silver_companies/linkedin_companies",
      "Allow glue:BatchGetPartition arn:aws:glue:eu-central-1:123456789012:table/silver_linkedin/linkedin",
      "Allow glue:CreatePartition arn:aws:glue:eu-central-1:123456789012:catalog",
      "Allow glue:CreatePartition arn:aws:glue:eu-central-1:123456789012:database/silver_ai_enrichment",
      "Allow glue:CreatePartition arn:aws:glue:eu-central-1:123456789012:database/silver_companies",
      "Allow glue:CreatePartition arn:aws:glue:eu-central-1:123456789012:database/silver_linkedin",
      "Allow glue:CreatePartition arn:aws:glue:eu-central-1:123456789012:table/silver_ai_enrichment/ai_enrichment",
      "Allow glue:CreatePartition arn:aws:glue:eu-central-1:123456789012:table/silver_companies/linkedin_companies",
      "Allow glue:CreatePartition arn:aws:glue:eu-central-1:123456789012:table/silver_linkedin/linkedin",
      "Allow glue:GetDatabase arn:aws:glue:eu-central-1:123456789012:catalog",
      "Allow glue:GetDatabase arn:aws:glue:eu-central-1:123456789012:database/silver_ai_enrichment",
      "Allow glue:GetDatabase arn:aws:glue:eu-central-1:123456789012:database/silver_companies",
      "Allow glue:GetDatabase arn:aws:glue:eu-central-1:123456789012:database/silver_linkedin",
      "Allow glue:GetDatabase arn:aws:glue:eu-central-1:123456789012:table/silver_ai_enrichment/ai_enrichment",
      "Allow glue:GetDatabase arn:aws:glue:eu-central-1:123456789012:table/silver_companies/linkedin_companies",
      "Allow glue:GetDatabase arn:aws:glue:eu-central-1:123456789012:table/silver_linkedin/linkedin",
      "Allow glue:GetDatabases arn:aws:glue:eu-central-1:123456789012:catalog",
      "Allow glue:GetDatabases arn:aws:glue:eu-central-1:123456789012:database/silver_ai_enrichment",
      "Allow glue:GetDatabases arn:aws:glue:eu-central-1:123456789012:database/silver_companies",
      "Allow glue:GetDatabases arn:aws:glue:eu-central-1:123456789012:database/silver_linkedin",
      "Allow glue:GetDatabases arn:aws:glue:eu-central-1:123456789012:table/silver_ai_enrichment/ai_enrichment",
      "Allow glue:GetDatabases arn:aws:glue:eu-central-1:123456789012:table/silver_companies/linkedin_companies",
      "Allow glue:GetDatabases arn:aws:glue:eu-central-1:123456789012:table/silver_linkedin/linkedin",
      "Allow glue:GetPartition arn:aws:glue:eu-central-1:123456789012:catalog",
      "Allow glue:GetPartition arn:aws:glue:eu-central-1:123456789012:database/silver_ai_enrichment",
      "Allow glue:GetPartition arn:aws:glue:eu-central-1:123456789012:database/silver_companies",
      "Allow glue:GetPartition arn:aws:glue:eu-central-1:123456789012:database/silver_linkedin",
      "Allow glue:GetPartition arn:aws:glue:eu-central-1:123456789012:table/silver_ai_enrichment/ai_enrichment",
      "Allow glue:GetPartition arn:aws:glue:eu-central-1:123456789012:table/silver_companies/linkedin_companies",
      "Allow glue:GetPartition arn:aws:glue:eu-central-1:123456789012:table/silver_linkedin/linkedin",
      "Allow glue:GetPartitions arn:aws:glue:eu-central-1:123456789012:catalog",
      "Allow glue:GetPartitions arn:aws:glue:eu-central-1:123456789012:database/silver_ai_enrichment",
      "Allow glue:GetPartitions arn:aws:glue:eu-central-1:123456789012:database/silver_companies",
      "Allow glue:GetPartitions arn:aws:glue:eu-central-1:123456789012:database/silver_linkedin",
      "Allow glue:GetPartitions arn:aws:glue:eu-central-1:123456789012:table/silver_ai_enrichment/ai_enrichment",
      "Allow glue:GetPartitions arn:aws:glue:eu-central-1:123456789012:table/silver_companies/linkedin_companies",
      "Allow glue:GetPartitions arn:aws:glue:eu-central-1:123456789012:table/silver_linkedin/linkedin",
      "Allow glue:GetTable arn:aws:glue:eu-central-1:123456789012:catalog",
      "Allow glue:GetTable arn:aws:glue:eu-central-1:123456789012:database/silver_ai_enrichment",
      "Allow glue:GetTable arn:aws:glue:eu-central-1:123456789012:database/silver_companies",
      "Allow glue:GetTable arn:aws:glue:eu-central-1:123456789012:database/silver_linkedin",
      "Allow glue:GetTable arn:aws:glue:eu-central-1:123456789012:table/silver_ai_enrichment/ai_enrichment",
      "Allow glue:GetTable arn:aws:glue:eu-central-1:123456789012:table/silver_companies/linkedin_companies",
      "Allow glue:GetTable arn:aws:glue:eu-central-1:123456789012:table/silver_linkedin/linkedin",
      "Allow glue:GetTables arn:aws:glue:eu-central-1:123456789012:catalog",
      "Allow glue:GetTables arn:aws:glue:eu-central-1:123456789012:database/silver_ai_enrichment",
      "Allow glue:GetTables arn:aws:glue:eu-central-1:123456789012:database/silver_companies",
      "Allow glue:GetTables arn:aws:glue:eu-central-1:123456789012:database/silver_linkedin",
      "Allow glue:GetTables arn:aws:glue:eu-central-1:123456789012:table/silver_ai_enrichment/ai_enrichment",
      "Allow glue:GetTables arn:aws:glue:eu-central-1:123456789012:table/silver_companies/linkedin_companies",
      "Allow glue:GetTables arn:aws:glue:eu-central-1:123456789012:table/silver_linkedin/linkedin",
      "Allow s3:GetBucketLocation arn:aws:s3:::jobs-silver",
      "Allow s3:GetObject arn:aws:s3:::jobs-silver/*",
      "Allow s3:ListBucket arn:aws:s3:::jobs-silver",
      "Allow s3:ListBucketMultipartUploads arn:aws:s3:::jobs-silver",
      "Allow s3:ListMultipartUploadParts arn:aws:s3:::jobs-silver/*",
    ])
    error_message = "Spectrum reads three databases, three tables and one bucket, and may add partitions."
  }

  assert {
    condition     = toset(jsondecode(aws_iam_role.spectrum.assume_role_policy).Statement[0].Principal.Service) == toset(["redshift.amazonaws.com", "redshift-serverless.amazonaws.com"])
    error_message = "Only Redshift may assume the role."
  }

  assert {
    condition = join("\n", sort(flatten([
      for s in jsondecode(aws_iam_role_policy.pipeline.policy).Statement : [
        for action in flatten([s.Action]) : [for resource in flatten([s.Resource]) : "${s.Effect} ${action} ${resource}"]
      ]
      ]))) == join("\n", [
      "Allow lambda:InvokeFunction arn:aws:lambda:eu-central-1:123456789012:function:jobs-prod-dbt-runner",
    ])
    error_message = "Step Functions invokes one function."
  }

  assert {
    condition = join("\n", sort(flatten([
      for s in jsondecode(aws_iam_role_policy.scheduler.policy).Statement : [
        for action in flatten([s.Action]) : [for resource in flatten([s.Resource]) : "${s.Effect} ${action} ${resource}"]
      ]
      ]))) == join("\n", [
      "Allow sqs:SendMessage arn:aws:sqs:eu-central-1:123456789012:jobs-prod-gold-failed",
      "Allow states:StartExecution arn:aws:states:eu-central-1:123456789012:stateMachine:jobs-prod-gold-pipeline",
    ])
    error_message = "The scheduler starts one state machine and reports what it could not start."
  }

  assert {
    condition     = jsondecode(aws_iam_role.pipeline.assume_role_policy).Statement[0].Principal.Service == "states.amazonaws.com" && jsondecode(aws_iam_role.pipeline.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "123456789012"
    error_message = "Only Step Functions of this account may assume the role."
  }

  assert {
    condition     = jsondecode(aws_iam_role.scheduler.assume_role_policy).Statement[0].Principal.Service == "scheduler.amazonaws.com" && jsondecode(aws_iam_role.scheduler.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceArn"] == "arn:aws:scheduler:eu-central-1:123456789012:schedule-group/jobs-prod-gold"
    error_message = "Only this schedule group may assume the role."
  }

  assert {
    condition     = alltrue(flatten([for policy in [aws_iam_role_policy.runner.policy, aws_iam_role_policy.spectrum.policy, aws_iam_role_policy.pipeline.policy, aws_iam_role_policy.scheduler.policy] : [for s in jsondecode(policy).Statement : !contains(flatten([s.Resource]), "*") if s.Effect == "Allow"]]))
    error_message = "No statement may allow anything on every resource."
  }

  assert {
    condition     = alltrue(flatten([for policy in [aws_iam_role_policy.runner.policy, aws_iam_role_policy.spectrum.policy, aws_iam_role_policy.pipeline.policy, aws_iam_role_policy.scheduler.policy] : [for s in jsondecode(policy).Statement : [for action in flatten([s.Action]) : !strcontains(action, "*")] if s.Effect == "Allow"]]))
    error_message = "No statement may allow a pattern of actions."
  }

  assert {
    condition     = alltrue([for role in [aws_iam_role.runner, aws_iam_role.spectrum, aws_iam_role.pipeline, aws_iam_role.scheduler] : alltrue([for s in jsondecode(role.assume_role_policy).Statement : s.Action == "sts:AssumeRole" && keys(s.Principal) == ["Service"]])])
    error_message = "Only AWS services may assume the roles."
  }
}

run "runner_with_password_and_key" {
  command = plan

  variables {
    use_iam_auth = false
    kms_key_arn  = "arn:aws:kms:eu-central-1:123456789012:key/0f0f0f0f-1111-2222-3333-444444444444"
  }

  assert {
    condition = join("\n", sort(flatten([
      for s in jsondecode(aws_iam_role_policy.runner.policy).Statement : [
        for action in flatten([s.Action]) : [for resource in flatten([s.Resource]) : "${s.Effect} ${action} ${resource}"]
      ]
      ]))) == join("\n", [
      "Allow kms:Decrypt arn:aws:kms:eu-central-1:123456789012:key/0f0f0f0f-1111-2222-3333-444444444444",
      "Allow kms:GenerateDataKey arn:aws:kms:eu-central-1:123456789012:key/0f0f0f0f-1111-2222-3333-444444444444",
      "Allow logs:CreateLogStream arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/jobs-prod-dbt-runner:*",
      "Allow logs:PutLogEvents arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/jobs-prod-dbt-runner:*",
      "Allow s3:DeleteObject arn:aws:s3:::jobs-prod-gold-123456789012/runs/*",
      "Allow s3:GetObject arn:aws:s3:::jobs-prod-gold-123456789012/runs/*",
      "Allow s3:ListBucket arn:aws:s3:::jobs-prod-gold-123456789012",
      "Allow s3:PutObject arn:aws:s3:::jobs-prod-gold-123456789012/runs/*",
      "Allow secretsmanager:GetSecretValue arn:aws:secretsmanager:eu-central-1:123456789012:secret:redshift!gold-admin-AbCdEf",
      "Allow sqs:SendMessage arn:aws:sqs:eu-central-1:123456789012:jobs-prod-gold-failed",
      "Deny ec2:AssignPrivateIpAddresses *",
      "Deny ec2:CreateNetworkInterface *",
      "Deny ec2:DeleteNetworkInterface *",
      "Deny ec2:DescribeNetworkInterfaces *",
      "Deny ec2:UnassignPrivateIpAddresses *",
    ])
    error_message = "With a password the runner reads one secret; a key adds two actions on that key."
  }
}

run "spectrum_over_one_real_database" {
  command = plan

  variables {
    external_schemas = {
      silver_linkedin  = { database = "data_engineer_jobs_db", tables = ["linkedin_silver"] }
      silver_companies = { database = "data_engineer_jobs_db", tables = ["companies_silver"] }
    }
    silver_prefix       = "silver/"
    silver_kms_key_arn  = "arn:aws:kms:eu-central-1:123456789012:key/5f5f5f5f-1111-2222-3333-444444444444"
    register_partitions = false
  }

  assert {
    condition = join("\n", sort(flatten([
      for s in jsondecode(aws_iam_role_policy.spectrum.policy).Statement : [
        for action in flatten([s.Action]) : [for resource in flatten([s.Resource]) : "${s.Effect} ${action} ${resource}"]
      ]
      ]))) == join("\n", [
      "Allow glue:BatchGetPartition arn:aws:glue:eu-central-1:123456789012:catalog",
      "Allow glue:BatchGetPartition arn:aws:glue:eu-central-1:123456789012:database/data_engineer_jobs_db",
      "Allow glue:BatchGetPartition arn:aws:glue:eu-central-1:123456789012:table/data_engineer_jobs_db/companies_silver",
      "Allow glue:BatchGetPartition arn:aws:glue:eu-central-1:123456789012:table/data_engineer_jobs_db/linkedin_silver",
      "Allow glue:GetDatabase arn:aws:glue:eu-central-1:123456789012:catalog",
      "Allow glue:GetDatabase arn:aws:glue:eu-central-1:123456789012:database/data_engineer_jobs_db",
      "Allow glue:GetDatabase arn:aws:glue:eu-central-1:123456789012:table/data_engineer_jobs_db/companies_silver",
      "Allow glue:GetDatabase arn:aws:glue:eu-central-1:123456789012:table/data_engineer_jobs_db/linkedin_silver",
      "Allow glue:GetDatabases arn:aws:glue:eu-central-1:123456789012:catalog",
      "Allow glue:GetDatabases arn:aws:glue:eu-central-1:123456789012:database/data_engineer_jobs_db",
      "Allow glue:GetDatabases arn:aws:glue:eu-central-1:123456789012:table/data_engineer_jobs_db/companies_silver",
      "Allow glue:GetDatabases arn:aws:glue:eu-central-1:123456789012:table/data_engineer_jobs_db/linkedin_silver",
      "Allow glue:GetPartition arn:aws:glue:eu-central-1:123456789012:catalog",
      "Allow glue:GetPartition arn:aws:glue:eu-central-1:123456789012:database/data_engineer_jobs_db",
      "Allow glue:GetPartition arn:aws:glue:eu-central-1:123456789012:table/data_engineer_jobs_db/companies_silver",
      "Allow glue:GetPartition arn:aws:glue:eu-central-1:123456789012:table/data_engineer_jobs_db/linkedin_silver",
      "Allow glue:GetPartitions arn:aws:glue:eu-central-1:123456789012:catalog",
      "Allow glue:GetPartitions arn:aws:glue:eu-central-1:123456789012:database/data_engineer_jobs_db",
      "Allow glue:GetPartitions arn:aws:glue:eu-central-1:123456789012:table/data_engineer_jobs_db/companies_silver",
      "Allow glue:GetPartitions arn:aws:glue:eu-central-1:123456789012:table/data_engineer_jobs_db/linkedin_silver",
      "Allow glue:GetTable arn:aws:glue:eu-central-1:123456789012:catalog",
      "Allow glue:GetTable arn:aws:glue:eu-central-1:123456789012:database/data_engineer_jobs_db",
      "Allow glue:GetTable arn:aws:glue:eu-central-1:123456789012:table/data_engineer_jobs_db/companies_silver",
      "Allow glue:GetTable arn:aws:glue:eu-central-1:123456789012:table/data_engineer_jobs_db/linkedin_silver",
      "Allow glue:GetTables arn:aws:glue:eu-central-1:123456789012:catalog",
      "Allow glue:GetTables arn:aws:glue:eu-central-1:123456789012:database/data_engineer_jobs_db",
      "Allow glue:GetTables arn:aws:glue:eu-central-1:123456789012:table/data_engineer_jobs_db/companies_silver",
      "Allow glue:GetTables arn:aws:glue:eu-central-1:123456789012:table/data_engineer_jobs_db/linkedin_silver",
      "Allow kms:Decrypt arn:aws:kms:eu-central-1:123456789012:key/5f5f5f5f-1111-2222-3333-444444444444",
      "Allow s3:GetBucketLocation arn:aws:s3:::jobs-silver",
      "Allow s3:GetObject arn:aws:s3:::jobs-silver/silver/*",
      "Allow s3:ListBucket arn:aws:s3:::jobs-silver",
      "Allow s3:ListBucketMultipartUploads arn:aws:s3:::jobs-silver",
      "Allow s3:ListMultipartUploadParts arn:aws:s3:::jobs-silver/silver/*",
    ])
    error_message = "Databases, tables, prefix and key must follow the variables; without registration there is no write."
  }
}
