# Every validation refuses what it must: each run gives a set of variables a wrong value, and each of them must be refused.

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

run "first_wrong_values" {
  command = plan

  variables {
    project_name              = "Jobs"
    environment               = "Prod"
    vpc_id                    = "subnet-0123456789abcdef0"
    private_subnet_ids        = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"]
    silver_bucket             = "s3://jobs-silver"
    kms_key_arn               = "alias/gold"
    silver_kms_key_arn        = "alias/silver"
    silver_prefix             = "silver"
    external_schemas          = {}
    database_name             = "Analytics"
    gold_schema               = "gold\"; drop"
    admin_username            = "Admin"
    redshift_base_rpu         = 2
    rpu_hours_per_day         = 0
    rpu_limit_action          = "stop"
    rpu_hours_per_month       = 0
    rpu_warning_percent       = 0
    query_time_limit_seconds  = 59
    redshift_port             = 5430
    log_exports               = ["querylog"]
    client_security_group_ids = ["10.0.0.0/8"]
    private_route_table_ids   = ["subnet-0aaaaaaaaaaaaaaaa"]
    s3_endpoint_account_ids   = ["12345"]
    endpoint_zone_count       = 0
    architecture              = "x64"
    runner_package            = "out/runner.tar"
    project_layer_package     = "src/dbt_gold"
    memory_mb                 = 127
    timeout_seconds           = 59
    ephemeral_storage_mb      = 511
    reserved_concurrency      = 0
    log_level                 = "info"
    log_retention_days        = 31
    runner_environment        = { AWS_REGION = "eu-west-1" }
    docs_vpc_endpoint_ids     = ["vpc-0123456789abcdef0"]
    artifact_retention_days   = 6
    schedule_expression       = "every 4 hours"
    schedule_timezone         = "Berlin time"
    run_event                 = { command = "clean" }
    max_invocations           = 0
    alarm_emails              = ["nobody"]
    hours_without_success     = 0
  }

  expect_failures = [
    var.project_name,
    var.environment,
    var.vpc_id,
    var.private_subnet_ids,
    var.silver_bucket,
    var.kms_key_arn,
    var.silver_kms_key_arn,
    var.silver_prefix,
    var.external_schemas,
    var.database_name,
    var.gold_schema,
    var.admin_username,
    var.redshift_base_rpu,
    var.rpu_hours_per_day,
    var.rpu_limit_action,
    var.rpu_hours_per_month,
    var.rpu_warning_percent,
    var.query_time_limit_seconds,
    var.redshift_port,
    var.log_exports,
    var.client_security_group_ids,
    var.private_route_table_ids,
    var.s3_endpoint_account_ids,
    var.endpoint_zone_count,
    var.architecture,
    var.runner_package,
    var.project_layer_package,
    var.memory_mb,
    var.timeout_seconds,
    var.ephemeral_storage_mb,
    var.reserved_concurrency,
    var.log_level,
    var.log_retention_days,
    var.runner_environment,
    var.artifact_retention_days,
    var.docs_vpc_endpoint_ids,
    var.schedule_expression,
    var.schedule_timezone,
    var.run_event,
    var.max_invocations,
    var.alarm_emails,
    var.hours_without_success,
  ]
}

run "second_wrong_values" {
  command = plan

  variables {
    project_name             = "j"
    environment              = "p"
    private_subnet_ids       = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"]
    silver_bucket            = "jobs-silver/data"
    kms_key_arn              = "arn:aws:kms:eu-central-1:123456789012:alias/gold"
    silver_prefix            = "/silver/"
    external_schemas         = { Silver = { database = "silver", tables = ["t"] } }
    database_name            = "1st"
    gold_schema              = "pg_gold"
    admin_username           = "public"
    redshift_base_rpu        = 6
    rpu_hours_per_day        = 1.5
    rpu_warning_percent      = 101
    query_time_limit_seconds = 86400
    redshift_port            = 8216
    endpoint_zone_count      = 7
    memory_mb                = 10241
    timeout_seconds          = 901
    reserved_concurrency     = 2
    log_retention_days       = 0
    runner_environment       = { DB_PASSWORD = "x" }
    schedule_expression      = "cron(0 5 * *)"
    run_event                = { command = "build; rm" }
    max_invocations          = 101
    hours_without_success    = 169
  }

  expect_failures = [
    var.project_name,
    var.environment,
    var.private_subnet_ids,
    var.silver_bucket,
    var.kms_key_arn,
    var.silver_prefix,
    var.external_schemas,
    var.database_name,
    var.gold_schema,
    var.admin_username,
    var.redshift_base_rpu,
    var.rpu_hours_per_day,
    var.rpu_warning_percent,
    var.query_time_limit_seconds,
    var.redshift_port,
    var.endpoint_zone_count,
    var.memory_mb,
    var.timeout_seconds,
    var.reserved_concurrency,
    var.log_retention_days,
    var.runner_environment,
    var.schedule_expression,
    var.run_event,
    var.max_invocations,
    var.hours_without_success,
  ]
}

run "third_wrong_values" {
  command = plan

  variables {
    project_name       = "jobs-"
    environment        = "pro-d"
    private_subnet_ids = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb", "net-1"]
    silver_bucket      = "Jobs"
    silver_prefix      = "*/"
    external_schemas   = { silver = { database = "silver_*", tables = ["t"] } }
    redshift_base_rpu  = 12
  }

  expect_failures = [
    var.project_name,
    var.environment,
    var.private_subnet_ids,
    var.silver_bucket,
    var.silver_prefix,
    var.external_schemas,
    var.redshift_base_rpu,
  ]
}

run "fourth_wrong_values" {
  command = plan

  variables {
    project_name      = "jobs--gold"
    external_schemas  = { silver = { database = "silver", tables = [] } }
    redshift_base_rpu = 1032
  }

  expect_failures = [
    var.project_name,
    var.external_schemas,
    var.redshift_base_rpu,
  ]
}

run "fifth_wrong_values" {
  command = plan

  variables {
    project_name     = "a-name-longer-than-24-chars"
    external_schemas = { silver = { database = "silver", tables = ["*"] } }
  }

  expect_failures = [
    var.project_name,
    var.external_schemas,
  ]
}

# Validations that look at two variables.

run "capacity_in_odd_steps_and_a_pipeline_shorter_than_its_task" {
  command = plan

  variables {
    redshift_max_rpu                    = 10
    pipeline_timeout_seconds            = 900
    existing_endpoint_security_group_id = "vpce-1"
    create_sign_in_endpoint             = false
  }

  expect_failures = [var.redshift_max_rpu, var.pipeline_timeout_seconds, var.existing_endpoint_security_group_id]
}

run "scaling_below_the_base_and_a_pipeline_longer_than_a_day" {
  command = plan

  variables {
    redshift_base_rpu        = 64
    redshift_max_rpu         = 32
    pipeline_timeout_seconds = 86401
  }

  expect_failures = [var.redshift_max_rpu, var.pipeline_timeout_seconds]
}

run "no_endpoint_at_all" {
  command = plan

  variables {
    create_sign_in_endpoint = false
  }

  expect_failures = [var.create_sign_in_endpoint]
}

run "two_endpoints_for_one_name" {
  command = plan

  variables {
    existing_endpoint_security_group_id = "sg-0dddddddddddddddd"
  }

  expect_failures = [var.create_sign_in_endpoint]
}
