# The set-up SQL runs again when it changes, and only then: the statements ignore what the provider reads back (nothing,
# after 24 hours), so a change must come from terraform_data.

mock_provider "aws" {
  source = "./tests/mocks"
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

run "first" {
  command = apply

  assert {
    condition     = strcontains(aws_redshiftdata_statement.procedure.sql, "CREATE SCHEMA IF NOT EXISTS \"gold\"")
    error_message = "The first apply must make the gold schema."
  }
}

run "a_changed_name_runs_what_it_touches" {
  command = apply

  variables {
    gold_schema = "marts"
    external_schemas = {
      silver_linkedin = { database = "data_engineer_jobs_db", tables = ["linkedin_silver"] }
      silver_ai       = { database = "silver_ai_enrichment", tables = ["ai_enrichment"] }
    }
  }

  assert {
    condition     = strcontains(aws_redshiftdata_statement.procedure.sql, "CREATE SCHEMA IF NOT EXISTS \"marts\"")
    error_message = "A changed procedure must replace the statement although its text is ignored."
  }

  assert {
    condition     = strcontains(aws_redshiftdata_statement.external_schema["silver_linkedin"].sql, "DATABASE 'data_engineer_jobs_db'")
    error_message = "A changed external schema must replace its statement."
  }

  assert {
    condition     = sort(keys(aws_redshiftdata_statement.external_schema)) == tolist(["silver_ai", "silver_linkedin"])
    error_message = "An entry that is gone must be forgotten."
  }
}
