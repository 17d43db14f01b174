terraform {
  # 1.11: `terraform test` can override single instances during the plan.
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # 6.0: data.aws_region has `region`; resources carry their own `region`.
      version = "~> 6.0"
    }
  }
}

# Region and credentials come from the environment (AWS_REGION, AWS_PROFILE, …), as for the AWS CLI.
provider "aws" {
  default_tags {
    tags = local.tags
  }
}
