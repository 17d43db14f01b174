using System.Diagnostics;
using Gild.Adapters.DuckDb;
using Gild.Engine.Adapters;
using Gild.Engine.Values;
using Gild.Jinja.Values;
using Xunit;

namespace Gild.Tests.Adapters;

public sealed class DuckDbTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("gild-duckdb-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string File(string name) => Path.Combine(_folder, name);

    static Adapter Adapter(string path, params (string, Value)[] more) =>
        DuckDbAdapter.Factory.Create(Rows.Output([("type", "duckdb"), ("path", path), .. more]), Rows.Environment);

    static (Adapter Adapter, Connection Connection) Memory(params (string, Value)[] more)
    {
        Adapter adapter = Adapter(":memory:", more);
        return (adapter, adapter.Open("test", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("1::tinyint, 300::smallint, -5::int, 9223372036854775807", "1, 300, -5, 9223372036854775807")]
    [InlineData("18446744073709551615::ubigint, 170141183460469231731687303715884105727::hugeint", "18446744073709551615, 170141183460469231731687303715884105727")]
    [InlineData("12.50::decimal(18,2), -0.05::decimal(4,2), 123456789012345678901234567890.12::decimal(38,2)", "12.50, -0.05, 123456789012345678901234567890.12")]
    [InlineData("0.1::float, 2.5::double, 1e20::double", "0.1, 2.5, 1E+20")]
    [InlineData("true, null, 'é', 'a text longer than twelve bytes'", "True, None, é, a text longer than twelve bytes")]
    [InlineData("date '2020-02-29', timestamp '2020-01-02 03:04:05.678', 'infinity'::date", "2020-02-29, 2020-01-02 03:04:05.678000, infinity")]
    [InlineData("time '01:02:03', time '01:02:03.5', interval '2 days 3 hours', '12:00:00+05:30'::timetz", "01:02:03, 01:02:03.500000, 2 days, 3:00:00, 12:00:00+05:30")]
    [InlineData("uuid '123e4567-e89b-12d3-a456-426614174000', 'a\\x00'::blob, '0101'::bit", "123e4567-e89b-12d3-a456-426614174000, b'a\\x00', 0101")]
    [InlineData("[1, null], [['a']], {'a': 1.5, 'b': 'q\"'}, map {'k': true}, [1, 2]::int[2]", "[1, null], [[\"a\"]], {\"a\": 1.5, \"b\": \"q\\\"\"}, {\"k\": true}, [1, 2]")]
    [InlineData("'x'::enum('w', 'x'), union_value(n := 5)", "x, 5")]
    public void Every_type_reads_as_dbt_shows_it(string expressions, string expected)
    {
        (Adapter adapter, Connection connection) = Memory();
        using (adapter)
        using (connection)
        {
            Assert.Equal(expected, connection.Text($"select {expressions}"));
        }
    }

    [Fact]
    public void Decimals_and_times_are_objects_that_templates_can_calculate_with()
    {
        (Adapter adapter, Connection connection) = Memory(("settings", Rows.Output(("TimeZone", "Europe/Berlin"))));
        using (adapter)
        using (connection)
        {
            Value[] row = connection.Query("select 1.10::decimal(9,2), date '2020-01-02', '2020-07-01 00:00:00+00'::timestamptz").Table.Rows[0];
            Assert.Equal(110, row[0].As<DecimalValue>()!.Unscaled);
            Assert.Equal(new DateOnly(2020, 1, 2), row[1].As<DateValue>()!.Date);
            Assert.Equal("2020-07-01 02:00:00+02:00", row[2].ToString());
        }
    }

    [Fact]
    public void Columns_tell_name_kind_and_type()
    {
        (Adapter adapter, Connection connection) = Memory();
        using (adapter)
        using (connection)
        {
            IEnumerable<string> columns = connection.Query("select 1 as a, 1.5 as b, 'x' as c, now() as d, [struct_pack(k := 1)] as e").Table.Columns
                .Select(c => $"{c.Name} {c.Kind} {c.TypeName}");
            Assert.Equal(
                ["a Integer INTEGER", "b Number DECIMAL(2,1)", "c Text VARCHAR", "d DateTime TIMESTAMP WITH TIME ZONE", "e Text STRUCT(k INTEGER)[]"], columns);
        }
    }

    [Fact]
    public void A_text_of_several_statements_answers_with_the_last()
    {
        (Adapter adapter, Connection connection) = Memory();
        using (adapter)
        using (connection)
        {
            QueryResult result = connection.Query("create table t(a int); insert into t values (1), (2); -- a; b\nselect sum(a) as total from t;");
            Assert.Equal("3", result.Table.Rows[0][0].ToString());
            Assert.Equal(2, connection.Run("update t set a = a + 1").RowsAffected);
            Assert.Equal(1000, connection.Run("create table u as select * from range(1000)").RowsAffected);
            Assert.Equal("OK", connection.Run("-- nothing to do").Message);
        }
    }

    [Fact]
    public void A_limit_ends_the_reading_early()
    {
        (Adapter adapter, Connection connection) = Memory();
        using (adapter)
        using (connection)
        {
            Assert.Equal(3, connection.Query("select * from range(100000000000)", limit: 3).Table.Rows.Count);
        }
    }

    [Theory]
    [InlineData("select *\nfrom t\nwhere nope = 1", "nope")]
    [InlineData("selec 1", "selec")]
    [InlineData("select 1;\nselect\n  nope\nfrom t", "nope")]
    [InlineData("select 1 as aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, 2 as bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, nope as ccccccccccccccccccccccccccc from t", "nope")]
    [InlineData("select * from missing", "missing")]
    public void An_error_points_at_the_place_in_the_text(string sql, string word)
    {
        (Adapter adapter, Connection connection) = Memory();
        using (adapter)
        using (connection)
        {
            connection.Run("create table t(a int)");
            AdapterException error = Assert.Throws<AdapterException>(() => connection.Query(sql));
            Assert.Equal(sql.IndexOf(word, StringComparison.Ordinal), error.Position);
        }
    }

    [Fact]
    public void A_rolled_back_swap_of_tables_leaves_the_old_one()
    {
        (Adapter adapter, Connection connection) = Memory();
        using (adapter)
        using (connection)
        {
            connection.Run("create table t as select 1 as a");
            connection.Begin();
            Assert.True(connection.InTransaction);
            connection.Run("create table t__dbt_tmp as select 2 as a");
            connection.Run("alter table t rename to t__dbt_backup; alter table t__dbt_tmp rename to t");
            using (Connection reader = adapter.Open("reader", TestContext.Current.CancellationToken))
            {
                Assert.Equal("1", reader.Text("select a from t"));
            }

            connection.Rollback();
            Assert.False(connection.InTransaction);
            Assert.Equal("1", connection.Text("select a from t"));
            Assert.Equal("1", connection.Text("select count(*) from duckdb_tables()"));
        }
    }

    [Fact]
    public void Sessions_that_change_the_same_rows_at_once_all_succeed()
    {
        using Adapter adapter = Adapter(File("race.duckdb"));
        using Connection connection = adapter.Open("master", TestContext.Current.CancellationToken);
        connection.Run("create table counter as select 0 as n");
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken }, _ =>
        {
            using Connection worker = adapter.Open("worker", CancellationToken.None);
            for (int i = 0; i < 10; i++)
            {
                worker.Execute("update counter set n = n + 1", false, null, CancellationToken.None);
            }
        });
        Assert.Equal("40", connection.Text("select n from counter"));
    }

    [Fact]
    public void A_cancelled_statement_stops_and_the_session_lives_on()
    {
        (Adapter adapter, Connection connection) = Memory();
        using (adapter)
        using (connection)
        {
            using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(100));
            Assert.Throws<OperationCanceledException>(
                () => connection.Execute("select count(*) from range(1000000000000)", true, null, source.Token));
            Assert.Equal("1", connection.Text("select 1"));
        }
    }

    [Fact]
    public void Cancel_from_another_thread_ends_the_statement()
    {
        (Adapter adapter, Connection connection) = Memory();
        using (adapter)
        using (connection)
        {
            using Timer timer = new(_ => connection.Cancel(), null, 100, 100);
            AdapterException error = Assert.Throws<AdapterException>(
                () => connection.Execute("select count(*) from range(1000000000000)", true, null, CancellationToken.None));
            Assert.Equal("57014", error.SqlState);
        }
    }

    [Fact]
    public void Rows_load_into_columns_of_any_type()
    {
        (Adapter adapter, Connection connection) = Memory();
        using (adapter)
        using (connection)
        {
            connection.Run("create table seed(i bigint, d date, t timestamp, n decimal(10,2), s varchar, b boolean)");
            Relation table = new() { Schema = "main", Identifier = "seed" };
            connection.LoadRows(
                table, [],
                [[7L, new DateValue(new DateOnly(2020, 1, 2)), "2020-01-02 10:00:00", new DecimalValue(1234, 2), "é'\n\"", true],
                 [Value.None, Value.None, Value.None, Value.None, "", Value.None]],
                TestContext.Current.CancellationToken);
            Assert.Equal("7, 2020-01-02, 2020-01-02 10:00:00, 12.34, é'\n\", True; None, None, None, None, , None", connection.Text("select * from seed"));
            AdapterException error = Assert.Throws<AdapterException>(
                () => connection.LoadRows(table, [], [["x", "", "", "", "", ""]], TestContext.Current.CancellationToken));
            Assert.Contains("row 1", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Adapters_of_one_process_share_a_file_and_the_last_one_closes_it()
    {
        string path = File("shared.duckdb");
        using (Adapter first = Adapter(path))
        using (Adapter second = Adapter(path))
        using (Connection writer = first.Open("writer", TestContext.Current.CancellationToken))
        using (Connection reader = second.Open("reader", TestContext.Current.CancellationToken))
        {
            writer.Run("create table t as select 1 as a");
            Assert.Equal("1", reader.Text("select a from t"));
        }

        Assert.False(System.IO.File.Exists(path + ".wal"));
        string moved = File("moved.duckdb");
        System.IO.File.Move(path, moved);
        using Adapter third = Adapter(moved);
        using Connection connection = third.Open("master", TestContext.Current.CancellationToken);
        Assert.Equal("1", connection.Text("select a from t"));
    }

    [Fact]
    public void Attached_databases_settings_and_options_take_effect()
    {
        string other = File("other.duckdb");
        using (Adapter adapter = Adapter(other))
        using (Connection connection = adapter.Open("master", TestContext.Current.CancellationToken))
        {
            connection.Run("create table t as select 42 as a");
        }

        (Adapter attached, Connection session) = Memory(
            ("attach", new ListValue([Rows.Output(("path", other), ("alias", "archive"), ("read_only", true))])),
            ("settings", Rows.Output(("memory_limit", "300MB"))),
            ("config_options", Rows.Output(("default_null_order", "nulls_first"))));
        using (attached)
        using (session)
        {
            Assert.Equal("42", session.Text("select a from archive.t"));
            Assert.Equal("286.1 MiB", session.Text("select current_setting('memory_limit')"));
            Assert.Equal("NULLS_FIRST", session.Text("select upper(current_setting('default_null_order'))"));
            Assert.Contains("read-only", Assert.Throws<AdapterException>(() => session.Run("delete from archive.t")).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_database_is_named_after_the_file()
    {
        using Adapter adapter = Adapter(File("gold.duckdb"), ("schema", "mart"), ("threads", 4));
        Assert.Equal(new AdapterTarget("duckdb", "gold", "mart", 4) { Visible = adapter.Target.Visible }, adapter.Target);
    }

    [Theory]
    [InlineData("path", "md:cloud", "MotherDuck")]
    [InlineData("path", "missing-folder/x.duckdb", "missing-folder does not exist")]
    [InlineData("database", "other", "'database' is 'other'")]
    [InlineData("threads", "many", "'threads' is 'many' but must be an integer")]
    [InlineData("plugins", "x", "'plugins' is not supported")]
    public void A_profile_that_cannot_work_is_refused_by_the_key(string key, string value, string expected)
    {
        AdapterException error = Assert.Throws<AdapterException>(() =>
        {
            DictValue output = Rows.Output(("type", "duckdb"), ("path", ":memory:"));
            output[key] = value;
            using Adapter adapter = DuckDbAdapter.Factory.Create(output, Rows.Environment);
            using Connection connection = adapter.Open("master", CancellationToken.None);
        });
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_that_is_refused_does_not_show_its_value()
    {
        using Adapter adapter = Adapter(
            ":memory:", ("secrets", new ListValue([Rows.Output(("type", "no_such_type"), ("key_id", "TOP-SECRET"))])));
        AdapterException error = Assert.Throws<AdapterException>(() => adapter.Open("master", TestContext.Current.CancellationToken));
        Assert.DoesNotContain("TOP-SECRET", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_another_process_holds_is_refused_with_its_number()
    {
        string path = File("held.duckdb");
        using (Adapter adapter = Adapter(path))
        using (Connection connection = adapter.Open("master", TestContext.Current.CancellationToken))
        {
            connection.Run("create table t(a int)");
        }

        // flock's POSIX sibling: the lock that DuckDB takes, held by a process of its own.
        using Process holder = Process.Start(new ProcessStartInfo("python3", ["-c", "import fcntl,sys,time; f=open(sys.argv[1],'r+'); fcntl.lockf(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)", path])
        {
            RedirectStandardOutput = true,
        })!;
        try
        {
            Assert.Equal("held", holder.StandardOutput.ReadLine());
            using Adapter second = Adapter(path);
            AdapterException error = Assert.Throws<AdapterException>(() => second.Open("master", TestContext.Current.CancellationToken));
            Assert.Contains($"process {holder.Id}", error.Hint, StringComparison.Ordinal);
        }
        finally
        {
            holder.Kill();
        }
    }

    [Fact]
    public void The_macro_package_is_embedded()
    {
        using Adapter adapter = Adapter(":memory:");
        MacroPackage package = Assert.Single(adapter.MacroPackages);
        Assert.Equal("dbt_duckdb", package.Name);
        Assert.Contains(package.Files, f => f.Key == "macros/adapters/relation.sql" && f.Value.Contains("duckdb__create_table_as", StringComparison.Ordinal));
    }
}
