using System.Text.Json;
using Gild.Tests.Adapters;
using Xunit;

namespace Gild.Tests.EndToEnd;

/// <summary>Builds cut by event time: sample mode, empty mode, and batches that fail and are retried; on both adapters.</summary>
public sealed class EventTimeTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    const string Events = """
        {{ config(materialized='table', event_time='happened') }}
        {% for day in range(1, 8) %}select {{ day }} as id, cast('2024-01-0{{ day }} 12:00:00' as timestamp) as happened{% if not loop.last %} union all {% endif %}{% endfor %}
        """;

    const string Batched = """
        {{ config(materialized='incremental', incremental_strategy='microbatch', event_time='happened', begin='2024-01-01', batch_size='day', unique_key='id' if target.type == 'postgres' else none) }}
        select id, happened, 10 / (id - {{ var('bad', 0) }}) as share from {{ ref('events') }}
        """;

    static readonly string[] s_window = ["--event-time-start", "2024-01-01", "--event-time-end", "2024-01-05"];

    TemporaryProject Project(string adapter, params (string Path, string Text)[] files)
    {
        TemporaryProject project = new(files);
        if (adapter == "postgres")
        {
            project.Write("profiles.yml", $$"""
                shop:
                  target: dev
                  outputs:
                    dev: {type: postgres, host: 127.0.0.1, port: {{server.Port}}, user: gild, password: x, dbname: postgres, schema: s{{Guid.NewGuid():N}}, threads: 2}
                """);
        }

        return project;
    }

    /// <summary>The first column of a query over models, as the program shows it.</summary>
    static string Shown(TemporaryProject project, string sql)
    {
        Outcome outcome = project.Run(0, "show", "--quiet", "--target-path", "shown", "--limit", "-1", "--output", "json", "--inline", sql);
        using JsonDocument shown = JsonDocument.Parse(outcome.Output[outcome.Output.IndexOf('{', StringComparison.Ordinal)..]);
        return string.Join(' ', shown.RootElement.GetProperty("show").EnumerateArray().Select(row => row.EnumerateObject().First().Value.ToString()));
    }

    const string Ids = "select id from {{ ref('copy') }} order by id";

    [Theory]
    [InlineData("duckdb")]
    [InlineData("postgres")]
    public void A_sample_leaves_a_period_of_refs_and_sources_with_event_time(string adapter)
    {
        using TemporaryProject project = Project(
            adapter,
            ("models/events.sql", Events),
            ("models/plain.sql", "{{ config(materialized='table') }} select 1 as id union all select 2 as id"),
            ("models/copy.sql", "{{ config(materialized='table') }} select id from {{ ref('events') }}"),
            ("models/of_source.sql", "{{ config(materialized='table') }} select id from {{ source('raw', 'events') }}"),
            ("models/of_plain.sql", "{{ config(materialized='table') }} select id from {{ ref('plain') }}"),
            ("models/schema.yml", """
                sources:
                  - name: raw
                    schema: "{{ target.schema }}"
                    tables:
                      - name: events
                        config: {event_time: happened}
                models:
                  - name: copy
                    data_tests:
                      - dbt_events_are_whole
                """),
            ("macros/whole.sql", "{% test dbt_events_are_whole(model) %}select 1 from (select count(*) as n from {{ ref('events') }}) x where n <> 7{% endtest %}"));
        project.Run(0, "run", "--select", "events", "plain");
        project.Run(0, "build", "--select", "copy", "of_source", "of_plain", "--sample", "{'start': '2024-01-02', 'end': '2024-01-04 12:00'}");
        Assert.Equal("2 3", Shown(project, Ids));
        Assert.Equal("2 3", Shown(project, "select id from {{ ref('of_source') }} order by id"));
        Assert.Equal("1 2", Shown(project, "select id from {{ ref('of_plain') }} order by id"));
        project.Run(0, "run", "--select", "copy", "--sample", "3 days");
        Assert.Equal("", Shown(project, Ids));
        project.Run(0, "run", "--select", "copy", "--sample", "100 years");
        Assert.Equal("1 2 3 4 5 6 7", Shown(project, Ids));
    }

    [Theory]
    [InlineData("duckdb")]
    [InlineData("postgres")]
    public void A_sample_builds_only_its_batches_and_cuts_the_last(string adapter)
    {
        using TemporaryProject project = Project(adapter, ("models/events.sql", Events), ("models/batched.sql", Batched));
        project.Run(0, "run", "--select", "events");
        project.Run(0, "run", "--select", "batched", "--sample", "{start: 2024-01-03, end: '2024-01-05 06:00'}");
        Assert.Equal("3 4", Shown(project, "select id from {{ ref('batched') }} order by id"));
    }

    [Theory]
    [InlineData("duckdb")]
    [InlineData("postgres")]
    public void An_empty_build_makes_every_table_without_rows(string adapter)
    {
        using TemporaryProject project = Project(
            adapter, ("models/events.sql", Events), ("models/copy.sql", "{{ config(materialized='table') }} select id from {{ ref('events') }}"),
            ("models/batched.sql", Batched));
        project.Run(0, ["run", "--empty", .. s_window]);
        Assert.Equal("", Shown(project, Ids));
        Assert.Equal("", Shown(project, "select id from {{ ref('batched') }}"));
        Assert.Equal("1 2 3 4 5 6 7", Shown(project, "select id from {{ ref('events') }} order by id"));
    }

    [Theory]
    [InlineData("duckdb")]
    [InlineData("postgres")]
    public void Batches_that_fail_leave_the_others_and_are_retried_alone(string adapter)
    {
        // DuckDB gives null for a division by zero, so the mistake is a cast that fails.
        string failing = Batched.Replace("10 / (id - {{ var('bad', 0) }})", "cast(case when id = {{ var('bad', 0) }} then 'x' else '1' end as integer)", StringComparison.Ordinal);
        using TemporaryProject project = Project(
            adapter, ("models/events.sql", Events), ("models/batched.sql", failing), ("models/child.sql", "select * from {{ ref('batched') }}"));
        Outcome first = project.Run(1, ["run", .. s_window, "--vars", "{bad: 3}"]);
        Assert.Contains("PARTIAL SUCCESS (3/4)", first.All, StringComparison.Ordinal);
        Assert.Equal("1 2 4", Shown(project, "select id from {{ ref('batched') }} order by id"));
        Assert.Equal(["2024-01-03"], Batches(project, "failed"));
        Assert.Equal("skipped", project.Statuses()["child"]);

        project.Run(0, "retry", "--vars", "{bad: 0}");
        Assert.Equal("1 2 3 4", Shown(project, "select id from {{ ref('batched') }} order by id"));
        Assert.Equal("success", project.Statuses()["child"]);
        Assert.Equal([], Batches(project, "failed"));
        Assert.Equal(["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"], Batches(project, "successful").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("duckdb")]
    [InlineData("postgres")]
    public void When_the_first_batch_fails_the_others_are_left(string adapter)
    {
        string failing = Batched.Replace("10 / (id - {{ var('bad', 0) }})", "cast(case when id = {{ var('bad', 0) }} then 'x' else '1' end as integer)", StringComparison.Ordinal);
        using TemporaryProject project = Project(adapter, ("models/events.sql", Events), ("models/batched.sql", failing));
        project.Run(0, ["run", .. s_window]);
        project.Run(1, ["run", .. s_window, "--vars", "{bad: 1}"]);
        Assert.Equal("error", project.Statuses()["batched"]);
        Assert.Equal(["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"], Batches(project, "failed"));
        Assert.Equal("1 2 3 4", Shown(project, "select id from {{ ref('batched') }} order by id"));
    }

    /// <summary>First days of the windows of the model <c>batched</c> in run_results.json.</summary>
    static string[] Batches(TemporaryProject project, string outcome)
    {
        using JsonDocument results = project.Artifact("run_results.json");
        JsonElement batched = results.RootElement.GetProperty("results").EnumerateArray()
            .Single(r => r.GetProperty("unique_id").GetString() == "model.shop.batched");
        return [.. batched.GetProperty("batch_results").GetProperty(outcome).EnumerateArray().Select(window => window[0].GetString()![..10])];
    }
}
