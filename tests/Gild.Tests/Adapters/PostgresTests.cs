using Gild.Adapters.Postgres;
using Gild.Engine.Adapters;
using Gild.Engine.Values;
using Gild.Jinja.Values;
using Xunit;

namespace Gild.Tests.Adapters;

public sealed class PostgresTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    Adapter Adapter(params (string, Value)[] more) => PostgresAdapter.Factory.Create(
        Rows.Output(
            [("type", "postgres"), ("host", "127.0.0.1"), ("port", server.Port), ("user", "gild"), ("password", "secret"),
             ("dbname", "postgres"), ("schema", "mart"), ("retries", 0), .. more]),
        Rows.Environment);

    (Adapter Adapter, Connection Connection) Open(params (string, Value)[] more)
    {
        Adapter adapter = Adapter(more);
        return (adapter, adapter.Open("test", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("1::smallint, 2::int, 9223372036854775807, true, null", "1, 2, 9223372036854775807, True, None")]
    [InlineData("12.50::numeric(9,2), -0.05, 1e20::float8, 0.1::float4", "12.50, -0.05, 1E+20, 0.1")]
    [InlineData("date '2020-02-29', timestamp '2020-01-02 03:04:05.678', 'infinity'::date", "2020-02-29, 2020-01-02 03:04:05.678000, infinity")]
    [InlineData("timestamptz '2020-01-02 03:04:05+02', time '01:02:03.5'", "2020-01-02 01:04:05+00:00, 01:02:03.500000")]
    [InlineData("interval '1 year 2 mons 3 days 04:05:06', interval '-1 day'", "428 days, 4:05:06, -1 day, 0:00:00")]
    [InlineData("'é'::varchar(3), 'a'::char(3), uuid '123e4567-e89b-12d3-a456-426614174000'", "é, a  , 123e4567-e89b-12d3-a456-426614174000")]
    [InlineData("array[1,null], array['a \"b\"', 'NULL'], array[[1.5],[2]]", "[1, null], [\"a \\\"b\\\"\", \"NULL\"], [[1.5], [2]]")]
    [InlineData("'{\"a\": [1, 2.50, null]}'::jsonb, '5'::json, '\"x\"'::json", "{\"a\": [1, 2.50, null]}, 5, x")]
    [InlineData("'\\x0041'::bytea, 'pg_class'::regclass", "b'\\x00A', pg_class")]
    public void Every_type_reads_as_dbt_shows_it(string expressions, string expected)
    {
        (Adapter adapter, Connection connection) = Open();
        using (adapter)
        using (connection)
        {
            connection.Run("set time zone 'UTC'");
            Assert.Equal(expected, connection.Text($"select {expressions}"));
        }
    }

    [Theory]
    [InlineData("select 1 union select 2", "SELECT 2", "SELECT", 2)]
    [InlineData("create table pg_temp.t1 as select * from generate_series(1, 5)", "SELECT 5", "SELECT", 5)]
    [InlineData("create or replace temp view v as select 1 as a", "CREATE VIEW", "CREATE VIEW", -1)]
    [InlineData("/* c */ create temporary table t2(a int);\n-- end", "CREATE TABLE", "CREATE TABLE", -1)]
    [InlineData("create temp table t3(a int); insert into t3 values (1), (2), (3)", "INSERT 0 3", "INSERT", 3)]
    [InlineData("create temp table t4(a int); create unique index on t4(a)", "CREATE INDEX", "CREATE INDEX", -1)]
    [InlineData("drop table if exists nothing_here cascade", "DROP TABLE", "DROP TABLE", -1)]
    [InlineData("do $$ begin perform 1; perform 2; end $$", "DO", "DO", -1)]
    [InlineData("create function pg_temp.f() returns int language sql as $body$ select 1; $body$; select pg_temp.f()", "SELECT 1", "SELECT", 1)]
    [InlineData("select ';' as a, $q$ ; -- $q$ as b, 'it''s :x @y' /* ; /* nested */ ; */ as c", "SELECT 1", "SELECT", 1)]
    public void Answers_read_as_psycopg2_shows_them(string sql, string message, string code, int rows)
    {
        (Adapter adapter, Connection connection) = Open();
        using (adapter)
        using (connection)
        {
            AdapterResponse response = connection.Run(sql);
            Assert.Equal((message, code, (long?)rows), (response.Message, response.Code, response.RowsAffected));
        }
    }

    [Fact]
    public void Decimals_and_times_are_objects_that_templates_can_calculate_with()
    {
        (Adapter adapter, Connection connection) = Open();
        using (adapter)
        using (connection)
        {
            Value[] row = connection.Query("select 1.10::numeric(9,2), date '2020-01-02', timestamp '2020-01-02 03:04:05'").Table.Rows[0];
            Assert.Equal(110, row[0].As<DecimalValue>()!.Unscaled);
            Assert.Equal(new DateOnly(2020, 1, 2), row[1].As<DateValue>()!.Date);
            Assert.Equal(new DateTime(2020, 1, 2, 3, 4, 5), row[2].As<DateTimeValue>()!.Local);
        }
    }

    [Fact]
    public void Column_types_have_the_names_that_contracts_compare()
    {
        (Adapter adapter, Connection connection) = Open();
        using (adapter)
        using (connection)
        {
            IEnumerable<string> columns = connection.Query("select 1 as a, 1.5 as b, 'x'::text as c, now() as d, array[1] as e, 1::bigint as f where false")
                .Table.Columns.Select(c => $"{c.Name} {c.Kind} {c.TypeName}");
            Assert.Equal(
                ["a Integer INTEGER", "b Number DECIMAL", "c Text STRING", "d DateTime DATETIMETZ", "e Text INTEGERARRAY", "f Integer LONGINTEGER"], columns);
        }
    }

    [Theory]
    [InlineData("select *\nfrom pg_class\nwhere nope = 1", "nope", "42703")]
    [InlineData("select 'é😀', nope", "nope", "42703")]
    [InlineData("select 1;\nselect\n  nope\nfrom pg_class", "nope", "42703")]
    [InlineData("selec 1", "selec", "42601")]
    public void An_error_points_at_the_place_in_the_text(string sql, string word, string state)
    {
        (Adapter adapter, Connection connection) = Open();
        using (adapter)
        using (connection)
        {
            AdapterException error = Assert.Throws<AdapterException>(() => connection.Query(sql));
            Assert.Equal((sql.IndexOf(word, StringComparison.Ordinal), state), (error.Position ?? -1, error.SqlState));
        }
    }

    [Fact]
    public void The_servers_detail_and_hint_come_along()
    {
        (Adapter adapter, Connection connection) = Open();
        using (adapter)
        using (connection)
        {
            AdapterException detail = Assert.Throws<AdapterException>(
                () => connection.Run("create temp table t(a int unique); insert into t values (7), (7)"));
            Assert.Contains("(a)=(7)", detail.Detail, StringComparison.Ordinal);
            connection.Rollback();
            AdapterException hint = Assert.Throws<AdapterException>(() => connection.Run("select no_such_function(1)"));
            Assert.NotNull(hint.Hint);
        }
    }

    [Fact]
    public void The_first_statement_opens_a_transaction_and_after_a_commit_statements_stand_alone()
    {
        (Adapter adapter, Connection connection) = Open();
        using (adapter)
        using (connection)
        using (Connection other = adapter.Open("other", TestContext.Current.CancellationToken))
        {
            connection.Run("create schema life");
            Assert.True(connection.InTransaction);
            Assert.Equal("0", other.Text("select count(*) from pg_namespace where nspname = 'life'"));
            connection.Commit();
            connection.Run("create table life.a(x int)");
            Assert.False(connection.InTransaction);
            Assert.Equal("1", other.Text("select count(*) from pg_tables where schemaname = 'life'"));
            connection.Begin();
            connection.Run("create table life.b(x int)");
            connection.Rollback();
            connection.Run("drop schema life cascade");
            connection.Run("commit;");
            connection.Run("vacuum pg_class");
            connection.Run("create schema life");
            connection.Rollback();
            Assert.Equal("1", other.Text("select count(*) from pg_namespace where nspname = 'life'"));
            connection.Run("drop schema life");
            connection.Commit();
        }
    }

    [Fact]
    public void With_autocommit_every_statement_stands_alone()
    {
        (Adapter adapter, Connection connection) = Open(("autocommit", true));
        using (adapter)
        using (connection)
        using (Connection other = adapter.Open("other", TestContext.Current.CancellationToken))
        {
            connection.Run("create schema alone");
            Assert.Equal("1", other.Text("select count(*) from pg_namespace where nspname = 'alone'"));
            connection.Run("drop schema alone");
        }
    }

    [Fact]
    public void A_cancelled_statement_stops_and_the_session_lives_on()
    {
        (Adapter adapter, Connection connection) = Open();
        using (adapter)
        using (connection)
        {
            using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(200));
            Assert.Throws<OperationCanceledException>(() => connection.Execute("select pg_sleep(60)", true, null, source.Token));
            connection.Rollback();
            using Timer timer = new(_ => connection.Cancel(), null, 100, 100);
            AdapterException error = Assert.Throws<AdapterException>(() => connection.Execute("select pg_sleep(60)", true, null, CancellationToken.None));
            Assert.Equal("57014", error.SqlState);
        }
    }

    [Fact]
    public void Rows_load_by_copy_whatever_they_hold()
    {
        (Adapter adapter, Connection connection) = Open();
        using (adapter)
        using (connection)
        {
            connection.Run("create temp table seed(id int, \"Name\" text, day date, amount numeric(9,2), ok boolean)");
            Column[] columns = [new("ID", ""), new("\"Name\"", ""), new("day", ""), new("amount", ""), new("ok", "")];
            connection.LoadRows(
                new Relation { Identifier = "seed" }, columns,
                [[1L, "tab\t back\\slash \\N\nline é", new DateValue(new DateOnly(2020, 1, 2)), new DecimalValue(1234, 2), true],
                 [2L, "", Value.None, Value.None, false]],
                TestContext.Current.CancellationToken);
            Assert.Equal("1, tab\t back\\slash \\N\nline é, 2020-01-02, 12.34, True; 2, , None, None, False", connection.Text("select * from seed order by id"));
        }
    }

    [Fact]
    public void A_moment_with_an_offset_loads_as_the_server_would_cast_it()
    {
        (Adapter adapter, Connection connection) = Open();
        using (adapter)
        using (connection)
        {
            connection.Run("set time zone 'Europe/Berlin'; create temp table seed(a timestamp, b timestamptz)");
            Value moment = DateTimeValue.WithOffset(new DateTime(2024, 2, 29, 23, 0, 0), TimeSpan.FromHours(5));
            connection.LoadRows(new Relation { Identifier = "seed" }, [], [[moment, moment]], TestContext.Current.CancellationToken);
            Assert.Equal("2024-02-29 19:00:00, 2024-02-29 19:00:00+01:00", connection.Text("select * from seed"));
        }
    }

    [Fact]
    public void Role_search_path_and_application_name_take_effect()
    {
        using (Adapter setup = Adapter())
        using (Connection connection = setup.Open("setup", TestContext.Current.CancellationToken))
        {
            connection.Run("drop role if exists reader; create role reader");
            connection.Commit();
        }

        (Adapter adapter, Connection session) = Open(("role", "reader"), ("search_path", "mart, public"), ("application_name", "nightly"));
        using (adapter)
        using (session)
        {
            Assert.Equal("reader, mart, public, nightly", session.Text(
                "select current_role, current_setting('search_path'), current_setting('application_name')"));
        }
    }

    [Theory]
    [InlineData("dbname", "no_such_db", "3D000")]
    [InlineData("user", "nobody_here", "28000")]
    public void A_refused_login_tells_why(string key, string value, string state)
    {
        using Adapter adapter = Adapter((key, value));
        AdapterException error = Assert.Throws<AdapterException>(() => adapter.Open("master", TestContext.Current.CancellationToken));
        Assert.Equal(state, error.SqlState);
        Assert.Contains(value, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_is_not_there_is_named()
    {
        using Adapter adapter = Adapter(("port", 1), ("connect_timeout", 5));
        AdapterException error = Assert.Throws<AdapterException>(() => adapter.Open("master", TestContext.Current.CancellationToken));
        Assert.Contains("127.0.0.1:1", error.Message, StringComparison.Ordinal);
        Assert.Contains("host and port", error.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("host", "'host' is missing")]
    [InlineData("password", "'password' is missing")]
    [InlineData("port", "'port' is missing")]
    public void A_missing_key_is_named(string key, string expected)
    {
        DictValue output = Rows.Output(
            ("host", "h"), ("port", 5432), ("user", "u"), ("password", "p"), ("dbname", "d"), ("schema", "s"));
        output[key] = Value.None;
        Assert.Contains(expected, Assert.Throws<AdapterException>(() => PostgresAdapter.Factory.Create(output, Rows.Environment)).Message, StringComparison.Ordinal);
    }
}
