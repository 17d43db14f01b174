# The same variable sets as tests/plans.tftest.hcl, applied with a provider that runs its own checks of every argument
# (JSON, ARNs, names, rules, limits), which a mocked one does not. Only for the offline stand-ins: a real provider would
# call AWS. infra/test.sh runs it where they are.

provider "aws" {
  region = "eu-central-1"
}

override_data {
  target = data.aws_vpc.this
  values = { enable_dns_support = true, enable_dns_hostnames = true }
}

override_data {
  target = data.aws_subnet.private[0]
  values = {
    id                         = "subnet-0aaaaaaaaaaaaaaaa"
    vpc_id                     = "vpc-0123456789abcdef0"
    availability_zone          = "eu-central-1a"
    availability_zone_id       = "euc1-az2"
    available_ip_address_count = 200
  }
}

override_data {
  target = data.aws_subnet.private[1]
  values = {
    id                         = "subnet-0bbbbbbbbbbbbbbbb"
    vpc_id                     = "vpc-0123456789abcdef0"
    availability_zone          = "eu-central-1b"
    availability_zone_id       = "euc1-az3"
    available_ip_address_count = 200
  }
}

override_data {
  target = data.aws_subnet.private[2]
  values = {
    id                         = "subnet-0cccccccccccccccc"
    vpc_id                     = "vpc-0123456789abcdef0"
    availability_zone          = "eu-central-1c"
    availability_zone_id       = "euc1-az1"
    available_ip_address_count = 200
  }
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
  command = apply
}

run "development" {
  command = apply

  variables {
    environment           = "dev"
    schedule_enabled      = false
    force_destroy         = true
    redshift_max_rpu      = 4
    rpu_hours_per_day     = 2
    create_silver_catalog = true
  }
}

run "large_and_hardened" {
  command = apply

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
}

run "into_an_existing_network" {
  command = apply

  variables {
    environment                         = "stage"
    architecture                        = "x86_64"
    create_s3_endpoint                  = false
    create_sign_in_endpoint             = false
    existing_endpoint_security_group_id = "sg-0dddddddddddddddd"
    register_partitions                 = false
    external_schemas                    = { silver = { database = "data_engineer_jobs_db", tables = ["linkedin_silver"] } }
  }
}
