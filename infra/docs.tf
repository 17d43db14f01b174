# The project's documentation as web pages, readable without credentials through the VPC endpoints that are named and
# from nowhere else. A bucket of its own: the state bucket holds logs, and what a KMS key encrypts nobody reads without one.

locals {
  host_docs        = length(var.docs_vpc_endpoint_ids) > 0
  docs_bucket_name = "${local.prefix}-gold-docs-${local.account_id}"
}

resource "aws_s3_bucket" "docs" {
  count = local.host_docs ? 1 : 0

  bucket        = local.docs_bucket_name
  force_destroy = true # made anew by every docs-generate
}

resource "aws_s3_bucket_public_access_block" "docs" {
  count = local.host_docs ? 1 : 0

  bucket                  = aws_s3_bucket.docs[0].id
  block_public_acls       = true
  block_public_policy     = true # a policy bound to fixed VPC endpoints does not count as public
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "docs" {
  count  = local.host_docs ? 1 : 0
  bucket = aws_s3_bucket.docs[0].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "docs" {
  count  = local.host_docs ? 1 : 0
  bucket = aws_s3_bucket.docs[0].id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_policy" "docs" {
  count  = local.host_docs ? 1 : 0
  bucket = aws_s3_bucket.docs[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "ReadThroughEndpoints"
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:GetObject"
        Resource  = "${aws_s3_bucket.docs[0].arn}/*"
        Condition = { StringEquals = { "aws:SourceVpce" = var.docs_vpc_endpoint_ids } }
      },
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.docs[0].arn, "${aws_s3_bucket.docs[0].arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })

  depends_on = [aws_s3_bucket_public_access_block.docs]
}
