# Redshift Serverless: namespace, workgroup, limits.

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
    condition     = aws_redshiftserverless_namespace.gold.namespace_name == "jobs-prod-gold" && aws_redshiftserverless_workgroup.gold.workgroup_name == "jobs-prod-gold-workgroup" && aws_redshiftserverless_workgroup.gold.namespace_name == "jobs-prod-gold"
    error_message = "Names must be <project>-<environment>-gold and -gold-workgroup."
  }

  assert {
    condition     = aws_redshiftserverless_namespace.gold.db_name == "analytics" && aws_redshiftserverless_namespace.gold.admin_username == "admin"
    error_message = "The database must be analytics."
  }

  assert {
    condition     = aws_redshiftserverless_namespace.gold.manage_admin_password && aws_redshiftserverless_namespace.gold.admin_user_password == null
    error_message = "AWS must manage the admin password; none may be in the state."
  }

  assert {
    condition     = aws_redshiftserverless_namespace.gold.default_iam_role_arn == aws_iam_role.spectrum.arn && aws_redshiftserverless_namespace.gold.iam_roles == toset([aws_iam_role.spectrum.arn])
    error_message = "The Spectrum role must be the default role, so that SQL says IAM_ROLE default."
  }

  assert {
    condition     = aws_redshiftserverless_namespace.gold.log_exports == toset(["connectionlog", "useractivitylog", "userlog"])
    error_message = "All three logs must be exported."
  }

  assert {
    condition     = aws_redshiftserverless_workgroup.gold.base_capacity == 4 && aws_redshiftserverless_workgroup.gold.max_capacity == 8
    error_message = "Base capacity must be the smallest, 4 RPU, and scaling capped."
  }

  assert {
    condition     = !aws_redshiftserverless_workgroup.gold.publicly_accessible
    error_message = "The workgroup must not be public."
  }

  assert {
    condition     = aws_redshiftserverless_workgroup.gold.security_group_ids == toset([aws_security_group.redshift.id]) && aws_redshiftserverless_workgroup.gold.subnet_ids == toset(var.private_subnet_ids) && aws_redshiftserverless_workgroup.gold.port == 5439
    error_message = "The workgroup must be in its group and the private subnets."
  }

  assert {
    condition = { for p in aws_redshiftserverless_workgroup.gold.config_parameter : p.parameter_key => p.parameter_value } == {
      auto_mv                          = "true"
      datestyle                        = "ISO, MDY"
      enable_case_sensitive_identifier = "false"
      enable_user_activity_logging     = "true"
      max_query_execution_time         = "3600"
      query_group                      = "default"
      require_ssl                      = "true"
      search_path                      = "$user, public"
      use_fips_ssl                     = "false"
    }
    error_message = "All parameters must be set together: TLS required, names folded to lower case, a time limit for queries."
  }

  assert {
    condition     = aws_redshiftserverless_usage_limit.daily.amount == 12 && aws_redshiftserverless_usage_limit.daily.period == "daily" && aws_redshiftserverless_usage_limit.daily.breach_action == "deactivate" && aws_redshiftserverless_usage_limit.daily.usage_type == "serverless-compute"
    error_message = "The daily limit must stop queries."
  }

  assert {
    condition     = aws_redshiftserverless_usage_limit.monthly.amount == 120 && aws_redshiftserverless_usage_limit.monthly.period == "monthly" && aws_redshiftserverless_usage_limit.monthly.breach_action == "emit-metric"
    error_message = "The monthly limit must only speak up."
  }

  assert {
    condition     = aws_redshiftserverless_usage_limit.daily.resource_arn == aws_redshiftserverless_workgroup.gold.arn && aws_redshiftserverless_usage_limit.monthly.resource_arn == aws_redshiftserverless_workgroup.gold.arn
    error_message = "Both must be limits of this workgroup."
  }
}

run "sizes_and_a_key" {
  command = plan

  variables {
    redshift_base_rpu        = 32
    redshift_max_rpu         = 64
    query_time_limit_seconds = 600
    rpu_hours_per_day        = 40
    rpu_limit_action         = "emit-metric"
    kms_key_arn              = "arn:aws:kms:eu-central-1:123456789012:key/0f0f0f0f-1111-2222-3333-444444444444"
  }

  assert {
    condition     = aws_redshiftserverless_workgroup.gold.base_capacity == 32 && aws_redshiftserverless_workgroup.gold.max_capacity == 64
    error_message = "Capacity must follow the variables."
  }

  assert {
    condition     = one([for p in aws_redshiftserverless_workgroup.gold.config_parameter : p.parameter_value if p.parameter_key == "max_query_execution_time"]) == "600"
    error_message = "The time limit must follow the variable."
  }

  assert {
    condition     = aws_redshiftserverless_namespace.gold.kms_key_id == var.kms_key_arn && aws_redshiftserverless_namespace.gold.admin_password_secret_kms_key_id == var.kms_key_arn
    error_message = "A customer key must cover the data and the secret."
  }

  assert {
    condition     = aws_redshiftserverless_usage_limit.daily.amount == 40 && aws_redshiftserverless_usage_limit.daily.breach_action == "emit-metric"
    error_message = "The limit must follow the variables."
  }
}

run "two_zones_are_refused" {
  command = plan

  override_data {
    target = data.aws_subnet.private[2]
    values = {
      id                         = "subnet-0cccccccccccccccc"
      vpc_id                     = "vpc-0123456789abcdef0"
      availability_zone          = "eu-central-1b"
      availability_zone_id       = "euc1-az9"
      available_ip_address_count = 200
    }
  }

  expect_failures = [aws_redshiftserverless_workgroup.gold]
}

run "two_zones_are_enough_in_us_west_1" {
  command = plan

  override_data {
    target = data.aws_subnet.private[2]
    values = {
      id                         = "subnet-0cccccccccccccccc"
      vpc_id                     = "vpc-0123456789abcdef0"
      availability_zone          = "eu-central-1b"
      availability_zone_id       = "euc1-az9"
      available_ip_address_count = 200
    }
  }

  override_data {
    target = data.aws_region.current
    values = { region = "us-west-1" }
  }

  assert {
    condition     = aws_redshiftserverless_workgroup.gold.workgroup_name == "jobs-prod-gold-workgroup"
    error_message = "us-west-1 has two zones only."
  }
}

run "a_subnet_of_another_vpc_is_refused" {
  command = plan

  override_data {
    target = data.aws_subnet.private[1]
    values = {
      id                         = "subnet-0bbbbbbbbbbbbbbbb"
      vpc_id                     = "vpc-0fedcba9876543210"
      availability_zone          = "eu-central-1b"
      availability_zone_id       = "euc1-az9"
      available_ip_address_count = 200
    }
  }

  expect_failures = [data.aws_subnet.private]
}

run "few_free_addresses_are_reported" {
  command = plan

  override_data {
    target = data.aws_subnet.private[1]
    values = {
      id                         = "subnet-0bbbbbbbbbbbbbbbb"
      vpc_id                     = "vpc-0123456789abcdef0"
      availability_zone          = "eu-central-1b"
      availability_zone_id       = "euc1-az9"
      available_ip_address_count = 9
    }
  }

  expect_failures = [check.free_addresses]
}
