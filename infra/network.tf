# Security groups carry no inline rules: two groups that name each other inside their own blocks are a dependency cycle
# (tests/fixtures/seed-security-groups shows it). Every edge between two groups is one rule resource on each side.

resource "aws_security_group" "runner" {
  name        = "${local.prefix}-lambda-dbt"
  description = "dbt runner (Lambda)"
  vpc_id      = var.vpc_id
  tags        = { Name = "${local.prefix}-lambda-dbt" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group" "redshift" {
  name        = "${local.prefix}-redshift"
  description = "Redshift Serverless workgroup"
  vpc_id      = var.vpc_id
  tags        = { Name = "${local.prefix}-redshift" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group" "endpoints" {
  name        = "${local.prefix}-vpc-endpoints"
  description = "Interface VPC endpoints of the Gold layer"
  vpc_id      = var.vpc_id
  tags        = { Name = "${local.prefix}-vpc-endpoints" }

  lifecycle {
    create_before_destroy = true
  }
}

data "aws_ec2_managed_prefix_list" "s3" {
  name = "com.amazonaws.${local.region}.s3"
}

# runner -> Redshift

resource "aws_vpc_security_group_egress_rule" "runner_to_redshift" {
  security_group_id            = aws_security_group.runner.id
  referenced_security_group_id = aws_security_group.redshift.id
  description                  = "Redshift Serverless"
  ip_protocol                  = "tcp"
  from_port                    = var.redshift_port
  to_port                      = var.redshift_port
}

resource "aws_vpc_security_group_ingress_rule" "redshift_from_runner" {
  security_group_id            = aws_security_group.redshift.id
  referenced_security_group_id = aws_security_group.runner.id
  description                  = "dbt runner"
  ip_protocol                  = "tcp"
  from_port                    = var.redshift_port
  to_port                      = var.redshift_port
}

# runner -> interface endpoints

locals {
  endpoint_security_group_id = coalesce(var.existing_endpoint_security_group_id, aws_security_group.endpoints.id)
}

resource "aws_vpc_security_group_egress_rule" "runner_to_endpoints" {
  security_group_id            = aws_security_group.runner.id
  referenced_security_group_id = local.endpoint_security_group_id
  description                  = "AWS APIs through interface endpoints"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_ingress_rule" "endpoints_from_runner" {
  security_group_id            = local.endpoint_security_group_id
  referenced_security_group_id = aws_security_group.runner.id
  description                  = "dbt runner"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

# runner -> S3

resource "aws_vpc_security_group_egress_rule" "runner_to_s3" {
  security_group_id = aws_security_group.runner.id
  prefix_list_id    = data.aws_ec2_managed_prefix_list.s3.id
  description       = "S3 through the gateway endpoint"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# BI tools and other readers -> Redshift

resource "aws_vpc_security_group_ingress_rule" "redshift_from_client" {
  for_each = toset(var.client_security_group_ids)

  security_group_id            = aws_security_group.redshift.id
  referenced_security_group_id = each.value
  description                  = "SQL clients"
  ip_protocol                  = "tcp"
  from_port                    = var.redshift_port
  to_port                      = var.redshift_port
}

# Redshift itself sends nothing through the VPC, so its group has no egress rule, unless enhanced VPC routing makes
# Spectrum's traffic to S3 and Glue leave from the workgroup's own interfaces.

resource "aws_vpc_security_group_egress_rule" "redshift_to_s3" {
  count = var.enhanced_vpc_routing ? 1 : 0

  security_group_id = aws_security_group.redshift.id
  prefix_list_id    = data.aws_ec2_managed_prefix_list.s3.id
  description       = "Silver data in S3 through the gateway endpoint"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "redshift_to_endpoints" {
  count = var.enhanced_vpc_routing ? 1 : 0

  security_group_id            = aws_security_group.redshift.id
  referenced_security_group_id = aws_security_group.endpoints.id
  description                  = "Glue catalogue through its interface endpoint"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_ingress_rule" "endpoints_from_redshift" {
  count = var.enhanced_vpc_routing ? 1 : 0

  security_group_id            = aws_security_group.endpoints.id
  referenced_security_group_id = aws_security_group.redshift.id
  description                  = "Redshift Spectrum"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}
