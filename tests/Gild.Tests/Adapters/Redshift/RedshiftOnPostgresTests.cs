using Gild.Adapters;
using Gild.Adapters.Redshift;
using Gild.Engine.Adapters;
using Gild.Jinja.Values;
using Xunit;

namespace Gild.Tests.Adapters.Redshift;

/// <summary>The adapter against a PostgreSQL server with Redshift's functions: what both understand is run for real.</summary>
public sealed class RedshiftOnPostgresTests(CompatibleDatabase database) : IClassFixture<CompatibleDatabase>
{
    DictValue Profile(string schema, params (string, Value)[] more) => Rows.Output(
        [("type", "redshift"), ("host", "127.0.0.1"), ("port", database.Port), ("user", "gild"), ("password", "secret-word"), ("dbname", "postgres"),
         ("schema", schema), ("sslmode", "disable"), ("retries", 2), .. more]);

    RedshiftAdapter Adapter(string schema, params (string, Value)[] more) => new(
        RedshiftSettings.Read(new ProfileReader(Profile(schema, more), Rows.Environment), passwordIsProvided: false), pause: TimeSpan.FromMilliseconds(1));

    string Query(string sql)
    {
        using RedshiftAdapter adapter = Adapter("s");
        using Connection connection = adapter.Open("query", TestContext.Current.CancellationToken);
        return connection.Text(sql);
    }

    static Connection Open(RedshiftAdapter adapter) => adapter.Open("test", TestContext.Current.CancellationToken);

    static readonly (string, string)[] s_shop =
    [
        ("seeds/raw_orders.csv", "id,customer,ordered_at,amount,paid\n1,Zoë,2024-01-01,10.5,true\n2,O'Hara,2024-01-02,20,false\n3,,2024-01-03,30,true\n"),
        ("models/orders.sql", "select id, customer, ordered_at, amount, paid from {{ ref('raw_orders') }}"),
        ("models/totals.sql", "{{ config(materialized='table') }} select paid, sum(amount) as total, max({{ dbt.length('customer') }}) as longest from {{ ref('orders') }} group by paid"),
        ("models/days.sql", """
            {{ config(materialized='incremental', unique_key='id', incremental_strategy=var('strategy', 'delete+insert')) }}
            select id, ordered_at, {{ var('mark', 1) }} as mark, {{ dbt.current_timestamp() }} as built_at from {{ ref('orders') }}
            {% if is_incremental() %} where id >= {{ var('from', 1) }} {% endif %}
            """),
        ("models/schema.yml", """
            models:
              - name: orders
                columns: [{name: id, data_tests: [unique, not_null]}]
              - name: totals
                description: Sums
                config: {persist_docs: {relation: true, columns: true}}
                columns: [{name: paid, description: "Whether it's paid", data_tests: [{accepted_values: {arguments: {values: [true, false], quote: false}}}]}]
            """),
        ("snapshots/history.sql", "{% snapshot history %}{{ config(unique_key='id', strategy='check', check_cols=['customer']) }} select id, customer from {{ ref('orders') }}{% endsnapshot %}"),
    ];

    [Fact]
    public void A_project_is_built_end_to_end_and_again()
    {
        using RedshiftProject project = new(s_shop);
        Func<Adapter> adapter = () => Adapter("shop");
        project.Run(0, adapter, "build");
        Assert.Equal("False, 20, 6; True, 40.5, 3", Query("select * from shop.totals order by 1"));
        Assert.Equal("6", Query("select character_maximum_length from information_schema.columns where table_schema = 'shop' and table_name = 'raw_orders' and column_name = 'customer'"));
        Assert.Equal("Sums, Whether it's paid", Query(
            "select obj_description('shop.totals'::regclass), col_description('shop.totals'::regclass, 1)"));
        foreach (string strategy in (string[])["delete+insert", "merge", "append"])
        {
            project.Run(0, adapter, "build", o => o with { VarsText = $"{{strategy: {strategy}, from: 3, mark: 2}}" });
        }

        Assert.Equal("1, 1; 2, 1; 3, 2; 3, 2", Query("select id, mark from shop.days order by 1, 2"));
        Assert.Equal("3, 3", Query("select count(*), count(*) filter (where dbt_valid_to is null) from shop.history"));
        project.Run(0, adapter, "run", o => o with { FullRefresh = true });
        Assert.Equal("3", Query("select count(*) from shop.days"));
        Assert.Equal("", Query("select table_name from information_schema.tables where table_schema = 'shop' and table_name like '%\\_\\_dbt%'"));
        project.Run(0, adapter, "docs generate");
        Assert.Contains("\"Approximate Row Count\"", project.Read("target/catalog.json"), StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", project.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_column_of_load_times_the_warehouses_log_tells_how_old_a_source_is()
    {
        using RedshiftProject project = new(("models/s.yml", """
            sources:
              - name: fresh
                schema: fresh
                config: {freshness: {warn_after: {count: 1, period: day}, error_after: {count: 30, period: day}}}
                tables: [{name: today}, {name: Lately}, {name: long_ago}, {name: never}]
            """));
        using (RedshiftAdapter adapter = Adapter("fresh"))
        using (Connection connection = Open(adapter))
        {
            connection.Run("create schema fresh");
            foreach ((string table, string age) in (ReadOnlySpan<(string, string)>)[("today", "1 hour"), ("lately", "3 days"), ("long_ago", "90 days")])
            {
                connection.Run($"create table fresh.{table} (x int)");
                connection.Run($"insert into sys_query_detail select 'fresh.{table}'::regclass, step, getdate() - interval '{age}' - more from (values ('insert', interval '0'), ('insert', '9 days'), ('scan', '-9 days')) as s(step, more)");
            }

            connection.Run("create table fresh.never (x int)");
        }

        project.Run(1, () => Adapter("fresh"), "source freshness");
        string said = string.Join('\n', project.Said);
        Assert.Contains("today pass", said, StringComparison.Ordinal);
        Assert.Contains("Lately warn the newest row is 3 days", said, StringComparison.Ordinal);
        Assert.Contains("long_ago error the newest row is 90 days", said, StringComparison.Ordinal);
        Assert.Contains("the warehouse's log knows of no insert into it", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_view_takes_the_place_of_a_table_and_back()
    {
        using RedshiftProject project = new(("models/m.sql", "{{ config(materialized=var('kind')) }} select 1 as id"), ("models/n.sql", "select * from {{ ref('m') }}"));
        foreach (string kind in (string[])["table", "view", "incremental", "view", "table"])
        {
            project.Run(0, () => Adapter("swap"), "run", o => o with { VarsText = $"kind: {kind}" });
            Assert.Equal(kind == "view" ? "VIEW" : "BASE TABLE", Query("select table_type from information_schema.tables where table_schema = 'swap' and table_name = 'm'"));
            Assert.Equal("1", Query("select id from swap.n"));
        }
    }

    [Fact]
    public void A_failed_build_leaves_the_old_table()
    {
        using RedshiftProject project = new(("models/m.sql", "{{ config(materialized='table') }} select 10 / {{ var('by') }} as id"));
        project.Run(0, () => Adapter("keep"), "run", o => o with { VarsText = "by: 2" });
        project.Run(1, () => Adapter("keep"), "run", o => o with { VarsText = "by: 0" });
        Assert.Contains("division by zero", string.Join('\n', project.Said), StringComparison.Ordinal);
        Assert.Equal("5", Query("select id from keep.m"));
    }

    [Fact]
    public void Empty_reads_no_rows_and_makes_up_no_alias()
    {
        using RedshiftProject project = new(
            ("models/a.sql", "{{ config(materialized='table') }} select 1 as id"),
            ("models/b.sql", "{{ config(materialized='table') }} select x.id from {{ ref('a') }} as x"));
        project.Run(0, () => Adapter("nothing"), "run", o => o with { Empty = true });
        Assert.Equal("0", Query("select count(*) from nothing.b"));
    }

    [Theory]
    [InlineData("s", "late", "amount numeric(10,2), word character varying(20), whole super")]
    [InlineData("ext", "jobs", "id bigint, title character varying(40), skills array<string>, pay numeric(12,4)")]
    [InlineData("s", "nothing_here", "")]
    public void Columns_of_late_binding_views_and_external_tables_are_known(string schema, string name, string expected)
    {
        using RedshiftProject project = new(("macros/describe.sql", """
            {% macro describe(schema, name) %}
              {% set columns = adapter.get_columns_in_relation(api.Relation.create(database=target.database, schema=schema, identifier=name)) %}
              {% set lines = [] %}
              {% for column in columns %}{% do lines.append(column.name ~ ' ' ~ column.data_type) %}{% endfor %}
              {{ log('columns: ' ~ lines | join(', '), info=true) }}
            {% endmacro %}
            """));
        project.Run(0, () => Adapter("s"), "run-operation", o => o with { Macro = "describe", ArgsText = $"{{schema: {schema}, name: {name}}}" });
        Assert.Contains($"columns: {expected}", project.Said);
    }

    [Fact]
    public void With_autocommit_statements_stand_alone_until_a_transaction_begins()
    {
        using RedshiftAdapter adapter = Adapter("s");
        using Connection connection = Open(adapter);
        using Connection other = Open(adapter);
        connection.Run("create schema alone");
        Assert.Equal("1", other.Text("select count(*) from pg_namespace where nspname = 'alone'"));
        connection.Begin();
        connection.Run("drop schema alone");
        connection.Rollback();
        Assert.Equal("1", other.Text("select count(*) from pg_namespace where nspname = 'alone'"));
        connection.Run("drop schema alone; vacuum pg_class");
    }

    [Fact]
    public void Without_autocommit_the_first_statement_opens_a_transaction()
    {
        using RedshiftAdapter adapter = Adapter("s", ("autocommit", false));
        using Connection connection = Open(adapter);
        connection.Run("create schema gone");
        Assert.True(connection.InTransaction);
        connection.Rollback();
        Assert.Equal("0", connection.Text("select count(*) from pg_namespace where nspname = 'gone'"));
    }

    [Fact]
    public void Parameters_of_the_session_and_its_limit_take_effect()
    {
        DictValue parameters = Rows.Output(("app.mode", "it's on"), ("enable_seqscan", false));
        using RedshiftAdapter adapter = Adapter("s", ("session_settings", parameters), ("search_path", "s, public"), ("query_timeout", 1));
        using Connection connection = Open(adapter);
        Assert.Equal("it's on, off, s, public, 1s", connection.Text(
            "select current_setting('app.mode'), current_setting('enable_seqscan'), current_setting('search_path'), current_setting('statement_timeout')"));
        AdapterException error = Assert.Throws<AdapterException>(() => connection.Query("select pg_sleep(60)"));
        Assert.Equal("57014", error.SqlState);
        Assert.Contains("query_timeout", $"{error.Message} {error.Hint}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_statement_stops_on_the_server()
    {
        using RedshiftAdapter adapter = Adapter("s");
        using Connection connection = Open(adapter);
        using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(300));
        Assert.Throws<OperationCanceledException>(() => connection.Execute("select pg_sleep(60)", true, null, source.Token));
        using Timer timer = new(_ => connection.Cancel(), null, 300, 300);
        Assert.Throws<AdapterException>(() => connection.Execute("select pg_sleep(61)", true, null, CancellationToken.None));
        Assert.Equal("0", Query("select count(*) from pg_stat_activity where state = 'active' and query like 'select pg_sleep(6%'"));
    }

    [Fact]
    public void A_dropped_session_is_replaced_and_its_transaction_run_again()
    {
        using RedshiftAdapter adapter = Adapter("s");
        using RedshiftConnection connection = (RedshiftConnection)Open(adapter);
        connection.Run("create schema if not exists again; create table if not exists again.t(x int); delete from again.t");
        connection.Begin();
        connection.Run("insert into again.t values (1)");
        connection.Text("select count(*) from again.t");
        int before = connection.ProcessId;
        Query($"select pg_terminate_backend({before})");
        connection.Run("insert into again.t values (2)");
        connection.Commit();
        Assert.NotEqual(before, connection.ProcessId);
        Assert.Equal("1; 2", Query("select x from again.t order by 1"));
    }

    [Fact]
    public void A_transaction_whose_reads_have_changed_is_not_run_again()
    {
        using RedshiftAdapter adapter = Adapter("s");
        using RedshiftConnection connection = (RedshiftConnection)Open(adapter);
        connection.Run("create schema if not exists changed; drop table if exists changed.t; create table changed.t(x int)");
        connection.Begin();
        Assert.Equal("0", connection.Text("select count(*) from changed.t"));
        using (Connection other = Open(adapter))
        {
            other.Run("insert into changed.t values (1)");
            other.Run($"select pg_terminate_backend({connection.ProcessId})");
        }

        AdapterException error = Assert.Throws<AdapterException>(() => connection.Run("insert into changed.t values (2)"));
        Assert.Contains("has changed since", error.Message, StringComparison.Ordinal);
        Assert.False(connection.InTransaction);
        Assert.Equal("1", Query("select x from changed.t"));
    }

    [Fact]
    public void What_lived_in_a_dropped_session_is_not_made_up_for()
    {
        using RedshiftAdapter adapter = Adapter("s");
        using RedshiftConnection connection = (RedshiftConnection)Open(adapter);
        connection.Run("create temporary table work(x int)");
        connection.Run("insert into work values (1)");
        Query($"select pg_terminate_backend({connection.ProcessId})");
        AdapterException error = Assert.Throws<AdapterException>(() => connection.Text("select count(*) from work"));
        Assert.True(error.ConnectionLost);
        connection.Release();
        Assert.Equal("1", connection.Text("select 1"));
    }

    [Fact]
    public void A_temporary_table_made_by_a_query_is_made_again_in_a_new_session()
    {
        using RedshiftAdapter adapter = Adapter("s");
        using RedshiftConnection connection = (RedshiftConnection)Open(adapter);
        connection.Run("create schema if not exists work; drop table if exists work.t; create table work.t(x int)");
        connection.Run("set application_name to 'remembered'; create temporary table fresh as select 7 as x");
        connection.Begin();
        connection.Run("delete from work.t");
        Query($"select pg_terminate_backend({connection.ProcessId})");
        connection.Run("insert into work.t select x from fresh");
        connection.Commit();
        Assert.Equal("7, remembered", connection.Text("select x, current_setting('application_name') from work.t"));
    }

    [Fact]
    public void A_serialization_failure_runs_the_transaction_again()
    {
        using RedshiftAdapter adapter = Adapter("s", ("session_settings", Rows.Output(("default_transaction_isolation", "repeatable read"))));
        using Connection connection = Open(adapter);
        using Connection other = Open(adapter);
        connection.Run("create schema if not exists serial; drop table if exists serial.t; create table serial.t(x int); insert into serial.t values (1)");
        connection.Begin();
        connection.Run("insert into serial.t values (100)");
        other.Run("update serial.t set x = x + 1 where x = 1");
        connection.Run("update serial.t set x = x * 10 where x < 100");
        connection.Commit();
        Assert.Equal("20; 100", Query("select x from serial.t order by 1"));
    }

    [Fact]
    public void Rows_load_by_inserts_whatever_they_hold()
    {
        using RedshiftAdapter adapter = Adapter("s");
        using Connection connection = Open(adapter);
        connection.Run("create temporary table seed(id int, name varchar(20))");
        Value[][] rows = [.. Enumerable.Range(0, 1201).Select(i => (Value[])[i, i % 2 == 0 ? Value.None : "it's"])];
        connection.LoadRows(new Relation { Identifier = "seed" }, [new("id", ""), new("name", "")], rows, TestContext.Current.CancellationToken);
        Assert.Equal("1201, 600, it's", connection.Text("select count(*), count(name), max(name) from seed"));
    }
}
