# The Silver catalogue, for platforms whose Silver side has data in S3 but no Glue tables. The columns are those of the
# Silver contract, in silver_catalog.json. Partitions are not declared here: the runner registers them.

locals {
  silver_catalog = jsondecode(file("${path.module}/silver_catalog.json"))
  silver_tables  = var.create_silver_catalog ? local.silver_catalog : {}
}

resource "aws_glue_catalog_database" "silver" {
  for_each = toset([for table in local.silver_tables : table.database])

  name        = each.value
  description = "Silver data read by the Gold layer"
}

resource "aws_glue_catalog_table" "silver" {
  for_each = local.silver_tables

  name          = each.key
  database_name = aws_glue_catalog_database.silver[each.value.database].name
  description   = each.value.description
  table_type    = "EXTERNAL_TABLE"
  parameters    = { classification = "parquet", EXTERNAL = "TRUE" }

  storage_descriptor {
    location      = "s3://${var.silver_bucket}/${var.silver_prefix}${each.value.folder}/"
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
      parameters            = { "serialization.format" = "1" }
    }

    dynamic "columns" {
      for_each = each.value.columns
      content {
        name = columns.value.name
        type = columns.value.type
      }
    }
  }

  dynamic "partition_keys" {
    for_each = each.value.partitions
    content {
      name = partition_keys.value.name
      type = partition_keys.value.type
    }
  }

  lifecycle {
    # Partition statistics and the like are written by others.
    ignore_changes = [parameters]

    precondition {
      condition     = anytrue([for schema in var.external_schemas : schema.database == each.value.database && contains(schema.tables, each.key)])
      error_message = "create_silver_catalog makes ${each.value.database}.${each.key}, but no entry of external_schemas names it."
    }
  }
}
