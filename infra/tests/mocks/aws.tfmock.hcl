# An account, a region and a VPC that do not exist. Values that a policy or a name is built from have their true form.

mock_data "aws_caller_identity" {
  defaults = { account_id = "123456789012" }
}

mock_data "aws_partition" {
  defaults = { partition = "aws" }
}

mock_data "aws_region" {
  defaults = { region = "eu-central-1" }
}

mock_data "aws_vpc" {
  defaults = { enable_dns_support = true, enable_dns_hostnames = true }
}

mock_data "aws_route_tables" {
  defaults = { ids = ["rtb-0aaaaaaaaaaaaaaaa"] }
}

mock_data "aws_ec2_managed_prefix_list" {
  defaults = { id = "pl-6ea54007" }
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

mock_resource "aws_redshiftserverless_namespace" {
  defaults = {
    namespace_id              = "11111111-2222-3333-4444-555555555555"
    admin_password_secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:redshift!gold-admin-AbCdEf"
  }
}

mock_resource "aws_redshiftserverless_workgroup" {
  defaults = {
    arn          = "arn:aws:redshift-serverless:eu-central-1:123456789012:workgroup/66666666-7777-8888-9999-000000000000"
    workgroup_id = "66666666-7777-8888-9999-000000000000"
    endpoint     = [{ address = "jobs-prod-gold-workgroup.123456789012.eu-central-1.redshift-serverless.amazonaws.com", port = 5439, vpc_endpoint = [] }]
  }
}

mock_resource "aws_s3_bucket" {
  defaults = { arn = "arn:aws:s3:::jobs-prod-gold-123456789012" }
}

mock_resource "aws_lambda_layer_version" {
  defaults = { arn = "arn:aws:lambda:eu-central-1:123456789012:layer:jobs-prod-dbt-project:1" }
}

mock_resource "aws_lambda_function" {
  defaults = { arn = "arn:aws:lambda:eu-central-1:123456789012:function:jobs-prod-dbt-runner" }
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = { arn = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/jobs-prod-dbt-runner" }
}

mock_resource "aws_sqs_queue" {
  defaults = {
    arn = "arn:aws:sqs:eu-central-1:123456789012:jobs-prod-gold-failed"
    url = "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs-prod-gold-failed"
  }
}

mock_resource "aws_sns_topic" {
  defaults = { arn = "arn:aws:sns:eu-central-1:123456789012:jobs-prod-gold-alarms" }
}

mock_resource "aws_sfn_state_machine" {
  defaults = { arn = "arn:aws:states:eu-central-1:123456789012:stateMachine:jobs-prod-gold-pipeline" }
}

mock_resource "aws_scheduler_schedule_group" {
  defaults = { arn = "arn:aws:scheduler:eu-central-1:123456789012:schedule-group/jobs-prod-gold" }
}

override_resource {
  target = aws_security_group.runner
  values = { id = "sg-01111111111111111" }
}

override_resource {
  target = aws_security_group.redshift
  values = { id = "sg-02222222222222222" }
}

override_resource {
  target = aws_security_group.endpoints
  values = { id = "sg-03333333333333333" }
}

override_resource {
  target = aws_iam_role.runner
  values = { arn = "arn:aws:iam::123456789012:role/jobs-prod-lambda-dbt" }
}

override_resource {
  target = aws_iam_role.spectrum
  values = { arn = "arn:aws:iam::123456789012:role/jobs-prod-redshift-spectrum" }
}

override_resource {
  target = aws_iam_role.pipeline
  values = { arn = "arn:aws:iam::123456789012:role/jobs-prod-gold-pipeline" }
}

override_resource {
  target = aws_iam_role.scheduler
  values = { arn = "arn:aws:iam::123456789012:role/jobs-prod-gold-scheduler" }
}

override_resource {
  target = aws_s3_bucket.docs
  values = { arn = "arn:aws:s3:::jobs-prod-gold-docs-123456789012" }
}
