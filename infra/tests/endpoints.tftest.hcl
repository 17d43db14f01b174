# VPC endpoints: what is there, where, and what passes through.

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
    condition     = keys(aws_vpc_endpoint.interface) == ["redshift-serverless"]
    error_message = "IAM sign-in needs the redshift-serverless endpoint and no other: no logs, no secretsmanager, no sts, no glue."
  }

  assert {
    condition     = aws_vpc_endpoint.interface["redshift-serverless"].service_name == "com.amazonaws.eu-central-1.redshift-serverless" && aws_vpc_endpoint.interface["redshift-serverless"].vpc_endpoint_type == "Interface"
    error_message = "It must be the interface endpoint of this region."
  }

  assert {
    condition     = aws_vpc_endpoint.interface["redshift-serverless"].private_dns_enabled
    error_message = "Without private DNS the runner would call the public name and hang."
  }

  assert {
    condition     = aws_vpc_endpoint.interface["redshift-serverless"].security_group_ids == toset([aws_security_group.endpoints.id])
    error_message = "It must have the group of the endpoints."
  }

  assert {
    condition     = aws_vpc_endpoint.interface["redshift-serverless"].subnet_ids == toset(["subnet-0aaaaaaaaaaaaaaaa"])
    error_message = "One zone by default, for the cost."
  }

  assert {
    condition     = jsondecode(aws_vpc_endpoint.interface["redshift-serverless"].policy).Statement == [{ Sid = "RunnerSignsIn", Effect = "Allow", Principal = "*", Action = "redshift-serverless:GetCredentials", Resource = aws_redshiftserverless_workgroup.gold.arn, Condition = { ArnEquals = { "aws:PrincipalArn" = aws_iam_role.runner.arn } } }]
    error_message = "Only the runner may pass, only to sign in to this workgroup."
  }

  assert {
    condition     = aws_vpc_endpoint.s3[0].service_name == "com.amazonaws.eu-central-1.s3" && aws_vpc_endpoint.s3[0].vpc_endpoint_type == "Gateway"
    error_message = "S3 must have its gateway, which is free."
  }

  assert {
    condition     = aws_vpc_endpoint.s3[0].route_table_ids == toset(["rtb-0aaaaaaaaaaaaaaaa"])
    error_message = "The route tables of the subnets must be looked up."
  }

  assert {
    condition     = jsondecode(aws_vpc_endpoint.s3[0].policy).Statement == [{ Sid = "BucketsOfKnownAccounts", Effect = "Allow", Principal = "*", Action = "s3:*", Resource = "*", Condition = { StringEquals = { "aws:ResourceAccount" = ["123456789012"] } } }]
    error_message = "Only buckets of this account may be reached through the gateway."
  }
}

run "more_zones_more_accounts" {
  command = plan

  variables {
    endpoint_zone_count     = 2
    s3_endpoint_account_ids = ["210987654321"]
    private_route_table_ids = ["rtb-0bbbbbbbbbbbbbbbb"]
  }

  assert {
    condition     = aws_vpc_endpoint.interface["redshift-serverless"].subnet_ids == toset(["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"])
    error_message = "Two zones must take the first subnet of each."
  }

  assert {
    condition     = jsondecode(aws_vpc_endpoint.s3[0].policy).Statement[0].Condition.StringEquals["aws:ResourceAccount"] == ["123456789012", "210987654321"]
    error_message = "The other account must be let through."
  }

  assert {
    condition     = aws_vpc_endpoint.s3[0].route_table_ids == toset(["rtb-0bbbbbbbbbbbbbbbb"]) && length(data.aws_route_tables.subnet) == 0 && length(data.aws_route_tables.main) == 0
    error_message = "Route tables that are named must be taken as they are."
  }
}

run "subnets_without_an_association_use_the_main_table" {
  command = plan

  override_data {
    target = data.aws_route_tables.subnet[1]
    values = { ids = [] }
  }

  override_data {
    target = data.aws_route_tables.main[0]
    values = { ids = ["rtb-0eeeeeeeeeeeeeeee"] }
  }

  assert {
    condition     = aws_vpc_endpoint.s3[0].route_table_ids == toset(["rtb-0aaaaaaaaaaaaaaaa", "rtb-0eeeeeeeeeeeeeeee"])
    error_message = "The main route table must be taken for a subnet without one of its own."
  }
}

run "password_sign_in" {
  command = plan

  variables {
    use_iam_auth = false
  }

  assert {
    condition     = keys(aws_vpc_endpoint.interface) == ["secretsmanager"]
    error_message = "Password sign-in needs Secrets Manager and not the sign-in API."
  }

  assert {
    condition     = jsondecode(aws_vpc_endpoint.interface["secretsmanager"].policy).Statement[0].Action == "secretsmanager:GetSecretValue" && jsondecode(aws_vpc_endpoint.interface["secretsmanager"].policy).Statement[0].Resource == aws_redshiftserverless_namespace.gold.admin_password_secret_arn
    error_message = "Only that one secret may be read."
  }
}

run "enhanced_vpc_routing_needs_glue" {
  command = plan

  variables {
    enhanced_vpc_routing = true
  }

  assert {
    condition     = keys(aws_vpc_endpoint.interface) == ["glue", "redshift-serverless"]
    error_message = "Spectrum reads the catalogue through the VPC then."
  }

  assert {
    condition     = jsondecode(aws_vpc_endpoint.interface["glue"].policy).Statement[0].Condition.ArnEquals["aws:PrincipalArn"] == aws_iam_role.spectrum.arn
    error_message = "Only the Spectrum role may pass."
  }
}

run "a_gateway_that_is_there_already" {
  command = plan

  variables {
    create_s3_endpoint = false
  }

  assert {
    condition     = length(aws_vpc_endpoint.s3) == 0
    error_message = "No second gateway may be made: AWS refuses it."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.runner_to_s3.prefix_list_id == "pl-6ea54007"
    error_message = "The way to S3 must stay open."
  }
}

run "no_dns_in_the_vpc_is_refused" {
  command = plan

  override_data {
    target = data.aws_vpc.this
    values = { enable_dns_support = true, enable_dns_hostnames = false }
  }

  expect_failures = [aws_vpc_endpoint.interface["redshift-serverless"]]
}

run "more_zones_than_there_are_is_refused" {
  command = plan

  variables {
    endpoint_zone_count = 4
  }

  expect_failures = [aws_vpc_endpoint.interface["redshift-serverless"]]
}

run "no_route_table_is_refused" {
  command = plan

  override_data {
    target = data.aws_route_tables.subnet
    values = { ids = [] }
  }

  override_data {
    target = data.aws_route_tables.main
    values = { ids = [] }
  }

  expect_failures = [aws_vpc_endpoint.s3[0]]
}
