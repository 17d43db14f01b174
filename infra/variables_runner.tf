# --- Runner ---

variable "use_iam_auth" {
  description = "The runner signs in with its own role (GetCredentials). False: with the admin secret, which gives it every right in the warehouse."
  type        = bool
  default     = true
  nullable    = false
}

variable "architecture" {
  description = "Processor of the runner: arm64 (20% cheaper) or x86_64. The package must be built for the same."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture must be arm64 or x86_64."
  }
}

variable "runner_package" {
  description = "Zip with the runner's bootstrap. Null: out/lambda/dbt-runner-<architecture>.zip, where infra/scripts/build-dbt-layer.sh leaves it."
  type        = string
  default     = null

  validation {
    condition     = var.runner_package == null || can(regex("\\.zip$", var.runner_package))
    error_message = "runner_package must be a .zip file."
  }
}

variable "project_layer_package" {
  description = "Zip with the dbt project under dbt_gold/. Null: out/lambda/dbt-project-layer.zip, where infra/scripts/build-dbt-layer.sh leaves it."
  type        = string
  default     = null

  validation {
    condition     = var.project_layer_package == null || can(regex("\\.zip$", var.project_layer_package))
    error_message = "project_layer_package must be a .zip file."
  }
}

variable "memory_mb" {
  description = "Memory of the runner in MB."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = var.memory_mb >= 128 && var.memory_mb <= 10240 && floor(var.memory_mb) == var.memory_mb
    error_message = "memory_mb must be a whole number from 128 to 10240."
  }
}

variable "timeout_seconds" {
  description = "Time limit of one invocation. A build that needs longer goes on in the next one."
  type        = number
  default     = 900
  nullable    = false

  validation {
    condition     = var.timeout_seconds >= 60 && var.timeout_seconds <= 900 && floor(var.timeout_seconds) == var.timeout_seconds
    error_message = "timeout_seconds must be a whole number from 60 to 900."
  }
}

variable "ephemeral_storage_mb" {
  description = "Size of /tmp in MB."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = var.ephemeral_storage_mb >= 512 && var.ephemeral_storage_mb <= 10240 && floor(var.ephemeral_storage_mb) == var.ephemeral_storage_mb
    error_message = "ephemeral_storage_mb must be a whole number from 512 to 10240."
  }
}

variable "reserved_concurrency" {
  description = "Invocations at a time: 1, so that two builds never meet; -1 for no reservation, where the account's quota leaves no room for one (new accounts)."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = contains([-1, 1], var.reserved_concurrency)
    error_message = "reserved_concurrency must be 1, or -1 for no reservation."
  }
}

variable "log_level" {
  description = "Least severe level of the runner's log lines: DEBUG, INFO, WARN or ERROR."
  type        = string
  default     = "INFO"
  nullable    = false

  validation {
    condition     = contains(["DEBUG", "INFO", "WARN", "ERROR"], var.log_level)
    error_message = "log_level must be DEBUG, INFO, WARN or ERROR."
  }
}

variable "log_retention_days" {
  description = "Days that CloudWatch keeps the runner's log."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one of CloudWatch's: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653."
  }
}

variable "runner_environment" {
  description = "More environment variables for the runner, e.g. those that the dbt project reads with env_var. No secrets."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.runner_environment) : can(regex("^[A-Za-z][A-Za-z0-9_]+$", name)) && !startswith(name, "AWS_") && !startswith(name, "LAMBDA_")])
    error_message = "Names in runner_environment must be letters, digits and underscores, begin with a letter, and not with AWS_ or LAMBDA_, which Lambda keeps for itself."
  }
  validation {
    condition     = alltrue([for name in keys(var.runner_environment) : !can(regex("(?i)(password|secret|token|access_key)", name))])
    error_message = "A name in runner_environment looks like a secret. Everyone who may read the function's configuration can read it; the runner needs none."
  }
}

# --- State ---

variable "artifact_retention_days" {
  description = "Days that run results, manifests and logs stay in the state bucket."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.artifact_retention_days >= 7 && floor(var.artifact_retention_days) == var.artifact_retention_days
    error_message = "artifact_retention_days must be a whole number of at least 7."
  }
}

variable "force_destroy" {
  description = "Let `terraform destroy` delete the state bucket with everything in it."
  type        = bool
  default     = false
  nullable    = false
}

# --- Documentation ---

variable "docs_vpc_endpoint_ids" {
  description = "S3 endpoints (gateway or interface) through which the project's documentation may be read as web pages, without credentials. Empty: the pages are not hosted."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.docs_vpc_endpoint_ids : can(regex("^vpce-[0-9a-f]{8,17}$", id))])
    error_message = "docs_vpc_endpoint_ids must look like vpce-0123456789abcdef0."
  }
}

# --- Schedule and alarms ---

variable "schedule_enabled" {
  description = "Run the schedule. While it is false the alarm for missing builds is left out."
  type        = bool
  default     = true
  nullable    = false
}

variable "schedule_expression" {
  description = "When the Gold layer is built: EventBridge Scheduler's rate(…) or cron(…)."
  type        = string
  default     = "rate(4 hours)"
  nullable    = false

  validation {
    condition     = can(regex("^rate\\([1-9][0-9]* (minute|minutes|hour|hours|day|days)\\)$", var.schedule_expression)) || can(regex("^cron\\(([^ ()]+ ){5}[^ ()]+\\)$", var.schedule_expression))
    error_message = "schedule_expression must be rate(<number> <minutes|hours|days>) or cron(<six fields>), e.g. rate(4 hours) or cron(0 5 * * ? *)."
  }
}

variable "schedule_timezone" {
  description = "Time zone of a cron expression, e.g. Europe/Berlin."
  type        = string
  default     = "UTC"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$", var.schedule_timezone))
    error_message = "schedule_timezone must be an IANA name such as UTC or Europe/Berlin."
  }
}

variable "run_event" {
  description = "What the schedule asks of the runner."
  type = object({
    command      = optional(string, "build")
    select       = optional(string)
    exclude      = optional(string)
    selector     = optional(string)
    target       = optional(string)
    threads      = optional(number)
    fail_fast    = optional(bool)
    full_refresh = optional(bool)
    vars         = optional(map(string))
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["build", "run", "test", "seed", "snapshot", "source-freshness", "compile", "docs-generate"], var.run_event.command)
    error_message = "run_event.command must be build, run, test, seed, snapshot, source-freshness, compile or docs-generate."
  }
}

variable "max_invocations" {
  description = "How often one build may go on in a new invocation before it counts as failed."
  type        = number
  default     = 12
  nullable    = false

  validation {
    condition     = var.max_invocations >= 1 && var.max_invocations <= 100 && floor(var.max_invocations) == var.max_invocations
    error_message = "max_invocations must be a whole number from 1 to 100."
  }
}

variable "pipeline_timeout_seconds" {
  description = "Time limit of one whole build, over all its invocations."
  type        = number
  default     = 10800
  nullable    = false

  validation {
    condition     = var.pipeline_timeout_seconds >= var.timeout_seconds + 60 && var.pipeline_timeout_seconds <= 86400
    error_message = "pipeline_timeout_seconds must be at least timeout_seconds + 60 and at most 86400."
  }
}

variable "alarm_emails" {
  description = "Addresses that the alarms are sent to; each must confirm a message from AWS once."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.alarm_emails : can(regex("^[^@[:space:]]+@[^@[:space:]]+\\.[^@[:space:]]+$", address))])
    error_message = "alarm_emails must be e-mail addresses."
  }
}

variable "hours_without_success" {
  description = "Hours without a successful build after which an alarm rings: more than two periods of the schedule is wise."
  type        = number
  default     = 9
  nullable    = false

  validation {
    condition     = var.hours_without_success >= 1 && var.hours_without_success <= 168 && floor(var.hours_without_success) == var.hours_without_success
    error_message = "hours_without_success must be a whole number from 1 to 168."
  }
}
