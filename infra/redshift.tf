resource "aws_redshiftserverless_namespace" "gold" {
  namespace_name = local.namespace_name
  db_name        = var.database_name
  admin_username = var.admin_username

  # AWS makes, keeps and rotates the password; it never reaches the Terraform state.
  manage_admin_password            = true
  admin_password_secret_kms_key_id = var.kms_key_arn
  kms_key_id                       = var.kms_key_arn

  iam_roles            = [aws_iam_role.spectrum.arn]
  default_iam_role_arn = aws_iam_role.spectrum.arn
  log_exports          = var.log_exports
}

resource "aws_redshiftserverless_workgroup" "gold" {
  namespace_name = aws_redshiftserverless_namespace.gold.namespace_name
  workgroup_name = local.workgroup_name

  base_capacity        = var.redshift_base_rpu
  max_capacity         = var.redshift_max_rpu
  port                 = var.redshift_port
  publicly_accessible  = false
  enhanced_vpc_routing = var.enhanced_vpc_routing
  security_group_ids   = [aws_security_group.redshift.id]
  subnet_ids           = var.private_subnet_ids

  # The whole list, because AWS answers with the whole list.
  dynamic "config_parameter" {
    for_each = local.config_parameters
    content {
      parameter_key   = config_parameter.key
      parameter_value = config_parameter.value
    }
  }

  lifecycle {
    # AWS adds parameters over time (enable_large_strings_opt_in in 2026) that the provider then wants to remove and
    # cannot (hashicorp/terraform-provider-aws #49939). So they are set at creation; `check.require_ssl` watches the one
    # that matters for safety, docs/deploy.md says how to change one later.
    ignore_changes = [config_parameter]

    precondition {
      condition     = length(local.zone_subnets) >= local.required_zones
      error_message = "Redshift Serverless needs subnets in ${local.required_zones} Availability Zones in ${local.region}; private_subnet_ids lie in ${length(local.zone_subnets)}: ${join(", ", sort(keys(local.zone_subnets)))}."
    }
  }
}

locals {
  config_parameters = {
    auto_mv                          = "true"
    datestyle                        = "ISO, MDY"
    enable_case_sensitive_identifier = "false" # Glue names are lower case, and dbt's are; see docs/deploy.md
    enable_user_activity_logging     = "true"
    max_query_execution_time         = tostring(var.query_time_limit_seconds)
    query_group                      = "default"
    require_ssl                      = "true"
    search_path                      = "$user, public"
    use_fips_ssl                     = "false"
  }
}

check "require_ssl" {
  assert {
    condition     = contains([for p in aws_redshiftserverless_workgroup.gold.config_parameter : p.parameter_value if p.parameter_key == "require_ssl"], "true")
    error_message = "require_ssl is not true on ${local.workgroup_name}: someone changed it outside Terraform. Set it back with `aws redshift-serverless update-workgroup`."
  }
}

check "free_addresses" {
  assert {
    condition     = alltrue([for subnet in data.aws_subnet.private : subnet.available_ip_address_count >= 32])
    error_message = "A private subnet has fewer than 32 free addresses; Redshift Serverless takes more as it scales, and Lambda and the endpoints need some too."
  }
}

# The daily limit is the cap on the bill: queries are refused for the rest of the day (UTC) once it is reached.
resource "aws_redshiftserverless_usage_limit" "daily" {
  resource_arn  = aws_redshiftserverless_workgroup.gold.arn
  usage_type    = "serverless-compute"
  period        = "daily"
  amount        = var.rpu_hours_per_day
  breach_action = var.rpu_limit_action
}

# The monthly one only speaks up.
resource "aws_redshiftserverless_usage_limit" "monthly" {
  resource_arn  = aws_redshiftserverless_workgroup.gold.arn
  usage_type    = "serverless-compute"
  period        = "monthly"
  amount        = var.rpu_hours_per_month
  breach_action = "emit-metric"
}
