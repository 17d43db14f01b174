using System.Text.Json;
using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Running;

public sealed class ProjectHookTests
{
    static TemporaryProject Project(string hooks, params (string Path, string Text)[] more) => new([
        ("dbt_project.yml", TemporaryProject.ProjectFile + "\n" + hooks + "\n"),
        ("models/a.sql", "{{ config(schema='own') }} select 1 as id"),
        ("tests/t.sql", "{{ config(store_failures=true, severity='warn') }} select 1 as id"),
        .. more]);

    [Fact]
    public void The_end_sees_the_results_and_the_schemas_of_what_was_built_stored_failures_included()
    {
        using TemporaryProject project = Project("""
            on-run-start: "create table seen (what varchar)"
            on-run-end: "insert into seen select '{{ schemas | sort | join(' ') }} {{ results | map(attribute='node.name') | sort | join(' ') }}'"
            """);
        project.Run(0, "build");
        Assert.Equal("main_dbt_test__audit main_own a t", project.Query("select what from seen"));
    }

    [Fact]
    public void The_hooks_of_the_project_come_before_those_of_its_packages()
    {
        using TemporaryProject project = Project(
            "on-run-start: [\"create or replace table seen (what varchar)\"]",
            ("packages.yml", "packages: [{local: dep}]"),
            ("dep/dbt_project.yml", "name: dep\nversion: '1.0'\non-run-start: [\"insert into seen values ('dep')\"]\n"));
        project.Run(0, "deps");
        project.Run(0, "run");
        Assert.Equal("dep", project.Query("select what from seen"));
    }

    [Fact]
    public void A_hook_that_failed_at_the_start_is_among_the_results_at_the_end()
    {
        using TemporaryProject project = Project("""
            on-run-start: ["select nothing_here", "select 1"]
            on-run-end: "create table seen as select '{{ results | map(attribute='status') | map('string') | sort | join(' ') }}' as what"
            """);
        project.Run(1, "run");
        Assert.Equal("error success", project.Query("select what from seen"));
        using JsonDocument results = project.Artifact("run_results.json");
        JsonElement skipped = results.RootElement.GetProperty("results").EnumerateArray().Single(r => r.GetProperty("status").GetString() == "skipped");
        Assert.Equal(1, skipped.GetProperty("failures").GetInt32());
    }

    [Fact]
    public void A_hook_that_does_not_compile_ends_the_command_and_keeps_what_the_nodes_did()
    {
        using TemporaryProject project = Project("on-run-end: \"{% if execute %}{{ exceptions.raise_compiler_error('not at the end') }}{% endif %}\"");
        Assert.Contains("not at the end", project.Run(2, "run").All, StringComparison.Ordinal);
        Assert.Equal("success", project.Statuses()["a"]);
    }

    [Fact]
    public void A_clone_runs_no_hooks()
    {
        using TemporaryProject project = Project("on-run-end: \"create table seen as select 1 as n\"");
        project.Run(0, "parse");
        Directory.Move(project.PathOf("target"), project.PathOf("state"));
        project.Run("clone", "--state", "state");
        Assert.DoesNotContain("seen", project.Relations(), StringComparison.Ordinal);
    }
}
