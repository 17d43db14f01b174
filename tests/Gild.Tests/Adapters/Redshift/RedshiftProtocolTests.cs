using Gild.Adapters;
using Gild.Adapters.Redshift;
using Gild.Engine.Adapters;
using Gild.Jinja.Values;
using Xunit;

namespace Gild.Tests.Adapters.Redshift;

/// <summary>What Redshift says on the wire and PostgreSQL does not, from a scripted server.</summary>
public sealed class RedshiftProtocolTests
{
    static RedshiftAdapter Adapter(ScriptedServer server, params (string, Value)[] more) => new(
        RedshiftSettings.Read(
            new ProfileReader(
                Rows.Output(
                    [("type", "redshift"), ("host", "127.0.0.1"), ("port", server.Port), ("user", "loader"), ("password", "secret-word"), ("dbname", "d"),
                     ("schema", "s"), ("sslmode", "disable"), ("retries", 0), ("connect_timeout", 5), .. more]),
                Rows.Environment),
            passwordIsProvided: false),
        pause: TimeSpan.FromMilliseconds(1));

    static Connection Open(RedshiftAdapter adapter) => adapter.Open("test", TestContext.Current.CancellationToken);

    static ScriptedAnswer Error(string code, string message, string? detail = null, string severity = "ERROR") => new()
    {
        Error = [('S', severity), ('C', code), ('M', message), .. detail is null ? [] : ((char, string)[])[('D', detail)], ('F', "serial.cpp"), ('L', "327"), ('R', "check")],
    };

    [Theory]
    [InlineData(0, "")]
    [InlineData(3, "secret-word")]
    [InlineData(5, "md5")]
    public void Sign_in_with_Redshifts_codes(int code, string password)
    {
        using ScriptedServer server = new() { Authentication = code };
        using RedshiftAdapter adapter = Adapter(server);
        using Connection connection = Open(adapter);
        connection.Run("select 1");
        Assert.StartsWith(password, string.Concat(server.Passwords), StringComparison.Ordinal);
        Assert.DoesNotContain("search_path", string.Concat(server.Startups), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(13, "SHA-256")]
    [InlineData(10, "")]
    [InlineData(99, "")]
    public void A_way_to_sign_in_that_is_not_spoken_is_said_in_words(int code, string expected)
    {
        using ScriptedServer server = new() { Authentication = code };
        using RedshiftAdapter adapter = Adapter(server);
        AdapterException error = Assert.Throws<AdapterException>(() => Open(adapter));
        Assert.Contains("Cannot connect to Redshift at 127.0.0.1", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Types_of_Redshift_alone_are_read_as_their_text()
    {
        using ScriptedServer server = new((sql, _) => sql.StartsWith("select *", StringComparison.Ordinal)
            ? new ScriptedAnswer
            {
                Columns = [("s", 4000), ("g", 3000), ("v", 6551), ("h", 2935), ("y", 1188), ("d", 1190), ("n", 1700), ("b", 16), ("t", 1043), ("u", 71234)],
                Rows = [["{\"a\":[1,2]}", "0101", "6869", "hll", "1-2", "3 04:05:06", "12.50", "t", "text", "what"], [null, null, null, null, null, null, null, null, null, null]],
            }
            : null);
        using RedshiftAdapter adapter = Adapter(server);
        using Connection connection = Open(adapter);
        ResultTable table = connection.Query("select * from t").Table;
        Assert.Equal("SUPER GEOMETRY VARBYTE HLLSKETCH INTERVALY2M INTERVALD2S NUMERIC BOOLEAN STRING unknown type_code 71234", string.Join(' ', table.Columns.Select(c => c.TypeName)));
        Assert.Equal("{\"a\":[1,2]} 0101 6869 hll 1-2 3 04:05:06 12.50 True text what", string.Join(' ', table.Rows[0].Select(c => c.ToString())));
        Assert.All(table.Rows[1], cell => Assert.True(cell.IsNone));
    }

    [Fact]
    public void Notices_do_no_harm_and_the_answer_is_that_of_dbt()
    {
        using ScriptedServer server = new((sql, _) => sql.StartsWith("drop", StringComparison.Ordinal)
            ? new ScriptedAnswer { Tag = "DROP TABLE", Notice = "Table \"t\" does not exist and will be skipped" }
            : sql.StartsWith("insert", StringComparison.Ordinal) ? new ScriptedAnswer { Tag = "INSERT 0 7" } : null);
        using RedshiftAdapter adapter = Adapter(server);
        using Connection connection = Open(adapter);
        Assert.Equal(new AdapterResponse("SUCCESS", null, -1), connection.Run("drop table if exists t"));
        Assert.Equal(new AdapterResponse("SUCCESS", null, 7), connection.Run("insert into t select 1"));
    }

    [Fact]
    public void Session_parameters_are_set_in_order_and_role_and_query_group_with_them()
    {
        using ScriptedServer server = new();
        using RedshiftAdapter adapter = Adapter(
            server, ("role", "loaders"), ("query_group", "it's dbt"), ("search_path", "s, public"), ("statement_timeout", 7),
            ("session_settings", Rows.Output(("json_serialization_enable", true))));
        using Connection connection = Open(adapter);
        Assert.Equal(
            ["set role loaders", "set query_group to 'it''s dbt'", "set search_path to s, public", "set statement_timeout to 7000", "set json_serialization_enable to 'true'",
             "select pg_backend_pid()"],
            server.Statements);
        connection.Configure(name => name == "query_group" ? "model" : null);
        connection.Run("select 1");
        connection.Release();
        Assert.Equal(["set query_group to 'model'", "select 1", "set query_group to 'it''s dbt'"], server.Statements.Skip(6));
    }

    [Theory]
    [InlineData("XX000", "1023", "Serializable isolation violation on table - 142443, transactions forming the cycle are: 1, 2 (pid:3)")]
    [InlineData("XX000", "1018", "Relation does not exist.")]
    [InlineData("XX000", "could not open relation with OID 98765", null)]
    [InlineData("XX000", "could not complete because of conflict with concurrent transaction", null)]
    [InlineData("XX000", "table 142443 dropped by a concurrent transaction", null)]
    [InlineData("40P01", "deadlock detected", null)]
    [InlineData("3F000", "schema \"gold\" does not exist", null)]
    public void What_passes_is_run_again_with_its_whole_transaction(string code, string message, string? detail)
    {
        using ScriptedServer server = new((sql, before) => sql == "insert into b select 2" && before == 0 ? Error(code, message, detail) : null);
        using RedshiftAdapter adapter = Adapter(server, ("retries", 1));
        using Connection connection = Open(adapter);
        connection.Begin();
        connection.Run("delete from a");
        connection.Run("insert into b select 2");
        connection.Commit();
        Assert.Equal(
            ["BEGIN", "delete from a", "insert into b select 2", "BEGIN", "delete from a", "insert into b select 2", "COMMIT"], Transactions(server));
        Assert.False(connection.InTransaction);
    }

    [Fact]
    public void What_is_tried_again_is_told_with_the_attempt_and_the_error()
    {
        using ScriptedServer server = new((sql, before) => sql == "insert into b select 2" && before < 2 ? Error("XX000", "could not open relation with OID 98765") : null);
        using RedshiftAdapter adapter = Adapter(server, ("retries", 2));
        List<string> told = [];
        adapter.Retrying = notice => told.Add(notice.Text);
        using Connection connection = Open(adapter);
        connection.Begin();
        connection.Run("delete from a");
        connection.Run("insert into b select 2");
        Assert.Equal(
            ["Retrying the whole transaction after 0 s (attempt 2 of 3): could not open relation with OID 98765", "Retrying the whole transaction after 0 s (attempt 3 of 3): could not open relation with OID 98765"],
            told);
    }

    [Fact]
    public void What_is_tried_again_names_the_node_that_waits()
    {
        using ScriptedServer server = new((sql, before) => sql == "delete from a" && before % 2 == 0 ? Error("XX000", "could not open relation with OID 98765") : null);
        using RedshiftAdapter adapter = Adapter(server, ("retries", 2));
        List<string?> nodes = [];
        adapter.Retrying = notice => nodes.Add(notice.NodeId);
        using Connection connection = adapter.Open("model.shop.first", TestContext.Current.CancellationToken);
        connection.Run("delete from a");
        connection.Node = "model.shop.second";
        connection.Run("delete from a");
        Assert.Equal(["model.shop.first", "model.shop.second"], nodes);
    }

    /// <summary>What was sent, but for the rollback or the new session before the second attempt: the driver leaves a session at errors of class XX.</summary>
    static IEnumerable<string> Transactions(ScriptedServer server) => server.Statements.Where(s => s is not ("ROLLBACK" or "select pg_backend_pid()"));

    [Fact]
    public void A_violation_at_the_commit_runs_the_transaction_again()
    {
        using ScriptedServer server = new((sql, before) => sql == "COMMIT" && before == 0 ? Error("XX000", "1023", "Serializable isolation violation on table") : null);
        using RedshiftAdapter adapter = Adapter(server, ("retries", 1));
        using Connection connection = Open(adapter);
        connection.Begin();
        connection.Run("insert into a select 1");
        connection.Commit();
        Assert.Equal(["BEGIN", "insert into a select 1", "COMMIT", "BEGIN", "insert into a select 1", "COMMIT"], Transactions(server));
    }

    [Fact]
    public void A_conflict_that_stays_is_given_up_with_a_hint()
    {
        using ScriptedServer server = new((sql, _) => sql.StartsWith("insert", StringComparison.Ordinal)
            ? Error("XX000", "1023", "Serializable isolation violation on table - 1") : null);
        using RedshiftAdapter adapter = Adapter(server, ("retries", 3));
        using Connection connection = Open(adapter);
        connection.Begin();
        AdapterException error = Assert.Throws<AdapterException>(() => connection.Run("insert into a select 1"));
        Assert.Equal(4, server.Statements.Count(s => s.StartsWith("insert", StringComparison.Ordinal)));
        Assert.Contains("Serializable isolation violation", error.Detail, StringComparison.Ordinal);
        Assert.Contains("one run at a time", error.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("42703", "column \"x\" does not exist", false, 1)]
    [InlineData("XX000", "Spectrum Scan Error", false, 1)]
    [InlineData("XX000", "Spectrum Scan Error", true, 3)]
    [InlineData("57014", "Query (1) cancelled on user's request", true, 1)]
    public void Other_errors_are_run_again_only_where_the_profile_says_so(string code, string message, bool retryAll, int times)
    {
        using ScriptedServer server = new((sql, _) => sql == "select x" ? Error(code, message) : null);
        using RedshiftAdapter adapter = Adapter(server, ("retries", 2), ("retry_all", retryAll));
        using Connection connection = Open(adapter);
        Assert.Equal(code, Assert.Throws<AdapterException>(() => connection.Query("select x")).SqlState);
        Assert.Equal(times, server.Statements.Count(s => s == "select x"));
    }

    [Theory]
    [InlineData("select 1", true)]
    [InlineData("/* c */ with a as (select 1) select * from a", true)]
    [InlineData("insert into t select 1", false)]
    [InlineData("create table t as select 1", false)]
    public void A_connection_that_drops_outside_of_a_transaction_is_replaced_for_reading_alone(string sql, bool again)
    {
        using ScriptedServer server = new((text, before) => text == sql && before == 0 ? new ScriptedAnswer { Drops = true } : null);
        using RedshiftAdapter adapter = Adapter(server, ("retries", 1));
        using Connection connection = Open(adapter);
        if (again)
        {
            connection.Run(sql);
            Assert.Equal(2, server.Sessions);
            return;
        }

        AdapterException error = Assert.Throws<AdapterException>(() => connection.Run(sql));
        Assert.True(error.ConnectionLost);
        connection.Release();
        connection.Run("select 2");
        Assert.Equal(1, server.Statements.Count(s => s == sql));
    }

    [Fact]
    public void A_connection_that_drops_in_a_commit_leaves_a_question_that_is_said()
    {
        using ScriptedServer server = new((sql, _) => sql == "COMMIT" ? new ScriptedAnswer { Drops = true } : null);
        using RedshiftAdapter adapter = Adapter(server, ("retries", 3));
        using Connection connection = Open(adapter);
        connection.Begin();
        connection.Run("insert into t select 1");
        AdapterException error = Assert.Throws<AdapterException>(connection.Commit);
        Assert.Contains("whether the transaction took effect is not known", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, server.Sessions);
    }

    [Fact]
    public void A_server_that_ignores_a_cancel_is_left_and_its_process_ended()
    {
        using ScriptedServer server = new((sql, _) => sql == "select long" ? new ScriptedAnswer { Silent = true } : null);
        using RedshiftAdapter adapter = Adapter(server);
        using Connection connection = Open(adapter);
        using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(100));
        Assert.Throws<OperationCanceledException>(() => connection.Execute("select long", true, null, source.Token));
        Assert.Equal(1, server.CancelRequests);
        Assert.Contains("select pg_terminate_backend(101)", server.Statements);
        connection.Release();
        connection.Run("select 1");
    }

    /// <summary>Every place where the conversation of a sign-in and a query may break off.</summary>
    [Fact]
    public void A_connection_that_ends_after_any_byte_gives_a_clear_error()
    {
        ScriptedAnswer rows = new() { Columns = [("a", 23), ("b", 4000)], Rows = [["1", "{}"], ["2", null]], Notice = "by the way", Tag = "SELECT" };
        using ScriptedServer server = new((sql, _) => sql == "select rows" ? rows : null) { Authentication = 5 };
        using RedshiftAdapter adapter = Adapter(server);
        Talk(adapter);
        int length = server.BytesSent;
        Assert.True(length > 200, $"only {length} bytes were sent");
        for (int bytes = 0; bytes < length; bytes++)
        {
            server.BytesUntilDrop = bytes;
            Exception? error = Record.Exception(() => Talk(adapter));
            AdapterException clear = Assert.IsType<AdapterException>(error);
            Assert.True(clear.Message.Contains("Redshift", StringComparison.Ordinal) && clear.Hint is not null, $"after {bytes} bytes: {clear.Message} ({clear.Hint})");
        }

        server.BytesUntilDrop = null;
        Talk(adapter);
    }

    static void Talk(RedshiftAdapter adapter)
    {
        using Connection connection = Open(adapter);
        Assert.Equal("1, {}; 2, None", connection.Text("select rows"));
    }

    [Theory]
    [InlineData("28000", "password authentication failed for user \"loader\"", "Check user and password")]
    [InlineData("28000", "IAM authentication failed for user IAMR:x", "over TLS")]
    [InlineData("3D000", "database \"d\" does not exist", "dbname")]
    [InlineData("53300", "too many connections", "threads")]
    public void A_refused_sign_in_says_what_to_do(string code, string message, string hint)
    {
        using ScriptedServer server = new((sql, _) => sql == "select pg_backend_pid()" ? Error(code, message, severity: "FATAL") : null);
        using RedshiftAdapter adapter = Adapter(server);
        AdapterException error = Assert.Throws<AdapterException>(() => Open(adapter));
        Assert.Equal(code, error.SqlState);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(hint, error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limit_of_connecting_does_not_limit_statements()
    {
        using ScriptedServer server = new((sql, _) =>
        {
            if (sql == "select slow")
            {
                Thread.Sleep(1500);
            }

            return null;
        });
        using RedshiftAdapter adapter = Adapter(server, ("connect_timeout", 1));
        using Connection connection = Open(adapter);
        connection.Run("select slow");
    }

    [Fact]
    public void A_host_that_does_not_answer_is_given_up_after_the_limit()
    {
        using System.Net.Sockets.TcpListener silent = new(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        using RedshiftAdapter adapter = new(
            RedshiftSettings.Read(
                new ProfileReader(
                    Rows.Output(
                        ("host", "127.0.0.1"), ("port", ((System.Net.IPEndPoint)silent.LocalEndpoint).Port), ("user", "u"), ("password", "p"), ("dbname", "d"), ("schema", "s"),
                        ("sslmode", "disable"), ("connect_timeout", 1), ("retries", 0)),
                    Rows.Environment),
                passwordIsProvided: false));
        AdapterException error = Assert.Throws<AdapterException>(() => Open(adapter));
        Assert.Contains("connect_timeout", error.Hint, StringComparison.Ordinal);
    }
}
