using System.Text.Json;
using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Running;

public sealed class FreshnessTests
{
    static TemporaryProject Project(string project = "")
    {
        TemporaryProject made = new(
            ("dbt_project.yml", TemporaryProject.ProjectFile + "\non-run-end: \"create table ended as select '{{ results | map(attribute='status') | map('string') | sort | join(' ') }}' as what\"\n" + project),
            ("models/one.sql", "{{ config(materialized='table') }} select timestamp '2020-01-01' as loaded"),
            ("models/s.yml", """
                sources:
                  - name: raw
                    schema: main
                    config: {freshness: {warn_after: {count: 1, period: day}}}
                    tables:
                      - {name: by_field, identifier: one, config: {loaded_at_field: loaded}}
                      - {name: by_query, identifier: one, config: {loaded_at_query: "select max(loaded) from {{ this }} where '{{ source_node.name }}' = 'by_query'"}}
                      - {name: by_nothing, identifier: one}
                      - {name: without, identifier: one, config: {freshness: null}}
                """));
        made.Run(0, "run");
        return made;
    }

    static string Sources(TemporaryProject project, string path)
    {
        using JsonDocument sources = JsonDocument.Parse(File.ReadAllBytes(project.PathOf(path)));
        return string.Join("; ", sources.RootElement.GetProperty("results").EnumerateArray()
            .Select(r => $"{r.GetProperty("unique_id").GetString()!.Split('.')[^1]} {r.GetProperty("status").GetString()}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Load_times_come_from_a_column_or_a_query_and_a_source_with_neither_is_an_error()
    {
        using TemporaryProject project = Project("\nflags: {source_freshness_run_project_hooks: false}\n");
        project.Run(1, "source", "freshness", "-o", "out/fresh.json");
        Assert.Equal("by_field warn; by_nothing runtime error; by_query warn", Sources(project, "out/fresh.json"));
        Assert.Equal("success", project.Query("select what from ended"));
    }

    [Fact]
    public void The_hooks_of_the_project_run()
    {
        using TemporaryProject project = Project();
        project.Query("drop table ended");
        project.Run(0, "source", "freshness", "--select", "source:raw.by_field");
        Assert.Equal("warn", project.Query("select what from ended"));
    }
}
