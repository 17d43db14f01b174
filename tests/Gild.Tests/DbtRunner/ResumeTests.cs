using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Gild.Tests.DbtRunner;

/// <summary>Runs that are longer than an invocation, and invocations that die.</summary>
[Collection(RunnerFixture.Name)]
public sealed class ResumeTests(RunnerFixture fixture)
{
    static Answer InvokeUntilDone(RunnerProcess runner, string theEvent, double seconds, out int invocations)
    {
        string next = theEvent;
        for (invocations = 1; invocations < 40; invocations++)
        {
            Answer answer = runner.Invoke(next, seconds);
            if (answer.Field("status") != "partial")
            {
                return answer;
            }

            Assert.False(answer.IsError, answer.Text);
            Dictionary<string, object?> merged = JsonSerializer.Deserialize<Dictionary<string, object?>>(theEvent)!;
            merged["resume"] = answer.Field("resume");
            next = JsonSerializer.Serialize(merged);
        }

        throw new InvalidOperationException("the run does not come to an end");
    }

    [Fact]
    public void A_build_of_forty_nodes_is_done_by_invocations_of_a_few_seconds_and_no_node_twice()
    {
        // What this machine needs at this moment for anything at all tells how long an invocation must be to get somewhere.
        using RunnerProject project = new(fixture);
        using RunnerProcess runner = project.Start();
        runner.Invoke("""{"command": "compile"}""");
        long began = Stopwatch.GetTimestamp();
        runner.Invoke("""{"command": "compile"}""");
        double limit = 3 + (4 * Stopwatch.GetElapsedTime(began).TotalSeconds);
        // On two threads the models alone take a third more than an invocation has.
        foreach ((string path, string text) in RunnerProject.SlowModels(40, limit / 15))
        {
            project.Write($"project/{path}", text);
        }

        Answer answer = InvokeUntilDone(runner, """{"command": "build"}""", limit, out int invocations);
        Assert.False(answer.IsError, answer.Text);
        Assert.True(invocations > 1, "the run should not fit into one invocation");
        Assert.Equal(invocations.ToString(System.Globalization.CultureInfo.InvariantCulture), answer.Field("invocations"));
        Assert.Equal(40, answer.Count("success"));
        Assert.Equal("", project.BuiltAgain());
        Assert.Equal("40", project.Builds());
        Dictionary<string, string> statuses = project.Statuses();
        Assert.Equal(40, statuses.Count);
        Assert.All(statuses.Values, s => Assert.Equal("success", s));
    }

    [Fact]
    public void A_failure_in_an_earlier_invocation_fails_the_run_and_skips_what_depends_on_it()
    {
        using RunnerProject project = new(fixture, RunnerProject.QuickModelsAndALongOne(6));
        project.Write("project/models/m01.sql", "{{ config(materialized='table') }} select 1 / 0 as id");
        using RunnerProcess runner = project.Start();
        Answer partial = runner.Invoke("""{"command": "build"}""", Seconds);
        Assert.Equal("partial", partial.Field("status"));
        project.MakeTheLongModelShort(6);
        Answer answer = runner.Invoke($$"""{"command": "build", "resume": "{{partial.Field("resume")}}"}""");
        Assert.True(answer.IsError, answer.Text);
        Assert.Equal((4, 1, 2), (answer.Count("success"), answer.Count("error"), answer.Count("skipped")));
        Assert.Equal("model.shop.m01", Assert.Single(answer.Json.GetProperty("failed").EnumerateArray()).GetProperty("unique_id").GetString());
        Assert.Equal("", project.BuiltAgain());
    }

    /// <summary>Limit of an invocation that is to end before the run does.</summary>
    const double Seconds = 5;

    [Fact]
    public void A_run_that_is_done_answers_its_token_again()
    {
        using RunnerProject project = new(fixture, RunnerProject.QuickModelsAndALongOne(3));
        using RunnerProcess runner = project.Start();
        Answer partial = runner.Invoke("""{"command": "build"}""", Seconds);
        Assert.Equal("partial", partial.Field("status"));
        project.MakeTheLongModelShort(3);
        string resume = $$"""{"resume": "{{partial.Field("resume")}}"}""";
        Answer done = runner.Invoke(resume);
        Assert.Equal("success", done.Field("status"));
        Assert.Equal(done.Field("counts"), runner.Invoke(resume).Field("counts"));
        Assert.Equal("4", project.Builds());
    }

    [Fact]
    public void A_token_does_not_go_with_another_event_and_an_unknown_one_is_refused()
    {
        using RunnerProject project = new(fixture, RunnerProject.QuickModelsAndALongOne(3));
        using RunnerProcess runner = project.Start();
        string token = runner.Invoke("""{"command": "build"}""", Seconds).Field("resume");
        Answer other = runner.Invoke($$"""{"command": "build", "select": "m01", "resume": "{{token}}"}""");
        Assert.Equal("Gild.BadEvent", other.ErrorType);
        Answer unknown = runner.Invoke("""{"command": "build", "resume": "20260101T000000Z-00000000"}""");
        Assert.Contains("there is no run", unknown.Field("errorMessage"), StringComparison.Ordinal);
        Answer hostile = runner.Invoke("""{"command": "build", "resume": "../../etc"}""");
        Assert.Equal("Gild.BadEvent", hostile.ErrorType);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_run_goes_on_after_a_crash_with_and_without_its_token(bool withToken)
    {
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(6, 0.1));
        // It takes its time while the gate is shut; the project itself stays the same.
        project.Execute($"create table {project.Schema}.gate as select 60 as seconds");
        project.Write("project/models/m99.sql", $$$"""{{ config(materialized='table') }} select pg_sleep(seconds)::text as s from {{{project.Schema}}}.gate -- {{ ref('m06') }}""");
        string mark = project.PathOf("work/target/run/shop/models/m99.sql");
        using (RunnerProcess dying = project.Start())
        {
            dying.Server.Send("""{"command": "build"}""", TimeSpan.FromMinutes(2));
            dying.WaitForFile(mark);
            // What is finished is written while the last node runs.
            WaitFor(() => Directory.EnumerateFiles(project.StateFolder, "*.jsonl", SearchOption.AllDirectories).Sum(f => File.ReadLines(f).Count()) >= 6);
            dying.Kill();
        }

        WaitFor(() => project.Query("select count(*) from pg_stat_activity where state = 'active' and query like '%pg_sleep(seconds)%' and pid <> pg_backend_pid()") == "0"
            || Cancelled(project));
        project.Execute($"update {project.Schema}.gate set seconds = 0");
        string run = Path.GetFileName(Directory.EnumerateDirectories(project.StateFolder).Single(d => File.Exists(Path.Combine(d, "run.json"))));
        using RunnerProcess runner = project.Start();
        Answer answer = runner.Invoke(withToken ? $$"""{"command": "build", "resume": "{{run}}"}""" : """{"command": "build"}""");
        Assert.False(answer.IsError, answer.Text);
        Assert.Equal(run, answer.Field("run"));
        Assert.Equal(7, answer.Count("success"));
        Assert.Equal("", project.BuiltAgain());
        Assert.Equal(7, project.Statuses().Count);
    }

    /// <summary>A killed client does not end its statement on the server at once; the test need not wait a minute for it.</summary>
    static bool Cancelled(RunnerProject project)
    {
        project.Query("select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(seconds)%' and pid <> pg_backend_pid()");
        return false;
    }

    static void WaitFor(Func<bool> condition)
    {
        for (int i = 0; i < 600; i++)
        {
            if (condition())
            {
                return;
            }

            Thread.Sleep(100);
        }

        Assert.Fail("what is waited for does not happen");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_build_that_is_killed_again_and_again_comes_to_its_end(int seed)
    {
        // All models take four seconds on two threads, the time before the kills three at the most: a run that is done would begin anew.
        const int Kills = 6;
        const int Models = 16;
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(Models, 0.5));
        Random random = new(seed);
        for (int kill = 0; kill < Kills; kill++)
        {
            using RunnerProcess dying = project.Start();
            dying.Server.Send("""{"command": "build"}""", TimeSpan.FromMinutes(2));
            Thread.Sleep(random.Next(20, 500));
            dying.Kill();
            // The server ends what a killed client had begun at its next word to it; that takes as long as the statement.
            WaitFor(() => project.Query($"select count(*) from pg_stat_activity where state <> 'idle' and query like '%{project.Schema}%' and pid <> pg_backend_pid()") == "0");
            Assert.Equal("", project.Query($"select table_name from information_schema.tables where table_schema = '{project.Schema}' and table_name like '%\\_\\_dbt%'"));
        }

        using RunnerProcess runner = project.Start();
        Answer answer = runner.Invoke("""{"command": "build"}""");
        Assert.False(answer.IsError, answer.Text);
        Assert.Equal(Models, answer.Count("success"));
        Assert.Equal(Models, project.Statuses().Count);
        Assert.Equal(Models, project.Relations().Split(',').Length);
        // A kill loses at most the record of what the two threads had just committed.
        int again = int.Parse(project.Builds(), System.Globalization.CultureInfo.InvariantCulture) - Models;
        Assert.InRange(again, 0, 2 * Kills);
    }

    [Fact]
    public void A_project_that_has_changed_begins_anew_unless_the_token_says_otherwise()
    {
        using RunnerProject project = new(fixture, RunnerProject.QuickModelsAndALongOne(3));
        using RunnerProcess runner = project.Start();
        Answer partial = runner.Invoke("""{"command": "build"}""", Seconds);
        Assert.Equal("partial", partial.Field("status"));
        project.MakeTheLongModelShort(3);
        Answer anew = runner.Invoke("""{"command": "build"}""");
        Assert.Equal("success", anew.Field("status"));
        Assert.NotEqual(partial.Field("run"), anew.Field("run"));
        Assert.Equal("m01,m02,m03", project.BuiltAgain());
        Answer withToken = runner.Invoke($$"""{"resume": "{{partial.Field("resume")}}"}""");
        Assert.Equal("success", withToken.Field("status"));
        Assert.Contains("the project or the runner has changed since the run", runner.Log, StringComparison.Ordinal);
        Assert.Equal("8", project.Builds());
    }

    [Fact]
    public void An_event_can_begin_anew_instead_of_going_on()
    {
        using RunnerProject project = new(fixture, RunnerProject.QuickModelsAndALongOne(3));
        using RunnerProcess runner = project.Start();
        Answer partial = runner.Invoke("""{"command": "build"}""", Seconds);
        Assert.Equal("partial", partial.Field("status"));
        project.MakeTheLongModelShort(3);
        Answer anew = runner.Invoke("""{"command": "build", "resume": "new"}""");
        Assert.NotEqual(partial.Field("run"), anew.Field("run"));
        Assert.Equal(4, anew.Count("success"));
        Assert.Equal("m01,m02,m03", project.BuiltAgain());
    }

    [Fact]
    public void A_statement_that_overruns_is_cancelled_on_the_server_and_leaves_no_half_table()
    {
        using RunnerProject project = new(fixture, ("models/first.sql", "{{ config(materialized='table') }} select 1 as id"));
        project.Write("project/models/long.sql", "{{ config(materialized='table', post_hook=\"select pg_sleep(600)\") }} select 2 as id -- {{ ref('first') }}");
        using RunnerProcess runner = project.Start();
        Answer answer = runner.Invoke("""{"command": "build"}""", Seconds);
        Assert.Equal("partial", answer.Field("status"));
        Assert.Equal((1, 1), (answer.Count("success"), answer.Count("left")));
        Assert.Equal("first", project.Relations());
        Assert.Equal("0", project.Query("select count(*) from pg_stat_activity where state <> 'idle' and query like '%pg_sleep(600)%' and pid <> pg_backend_pid()"));
        Assert.Equal("1", project.Builds());
    }

    [Fact]
    public void A_node_that_is_longer_than_an_invocation_ends_the_run_instead_of_going_round_for_ever()
    {
        using RunnerProject project = new(fixture, ("models/long.sql", "{{ config(materialized='table') }} select pg_sleep(600)::text as s"));
        using RunnerProcess runner = project.Start();
        Answer answer = runner.Invoke("""{"command": "build"}""", Seconds);
        Assert.True(answer.IsError, answer.Text);
        Assert.Equal("Gild.OutOfTime", answer.ErrorType);
        Assert.Contains("model.shop.long needs longer than one invocation has", answer.Field("errorMessage"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_known_to_be_long_is_left_to_the_next_invocation()
    {
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(1, 1));
        project.Write("project/models/m02.sql", "{{ config(materialized='table') }} select pg_sleep(4)::text as s -- {{ ref('m01') }}");
        using RunnerProcess runner = project.Start();
        Assert.Equal("success", runner.Invoke("""{"command": "build"}""").Field("status"));
        Answer answer = runner.Invoke("""{"command": "build"}""", 5.5);
        Assert.Equal("partial", answer.Field("status"));
        Assert.Equal("3", project.Builds());
        Assert.DoesNotContain("Cancelled", answer.Field("stdout"), StringComparison.Ordinal);
        Assert.Equal("success", runner.Invoke($$"""{"resume": "{{answer.Field("resume")}}"}""", 5.5).Field("status"));
        Assert.Equal("4", project.Builds());
    }

    [Fact]
    public void Of_two_invocations_at_once_the_second_is_refused_and_told_who_is_at_work()
    {
        using RunnerProject project = new(fixture, RunnerProject.SlowModels(3, 1));
        using RunnerProcess first = project.Start();
        using RunnerProcess second = project.Start(("DBT_TARGET_PATH", project.PathOf("other/target")), ("DBT_LOG_PATH", project.PathOf("other/logs")));
        using RunnerProcess third = project.Start();
        first.Server.Send("""{"command": "build"}""", TimeSpan.FromMinutes(1));
        first.WaitForFile(Path.Combine(project.StateFolder, "lock.json"));
        foreach (RunnerProcess other in (RunnerProcess[])[second, third])
        {
            Answer refused = other.Invoke("""{"command": "run"}""");
            Assert.True(refused.IsError, refused.Text);
            Assert.Equal("Gild.Locked", refused.ErrorType);
            Assert.Contains("request-1 (`dbt build`) holds the lock since 20", refused.Field("errorMessage"), StringComparison.Ordinal);
            Assert.Contains("it ends by 20", refused.Field("errorMessage"), StringComparison.Ordinal);
        }

        Assert.Equal("success", first.Server.Receive().Field("status"));
        Assert.Equal("success", second.Invoke("""{"command": "run"}""").Field("status"));
    }
}
