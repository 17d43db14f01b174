data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

data "aws_vpc" "this" {
  id = var.vpc_id
}

data "aws_subnet" "private" {
  count = length(var.private_subnet_ids)
  id    = var.private_subnet_ids[count.index]

  lifecycle {
    postcondition {
      condition     = self.vpc_id == var.vpc_id
      error_message = "Subnet ${self.id} is not in ${var.vpc_id}. All private_subnet_ids must belong to vpc_id."
    }
  }
}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region

  prefix         = "${var.project_name}-${var.environment}"
  namespace_name = "${local.prefix}-gold"
  workgroup_name = "${local.prefix}-gold-workgroup"
  function_name  = "${local.prefix}-dbt-runner"
  runner_role    = "${local.prefix}-lambda-dbt"
  bucket_name    = "${local.prefix}-gold-${local.account_id}"

  tags = merge(var.tags, {
    Project     = var.project_name
    Environment = var.environment
    ManagedBy   = "terraform"
  })

  # Redshift Serverless wants three zones; us-west-1 has only two for anyone.
  required_zones = local.region == "us-west-1" ? 2 : 3
  zone_subnets   = { for subnet in data.aws_subnet.private : subnet.availability_zone => subnet.id... }

  # One network interface per zone is the rule for interface endpoints: the first subnet of each zone.
  endpoint_subnet_ids = slice(
    [for zone in sort(keys(local.zone_subnets)) : local.zone_subnets[zone][0]],
    0, min(var.endpoint_zone_count, length(local.zone_subnets))
  )

  # Lambda has no VPC functions in this one zone of us-east-1.
  lambda_subnet_ids = [for subnet in data.aws_subnet.private : subnet.id if subnet.availability_zone_id != "use1-az3"]

  # The state prefix is the only place in the bucket that the runner may touch.
  state_prefix = "runs"
}
