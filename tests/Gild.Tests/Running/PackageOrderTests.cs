using System.Text.Json;
using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Running;

/// <summary>Which of several resources of one name a project and its packages mean.</summary>
public sealed class PackageOrderTests
{
    static TemporaryProject TwoModelsOfOneName(string flags = "") => new(
        ("dbt_project.yml", $"name: shop\nversion: '1.0'\nprofile: shop\n{flags}"),
        ("packages.yml", "packages: [{local: part}]"),
        ("part/dbt_project.yml", "name: part\nversion: '1.0'\nmodels: {+schema: part}\n"),
        ("part/models/a.sql", "select 'of the package' as origin"),
        ("part/models/reader.sql", "select * from {{ ref('a') }}"),
        ("models/a.sql", "select 'of the root' as origin"));

    [Fact]
    public void A_ref_of_a_package_finds_the_root_projects_model_first_when_parsing_and_when_running()
    {
        using TemporaryProject project = TwoModelsOfOneName();
        project.Run(0, "deps");
        project.Run(0, "run");
        Assert.Equal("of the root", project.Query("select origin from main_part.reader"));
    }

    [Fact]
    public void A_flag_lets_a_package_find_its_own_model_first()
    {
        using TemporaryProject project = TwoModelsOfOneName("flags: {require_ref_searches_node_package_before_root: true}\n");
        project.Run(0, "deps");
        project.Run(0, "run");
        Assert.Equal("of the package", project.Query("select origin from main_part.reader"));
    }

    [Theory]
    [InlineData("", "BASE TABLE")]
    [InlineData("flags: {require_explicit_package_overrides_for_builtin_materializations: false}\n", "VIEW")]
    public void A_package_takes_over_a_built_in_materialization_only_where_the_flag_allows_it(string flags, string expected)
    {
        using TemporaryProject project = new(
            ("dbt_project.yml", $"name: shop\nversion: '1.0'\nprofile: shop\n{flags}"),
            ("packages.yml", "packages: [{local: part}]"),
            ("part/dbt_project.yml", "name: part\nversion: '1.0'\n"),
            ("part/macros/m.sql", """
                {% materialization table, adapter='duckdb' %}
                  {% set made = this.incorporate(type='view') %}
                  {% call statement('main') %}create or replace view {{ made }} as {{ sql }}{% endcall %}
                  {% do adapter.commit() %}
                  {{ return({'relations': [made]}) }}
                {% endmaterialization %}
                """),
            ("models/a.sql", "{{ config(materialized='table') }} select 1 as id"));
        project.Run(0, "deps");
        project.Run(0, "run");
        Assert.Equal(expected, project.Query("select table_type from information_schema.tables where table_name = 'a'"));
    }

    [Fact]
    public void A_description_belongs_to_the_enabled_one_of_two_models_of_a_name()
    {
        using TemporaryProject project = new(
            ("models/old/a.sql", "{{ config(enabled=false) }} select 1 as id"),
            ("models/new/a.sql", "select 2 as id"),
            ("models/s.yml", "models: [{name: a, description: of the new one}]"));
        project.Run(0, "parse");
        using JsonDocument manifest = project.Artifact("manifest.json");
        Assert.Equal("of the new one", manifest.RootElement.GetProperty("nodes").GetProperty("model.shop.a").GetProperty("description").GetString());
        Assert.Equal("", manifest.RootElement.GetProperty("disabled").GetProperty("model.shop.a")[0].GetProperty("description").GetString());
    }

    [Fact]
    public void A_description_cannot_enable_one_of_several_disabled_models_of_a_name()
    {
        using TemporaryProject project = new(
            ("models/x/a.sql", "{{ config(enabled=false) }} select 1 as id"),
            ("models/y/a.sql", "{{ config(enabled=false) }} select 2 as id"),
            ("models/s.yml", "models: [{name: a, config: {enabled: true}}]"));
        string said = project.Run(2, "parse").All;
        Assert.Contains("Found 2 matching disabled nodes for model 'a'", said, StringComparison.Ordinal);
        Assert.Contains("models/x/a.sql, models/y/a.sql", said, StringComparison.Ordinal);
    }
}
