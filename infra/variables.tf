# --- The five that have no default ---

variable "project_name" {
  description = "First part of every name, e.g. `jobs`. Lower case letters, digits and hyphens, 2 to 24 characters."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,22}[a-z0-9]$", var.project_name)) && !strcontains(var.project_name, "--")
    error_message = "project_name must be 2 to 24 lower case letters, digits and single hyphens, begin with a letter and not end with a hyphen."
  }
}

variable "environment" {
  description = "Second part of every name, e.g. `prod`. Lower case letters and digits, 2 to 12 characters."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,11}$", var.environment))
    error_message = "environment must be 2 to 12 lower case letters and digits and begin with a letter, e.g. dev, stage, prod."
  }
}

variable "vpc_id" {
  description = "VPC of the warehouse and the runner. DNS support and DNS host names must be on."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^vpc-[0-9a-f]{8,17}$", var.vpc_id))
    error_message = "vpc_id must look like vpc-0123456789abcdef0."
  }
}

variable "private_subnet_ids" {
  description = "Private subnets for the warehouse, the runner and the endpoints: at least three, in three Availability Zones (us-west-1: two)."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(distinct(var.private_subnet_ids)) >= 3
    error_message = "private_subnet_ids must name at least three different subnets: Redshift Serverless asks for three."
  }
  validation {
    condition     = alltrue([for id in var.private_subnet_ids : can(regex("^subnet-[0-9a-f]{8,17}$", id))])
    error_message = "private_subnet_ids must look like subnet-0123456789abcdef0."
  }
}

variable "silver_bucket" {
  description = "Name of the S3 bucket with the Silver data (the name alone, no s3://)."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.silver_bucket))
    error_message = "silver_bucket must be a bucket name: 3 to 63 lower case letters, digits, dots and hyphens, without s3:// and without a path."
  }
}

# --- General ---

variable "tags" {
  description = "Tags for every resource, beside Project, Environment and ManagedBy."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "kms_key_arn" {
  description = "Customer managed KMS key for the warehouse, its admin secret, the state bucket, the function's environment, the log group and the alarm topic. Null: keys that AWS manages. docs/deploy.md lists what the key's policy must allow."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9A-Za-z-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (arn:aws:kms:<region>:<account>:key/<id>), not an alias."
  }
}

# --- Silver ---

variable "silver_prefix" {
  description = "Folder of the Silver data inside the bucket, ending in a slash; empty for the whole bucket."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.silver_prefix == "" || can(regex("^[^/*?].*[^/*?]/$", var.silver_prefix))
    error_message = "silver_prefix must be empty or end with one slash, not begin with one, and hold no * or ?, e.g. \"silver/\"."
  }
}

variable "silver_kms_key_arn" {
  description = "KMS key of the Silver objects, when they are encrypted with a customer managed one."
  type        = string
  default     = null

  validation {
    condition     = var.silver_kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9A-Za-z-]+$", var.silver_kms_key_arn))
    error_message = "silver_kms_key_arn must be the ARN of a key (arn:aws:kms:<region>:<account>:key/<id>), not an alias."
  }
}

variable "external_schemas" {
  description = "External schemas in Redshift: name => Glue database and the tables in it that Spectrum may read. Several schemas may share one database."
  type = map(object({
    database = string
    tables   = list(string)
  }))
  nullable = false
  default = {
    silver_linkedin  = { database = "silver_linkedin", tables = ["linkedin"] }
    silver_companies = { database = "silver_companies", tables = ["linkedin_companies"] }
    silver_ai        = { database = "silver_ai_enrichment", tables = ["ai_enrichment"] }
  }

  validation {
    condition     = length(var.external_schemas) > 0
    error_message = "external_schemas must have at least one entry: without it the Gold layer has nothing to read."
  }
  validation {
    condition     = alltrue([for name in keys(var.external_schemas) : can(regex("^[a-z_][a-z0-9_]{0,126}$", name))])
    error_message = "The names in external_schemas must be lower case letters, digits and underscores: they become Redshift schemas."
  }
  validation {
    condition     = alltrue([for schema in var.external_schemas : can(regex("^[a-z0-9_-]{1,255}$", schema.database))])
    error_message = "Each database in external_schemas must be the name of a Glue database: lower case letters, digits, underscores, hyphens; no wildcard."
  }
  validation {
    condition     = alltrue([for schema in var.external_schemas : length(schema.tables) > 0 && alltrue([for table in schema.tables : can(regex("^[a-z0-9_-]{1,255}$", table))])])
    error_message = "Each entry of external_schemas must name its tables, in lower case letters, digits, underscores and hyphens; no wildcard."
  }
}

variable "create_silver_catalog" {
  description = "Also create the three Glue databases and tables of the Silver contract. Leave it false when the Silver side has them."
  type        = bool
  default     = false
  nullable    = false
}

variable "register_partitions" {
  description = "Let the runner add partitions to the external tables (ALTER TABLE … ADD PARTITION). Spectrum does not know Athena's partition projection: a table without registered partitions has no rows. Set it to false when the Silver side registers them."
  type        = bool
  default     = true
  nullable    = false
}

# --- Redshift Serverless ---

variable "database_name" {
  description = "Database made with the namespace."
  type        = string
  default     = "analytics"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z_][a-z0-9_]{0,63}$", var.database_name))
    error_message = "database_name must be at most 64 lower case letters, digits and underscores and not begin with a digit."
  }
}

variable "gold_schema" {
  description = "Schema of the Gold tables. The dbt project's profile must name the same."
  type        = string
  default     = "gold"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z_][a-z0-9_]{0,126}$", var.gold_schema)) && !startswith(var.gold_schema, "pg_")
    error_message = "gold_schema must be lower case letters, digits and underscores, not begin with a digit, and not with pg_."
  }
}

variable "admin_username" {
  description = "Admin user of the warehouse. Only the set-up uses it; AWS keeps its password in Secrets Manager."
  type        = string
  default     = "admin"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.admin_username)) && var.admin_username != "public"
    error_message = "admin_username must be at most 63 lower case letters, digits and underscores, begin with a letter, and not be \"public\"."
  }
}

variable "redshift_base_rpu" {
  description = "Base capacity in RPU: 4, or 8 to 1024 in steps of 8. One RPU-hour costs $0.375 in us-east-1."
  type        = number
  default     = 4
  nullable    = false

  validation {
    condition     = var.redshift_base_rpu == 4 || (var.redshift_base_rpu >= 8 && var.redshift_base_rpu <= 1024 && var.redshift_base_rpu % 8 == 0)
    error_message = "redshift_base_rpu must be 4, or a multiple of 8 from 8 to 1024."
  }
}

variable "redshift_max_rpu" {
  description = "Capacity that scaling may not exceed, in RPU; not below redshift_base_rpu."
  type        = number
  default     = 8
  nullable    = false

  validation {
    condition     = var.redshift_max_rpu == 4 || (var.redshift_max_rpu >= 8 && var.redshift_max_rpu % 8 == 0)
    error_message = "redshift_max_rpu must be 4, or a multiple of 8."
  }
  validation {
    condition     = var.redshift_max_rpu >= var.redshift_base_rpu
    error_message = "redshift_max_rpu must not be smaller than redshift_base_rpu."
  }
}

variable "rpu_hours_per_day" {
  description = "RPU-hours that a day (UTC) may use: the cap on the bill."
  type        = number
  default     = 12
  nullable    = false

  validation {
    condition     = var.rpu_hours_per_day >= 1 && floor(var.rpu_hours_per_day) == var.rpu_hours_per_day
    error_message = "rpu_hours_per_day must be a whole number of at least 1."
  }
}

variable "rpu_limit_action" {
  description = "What happens when rpu_hours_per_day is reached: deactivate (queries are refused until the day ends), emit-metric or log."
  type        = string
  default     = "deactivate"
  nullable    = false

  validation {
    condition     = contains(["deactivate", "emit-metric", "log"], var.rpu_limit_action)
    error_message = "rpu_limit_action must be deactivate, emit-metric or log."
  }
}

variable "rpu_hours_per_month" {
  description = "RPU-hours a month after which a metric is emitted; nothing is stopped."
  type        = number
  default     = 120
  nullable    = false

  validation {
    condition     = var.rpu_hours_per_month >= 1 && floor(var.rpu_hours_per_month) == var.rpu_hours_per_month
    error_message = "rpu_hours_per_month must be a whole number of at least 1."
  }
}

variable "rpu_warning_percent" {
  description = "Share of rpu_hours_per_day at which the budget alarm rings."
  type        = number
  default     = 80
  nullable    = false

  validation {
    condition     = var.rpu_warning_percent >= 1 && var.rpu_warning_percent <= 100
    error_message = "rpu_warning_percent must be between 1 and 100."
  }
}

variable "query_time_limit_seconds" {
  description = "Longest time one query may run. Set when the workgroup is made; see docs/deploy.md to change it later."
  type        = number
  default     = 3600
  nullable    = false

  validation {
    condition     = var.query_time_limit_seconds >= 60 && var.query_time_limit_seconds <= 86399 && floor(var.query_time_limit_seconds) == var.query_time_limit_seconds
    error_message = "query_time_limit_seconds must be a whole number from 60 to 86399."
  }
}

variable "redshift_port" {
  description = "Port of the workgroup: 5431 to 5455 or 8191 to 8215."
  type        = number
  default     = 5439
  nullable    = false

  validation {
    condition     = (var.redshift_port >= 5431 && var.redshift_port <= 5455) || (var.redshift_port >= 8191 && var.redshift_port <= 8215)
    error_message = "redshift_port must be between 5431 and 5455 or between 8191 and 8215."
  }
}

variable "log_exports" {
  description = "Redshift logs sent to CloudWatch."
  type        = set(string)
  default     = ["connectionlog", "useractivitylog", "userlog"]
  nullable    = false

  validation {
    condition     = length(setsubtract(var.log_exports, ["connectionlog", "useractivitylog", "userlog"])) == 0
    error_message = "log_exports may hold connectionlog, useractivitylog and userlog."
  }
}

variable "client_security_group_ids" {
  description = "Security groups (BI tools, notebooks, a VPN) that may connect to the workgroup."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.client_security_group_ids : can(regex("^sg-[0-9a-f]{8,17}$", id))])
    error_message = "client_security_group_ids must look like sg-0123456789abcdef0."
  }
}

variable "enhanced_vpc_routing" {
  description = "Send Spectrum's traffic to S3 and Glue through the VPC. Adds a Glue endpoint and the rules it needs."
  type        = bool
  default     = false
  nullable    = false
}

# --- Endpoints ---

variable "private_route_table_ids" {
  description = "Route tables that get the S3 gateway endpoint. Empty: those of private_subnet_ids are looked up."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.private_route_table_ids : can(regex("^rtb-[0-9a-f]{8,17}$", id))])
    error_message = "private_route_table_ids must look like rtb-0123456789abcdef0."
  }
}

variable "create_s3_endpoint" {
  description = "Create the S3 gateway endpoint. False when the route tables already have one: a second is refused by AWS."
  type        = bool
  default     = true
  nullable    = false
}

variable "s3_endpoint_account_ids" {
  description = "Other accounts whose buckets may be reached through the S3 gateway endpoint, by any workload of these subnets."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.s3_endpoint_account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "s3_endpoint_account_ids must be account ids of 12 digits."
  }
}

variable "create_sign_in_endpoint" {
  description = "Create the interface endpoint that sign-in needs. False when the VPC already has it; then name its security group in existing_endpoint_security_group_id."
  type        = bool
  default     = true
  nullable    = false

  validation {
    condition     = var.create_sign_in_endpoint == (var.existing_endpoint_security_group_id == null)
    error_message = "create_sign_in_endpoint = false goes with existing_endpoint_security_group_id, the security group of the endpoint that is there: without it the runner cannot reach the endpoint and sign-in hangs. With create_sign_in_endpoint = true leave it out."
  }
}

variable "existing_endpoint_security_group_id" {
  description = "Security group of an interface endpoint that the VPC already has (see create_sign_in_endpoint). The runner is let in by a rule of its own."
  type        = string
  default     = null

  validation {
    condition     = var.existing_endpoint_security_group_id == null || can(regex("^sg-[0-9a-f]{8,17}$", var.existing_endpoint_security_group_id))
    error_message = "existing_endpoint_security_group_id must look like sg-0123456789abcdef0."
  }
}

variable "endpoint_zone_count" {
  description = "Zones of each interface endpoint. One is the cheapest ($7.30 a month) and stops sign-in when that zone fails."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.endpoint_zone_count >= 1 && var.endpoint_zone_count <= 6 && floor(var.endpoint_zone_count) == var.endpoint_zone_count
    error_message = "endpoint_zone_count must be a whole number from 1 to 6."
  }
}
