using Gild.Engine;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;
using Xunit;

namespace Gild.Tests.Parsing;

public sealed class ManifestBuilderTests
{
    [Fact]
    public void Refs_and_sources_become_edges()
    {
        using ProjectFixture project = new(
            ("models/a.sql", "select * from {{ source('raw', 'orders') }}"),
            ("models/b.sql", "select * from {{ ref('a') }}"),
            ("models/s.yml", "sources: [{name: raw, tables: [{name: orders}]}]"));
        ProjectManifest manifest = project.Parse();
        Assert.Equal(["source.shop.raw.orders"], manifest.Nodes["model.shop.a"].DependsOnNodes);
        Assert.Equal(["model.shop.a"], manifest.Nodes["model.shop.b"].DependsOnNodes);
    }

    [Fact]
    public void Configs_merge_project_then_properties_then_code()
    {
        using ProjectFixture project = new(
            ("dbt_project.yml", "name: shop\nprofile: shop\nmodels:\n  +materialized: table\n  +tags: root\n  shop:\n    sub:\n      +meta: {a: project, b: project}\n"),
            ("models/sub/m.sql", "{{ config(tags=['code'], meta={'a': 'code'}) }} select 1 as id"),
            ("models/s.yml", "models: [{name: m, config: {materialized: view, tags: [yaml]}}]"));
        Node model = project.Parse().Nodes["model.shop.m"];
        Assert.Equal("view", model.Config.Materialized);
        Assert.Equal(["root", "yaml", "code"], model.Config.Tags);
        Assert.Equal("{'a': 'code', 'b': 'project'}", ValueText.ToRepr(model.Meta));
    }

    [Fact]
    public void Generic_tests_are_named_as_dbt_names_them()
    {
        using ProjectFixture project = new(
            ("models/f.sql", "select 1 as id"),
            ("models/s.yml", "models: [{name: f, columns: [{name: id, data_tests: [not_null, unique, {accepted_values: {arguments: {values: [some quite long value, another quite long value]}}}]}]}]"));
        ProjectManifest manifest = project.Parse();
        string[] tests = [.. manifest.NodesInOrder.OfType<TestNode>().Select(t => t.Name)];
        Assert.Contains("not_null_f_id", tests);
        TestNode accepted = manifest.NodesInOrder.OfType<TestNode>().Single(t => t.Generic!.Name == "accepted_values");
        Assert.Equal("accepted_values_f_id__some_quite_long_value__another_quite_long_value", accepted.Name);
        Assert.Matches("^accepted_values_f_[0-9a-f]{32}$", accepted.Alias);
        Assert.True(manifest.Nodes.ContainsKey("test.shop.unique_f_id.0ba8df1502"));
    }

    [Fact]
    public void Versions_give_their_models_ids_aliases_and_a_latest_one()
    {
        using ProjectFixture project = new(
            ("models/dim_v1.sql", "select 1 as id"),
            ("models/dim_v2.sql", "select 1 as id"),
            ("models/use.sql", "select * from {{ ref('dim') }} union all select * from {{ ref('dim', v=1) }}"),
            ("models/s.yml", "models: [{name: dim, latest_version: 2, versions: [{v: 1}, {v: 2}]}]"));
        ProjectManifest manifest = project.Parse();
        Assert.Equal(["model.shop.dim.v2", "model.shop.dim.v1"], manifest.Nodes["model.shop.use"].DependsOnNodes);
        Assert.Equal("dim_v1", ((ModelNode)manifest.Nodes["model.shop.dim.v1"]).Alias);
    }

    [Fact]
    public void A_missing_ref_is_told_with_its_place_and_the_nearest_name()
    {
        using ProjectFixture project = new(
            ("models/orders.sql", "select 1 as id"),
            ("models/b.sql", "select *\nfrom {{ ref('ordres') }}"));
        Assert.Null(project.TryParse());
        CollectedDiagnostic error = project.Bag.All.Single(d => d.Diagnostic.Severity == Severity.Error);
        Assert.Equal(DbtKinds.Compilation, error.DbtKind);
        Assert.Contains("'ordres'", error.Diagnostic.Message, StringComparison.Ordinal);
        Assert.Contains("orders", string.Join(' ', error.Diagnostic.Help), StringComparison.Ordinal);
        Assert.Equal("models/b.sql", error.Diagnostic.Labels[0].Source.Path);
    }

    [Theory]
    [InlineData("models: [{name: a, access: nonsense}]", "access")]
    [InlineData("models: {name: a}", "not a list")]
    [InlineData("models: [{description: x}]", "no name")]
    [InlineData("- name: a", "Dictionary expected")]
    [InlineData("models: [{name: a, config: {enabled: perhaps}}]", "'perhaps' is not of type 'boolean'")]
    [InlineData("models: [{name: a, config: {freshness: {build_after: {count: 1}}}}]", "must have a value for `period`")]
    [InlineData("models: [{name: a, description: \"{{ doc('nowhere') }}\"}]", "docs block")]
    [InlineData("exposures: [{name: e, type: dashboard, owner: {}}]", "owner")]
    [InlineData("models: [{name: a}, {name: a}]", "described twice")]
    [InlineData("models: [{name: a, columns: [{name: id, data_tests: [{not_null: {config: {severity: loud}}}]}]}]", "severity")]
    [InlineData("models: [{name: a, group: nobody}]", "Invalid group")]
    public void Wrong_properties_are_errors_that_say_what_is_wrong(string properties, string expected)
    {
        using ProjectFixture project = new(("models/a.sql", "select 1 as id"), ("models/s.yml", properties));
        Assert.Null(project.TryParse());
        Assert.Contains(expected, project.FirstError, StringComparison.Ordinal);
    }

    [Fact]
    public void A_seed_whose_hook_reads_a_model_is_refused()
    {
        using ProjectFixture project = new(
            ("dbt_project.yml", "name: shop\nprofile: shop\nversion: '1.0'\nseeds: {+post-hook: \"select * from {{ ref('a') }}\"}\n"),
            ("models/a.sql", "select 1 as id"), ("seeds/s.csv", "id\n1\n"));
        Assert.Null(project.TryParse());
        Assert.Contains("Seeds cannot depend on other nodes", project.FirstError, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_unique_in_a_package_where_its_flag_says_so()
    {
        const string alias = "{% macro generate_alias_name(custom_alias_name, node) %}{{ node.name }}_{{ node.resource_type }}{% endmacro %}";
        using ProjectFixture project = new(
            ("dbt_project.yml", "name: shop\nprofile: shop\nversion: '1.0'\nflags: {require_unique_project_resource_names: true}\n"),
            ("macros/alias.sql", alias), ("models/a.sql", "select 1 as id"), ("seeds/a.csv", "id\n1\n"));
        Assert.Null(project.TryParse());
        Assert.Contains("'a' names two resources", project.FirstError, StringComparison.Ordinal);
    }

    [Fact]
    public void All_broken_files_are_told_at_once()
    {
        using ProjectFixture project = new(
            ("models/a.sql", "select {{ 1 + }}"),
            ("models/b.sql", "select {{ 'x' | no_such_filter }}"));
        Assert.Null(project.TryParse());
        Assert.Equal(2, project.Bag.All.Count(d => d.Diagnostic.Severity == Severity.Error));
    }

    [Fact]
    public void Two_models_of_one_name_are_an_error()
    {
        using ProjectFixture project = new(("models/x/a.sql", "select 1 as id"), ("models/y/a.sql", "select 1 as id"));
        Assert.Null(project.TryParse());
        Assert.Contains("models/x/a.sql", project.FirstError, StringComparison.Ordinal);
    }

    [Fact]
    public void Disabled_models_are_kept_apart()
    {
        using ProjectFixture project = new(("models/a.sql", "{{ config(enabled=false) }} select 1 as id"));
        ProjectManifest manifest = project.Parse();
        Assert.Empty(manifest.NodesInOrder);
        Assert.True(manifest.Disabled.ContainsKey("model.shop.a"));
    }

    [Fact]
    public void Secrets_of_the_environment_stay_out_of_models()
    {
        using ProjectFixture project = new(("models/a.sql", "select '{{ env_var('DBT_ENV_SECRET_KEY') }}'"));
        project.Environment["DBT_ENV_SECRET_KEY"] = "hush";
        Assert.Null(project.TryParse());
        Assert.DoesNotContain("hush", project.FirstError, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_target_is_told_with_the_ones_there_are()
    {
        using ProjectFixture project = new();
        GildException e = Assert.Throws<GildException>(() => project.TryParse(project.Options with { Target = "prod" }));
        Assert.Contains("dev", string.Join(' ', e.Diagnostic.Help), StringComparison.Ordinal);
    }

    [Fact]
    public void Parsing_twice_gives_the_same_order()
    {
        (string, string)[] files = [.. Enumerable.Range(0, 60).Select(i => ($"models/m{i}.sql", i == 0 ? "select 1 as id" : $"select * from {{{{ ref('m{i / 2}') }}}}"))];
        using ProjectFixture project = new(files);
        Assert.Equal(project.Parse().NodesInOrder.Select(n => n.UniqueId), project.Parse().NodesInOrder.Select(n => n.UniqueId));
    }
}
