# The optional documentation pages: read through named endpoints only.

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
    condition     = length(aws_s3_bucket.docs) == 0 && length(aws_s3_bucket_policy.docs) == 0 && output.docs_url == null
    error_message = "The pages must not be hosted unless asked for."
  }

  assert {
    condition     = !contains(keys(aws_lambda_function.runner.environment[0].variables), "GILD_DOCS_URI")
    error_message = "The runner must not be told of a bucket that is not there."
  }
}

run "on" {
  command = plan

  variables {
    docs_vpc_endpoint_ids = ["vpce-0aaaaaaaaaaaaaaaa", "vpce-0bbbbbbbbbbbbbbbb"]
    kms_key_arn           = "arn:aws:kms:eu-central-1:123456789012:key/0f0f0f0f-1111-2222-3333-444444444444"
  }

  assert {
    condition     = aws_s3_bucket.docs[0].bucket == "jobs-prod-gold-docs-123456789012" && output.docs_url == "https://jobs-prod-gold-docs-123456789012.s3.eu-central-1.amazonaws.com/index.html"
    error_message = "The pages must have a bucket of their own."
  }

  assert {
    condition     = [for s in jsondecode(aws_s3_bucket_policy.docs[0].policy).Statement : s if s.Effect == "Allow"] == [{ Sid = "ReadThroughEndpoints", Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "arn:aws:s3:::jobs-prod-gold-docs-123456789012/*", Condition = { StringEquals = { "aws:SourceVpce" = ["vpce-0aaaaaaaaaaaaaaaa", "vpce-0bbbbbbbbbbbbbbbb"] } } }]
    error_message = "Only reading, only through the two endpoints."
  }

  assert {
    condition     = one([for s in jsondecode(aws_s3_bucket_policy.docs[0].policy).Statement : s.Condition.Bool["aws:SecureTransport"] if s.Effect == "Deny"]) == "false"
    error_message = "Plain HTTP must be refused."
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.docs[0].block_public_acls && aws_s3_bucket_public_access_block.docs[0].block_public_policy && aws_s3_bucket_public_access_block.docs[0].ignore_public_acls && aws_s3_bucket_public_access_block.docs[0].restrict_public_buckets && aws_s3_bucket_ownership_controls.docs[0].rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "All public access must be blocked."
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.docs[0].rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "The pages must be encrypted, with a key that readers without credentials need no right to."
  }

  assert {
    condition     = one([for s in jsondecode(aws_iam_role_policy.runner.policy).Statement : s if s.Sid == "Docs"]) == { Sid = "Docs", Effect = "Allow", Action = ["s3:PutObject"], Resource = ["arn:aws:s3:::jobs-prod-gold-docs-123456789012/*"] }
    error_message = "The runner must be able to write the pages, and no more."
  }

  assert {
    condition     = aws_lambda_function.runner.environment[0].variables.GILD_DOCS_URI == "s3://jobs-prod-gold-docs-123456789012"
    error_message = "The runner must be told where the pages go."
  }
}
