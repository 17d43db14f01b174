using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Graph;

/// <summary>What counts as modified between an earlier manifest and this one.</summary>
public sealed class StateComparisonTests
{
    const string Properties = """
        models:
          - name: a
            access: protected
            config: {materialized: table, contract: {enforced: true}}
            columns:
              - {name: id, data_type: integer, constraints: [{type: not_null}]}
              - {name: name, data_type: varchar(3), data_tests: [{not_null: {config: {tags: [x], severity: warn}}}]}
          - name: v
            latest_version: 1
            config: {contract: {enforced: true}}
            columns: [{name: id, data_type: integer}]
            versions: [{v: 1}]
        unit_tests:
          - {name: t, model: v, given: [], expect: {rows: [{id: 1}]}}
        """;

    static TemporaryProject Project()
    {
        TemporaryProject project = new(
            ("models/a.sql", "select 1 as id, 'a' as name"),
            ("models/v_v1.sql", "select 1 as id"),
            ("models/b.sql", "select * from {{ ref('a') }}"),
            ("models/s.yml", Properties));
        project.Run(0, "parse");
        Directory.Move(project.PathOf("target"), project.PathOf("state"));
        return project;
    }

    static string Listed(TemporaryProject project, string selector) => string.Join(' ', project.Run(0, "list", "--select", selector, "--state", "state", "--quiet", "--output", "name")
        .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(l => !l.Contains("No nodes", StringComparison.Ordinal)));

    static string Listed(string from, string to, string selector)
    {
        using TemporaryProject project = Project();
        project.Write("models/s.yml", Properties.Replace(from, to, StringComparison.Ordinal));
        return Listed(project, selector);
    }

    [Theory]
    [InlineData("tags: [x]", "tags: [y]", "state:modified", "")]
    [InlineData("severity: warn", "severity: error", "state:modified", "not_null_a_name")]
    [InlineData("access: protected", "access: public", "state:modified,resource_type:model", "a not_null_a_name")]
    [InlineData("varchar(3)", "varchar(9)", "state:modified.contract", "a not_null_a_name")]
    [InlineData("rows: [{id: 1}]", "rows: [{id: 2}]", "state:modified", "t")]
    [InlineData("rows: [{id: 1}]", "rows: [{id: 2}]", "state:modified.configs", "")]
    [InlineData("x", "x", "state:modified", "")]
    public void A_change_selects_what_it_modifies(string from, string to, string selector, string expected) => Assert.Equal(expected, Listed(from, to, selector));

    [Fact]
    public void Configs_and_places_of_sources_are_compared_as_written_where_the_project_asks_for_it()
    {
        const string Flag = "\nflags: {state_modified_compare_more_unrendered_values: true}\n";
        using TemporaryProject project = new(
            ("models/m.sql", "{{ config(materialized=var('how', 'view')) }} select * from {{ source('s', 't') }}"),
            ("models/n.sql", "select 1 as id"),
            ("models/s.yml", """
                models: [{name: n, config: {materialized: "{{ var('how', 'view') }}"}}]
                sources: [{name: s, schema: "{{ var('place', 'here') }}", tables: [{name: t}]}]
                """));
        project.Write("dbt_project.yml", TemporaryProject.ProjectFile + Flag);
        project.Run(0, "parse", "--target-path", "state");
        string Modified() => string.Join(' ', project.Run(0, "list", "-q", "--select", "state:modified", "--state", "state", "--output", "name", "--vars", "{how: table, place: there}")
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.Contains("No nodes", StringComparison.Ordinal)));
        Assert.Equal("", Modified());

        project.Write("models/m.sql", "{{ config(materialized=var('how', 'table')) }} select * from {{ source('s', 't') }}");
        Assert.Equal("m", Modified());

        project.Write("dbt_project.yml", TemporaryProject.ProjectFile);
        Assert.Equal("m n s.t", Modified());
    }

    [Fact]
    public void The_configs_of_a_plain_model_are_kept_as_they_are_and_others_as_their_syntax()
    {
        using TemporaryProject project = new(
            ("models/plain.sql", "{{ config(tags=['a'], meta={'k': 'v'}) }} select 1 as id"),
            ("models/called.sql", "{{ config(tags=['a'], alias=target.name) }} select 1 as id"));
        project.Write("dbt_project.yml", TemporaryProject.ProjectFile + "\nflags: {state_modified_compare_more_unrendered_values: true}\n");
        project.Run(0, "parse");
        using System.Text.Json.JsonDocument manifest = project.Artifact("manifest.json");
        string Unrendered(string name) => manifest.RootElement.GetProperty("nodes").GetProperty("model.shop." + name).GetProperty("unrendered_config").ToString();
        Assert.Equal("""{"tags":["a"],"meta":{"k":"v"}}""", Unrendered("plain"));
        Assert.Contains("Keyword(key='tags', value=List(items=[Const(value='a')]))", Unrendered("called"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_contract_is_a_warning_or_with_versions_an_error()
    {
        using TemporaryProject project = Project();
        project.Write("models/s.yml", Properties.Replace("varchar(3)", "integer", StringComparison.Ordinal).Replace(", constraints: [{type: not_null}]", "", StringComparison.Ordinal));
        string warned = project.Run(0, "list", "--select", "state:modified", "--state", "state").All;
        Assert.Contains("data_type changes: name (varchar(3) -> integer)", warned, StringComparison.Ordinal);
        Assert.Contains("Enforced column level constraints were removed: 'not_null' constraint on column id", warned, StringComparison.Ordinal);
        project.Run(2, "list", "--select", "state:modified", "--state", "state", "--warn-error");
        project.Write("models/s.yml", Properties.Replace("columns: [{name: id, data_type: integer}]", "columns: [{name: id, data_type: text}]", StringComparison.Ordinal));
        Assert.Contains("a breaking change to the enforced contract of model 'v'", project.Run(2, "list", "--select", "state:modified", "--state", "state").All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_contract_is_told_also_where_the_code_has_changed()
    {
        using TemporaryProject project = Project();
        project.Write("models/s.yml", Properties.Replace("columns: [{name: id, data_type: integer}]", "columns: [{name: id, data_type: text}]", StringComparison.Ordinal));
        project.Write("models/v_v1.sql", "select 'a' as id");
        Assert.Contains("Columns with data_type changes: id (integer -> text)", project.Run(2, "list", "--select", "state:modified", "--state", "state").All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_that_was_removed_and_is_still_used_is_named()
    {
        const string test = "{% test positive(model, column_name) %}select * from {{ model }} where {{ column_name }} <= 0{% endtest %}";
        using TemporaryProject project = new(
            ("models/a.sql", "select 1 as id"), ("tests/generic/positive.sql", test),
            ("models/s.yml", "models: [{name: a, columns: [{name: id, data_tests: [positive]}]}]"));
        project.Run(0, "parse");
        Directory.Move(project.PathOf("target"), project.PathOf("state"));
        File.Delete(project.PathOf("tests/generic/positive.sql"));
        Assert.Contains("does not exist: test_positive", project.Run(2, "list", "--select", "state:modified", "--state", "state").All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_of_dbt_whose_own_macros_are_written_otherwise_changes_nothing()
    {
        using TemporaryProject project = new(("models/a.sql", "select {{ dbt.current_timestamp() }} as t"));
        project.Run(0, "parse");
        Directory.Move(project.PathOf("target"), project.PathOf("state"));
        string manifest = File.ReadAllText(project.PathOf("state/manifest.json"));
        project.Write("state/manifest.json", manifest.Replace("{% macro current_timestamp", "{%- macro current_timestamp", StringComparison.Ordinal));
        Assert.Equal("", Listed(project, "state:modified"));
    }

    [Fact]
    public void A_big_seed_is_compared_by_its_path_and_that_is_told()
    {
        string rows = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i},{new string('x', 50)}\n"));
        using TemporaryProject project = new(("seeds/big.csv", "id,text\n" + rows));
        project.Run(0, "parse");
        Directory.Move(project.PathOf("target"), project.PathOf("state"));
        project.Write("seeds/big.csv", "id,text\n" + rows + "-1,y\n");
        string told = project.Run(0, "list", "--select", "state:modified", "--state", "state").All;
        Assert.Contains(">1MB", told, StringComparison.Ordinal);
        Assert.DoesNotContain("shop.big", told.Split('\n'));
    }

    [Fact]
    public void A_contracted_model_that_is_gone_is_told()
    {
        using TemporaryProject project = Project();
        File.Delete(project.PathOf("models/a.sql"));
        File.Delete(project.PathOf("models/b.sql"));
        project.Write("models/s.yml", Properties[..Properties.IndexOf("  - name: a", StringComparison.Ordinal)] + Properties[Properties.IndexOf("  - name: v", StringComparison.Ordinal)..]);
        Assert.Contains("deleted or renamed", project.Run(0, "list", "--select", "state:modified", "--state", "state").All, StringComparison.Ordinal);
    }
}
