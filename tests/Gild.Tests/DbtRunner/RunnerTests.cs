using System.Text;
using System.Text.Json;
using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.DbtRunner;

/// <summary>The published bootstrap, end to end: events in, answers, tables and logs out.</summary>
[Collection(RunnerFixture.Name)]
public sealed class RunnerTests(RunnerFixture fixture)
{
    static readonly (string, string)[] s_shop =
    [
        ("models/orders.sql", "{{ config(materialized='table') }} select 1 as id union all select 2"),
        ("models/totals.sql", "{{ config(materialized='table') }} select count(*) as n from {{ ref('orders') }}"),
        ("models/schema.yml", "models: [{name: orders, columns: [{name: id, data_tests: [unique, not_null]}]}]"),
        ("macros/note.sql", "{% macro note(word) %}{% do run_query(\"insert into \" ~ target.schema ~ \".audit values ('\" ~ word ~ \"'); commit\") %}{{ print('noted ' ~ word) }}{% endmacro %}"),
    ];

    [Fact]
    public void A_build_makes_the_tables_and_says_what_was_done()
    {
        using RunnerProject project = new(fixture, s_shop);
        using RunnerProcess runner = project.Start();
        Answer answer = runner.Invoke("""{"command": "build"}""");
        Assert.False(answer.IsError, answer.Text);
        Assert.Equal("0", answer.Field("statusCode"));
        Assert.Equal("success", answer.Field("status"));
        Assert.Equal("dbt build", answer.Field("command"));
        Assert.Equal((2, 2, 4), (answer.Count("success"), answer.Count("pass"), answer.Count("total")));
        Assert.Equal("orders,totals", project.Relations());
        Assert.Equal("", answer.Field("resume"));
        Assert.Contains("Done. PASS=4", answer.Field("stdout"), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(answer.Field("artifacts"), "run_results.json")));
        Assert.True(File.Exists(Path.Combine(answer.Field("artifacts"), "manifest.json")));
    }

    [Fact]
    public void One_process_serves_one_event_after_the_other()
    {
        using RunnerProject project = new(fixture, s_shop);
        using RunnerProcess runner = project.Start();
        Assert.Equal("success", runner.Invoke("""{"command": "run", "select": "orders"}""").Field("status"));
        Assert.Equal("success", runner.Invoke("""{"command": "test"}""").Field("status"));
        Answer list = runner.Invoke("""{"command": "ls", "select": ["orders", "totals"]}""");
        Assert.Contains("shop.orders\nshop.totals\n", list.Field("stdout"), StringComparison.Ordinal);
        Assert.Equal("orders", project.Relations());
    }

    [Fact]
    public void A_failed_build_is_an_error_of_the_function_with_the_failed_nodes_in_it()
    {
        using RunnerProject project = new(fixture, s_shop);
        project.Write("project/models/orders.sql", "{{ config(materialized='table') }}\nselect no_such_column as id");
        using RunnerProcess runner = project.Start();
        Answer answer = runner.Invoke("""{"command": "build"}""");
        Assert.True(answer.IsError, answer.Text);
        Assert.Equal("Gild.RunFailed", answer.ErrorType);
        Assert.Equal("Gild.RunFailed", answer.Field("errorType"));
        Assert.Equal("1", answer.Field("statusCode"));
        Assert.Contains("model.shop.orders", answer.Field("errorMessage"), StringComparison.Ordinal);
        JsonElement failed = Assert.Single(answer.Json.GetProperty("failed").EnumerateArray());
        Assert.Equal("model.shop.orders", failed.GetProperty("unique_id").GetString());
        Assert.Contains("no_such_column", failed.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("models/orders.sql", failed.GetProperty("file").GetString());
        Assert.Equal(3, answer.Count("skipped"));
        Assert.Contains("no_such_column", answer.Field("stderr"), StringComparison.Ordinal);
        Assert.Equal("", project.Relations());
    }

    [Fact]
    public void An_event_can_ask_for_failures_as_an_answer()
    {
        using RunnerProject project = new(fixture, ("models/bad.sql", "select 1 / 0 as x"));
        project.Write("project/models/bad.sql", "{{ config(materialized='table') }} select 1 / 0 as x");
        using RunnerProcess runner = project.Start();
        Answer answer = runner.Invoke("""{"command": "build", "fail_on_error": false}""");
        Assert.False(answer.IsError, answer.Text);
        Assert.Equal(("1", "error"), (answer.Field("statusCode"), answer.Field("status")));
    }

    [Fact]
    public void Retry_runs_what_failed_in_the_last_run()
    {
        using RunnerProject project = new(fixture, s_shop);
        project.Write("project/models/totals.sql", "{{ config(materialized='table') }} select count(*) / 0 as n from {{ ref('orders') }}");
        using RunnerProcess runner = project.Start();
        Assert.True(runner.Invoke("""{"command": "build"}""").IsError);
        project.Write("project/models/totals.sql", "{{ config(materialized='table') }} select count(*) as n from {{ ref('orders') }}");
        Answer answer = runner.Invoke("""{"command": "retry"}""");
        Assert.False(answer.IsError, answer.Text);
        Assert.Equal(1, answer.Count("total"));
        Assert.Equal("orders,totals", project.Relations());
    }

    [Fact]
    public void A_macro_runs_with_its_arguments()
    {
        using RunnerProject project = new(fixture, s_shop);
        using RunnerProcess runner = project.Start();
        Answer answer = runner.Invoke("""{"command": "run-operation", "macro": "note", "args": {"word": "hello"}}""");
        Assert.False(answer.IsError, answer.Text);
        Assert.Contains("noted hello", answer.Field("stdout"), StringComparison.Ordinal);
        Assert.Equal("hello", project.Query($"select name from {project.Schema}.audit"));
    }

    [Fact]
    public void An_unknown_command_is_refused_with_the_list()
    {
        using RunnerProject project = new(fixture, s_shop);
        using RunnerProcess runner = project.Start();
        Answer answer = runner.Invoke("""{"command": "biuld"}""");
        Assert.True(answer.IsError);
        Assert.Equal("Gild.BadEvent", answer.ErrorType);
        Assert.Contains("did you mean `build`?", answer.Field("errorMessage"), StringComparison.Ordinal);
        Assert.Contains("build, run, test, seed, snapshot, source-freshness, compile, ls, debug, run-operation, docs-generate, retry", answer.Field("errorMessage"), StringComparison.Ordinal);
        Assert.Equal("success", runner.Invoke("""{"command": "build"}""").Field("status"));
    }

    [Theory]
    [InlineData("--full-refresh")]
    [InlineData("orders --full-refresh --vars {x:1}")]
    [InlineData("orders; drop table audit")]
    [InlineData("$(touch hacked)")]
    [InlineData("../../etc/passwd")]
    [InlineData("{{ run_query('drop table audit') }}")]
    public void A_hostile_selection_is_nothing_but_a_selection(string select)
    {
        using RunnerProject project = new(fixture, s_shop);
        using RunnerProcess runner = project.Start();
        Answer answer = runner.Invoke(JsonSerializer.Serialize(new Dictionary<string, string> { ["command"] = "run", ["select"] = select }));
        Assert.DoesNotContain("Internal", answer.Text, StringComparison.Ordinal);
        Assert.NotEqual("totals", project.Relations());
        Assert.DoesNotContain("totals", project.Relations(), StringComparison.Ordinal);
        Assert.False(File.Exists(project.PathOf("hacked")));
        Assert.Equal(project.Relations().Length > 0 ? "1" : "0", project.Builds());
        Assert.Equal("success", runner.Invoke("""{"command": "build"}""").Field("status"));
    }

    [Fact]
    public void Mutated_events_are_refused_or_followed_and_the_process_stays_up()
    {
        using RunnerProject project = new(fixture, ("models/orders.sql", "select 1 as id"));
        using RunnerProcess runner = project.Start(("AWS_LAMBDA_LOG_LEVEL", "ERROR"));
        const string Whole = """{"command": "ls", "select": ["orders", "tag:x"], "exclude": "o", "vars": {"a": {"b": [1, "é"]}}, "target": "dev", "full_refresh": false, "threads": 2, "fail_fast": true, "fail_on_error": true}""";
        Random random = new(20260131);
        Dictionary<string, int> outcomes = [];
        for (int i = 0; i < 400; i++)
        {
            string mutated = Mutated(Whole, random);
            Answer answer = runner.Invoke(mutated);
            string outcome = answer.IsError ? answer.ErrorType! : answer.Field("status");
            Assert.True(outcome is "success" or "Gild.BadEvent" or "Gild.CouldNotRun" or "Gild.RunFailed", $"{mutated}\n{answer.Text}");
            Assert.False(answer.IsError && answer.Field("errorMessage").Length < 10, answer.Text);
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        // Neither all refused, which would test JSON's grammar alone, nor all followed.
        Assert.True(outcomes.GetValueOrDefault("Gild.BadEvent") > 100 && outcomes.GetValueOrDefault("success") > 5, JsonSerializer.Serialize(outcomes));
        Assert.Equal("success", runner.Invoke("""{"command": "ls"}""").Field("status"));
    }

    /// <summary>One to three changes: a character, a word that JSON or the command line knows, or a piece that is cut out or doubled.</summary>
    static string Mutated(string text, Random random)
    {
        string[] words = ["null", "true", "-1", "1e999", "\"\"", "[]", "{}", "\"--x\"", "\"\\ud800\"", "\"\\u0000\"", "\"build\"", "{{", "'", "\\", "\ufeff", new string('[', 70), "\"" + new string('a', 5000) + "\""];
        StringBuilder changed = new(text);
        for (int change = random.Next(1, 4); change > 0; change--)
        {
            int at = random.Next(changed.Length);
            int length = Math.Min(random.Next(1, 12), changed.Length - at);
            switch (random.Next(5))
            {
                case 0:
                    changed[at] = (char)random.Next(1, 0x250);
                    break;
                case 1:
                    changed.Remove(at, length);
                    break;
                case 2:
                    changed.Insert(at, changed.ToString(at, length));
                    break;
                case 3:
                    changed.Insert(at, words[random.Next(words.Length)]);
                    break;
                default:
                    // A whole value becomes another one.
                    int colon = changed.ToString().IndexOf(": ", at, StringComparison.Ordinal);
                    int end = colon < 0 ? -1 : changed.ToString().IndexOf(", \"", colon, StringComparison.Ordinal);
                    if (end > 0)
                    {
                        changed.Remove(colon + 2, end - colon - 2).Insert(colon + 2, words[random.Next(words.Length)]);
                    }

                    break;
            }
        }

        return changed.ToString();
    }

    [Fact]
    public void An_answer_that_the_service_refuses_as_too_large_becomes_an_error()
    {
        using RunnerProject project = new(fixture, s_shop);
        using RunnerProcess runner = project.Start();
        runner.Server.LargestAnswer = 300;
        Answer answer = runner.Invoke("""{"command": "build"}""");
        Assert.True(answer.IsError);
        Assert.Equal("Gild.AnswerTooLarge", answer.ErrorType);
        runner.Server.LargestAnswer = int.MaxValue;
        Assert.Equal("success", runner.Invoke("""{"command": "test"}""").Field("status"));
    }

    [Fact]
    public void Output_of_any_length_leaves_an_answer_of_bounded_length()
    {
        using RunnerProject project = new(fixture, s_shop);
        project.Write("project/macros/chatter.sql", "{% macro chatter() %}{% for i in range(20000) %}{{ print('line ' ~ i) }}{% endfor %}{% endmacro %}");
        using RunnerProcess runner = project.Start(("AWS_LAMBDA_LOG_LEVEL", "ERROR"));
        Answer answer = runner.Invoke("""{"command": "run-operation", "macro": "chatter"}""");
        Assert.Equal(4000, answer.Field("stdout").Length);
        Assert.EndsWith("line 19999\n", answer.Field("stdout"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_of_megabytes_is_followed_and_its_answer_stays_small()
    {
        using RunnerProject project = new(fixture, s_shop);
        using RunnerProcess runner = project.Start(("AWS_LAMBDA_LOG_LEVEL", "ERROR"));
        string word = string.Concat(Enumerable.Repeat("é😀", 1_000_000));
        Answer answer = runner.Invoke(JsonSerializer.Serialize(new Dictionary<string, object> { ["command"] = "build", ["vars"] = new Dictionary<string, string> { ["word"] = word } }));
        Assert.Equal("success", answer.Field("status"));
        Assert.InRange(Encoding.UTF8.GetByteCount(answer.Text), 1, 250_000);
        Assert.DoesNotContain('\ufffd', answer.Text);
        Answer refused = runner.Invoke($$"""{ {{string.Join(", ", Enumerable.Range(0, 50_000).Select(i => $"\"field{i}\": 1"))}} }""");
        Assert.Equal("Gild.BadEvent", refused.ErrorType);
        Assert.InRange(Encoding.UTF8.GetByteCount(refused.Text), 1, 20_000);
    }

    [Fact]
    public void Errors_of_any_length_leave_an_answer_that_Step_Functions_takes()
    {
        using RunnerProject project = new(fixture,
            [.. Enumerable.Range(1, 60).Select(i => ($"models/bad{i}.sql", "{{ config(materialized='table') }} select * from \"" + string.Concat(Enumerable.Repeat("\u0001漢", 600)) + "\""))]);
        using RunnerProcess runner = project.Start(("AWS_LAMBDA_LOG_LEVEL", "ERROR"));
        Answer answer = runner.Invoke("""{"command": "run", "fail_on_error": false}""");
        Assert.Equal(60, answer.Count("error"));
        Assert.NotEmpty(answer.Json.GetProperty("failed").EnumerateArray());
        Assert.InRange(Encoding.UTF8.GetByteCount(answer.Text), 1, 250_000);
    }

    [Fact]
    public void Names_and_texts_of_all_scripts_go_in_and_come_out()
    {
        using RunnerProject project = new(fixture, ("models/größe_漢字.sql", "{{ config(materialized='table') }} select '😀' as x {{ print('gebaut: 漢字 😀') }}"));
        using RunnerProcess runner = project.Start();
        Answer answer = runner.Invoke("""{"command": "build", "select": "größe_漢字"}""");
        Assert.Equal("success", answer.Field("status"));
        Assert.Contains("gebaut: 漢字 😀", answer.Field("stdout"), StringComparison.Ordinal);
        Assert.Equal("größe_漢字", project.Relations());
    }

    [Fact]
    public void A_log_that_the_disk_does_not_take_ends_no_run()
    {
        using RunnerProject project = new(fixture, s_shop);
        Directory.CreateDirectory(project.PathOf("work/logs"));
        File.CreateSymbolicLink(project.PathOf("work/logs/dbt.log"), "/dev/full");
        using RunnerProcess runner = project.Start();
        Answer answer = runner.Invoke("""{"command": "build"}""");
        Assert.True(answer.Field("status") == "success", answer.Text + runner.Log);
        Assert.Contains("the log file cannot be written, the log goes on without it", runner.Log, StringComparison.Ordinal);
        Assert.Equal("success", runner.Invoke("""{"command": "test"}""").Field("status"));
    }

    [Fact]
    public void A_full_disk_is_said_and_the_run_goes_on_when_there_is_room()
    {
        using RunnerProject project = new(fixture, s_shop);
        // No file may be longer than a few kilobytes: the manifest does not fit, the SQL of the models does.
        using (RunnerProcess full = new(project.Folder, ["sh", "-c", "trap '' XFSZ; ulimit -f 16; exec \"$@\"", "sh"], project.Environment(("DOTNET_EnableWriteXorExecute", "0"), ("DOTNET_EnableDiagnostics", "0"))))
        {
            Answer answer = full.Invoke("""{"command": "build"}""");
            Assert.True(answer.IsError, answer.Text);
            Assert.True(answer.ErrorType == "Gild.CouldNotRun", answer.Text + full.Log);
            Assert.Contains("cannot be written", answer.Field("errorMessage"), StringComparison.Ordinal);
        }

        using RunnerProcess runner = project.Start();
        Answer done = runner.Invoke("""{"command": "build"}""");
        Assert.Equal("success", done.Field("status"));
        Assert.Equal("orders,totals", project.Relations());
        Assert.Equal("", project.BuiltAgain());
    }

    [Fact]
    public void A_missing_project_layer_is_named()
    {
        using RunnerProject project = new(fixture, s_shop);
        using RunnerProcess runner = project.Start(("DBT_PROJECT_DIR", "/opt/dbt_gold_is_not_here"));
        Answer answer = runner.Invoke("""{"command": "build"}""");
        Assert.Equal("Gild.BadConfiguration", answer.ErrorType);
        Assert.Contains("there is no dbt project at /opt/dbt_gold_is_not_here", answer.Field("errorMessage"), StringComparison.Ordinal);
        Assert.Contains("give the function the project's layer", answer.Field("errorMessage"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_of_the_environment_ends_a_waiting_process_at_once()
    {
        using RunnerProject project = new(fixture, s_shop);
        using RunnerProcess runner = project.Start();
        runner.Invoke("""{"command": "ls"}""");
        runner.Signal("TERM");
        Assert.DoesNotContain("xception", runner.WaitForExit().All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_runtime_api_that_fails_ends_the_process()
    {
        using RunnerProject project = new(fixture, s_shop);
        using RunnerProcess runner = project.Start();
        runner.Server.AnswerStatus = 500;
        runner.Server.Send("""{"command": "ls"}""", TimeSpan.FromMinutes(1));
        Outcome outcome = runner.WaitForExit();
        Assert.True(outcome.ExitCode == 1, outcome.ToString());
        Assert.Contains("the runtime API answered 500", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_for_state_that_is_none_is_said_before_the_first_event()
    {
        using RunnerProject project = new(fixture, s_shop);
        using RunnerProcess runner = project.Start(("GILD_STATE_URI", "ftp://somewhere"));
        Assert.Equal(1, runner.WaitForExit().ExitCode);
        Assert.Contains("'ftp://somewhere' is no place for state", Assert.Single(runner.Server.StartErrors), StringComparison.Ordinal);
    }

    [Fact]
    public void Debug_checks_the_acceptance_list_and_says_what_to_do()
    {
        using RunnerProject project = new(fixture, s_shop);
        project.Write("project/models/sources.yml", $"sources: [{{name: silver, schema: {project.Schema}, tables: [{{name: filled}}, {{name: empty}}, {{name: missing}}]}}]");
        project.Execute($"create table {project.Schema}.filled as select 1 as x", $"create table {project.Schema}.empty (x int)");
        using RunnerProcess runner = project.Start();
        Answer answer = runner.Invoke("""{"command": "debug", "fail_on_error": false}""");
        Assert.Equal("error", answer.Field("status"));
        Dictionary<string, JsonElement> checks = [];
        foreach (JsonElement check in answer.Json.GetProperty("checks").EnumerateArray())
        {
            checks[check.GetProperty("name").GetString()!] = check;
        }

        foreach (string good in (string[])["Connection test", "signed in as", $"schema {project.Schema}", $"rights on {project.Schema}", "source silver.filled", "log", "state: write, read, list, delete", "runner version"])
        {
            Assert.True(checks[good].GetProperty("ok").GetBoolean(), good);
        }

        foreach (string bad in (string[])["source silver.empty", "source silver.missing"])
        {
            Assert.False(checks[bad].GetProperty("ok").GetBoolean(), bad);
            Assert.NotEqual("", checks[bad].GetProperty("help").GetString());
        }

        Assert.Contains("FAILED source silver.missing", answer.Field("stdout"), StringComparison.Ordinal);
    }

    [Fact]
    public void Debug_without_a_warehouse_says_so()
    {
        using RunnerProject project = new(fixture, s_shop);
        project.Write("project/profiles.yml", "shop: {target: dev, outputs: {dev: {type: postgres, host: 127.0.0.1, port: 9, user: gild, password: x, dbname: postgres, schema: shop, retries: 1, connect_timeout: 1}}}");
        using RunnerProcess runner = project.Start();
        Answer answer = runner.Invoke("""{"command": "debug"}""");
        Assert.True(answer.IsError);
        Assert.Contains("FAILED Connection test", answer.Field("stdout"), StringComparison.Ordinal);
        JsonElement retry = Assert.Single(
            runner.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement), l => Has(l, "level", "WARN"));
        Assert.Matches(@"^Retrying the connection to 127\.0\.0\.1:9 after 0 s \(attempt 2 of 2\): .*refused", retry.GetProperty("message").GetString());
    }

    [Fact]
    public void Log_lines_are_json_with_request_node_duration_and_rows_and_metrics_are_embedded()
    {
        using RunnerProject project = new(fixture, s_shop);
        using RunnerProcess runner = project.Start();
        runner.Invoke("""{"command": "build"}""");
        runner.Invoke("""{"command": "ls"}""");
        List<JsonElement> lines = [.. runner.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
        JsonElement orders = Assert.Single(lines, l => Has(l, "event", "node_finished") && Has(l, "node", "model.shop.orders"));
        Assert.True(Has(orders, "requestId", "request-1") && Has(orders, "status", "success") && Has(orders, "level", "INFO"));
        Assert.Equal(2, orders.GetProperty("rows").GetInt32());
        Assert.True(orders.GetProperty("duration_s").GetDouble() > 0);
        JsonElement metrics = lines.First(l => l.TryGetProperty("_aws", out _));
        JsonElement declared = metrics.GetProperty("_aws").GetProperty("CloudWatchMetrics")[0];
        Assert.Equal("Gild", declared.GetProperty("Namespace").GetString());
        Assert.All(declared.GetProperty("Metrics").EnumerateArray(), m => Assert.Equal(JsonValueKind.Number, metrics.GetProperty(m.GetProperty("Name").GetString()!).ValueKind));
        Assert.All(declared.GetProperty("Dimensions").EnumerateArray().SelectMany(d => d.EnumerateArray()), d => Assert.Equal(JsonValueKind.String, metrics.GetProperty(d.GetString()!).ValueKind));
        Assert.Equal((1, 0, 4), (metrics.GetProperty("Runs").GetInt32(), metrics.GetProperty("FailedRuns").GetInt32(), metrics.GetProperty("Nodes").GetInt32()));
    }

    static bool Has(JsonElement line, string name, string value) => line.TryGetProperty(name, out JsonElement given) && given.GetString() == value;

    [Fact]
    public void Secrets_appear_in_no_log_answer_or_file()
    {
        using RunnerProject project = new(fixture, s_shop);
        project.Write("project/models/leak.sql", "{{ config(materialized='table') }} select * from \"" + RunnerProject.Password + "\"");
        using RunnerProcess runner = project.Start(("AWS_LAMBDA_LOG_LEVEL", "DEBUG"), ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG"), ("AWS_SESSION_TOKEN", "FwoGZXIvYXdzEXAMPLE"));
        string answers = runner.Invoke("""{"command": "build"}""").Text + runner.Invoke("""{"command": "debug", "fail_on_error": false}""").Text;
        foreach (string secret in (string[])[RunnerProject.Password, "wJalrXUtnFEMI/K7MDENG", "FwoGZXIvYXdzEXAMPLE"])
        {
            Assert.DoesNotContain(secret, answers, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, runner.Log, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, File.ReadAllText(project.PathOf("work/logs/dbt.log")), StringComparison.Ordinal);
            Assert.All(
                Directory.EnumerateFiles(project.StateFolder, "*", SearchOption.AllDirectories),
                file => Assert.DoesNotContain(secret, File.ReadAllText(file), StringComparison.Ordinal));
        }
    }
}
