# The optional Glue tables of the Silver contract.

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

run "off_by_default" {
  command = plan

  assert {
    condition     = length(aws_glue_catalog_database.silver) == 0 && length(aws_glue_catalog_table.silver) == 0
    error_message = "The catalogue belongs to the Silver side."
  }
}

run "on" {
  command = plan

  variables {
    create_silver_catalog = true
    silver_prefix         = "silver/"
  }

  assert {
    condition     = sort(keys(aws_glue_catalog_database.silver)) == tolist(["silver_ai_enrichment", "silver_companies", "silver_linkedin"])
    error_message = "Three databases."
  }

  assert {
    condition     = { for name, t in aws_glue_catalog_table.silver : name => length(t.storage_descriptor[0].columns) } == { ai_enrichment = 299, linkedin = 34, linkedin_companies = 41 }
    error_message = "The columns of the contract."
  }

  assert {
    condition     = { for name, t in aws_glue_catalog_table.silver : name => join(",", [for k in t.partition_keys : "${k.name} ${k.type}"]) } == { ai_enrichment = "year string,month string,day string", linkedin = "year string,month string,day string,hour string", linkedin_companies = "bucket int" }
    error_message = "The partition columns of the contract, as zero-padded text."
  }

  assert {
    condition     = aws_glue_catalog_table.silver["linkedin"].storage_descriptor[0].location == "s3://jobs-silver/silver/linkedin/" && aws_glue_catalog_table.silver["ai_enrichment"].storage_descriptor[0].location == "s3://jobs-silver/silver/ai_enrichment/"
    error_message = "Locations must be under the prefix."
  }

  assert {
    condition     = alltrue([for t in aws_glue_catalog_table.silver : t.table_type == "EXTERNAL_TABLE" && t.storage_descriptor[0].ser_de_info[0].serialization_library == "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"])
    error_message = "Parquet."
  }

  assert {
    condition     = alltrue([for t in aws_glue_catalog_table.silver : length(distinct(concat([for c in t.storage_descriptor[0].columns : c.name], [for k in t.partition_keys : k.name]))) == length(t.storage_descriptor[0].columns) + length(t.partition_keys)])
    error_message = "No column twice."
  }

  assert {
    condition     = alltrue([for t in aws_glue_catalog_table.silver : alltrue([for name in keys(t.parameters) : !startswith(name, "projection.")])])
    error_message = "No partition projection: Spectrum does not know it."
  }
}

run "a_table_that_no_schema_names_is_refused" {
  command = plan

  variables {
    create_silver_catalog = true
    external_schemas      = { silver = { database = "data_engineer_jobs_db", tables = ["linkedin_silver"] } }
  }

  expect_failures = [aws_glue_catalog_table.silver]
}
