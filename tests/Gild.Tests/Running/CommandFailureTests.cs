using System.Text.Json;
using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Running;

/// <summary>Which mistakes end a command (exit code 2) and which are the failure of a node (1).</summary>
public sealed class CommandFailureTests
{
    [Fact]
    public void A_macro_that_does_not_exist_ends_run_operation()
    {
        using TemporaryProject project = new(
            ("macros/m.sql", "{% macro present() %}{% endmacro %}{% macro raises() %}{{ exceptions.raise_compiler_error('no') }}{% endmacro %}"));
        Assert.Contains("present", project.Run(2, "run-operation", "presentt").All, StringComparison.Ordinal);
        project.Run(1, "run-operation", "raises");
        Assert.Contains("Usage Error", project.Run(2, "run-operation", "present", "--args", "a: [b").All, StringComparison.Ordinal);
    }

    [Fact]
    public void Vars_that_are_no_yaml_are_a_mistake_of_usage()
    {
        using TemporaryProject project = new(("models/a.sql", "select 1 as id"));
        Assert.Contains("Usage Error", project.Run(2, "run", "--vars", "{a: [1").All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_does_not_compile_ends_compile_but_not_run()
    {
        using TemporaryProject project = new(("models/a.sql", "{% if execute %}{{ exceptions.raise_compiler_error('not today') }}{% endif %} select 1 as id"));
        Assert.Contains("not today", project.Run(2, "compile").All, StringComparison.Ordinal);
        project.Run(1, "run");
    }

    [Fact]
    public void A_cycle_can_be_parsed_but_not_run()
    {
        using TemporaryProject project = new(("models/a.sql", "select * from {{ ref('b') }}"), ("models/b.sql", "select * from {{ ref('a') }}"));
        project.Run(0, "parse");
        Assert.True(File.Exists(project.PathOf("target/manifest.json")));
        Assert.Contains("Found a cycle", project.Run(2, "list").All, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_prints_the_nodes_that_its_first_word_names()
    {
        using TemporaryProject project = new(
            ("models/first.sql", "select 1 as id"), ("models/other.sql", "{{ config(materialized='ephemeral') }} select 2 as id"),
            ("models/s.yml", "models: [{name: first, columns: [{name: id, data_tests: [unique]}]}]"));
        string printed = project.Run(0, "compile", "--select", "first", "other", "--quiet").Output;
        Assert.Contains("select 1 as id", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("select 2 as id", printed, StringComparison.Ordinal);
        Assert.Equal("success", project.Statuses()["other"]);
    }

    [Fact]
    public void List_takes_models_alone_with_its_own_flag()
    {
        using TemporaryProject project = new(
            ("models/a.sql", "select 1 as id"), ("models/s.yml", "models: [{name: a, columns: [{name: id, data_tests: [unique]}]}]"));
        Assert.Equal("shop.a", project.Run(0, "list", "--models", "a", "--quiet").Output.Trim());
        Assert.Equal("shop.a\nshop.unique_a_id", project.Run(0, "list", "--select", "a", "--quiet").Output.Trim().ReplaceLineEndings("\n"));
        project.Run(2, "list", "--models", "a", "--select", "a");
    }

    [Fact]
    public void A_failed_unit_test_skips_the_other_unit_tests_of_its_model()
    {
        using TemporaryProject project = new(
            ("models/one.sql", "select 1 as id"),
            ("models/s.yml", """
                unit_tests:
                  - {name: t1, model: one, given: [], expect: {rows: [{id: 1}]}}
                  - {name: t2, model: one, given: [], expect: {rows: [{id: 2}]}}
                  - {name: t3, model: one, given: [], expect: {rows: [{id: 1}]}}
                """));
        project.Run(1, "build");
        using JsonDocument results = project.Artifact("run_results.json");
        Assert.Equal(
            ["t1 pass", "t2 fail", "t3 skipped", "one skipped"],
            results.RootElement.GetProperty("results").EnumerateArray()
                .Select(r => $"{r.GetProperty("unique_id").GetString()!.Split('.')[^1]} {r.GetProperty("status").GetString()}"));
    }
}
