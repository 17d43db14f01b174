# Route tables of the private subnets. A subnet without an association of its own uses the main table of the VPC.

data "aws_route_tables" "subnet" {
  count  = length(var.private_route_table_ids) == 0 ? length(var.private_subnet_ids) : 0
  vpc_id = var.vpc_id

  filter {
    name   = "association.subnet-id"
    values = [var.private_subnet_ids[count.index]]
  }
}

data "aws_route_tables" "main" {
  count  = length(var.private_route_table_ids) == 0 ? 1 : 0
  vpc_id = var.vpc_id

  filter {
    name   = "association.main"
    values = ["true"]
  }
}

locals {
  route_table_ids = length(var.private_route_table_ids) > 0 ? var.private_route_table_ids : sort(distinct(flatten([
    for table in data.aws_route_tables.subnet : length(table.ids) > 0 ? table.ids : data.aws_route_tables.main[0].ids
  ])))

  # Which AWS APIs are called from inside the VPC, and by whom:
  #   redshift-serverless  the runner asks for database credentials (IAM sign-in)
  #   secretsmanager       the runner reads the admin secret (password sign-in)
  #   glue                 Spectrum reads the catalogue, only under enhanced VPC routing
  # CloudWatch Logs has none: Lambda ships a function's output itself. Nor has STS: no role is assumed in code.
  interface_endpoints = merge(
    var.use_iam_auth && var.create_sign_in_endpoint ? { redshift-serverless = local.sign_in_endpoint_policy } : {},
    !var.use_iam_auth && var.create_sign_in_endpoint ? { secretsmanager = local.secret_endpoint_policy } : {},
    var.enhanced_vpc_routing ? { glue = local.glue_endpoint_policy } : {},
  )
}

# The gateway carries all S3 traffic of these route tables, other workloads' too. The policy keeps it to buckets of this
# account (and of those named in s3_endpoint_account_ids); each workload's own role says the rest.
resource "aws_vpc_endpoint" "s3" {
  count = var.create_s3_endpoint ? 1 : 0

  vpc_id            = var.vpc_id
  service_name      = "com.amazonaws.${local.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = local.route_table_ids
  policy            = jsonencode(local.s3_endpoint_policy)
  tags              = { Name = "${local.prefix}-s3" }

  lifecycle {
    precondition {
      condition     = length(local.route_table_ids) > 0
      error_message = "No route table was found for private_subnet_ids. Name them in private_route_table_ids."
    }
  }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = local.interface_endpoints

  vpc_id              = var.vpc_id
  service_name        = "com.amazonaws.${local.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = local.endpoint_subnet_ids
  security_group_ids  = [aws_security_group.endpoints.id]
  private_dns_enabled = true
  policy              = jsonencode(each.value)
  tags                = { Name = "${local.prefix}-${each.key}" }

  lifecycle {
    precondition {
      condition     = data.aws_vpc.this.enable_dns_support && data.aws_vpc.this.enable_dns_hostnames
      error_message = "${var.vpc_id} needs enableDnsSupport and enableDnsHostnames: without them the private name of the ${each.key} endpoint does not resolve and the runner's calls hang."
    }
    precondition {
      condition     = length(local.zone_subnets) >= var.endpoint_zone_count
      error_message = "endpoint_zone_count is ${var.endpoint_zone_count}, but private_subnet_ids lie in ${length(local.zone_subnets)} zone(s)."
    }
  }
}

locals {
  s3_endpoint_policy = {
    Version = "2012-10-17"
    Statement = [{
      Sid       = "BucketsOfKnownAccounts"
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:*"
      Resource  = "*"
      Condition = {
        StringEquals = { "aws:ResourceAccount" = concat([local.account_id], var.s3_endpoint_account_ids) }
      }
    }]
  }

  sign_in_endpoint_policy = {
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RunnerSignsIn"
      Effect    = "Allow"
      Principal = "*"
      Action    = "redshift-serverless:GetCredentials"
      Resource  = aws_redshiftserverless_workgroup.gold.arn
      Condition = { ArnEquals = { "aws:PrincipalArn" = aws_iam_role.runner.arn } }
    }]
  }

  secret_endpoint_policy = {
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RunnerReadsItsSecret"
      Effect    = "Allow"
      Principal = "*"
      Action    = "secretsmanager:GetSecretValue"
      Resource  = aws_redshiftserverless_namespace.gold.admin_password_secret_arn
      Condition = { ArnEquals = { "aws:PrincipalArn" = aws_iam_role.runner.arn } }
    }]
  }

  glue_endpoint_policy = {
    Version = "2012-10-17"
    Statement = [{
      Sid       = "SpectrumReadsTheCatalogue"
      Effect    = "Allow"
      Principal = "*"
      Action    = local.spectrum_glue_actions
      Resource  = local.spectrum_glue_resources
      Condition = { ArnEquals = { "aws:PrincipalArn" = aws_iam_role.spectrum.arn } }
    }]
  }
}
