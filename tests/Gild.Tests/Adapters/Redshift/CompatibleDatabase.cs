using Gild.Adapters.Postgres;
using Gild.Engine.Adapters;

namespace Gild.Tests.Adapters.Redshift;

/// <summary>A PostgreSQL server whose database has the functions and catalog views of Redshift that the adapter uses; for tests only.</summary>
public sealed class CompatibleDatabase : IDisposable
{
    const string Functions = """
        create function getdate() returns timestamp language sql stable as 'select (now() at time zone ''utc'')::timestamp(0)';
        create function len(text) returns int language sql immutable as 'select length($1)';
        create function dateadd(part text, number int, moment timestamp) returns timestamp language sql immutable as
            'select $3 + ($2 || '' '' || $1)::interval';
        create function pg_get_late_binding_view_cols() returns setof record language sql stable as
            'select ''s''::name, ''late''::name, ''amount''::name, ''numeric(10,2)''::varchar, 1
             union all select ''s'', ''late'', ''word'', ''character varying(20)'', 2
             union all select ''s'', ''late'', ''whole'', ''super'', 3';
        create view svv_external_columns as
            select 'ext'::varchar as schemaname, 'jobs'::varchar as tablename, n::varchar as columnname, t::varchar as external_type, i as columnnum
            from (values ('id', 'bigint', 1), ('title', 'varchar(40)', 2), ('skills', 'array<string>', 3), ('pay', 'decimal(12,4)', 4)) as c(n, t, i);
        create table sys_query_detail (table_id oid, step_name text, start_time timestamp);
        create view svv_table_info as
            select current_database()::text as database, schemaname as schema, tablename as "table", 'Y'::text as encoded, 'AUTO(ALL)'::text as diststyle,
                null::text as sortkey1, 20 as max_varchar, null::text as sortkey1_enc, 0 as sortkey_num, 3::bigint as size, 0.01 as pct_used,
                null::numeric as unsorted, 0.0 as stats_off, 2::numeric as tbl_rows, null::numeric as skew_sortkey1, null::numeric as skew_rows
            from pg_tables;
        """;

    readonly PostgresServer _server = new();

    public CompatibleDatabase()
    {
        using Adapter adapter = PostgresAdapter.Factory.Create(
            Rows.Output(("host", "127.0.0.1"), ("port", _server.Port), ("user", "gild"), ("password", ""), ("dbname", "postgres"), ("schema", "public")),
            Rows.Environment);
        using Connection connection = adapter.Open("functions", CancellationToken.None);
        connection.Run(Functions);
        connection.Commit();
    }

    public int Port => _server.Port;

    public void Dispose() => _server.Dispose();
}
