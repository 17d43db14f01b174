using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;
using Xunit;

namespace Gild.Tests.Parsing;

/// <summary>What a manifest says where real projects have more than one answer: a state made by dbt and one made by Gild compare.</summary>
public sealed class ManifestLikeDbtTests
{
    static (string Path, string Text)[] WithPackage(params (string Path, string Text)[] files) =>
    [
        ("packages.yml", "packages: [{local: ../tools}]"),
        ("dbt_packages/tools/dbt_project.yml", "name: tools\nversion: '1.0'\n"),
        .. files,
    ];

    [Fact]
    public void The_text_of_a_macro_goes_as_far_as_its_tags_trim()
    {
        using ProjectFixture project = new(("macros/m.sql", "{% macro a() -%}\n1\n{%- endmacro -%}\n\n\n{%- macro b() %}2{% endmacro %}\n\n{%- macro c() %}3{% endmacro %}\n"));
        ProjectManifest manifest = project.Parse();
        Assert.Equal("{% macro a() -%}\n1\n{%- endmacro -%}\n\n\n", Text("a"));
        Assert.Equal("{%- macro b() %}2{% endmacro %}", Text("b"));
        Assert.Equal("\n\n{%- macro c() %}3{% endmacro %}", Text("c"));

        string Text(string name)
        {
            MacroNode macro = manifest.Macros["macro.shop." + name];
            return macro.Source.Text.Substring(macro.TextSpan.Offset, macro.TextSpan.Length);
        }
    }

    [Fact]
    public void A_macro_depends_on_what_dbt_finds_by_the_name_alone()
    {
        using ProjectFixture project = new(WithPackage(
            ("dbt_packages/tools/macros/m.sql", "{% macro run_query(sql) %}{% endmacro %}{% macro only_here() %}{% endmacro %}"),
            ("macros/m.sql", "{% macro mine() %}{% set x = run_query('select 1') %}{{ \"{{ only_here() }}\" }}{% endmacro %}")));
        Assert.Equal(["macro.tools.run_query"], project.Parse().Macros["macro.shop.mine"].DependsOnMacros);
    }

    [Fact]
    public void A_test_of_a_package_that_the_project_has_too_keeps_the_defaults_of_its_config()
    {
        using ProjectFixture project = new(WithPackage(
            ("dbt_packages/tools/macros/t.sql", "{% test equality(model, other) %}{{ config(fail_calc='sum(n)') }}select 1{% endtest %}"),
            ("macros/t.sql", "{% test equality(model, other) %}select 2{% endtest %}"),
            ("models/a.sql", "select 1 as id"),
            ("models/b.sql", "select 1 as id"),
            ("models/s.yml", "models: [{name: a, data_tests: [{tools.equality: {arguments: {other: \"ref('b')\"}}}]}]")));
        TestNode test = project.Parse().NodesInOrder.OfType<TestNode>().Single();
        Assert.Contains("macro.shop.test_equality", test.DependsOnMacros);
        Assert.DoesNotContain("macro.tools.test_equality", test.DependsOnMacros);
        Assert.Equal("count(*)", test.Config.Text("fail_calc"));
        Assert.Equal(["model.shop.b", "model.shop.a"], test.DependsOnNodes);
    }

    [Fact]
    public void A_project_that_replaces_ref_still_has_tests_with_edges()
    {
        using ProjectFixture project = new(
            ("macros/ref.sql", "{% macro ref() %}{{ return(builtins.ref(*varargs)) }}{% endmacro %}"),
            ("models/a.sql", "select 1 as id"),
            ("models/s.yml", "models: [{name: a, columns: [{name: id, data_tests: [{accepted_values: {arguments: {values: [1]}}}]}]}]"));
        TestNode test = project.Parse().NodesInOrder.OfType<TestNode>().Single();
        Assert.Equal(["model.shop.a"], test.DependsOnNodes);
        Assert.DoesNotContain("macro.shop.ref", test.DependsOnMacros);
    }

    [Fact]
    public void The_unrendered_config_keeps_what_is_written()
    {
        using ProjectFixture project = new(
            ("models/plain.sql", "{{ config(tags='t', materialized='table') }} select 1 as id"),
            ("models/described.sql", "{{ config(materialized='table', tags='t') }} select 1 as id"),
            ("models/rendered.sql", "{{ config(tags='t', post_hook='select 1', size=3) }} select 1 as id"),
            ("models/s.yml", "models: [{name: described, config: {schema: s}}]"));
        ProjectManifest manifest = project.Parse();
        Assert.Equal("{'tags': 't', 'materialized': 'table'}", Unrendered("plain"));
        Assert.Equal("{'schema': 's', 'materialized': 'table', 'tags': ['t']}", Unrendered("described"));
        Assert.Equal("{'tags': 't', 'size': 3, 'post-hook': 'select 1'}", Unrendered("rendered"));
        Assert.Equal(["t"], manifest.Nodes["model.shop.plain"].Config.Tags);

        string Unrendered(string name) => ValueText.ToRepr(manifest.Nodes["model.shop." + name].UnrenderedConfig);
    }

    [Fact]
    public void A_none_of_a_users_key_is_a_value_and_static_analysis_is_a_word()
    {
        using ProjectFixture project = new(
            ("models/a.sql", "{{ config(partition_by=none, schema=none) }} select 1 as id"),
            ("models/s.yml", "models: [{name: a, config: {static_analysis: off}}]"));
        DictValue config = ConfigDefaults.Complete(project.Parse().Nodes["model.shop.a"]);
        Assert.True(config.TryGetValue("partition_by", out Value partition) && partition.IsNone);
        Assert.Equal("off", config.ValueOf("static_analysis").AsString);
    }

    [Fact]
    public void A_seed_in_the_place_of_a_packages_own_takes_its_config()
    {
        using ProjectFixture project = new(WithPackage(
            ("dbt_project.yml", "name: shop\nprofile: shop\nseeds: {tools: {exceptions: {+enabled: false}}}\n"),
            ("dbt_packages/tools/seeds/exceptions.csv", "id\n1\n"),
            ("dbt_packages/tools/seeds/s.yml", "seeds: [{name: exceptions, description: What to pass over., config: {column_types: {id: varchar}}}]"),
            ("seeds/exceptions.csv", "id\n2\n")));
        Node seed = project.Parse().Nodes["seed.shop.exceptions"];
        Assert.Equal("What to pass over.", seed.Description);
        Assert.Equal("{'id': 'varchar'}", ValueText.ToRepr(seed.Config.Values.ValueOf("column_types")));
    }

    [Theory]
    [InlineData("\"{{ (false | as_bool) and (true | as_bool) }}\"", true)]
    [InlineData("\"{{ (1 == 2) | as_bool }}\"", false)]
    [InlineData("\"{{ var('wanted') | as_bool }}\"", false)]
    public void As_bool_makes_a_text_until_it_is_the_whole_value(string enabled, bool expected)
    {
        using ProjectFixture project = new(
            ("dbt_project.yml", "name: shop\nprofile: shop\nvars: {wanted: 'False'}\n"),
            ("models/a.sql", "select 1 as id"),
            ("models/s.yml", $"models: [{{name: a, config: {{enabled: {enabled}}}}}]"));
        Assert.Equal(expected, project.Parse().Nodes.ContainsKey("model.shop.a"));
    }

    [Fact]
    public void A_choice_by_as_bool_is_a_text()
    {
        using ProjectFixture project = new(
            ("models/a.sql", "select 1 as id"),
            ("models/s.yml", "models: [{name: a, config: {schema: \"{{ 'x' if true | as_bool else 'y' }}\"}}]"));
        Assert.Equal("x", project.Parse().Nodes["model.shop.a"].Config.Schema);
    }

    [Fact]
    public void A_property_file_takes_a_var_as_it_is()
    {
        using ProjectFixture project = new(
            ("dbt_project.yml", "name: shop\nprofile: shop\nvars: {where: \"{{ target.schema }}_raw\"}\n"),
            ("models/s.yml", "sources: [{name: raw, schema: \"{{ var('where') }}\", tables: [{name: t}]}]"),
            ("models/a.sql", "{{ config(alias=var('where')) }} select * from {{ source('raw', 't') }}"));
        ProjectManifest manifest = project.Parse();
        Assert.Equal("{{ target.schema }}_raw", ((SourceNode)manifest.Nodes["source.shop.raw.t"]).Schema);
        Assert.Equal("main_raw", ((ModelNode)manifest.Nodes["model.shop.a"]).Alias);
    }

    [Fact]
    public void A_dispatch_order_may_name_packages_that_are_not_installed()
    {
        using ProjectFixture project = new(
            ("dbt_project.yml", "name: shop\nprofile: shop\ndispatch: [{macro_namespace: shop, search_order: [spark_tools, shop]}]\n"),
            ("macros/m.sql", "{% macro one() %}{{ return(adapter.dispatch('one', 'shop')()) }}{% endmacro %}{% macro default__one() %}t{% endmacro %}"),
            ("models/a.sql", "{{ config(alias=one()) }} select 1 as id"));
        Assert.Equal("t", ((ModelNode)project.Parse().Nodes["model.shop.a"]).Alias);
    }

    [Fact]
    public void Seeds_and_sources_depend_on_no_nodes()
    {
        using ProjectFixture project = new(
            ("seeds/a.csv", "id\n1\n"),
            ("models/s.yml", "sources: [{name: raw, tables: [{name: t}]}]"));
        ProjectManifest manifest = project.Parse();
        Assert.Equal("{'macros': []}", ValueText.ToRepr(NodeView.OfAny(manifest.Nodes["seed.shop.a"]).ValueOf("depends_on")));
        Assert.False(NodeView.OfAny(manifest.Nodes["source.shop.raw.t"]).TryGetValue("depends_on", out _));
    }
}
