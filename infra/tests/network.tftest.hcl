# Security groups: one rule resource per edge and side, nothing open.

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

run "edges" {
  command = plan

  assert {
    condition     = length(distinct([aws_security_group.runner.id, aws_security_group.redshift.id, aws_security_group.endpoints.id])) == 3
    error_message = "There must be three groups."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.runner_to_redshift.from_port == 5439 && aws_vpc_security_group_egress_rule.runner_to_redshift.to_port == 5439 && aws_vpc_security_group_egress_rule.runner_to_redshift.ip_protocol == "tcp" && aws_vpc_security_group_egress_rule.runner_to_redshift.security_group_id == aws_security_group.runner.id && aws_vpc_security_group_egress_rule.runner_to_redshift.referenced_security_group_id == aws_security_group.redshift.id
    error_message = "The runner must have a way out to Redshift on 5439 only."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.redshift_from_runner.from_port == 5439 && aws_vpc_security_group_ingress_rule.redshift_from_runner.to_port == 5439 && aws_vpc_security_group_ingress_rule.redshift_from_runner.ip_protocol == "tcp" && aws_vpc_security_group_ingress_rule.redshift_from_runner.security_group_id == aws_security_group.redshift.id && aws_vpc_security_group_ingress_rule.redshift_from_runner.referenced_security_group_id == aws_security_group.runner.id
    error_message = "Redshift must let the runner in on 5439 only."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.runner_to_endpoints.from_port == 443 && aws_vpc_security_group_egress_rule.runner_to_endpoints.to_port == 443 && aws_vpc_security_group_egress_rule.runner_to_endpoints.ip_protocol == "tcp" && aws_vpc_security_group_egress_rule.runner_to_endpoints.security_group_id == aws_security_group.runner.id && aws_vpc_security_group_egress_rule.runner_to_endpoints.referenced_security_group_id == aws_security_group.endpoints.id
    error_message = "The runner must have a way out to the endpoints on 443 only."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.endpoints_from_runner.from_port == 443 && aws_vpc_security_group_ingress_rule.endpoints_from_runner.to_port == 443 && aws_vpc_security_group_ingress_rule.endpoints_from_runner.ip_protocol == "tcp" && aws_vpc_security_group_ingress_rule.endpoints_from_runner.security_group_id == aws_security_group.endpoints.id && aws_vpc_security_group_ingress_rule.endpoints_from_runner.referenced_security_group_id == aws_security_group.runner.id
    error_message = "The endpoints must let the runner in on 443 only."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.runner_to_s3.from_port == 443 && aws_vpc_security_group_egress_rule.runner_to_s3.to_port == 443 && aws_vpc_security_group_egress_rule.runner_to_s3.ip_protocol == "tcp" && aws_vpc_security_group_egress_rule.runner_to_s3.prefix_list_id == "pl-6ea54007"
    error_message = "The runner must have a way out to the prefix list of S3 on 443 only."
  }

  assert {
    condition     = data.aws_ec2_managed_prefix_list.s3.name == "com.amazonaws.eu-central-1.s3"
    error_message = "The prefix list must be that of S3 in this region."
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.redshift_from_client) == 0
    error_message = "Nobody but the runner may connect by default."
  }

  assert {
    condition     = length(aws_vpc_security_group_egress_rule.redshift_to_s3) == 0 && length(aws_vpc_security_group_egress_rule.redshift_to_endpoints) == 0 && length(aws_vpc_security_group_ingress_rule.endpoints_from_redshift) == 0
    error_message = "Without enhanced VPC routing Redshift needs no way out."
  }

  assert {
    condition     = alltrue([for rule in [aws_vpc_security_group_egress_rule.runner_to_redshift, aws_vpc_security_group_egress_rule.runner_to_endpoints, aws_vpc_security_group_egress_rule.runner_to_s3] : rule.cidr_ipv4 == null && rule.cidr_ipv6 == null])
    error_message = "No egress rule may name an address range."
  }

  assert {
    condition     = alltrue([for rule in [aws_vpc_security_group_ingress_rule.redshift_from_runner, aws_vpc_security_group_ingress_rule.endpoints_from_runner] : rule.cidr_ipv4 == null && rule.cidr_ipv6 == null])
    error_message = "No ingress rule may name an address range."
  }
}

run "clients_and_another_port" {
  command = plan

  variables {
    client_security_group_ids = ["sg-0aaaaaaaaaaaaaaaa", "sg-0bbbbbbbbbbbbbbbb"]
    redshift_port             = 5440
  }

  assert {
    condition     = sort(keys(aws_vpc_security_group_ingress_rule.redshift_from_client)) == tolist(["sg-0aaaaaaaaaaaaaaaa", "sg-0bbbbbbbbbbbbbbbb"])
    error_message = "Each client group must have its own rule."
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.redshift_from_client : rule.from_port == 5440 && rule.to_port == 5440 && rule.security_group_id == aws_security_group.redshift.id])
    error_message = "Client rules must open the port of the workgroup only."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.runner_to_redshift.from_port == 5440 && aws_vpc_security_group_ingress_rule.redshift_from_runner.to_port == 5440 && aws_redshiftserverless_workgroup.gold.port == 5440
    error_message = "The rules must follow the port of the workgroup."
  }

  assert {
    condition     = aws_lambda_function.runner.environment[0].variables.REDSHIFT_PORT == "5440"
    error_message = "The runner must be told the port."
  }
}

run "enhanced_vpc_routing_gives_redshift_a_way_out" {
  command = plan

  variables {
    enhanced_vpc_routing = true
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.redshift_to_s3[0].from_port == 443 && aws_vpc_security_group_egress_rule.redshift_to_s3[0].to_port == 443 && aws_vpc_security_group_egress_rule.redshift_to_s3[0].ip_protocol == "tcp" && aws_vpc_security_group_egress_rule.redshift_to_s3[0].prefix_list_id == "pl-6ea54007"
    error_message = "Redshift must reach S3."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.redshift_to_endpoints[0].from_port == 443 && aws_vpc_security_group_egress_rule.redshift_to_endpoints[0].to_port == 443 && aws_vpc_security_group_egress_rule.redshift_to_endpoints[0].ip_protocol == "tcp" && aws_vpc_security_group_egress_rule.redshift_to_endpoints[0].security_group_id == aws_security_group.redshift.id && aws_vpc_security_group_egress_rule.redshift_to_endpoints[0].referenced_security_group_id == aws_security_group.endpoints.id
    error_message = "Redshift must reach the Glue endpoint."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.endpoints_from_redshift[0].from_port == 443 && aws_vpc_security_group_ingress_rule.endpoints_from_redshift[0].to_port == 443 && aws_vpc_security_group_ingress_rule.endpoints_from_redshift[0].ip_protocol == "tcp" && aws_vpc_security_group_ingress_rule.endpoints_from_redshift[0].security_group_id == aws_security_group.endpoints.id && aws_vpc_security_group_ingress_rule.endpoints_from_redshift[0].referenced_security_group_id == aws_security_group.redshift.id
    error_message = "The Glue endpoint must let Redshift in."
  }

  assert {
    condition     = aws_redshiftserverless_workgroup.gold.enhanced_vpc_routing
    error_message = "The workgroup must be told."
  }
}

run "an_endpoint_that_is_there_already" {
  command = plan

  variables {
    create_sign_in_endpoint             = false
    existing_endpoint_security_group_id = "sg-0dddddddddddddddd"
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.runner_to_endpoints.referenced_security_group_id == "sg-0dddddddddddddddd" && aws_vpc_security_group_ingress_rule.endpoints_from_runner.security_group_id == "sg-0dddddddddddddddd"
    error_message = "The edge must lead to the group of the existing endpoint."
  }

  assert {
    condition     = length(aws_vpc_endpoint.interface) == 0
    error_message = "No second endpoint may be made."
  }
}
