using System.Text.Json;
using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Context;

public sealed class MacroDependencyTests
{
    static string Macros(TemporaryProject project, string node)
    {
        using JsonDocument manifest = project.Artifact("manifest.json");
        return string.Join(' ', manifest.RootElement.GetProperty("nodes").GetProperty(node).GetProperty("depends_on").GetProperty("macros")
            .EnumerateArray().Select(m => m.GetString()![6..]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Macros_that_only_running_calls_become_dependencies_and_what_the_engine_calls_does_not()
    {
        using TemporaryProject project = new(
            ("macros/m.sql", "{% macro outer_one() %}{{ inner_one() }}{% endmacro %}{% macro inner_one() %}1{% endmacro %}"),
            ("models/a.sql", "{{ config(materialized='table') }} select {% if execute %}{{ outer_one() }}{% else %}0{% endif %} as id"));
        project.Run(0, "parse");
        Assert.Equal("", Macros(project, "model.shop.a"));
        project.Run(0, "run");
        Assert.Equal("shop.outer_one", Macros(project, "model.shop.a"));
    }

    [Fact]
    public void The_macros_of_a_clone_are_dependencies_of_what_is_cloned()
    {
        using TemporaryProject project = new(("models/a.sql", "{{ config(materialized='table') }} select 1 as id"), ("models/e.sql", "{{ config(materialized='ephemeral') }} select 1 as id"));
        project.Run(0, "run");
        Directory.Move(project.PathOf("target"), project.PathOf("state"));
        project.Run(0, "clone", "--state", "state");
        Assert.Contains("dbt.load_cached_relation", Macros(project, "model.shop.a"), StringComparison.Ordinal);
        Assert.Equal(["a"], project.Statuses().Keys);
    }
}
