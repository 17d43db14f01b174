# The SQL that apply runs: database user, schemas, grants.

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
    condition     = local.database_user == "IAMR:jobs-prod-lambda-dbt" && output.runner_database_user == "IAMR:jobs-prod-lambda-dbt"
    error_message = "IAM sign-in makes the user IAMR:<role>."
  }

  assert {
    condition     = alltrue([for piece in ["CREATE USER \"IAMR:jobs-prod-lambda-dbt\" PASSWORD DISABLE", "CREATE SCHEMA IF NOT EXISTS \"gold\"", "GRANT USAGE, CREATE ON SCHEMA \"gold\" TO \"IAMR:jobs-prod-lambda-dbt\"", "GRANT CREATE, TEMPORARY ON DATABASE \"analytics\" TO \"IAMR:jobs-prod-lambda-dbt\""] : strcontains(aws_redshiftdata_statement.procedure.sql, piece)])
    error_message = "The procedure must make the user and the gold schema and grant both rights."
  }

  assert {
    condition     = aws_redshiftdata_statement.setup.sql == "CALL public.gild_setup()"
    error_message = "The procedure must be called."
  }

  assert {
    condition = { for name, s in aws_redshiftdata_statement.external_schema : name => s.sql } == {
      silver_linkedin  = "CREATE EXTERNAL SCHEMA IF NOT EXISTS \"silver_linkedin\" FROM DATA CATALOG DATABASE 'silver_linkedin' REGION 'eu-central-1' IAM_ROLE default"
      silver_companies = "CREATE EXTERNAL SCHEMA IF NOT EXISTS \"silver_companies\" FROM DATA CATALOG DATABASE 'silver_companies' REGION 'eu-central-1' IAM_ROLE default"
      silver_ai        = "CREATE EXTERNAL SCHEMA IF NOT EXISTS \"silver_ai\" FROM DATA CATALOG DATABASE 'silver_ai_enrichment' REGION 'eu-central-1' IAM_ROLE default"
    }
    error_message = "The three external schemas must be there, without creating a Glue database."
  }

  assert {
    condition = toset([for s in aws_redshiftdata_statement.grant : s.sql]) == toset([
      "GRANT USAGE ON SCHEMA \"silver_linkedin\" TO \"IAMR:jobs-prod-lambda-dbt\"",
      "GRANT USAGE ON SCHEMA \"silver_companies\" TO \"IAMR:jobs-prod-lambda-dbt\"",
      "GRANT USAGE ON SCHEMA \"silver_ai\" TO \"IAMR:jobs-prod-lambda-dbt\"",
      "ALTER SCHEMA \"silver_linkedin\" OWNER TO \"IAMR:jobs-prod-lambda-dbt\"",
      "ALTER SCHEMA \"silver_companies\" OWNER TO \"IAMR:jobs-prod-lambda-dbt\"",
      "ALTER SCHEMA \"silver_ai\" OWNER TO \"IAMR:jobs-prod-lambda-dbt\"",
      "GRANT SELECT ON svv_table_info TO \"IAMR:jobs-prod-lambda-dbt\"",
    ])
    error_message = "The runner must read the external schemas and own them for ADD PARTITION."
  }

  assert {
    condition     = alltrue([for s in concat([aws_redshiftdata_statement.procedure, aws_redshiftdata_statement.setup], values(aws_redshiftdata_statement.external_schema), values(aws_redshiftdata_statement.grant)) : s.secret_arn == aws_redshiftserverless_namespace.gold.admin_password_secret_arn && s.workgroup_name == "jobs-prod-gold-workgroup" && s.database == "analytics"])
    error_message = "All of it must run as the admin in the right database."
  }

  assert {
    condition     = alltrue([for s in concat([aws_redshiftdata_statement.procedure, aws_redshiftdata_statement.setup], values(aws_redshiftdata_statement.external_schema), values(aws_redshiftdata_statement.grant)) : length(s.sql) < 100000 && !strcontains(s.sql, "BEGIN;")])
    error_message = "Statements must fit the Data API and stand outside a transaction block."
  }
}

run "other_names_and_password" {
  command = plan

  variables {
    use_iam_auth        = false
    admin_username      = "root_user"
    gold_schema         = "marts"
    database_name       = "dwh"
    register_partitions = false
    external_schemas    = { silver = { database = "data_engineer_jobs_db", tables = ["linkedin_silver"] } }
  }

  assert {
    condition     = local.database_user == "root_user" && strcontains(aws_redshiftdata_statement.procedure.sql, "CREATE SCHEMA IF NOT EXISTS \"marts\"") && strcontains(aws_redshiftdata_statement.procedure.sql, "ON DATABASE \"dwh\"")
    error_message = "Names must follow the variables."
  }

  assert {
    condition     = { for name, s in aws_redshiftdata_statement.external_schema : name => s.sql } == { silver = "CREATE EXTERNAL SCHEMA IF NOT EXISTS \"silver\" FROM DATA CATALOG DATABASE 'data_engineer_jobs_db' REGION 'eu-central-1' IAM_ROLE default" }
    error_message = "One schema over the one real database must do."
  }

  assert {
    condition     = sort(keys(aws_redshiftdata_statement.grant)) == tolist(["table sizes", "usage silver"])
    error_message = "Without registration the ownership must stay with the admin."
  }
}
