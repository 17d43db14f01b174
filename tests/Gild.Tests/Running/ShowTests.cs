using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Running;

public sealed class ShowTests
{
    [Fact]
    public void A_direct_query_is_sent_as_it_is_without_reading_the_project()
    {
        using TemporaryProject project = new(("models/broken.sql", "{{ nothing("));
        string shown = project.Run(0, "show", "--inline-direct", "select '{{ x }}' as text_as_it_is from range(10)", "--output", "json").All;
        Assert.Equal(5, shown.Split("{{ x }}").Length - 1);
        Assert.Equal(10, project.Run(0, "show", "--inline-direct", "select 'row' as r from range(10)", "--limit", "-1").All.Split(" row ").Length - 1);
        Assert.Contains("Database Error", project.Run(2, "show", "--inline-direct", "slect 1").All, StringComparison.Ordinal);
    }

    [Fact]
    public void An_inline_query_that_fails_is_told_by_the_class_of_its_error()
    {
        using TemporaryProject project = new(("models/a.sql", "select 1 as id"));
        Assert.Contains("Compilation Error\n  error[J0210]: Error parsing inline query: ", project.Run(2, "compile", "--inline", "select * from {{ ref('b') }}").All, StringComparison.Ordinal);
        Assert.Contains("Database Error in sql_operation inline_query: ", project.Run(2, "show", "--inline", "slect 1").All, StringComparison.Ordinal);
        Assert.Contains("select: not allowed with argument inline", project.Run(2, "show", "--inline", "select 1", "--select", "a").All, StringComparison.Ordinal);
    }

    [Fact]
    public void Floats_keep_their_point_and_versions_their_name()
    {
        using TemporaryProject project = new(
            ("models/v.sql", "select 3.0::double as f, 2::int as i, 4.50::decimal(4, 2) as d"),
            ("models/s.yml", "models: [{name: v, versions: [{v: 1, defined_in: v}]}]"));
        string shown = project.Run(0, "show", "--select", "v", "--output", "json").All;
        Assert.Contains("\"node\": \"v.v1\"", shown, StringComparison.Ordinal);
        Assert.Contains("\"f\": 3.0", shown, StringComparison.Ordinal);
        Assert.Contains("\"i\": 2,", shown, StringComparison.Ordinal);
        Assert.Contains("\"d\": 4.5", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Compiling_tells_nothing_of_nodes_unless_one_was_chosen()
    {
        using TemporaryProject project = new(("models/a.sql", "select 1 as id"));
        string all = project.Run(0, "compile").Output;
        Assert.DoesNotContain("shop.a", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Done.", all, StringComparison.Ordinal);
        Assert.Contains("Compiled node 'a' is:\nselect 1 as id", project.Run(0, "compile", "--select", "a").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_catalog_holds_what_is_selected()
    {
        using TemporaryProject project = new(("models/a.sql", "select 1 as id"), ("models/b.sql", "select 2 as id"));
        project.Run(0, "run");
        project.Run(0, "docs", "generate", "--select", "a");
        string catalog = File.ReadAllText(project.PathOf("target/catalog.json"));
        Assert.Contains("model.shop.a", catalog, StringComparison.Ordinal);
        Assert.DoesNotContain("model.shop.b", catalog, StringComparison.Ordinal);
    }

    [Fact]
    public void Resource_types_may_come_as_one_argument_and_failures_carry_their_group()
    {
        using TemporaryProject project = new(
            ("models/a.sql", "select 1 as id"),
            ("models/bad.sql", "select nothing_here as id"),
            ("models/s.yml", """
                groups: [{name: sales, owner: {name: Ada, slack: '#sales'}}]
                models:
                  - {name: bad, config: {group: sales, meta: {tier: 1}}}
                """));
        Assert.Equal("shop.a\nshop.bad\n", project.Run(0, "ls", "-q", "--resource-type", "model test").Output);
        string log = project.Run(1, "run", "--log-format", "json").Output;
        string line = Assert.Single(log.Split('\n'), l => l.Contains("\"name\":\"RunResultError\"", StringComparison.Ordinal));
        Assert.Contains("""
            "group":{"name":"sales","package_name":"shop","owner":{"name":"Ada","slack":"#sales"}}
            """, line, StringComparison.Ordinal);
        Assert.Contains("\"meta\":{\"tier\":1}", line, StringComparison.Ordinal);
        Assert.Contains("nothing_here", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_and_a_selection_exclude_each_other()
    {
        using TemporaryProject project = new(("models/a.sql", "select 1 as id"));
        Assert.Contains("not allowed with", project.Run(2, "compile", "--inline", "select 1", "--select", "a").All, StringComparison.Ordinal);
        Assert.Contains("Error parsing inline query", project.Run(2, "compile", "--inline", "select * from {{ ref('b') }}").All, StringComparison.Ordinal);
    }

    [Fact]
    public void Compiled_code_may_be_had_without_its_ephemeral_parents()
    {
        using TemporaryProject project = new(("models/a.sql", "{{ config(materialized='ephemeral') }} select 1 as id"), ("models/b.sql", "select * from {{ ref('a') }}"));
        project.Run(0, "compile", "--select", "b", "--no-inject-ephemeral-ctes");
        Assert.Equal("select * from __dbt__cte__a", File.ReadAllText(project.PathOf("target/compiled/shop/models/b.sql")).Trim());
    }

    [Fact]
    public void Nodes_are_listed_as_JSON_of_the_form_that_dbt_writes()
    {
        using TemporaryProject project = new(("models/a.sql", "select 1 as id"));
        Assert.Equal("{\"name\": \"a\", \"resource_type\": \"model\", \"tags\": []}", project.Run(0, "list", "--quiet", "--output", "json", "--output-keys", "name resource_type tags").Output.Trim());
    }
}
