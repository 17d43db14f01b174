# The one-time SQL, run by `terraform apply` through the Redshift Data API as the admin (with the secret that AWS manages):
# the runner's database user, the gold schema, the external schemas, the grants. All of it may run again without harm.
#
# The provider forgets a statement's text after 24 hours, when the Data API does (its read then empties `sql`), and would
# run everything again at each later apply. So the statements ignore what is read back, and terraform_data, which keeps
# the text's hash in the state, says when a statement has really changed.

locals {
  # IAM sign-in maps a role to the database user IAMR:<role name>; the user is made beforehand so that it can be granted to.
  database_user = var.use_iam_auth ? "IAMR:${local.runner_role}" : var.admin_username

  setup_procedure = <<-SQL
    CREATE OR REPLACE PROCEDURE public.gild_setup() AS $$
    DECLARE
      known integer;
    BEGIN
      SELECT INTO known count(*) FROM pg_user WHERE lower(usename) = lower('${local.database_user}');
      IF known = 0 THEN
        EXECUTE 'CREATE USER "${local.database_user}" PASSWORD DISABLE';
      END IF;
      EXECUTE 'CREATE SCHEMA IF NOT EXISTS "${var.gold_schema}"';
      EXECUTE 'GRANT USAGE, CREATE ON SCHEMA "${var.gold_schema}" TO "${local.database_user}"';
      EXECUTE 'GRANT CREATE, TEMPORARY ON DATABASE "${var.database_name}" TO "${local.database_user}"';
    END;
    $$ LANGUAGE plpgsql
  SQL

  # Without CREATE EXTERNAL DATABASE: the catalogue belongs to the Silver side, and a misspelt name must not make an empty
  # database there.
  external_schema_statements = {
    for name, schema in var.external_schemas : name =>
    "CREATE EXTERNAL SCHEMA IF NOT EXISTS \"${name}\" FROM DATA CATALOG DATABASE '${schema.database}' REGION '${local.region}' IAM_ROLE default"
  }

  # Adding partitions takes the ownership of the external schema; reading takes USAGE. Statements on external schemas may
  # not stand in a transaction block, so each is a call of its own.
  grant_statements = merge(
    { for name in keys(var.external_schemas) : "usage ${name}" => "GRANT USAGE ON SCHEMA \"${name}\" TO \"${local.database_user}\"" },
    var.register_partitions ? {
      for name in keys(var.external_schemas) : "owner ${name}" => "ALTER SCHEMA \"${name}\" OWNER TO \"${local.database_user}\""
    } : {},
    { "table sizes" = "GRANT SELECT ON svv_table_info TO \"${local.database_user}\"" },
  )

  bootstrap_identity = join(" ", [
    aws_redshiftserverless_namespace.gold.namespace_id,
    aws_redshiftserverless_workgroup.gold.workgroup_id,
  ])
}

resource "terraform_data" "procedure" {
  input = "${local.bootstrap_identity} ${sha256(local.setup_procedure)}"
}

resource "terraform_data" "external_schema" {
  for_each = local.external_schema_statements
  input    = "${local.bootstrap_identity} ${sha256(each.value)}"
}

resource "terraform_data" "grant" {
  for_each = local.grant_statements
  input    = "${local.bootstrap_identity} ${sha256(each.value)}"
}

resource "aws_redshiftdata_statement" "procedure" {
  workgroup_name = aws_redshiftserverless_workgroup.gold.workgroup_name
  database       = var.database_name
  secret_arn     = aws_redshiftserverless_namespace.gold.admin_password_secret_arn
  statement_name = "gild-define-setup"
  sql            = local.setup_procedure

  lifecycle {
    ignore_changes       = [cluster_identifier, secret_arn, sql, workgroup_name]
    replace_triggered_by = [terraform_data.procedure]
  }
}

resource "aws_redshiftdata_statement" "setup" {
  workgroup_name = aws_redshiftserverless_workgroup.gold.workgroup_name
  database       = var.database_name
  secret_arn     = aws_redshiftserverless_namespace.gold.admin_password_secret_arn
  statement_name = "gild-setup"
  sql            = "CALL public.gild_setup()"

  lifecycle {
    ignore_changes       = [cluster_identifier, secret_arn, sql, workgroup_name]
    replace_triggered_by = [terraform_data.procedure]
  }

  depends_on = [aws_redshiftdata_statement.procedure]
}

resource "aws_redshiftdata_statement" "external_schema" {
  for_each = local.external_schema_statements

  workgroup_name = aws_redshiftserverless_workgroup.gold.workgroup_name
  database       = var.database_name
  secret_arn     = aws_redshiftserverless_namespace.gold.admin_password_secret_arn
  statement_name = "gild-external-schema-${each.key}"
  sql            = each.value

  lifecycle {
    ignore_changes       = [cluster_identifier, secret_arn, sql, workgroup_name]
    replace_triggered_by = [terraform_data.external_schema[each.key]]
  }

  # Spectrum's rights and, where this configuration makes them, the Glue databases come first.
  depends_on = [aws_iam_role_policy.spectrum, aws_glue_catalog_database.silver]
}

resource "aws_redshiftdata_statement" "grant" {
  for_each = local.grant_statements

  workgroup_name = aws_redshiftserverless_workgroup.gold.workgroup_name
  database       = var.database_name
  secret_arn     = aws_redshiftserverless_namespace.gold.admin_password_secret_arn
  statement_name = "gild-grant-${replace(each.key, " ", "-")}"
  sql            = each.value

  lifecycle {
    ignore_changes       = [cluster_identifier, secret_arn, sql, workgroup_name]
    replace_triggered_by = [terraform_data.grant[each.key]]
  }

  depends_on = [aws_redshiftdata_statement.setup, aws_redshiftdata_statement.external_schema]
}
