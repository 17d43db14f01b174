using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Running;

/// <summary>Microbatch models: batches side by side, hooks once, and what a project is told of them.</summary>
public sealed class MicrobatchTests
{
    const string Input = """
        {{ config(materialized='table', event_time='seen') }}
        select i as id, timestamp '2024-01-01' + to_hours((i * 6)::int) as seen from range(0, 80) t(i)
        """;

    static string Model(string more = "") => $$$"""
        {{ config(materialized='incremental', incremental_strategy='microbatch', event_time='seen', batch_size='day', begin='2024-01-01'{{{more}}}) }}
        select * from {{ ref('events') }}
        """;

    static readonly string[] s_period = ["--event-time-start", "2024-01-01", "--event-time-end", "2024-01-21"];

    [Fact]
    public void Batches_side_by_side_build_each_row_once_and_run_the_hooks_at_both_ends()
    {
        using TemporaryProject project = new(
            ("models/events.sql", Input),
            ("models/daily.sql", Model(", pre_hook=\"insert into hooks values ('pre')\", post_hook=\"insert into hooks values ('post')\"")),
            ("models/again.sql", Model()));
        project.Write("dbt_project.yml", TemporaryProject.ProjectFile + "\non-run-start: ['create table if not exists hooks (what varchar)']\n");
        project.Run(0, ["run", "--threads", "4", .. s_period]);
        project.Run(0, ["run", "--threads", "4", "--select", "daily", .. s_period]);
        Assert.Equal("80, 80, 80", project.Query("select count(*), count(distinct id), (select count(*) from again) from daily"));
        Assert.Equal("pre; post; pre; post", project.Query("select what from hooks"));
    }

    [Fact]
    public void A_first_batch_that_fails_leaves_the_others_for_retry()
    {
        using TemporaryProject project = new(
            ("models/events.sql", Input),
            ("models/daily.sql", Model() + " where id >= 0 or {{ var('bad', 'false') }}"));
        string failed = project.Run(1, ["run", "--vars", "bad: nothing", .. s_period]).All;
        Assert.Contains("Batch  1 of 20 ERROR creating batch 2024-01-01 of main.daily", failed, StringComparison.Ordinal);
        Assert.Contains("Batch 20 of 20 SKIP batch 2024-01-20 of main.daily", failed, StringComparison.Ordinal);
        project.Run(0, "retry", "--vars", "bad: 'false'");
        Assert.Equal("80", project.Query("select count(*) from daily"));
    }

    [Fact]
    public void A_model_without_an_input_of_event_time_is_told_but_is_no_error()
    {
        using TemporaryProject project = new(
            ("models/events.sql", "select 1 as id, timestamp '2024-01-01' as seen"), ("models/daily.sql", Model()));
        Assert.Contains("no 'ref' or 'source' input with an 'event_time'", project.Run(0, "parse", "--warn-error").All, StringComparison.Ordinal);
    }

    [Fact]
    public void Concurrent_batches_where_the_adapter_has_none_are_a_warning_under_its_name()
    {
        using TemporaryProject project = new(("models/events.sql", Input), ("models/daily.sql", Model(", concurrent_batches=true")));
        project.Run(0, "parse", "--warn-error");
        project.Write("profiles.yml", "shop: {target: dev, outputs: {dev: {type: postgres, host: localhost, user: u, password: p, dbname: d, schema: s, port: 5432}}}");
        Assert.Contains("does not support running batches concurrently", project.Run(0, "parse").All, StringComparison.Ordinal);
        project.Run(2, "parse", "--warn-error-options", "{error: [InvalidConcurrentBatchesConfig]}");
    }
}
