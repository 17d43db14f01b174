# Plans of four whole variable sets.

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

run "five_inputs_only" {
  command = plan

  assert {
    condition     = output.workgroup_name == "jobs-prod-gold-workgroup" && output.namespace_name == "jobs-prod-gold" && output.redshift_database == "analytics" && output.redshift_port == 5439
    error_message = "The names must be known before apply."
  }

  assert {
    condition     = output.runner_function_name == "jobs-prod-dbt-runner" && output.runner_log_group == "/aws/lambda/jobs-prod-dbt-runner"
    error_message = "The function and its log must be known before apply."
  }

  assert {
    condition     = output.external_schemas == { silver_ai = "silver_ai_enrichment", silver_companies = "silver_companies", silver_linkedin = "silver_linkedin" }
    error_message = "The external schemas must be listed."
  }
}

run "development" {
  command = plan

  variables {
    environment           = "dev"
    schedule_enabled      = false
    force_destroy         = true
    redshift_max_rpu      = 4
    rpu_hours_per_day     = 2
    create_silver_catalog = true
  }

  assert {
    condition     = output.workgroup_name == "jobs-dev-gold-workgroup" && aws_scheduler_schedule.gold.state == "DISABLED" && aws_s3_bucket.state.force_destroy && aws_redshiftserverless_workgroup.gold.max_capacity == 4
    error_message = "A cheap one, without a schedule."
  }
}

run "large_and_hardened" {
  command = plan

  variables {
    environment               = "prod"
    kms_key_arn               = "arn:aws:kms:eu-central-1:123456789012:key/0f0f0f0f-1111-2222-3333-444444444444"
    silver_kms_key_arn        = "arn:aws:kms:eu-central-1:123456789012:key/5f5f5f5f-1111-2222-3333-444444444444"
    enhanced_vpc_routing      = true
    endpoint_zone_count       = 3
    redshift_base_rpu         = 64
    redshift_max_rpu          = 128
    rpu_hours_per_day         = 400
    rpu_hours_per_month       = 6000
    alarm_emails              = ["data@example.com"]
    client_security_group_ids = ["sg-0aaaaaaaaaaaaaaaa"]
    docs_vpc_endpoint_ids     = ["vpce-0aaaaaaaaaaaaaaaa"]
    log_retention_days        = 365
  }

  assert {
    condition     = length(aws_vpc_endpoint.interface) == 2 && length(aws_vpc_endpoint.interface["glue"].subnet_ids) == 3 && aws_redshiftserverless_namespace.gold.kms_key_id == var.kms_key_arn
    error_message = "Three zones, a customer key, Spectrum through the VPC."
  }
}

run "into_an_existing_network" {
  command = plan

  variables {
    environment                         = "stage"
    architecture                        = "x86_64"
    create_s3_endpoint                  = false
    create_sign_in_endpoint             = false
    existing_endpoint_security_group_id = "sg-0dddddddddddddddd"
    register_partitions                 = false
    external_schemas                    = { silver = { database = "data_engineer_jobs_db", tables = ["linkedin_silver"] } }
  }

  assert {
    condition     = length(aws_vpc_endpoint.interface) == 0 && length(aws_vpc_endpoint.s3) == 0 && length(aws_redshiftdata_statement.external_schema) == 1
    error_message = "No endpoint is made, one schema over the real catalogue."
  }
}
