using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Running;

/// <summary>What packages may replace and what the root project may, and whose nodes and macros a name means.</summary>
public sealed class PackageTests
{
    const string Packages = "packages: [{local: dep}]";
    const string Dep = "name: dep\nversion: '1.0'\n";

    static TemporaryProject Project(string more, params (string Path, string Text)[] files)
    {
        TemporaryProject project = new([("dbt_project.yml", TemporaryProject.ProjectFile + "\n" + more), ("packages.yml", Packages), ("dep/dbt_project.yml", Dep), .. files]);
        project.Run(0, "deps");
        return project;
    }

    [Fact]
    public void Only_the_root_project_or_its_flag_lets_a_package_replace_a_built_in_materialization()
    {
        const string broken = "{% materialization view, default %}{{ exceptions.raise_compiler_error('from dep') }}{% endmaterialization %}";
        using TemporaryProject project = Project("", ("models/a.sql", "select 1 as id"), ("dep/macros/view.sql", broken));
        project.Run(0, "run");
        project.Write("dbt_project.yml", TemporaryProject.ProjectFile + "\nflags: {require_explicit_package_overrides_for_builtin_materializations: false}\n");
        string told = project.Run(1, "run").All;
        Assert.Contains("from dep", told, StringComparison.Ordinal);
        Assert.Contains("PackageMaterializationOverrideDeprecation", told, StringComparison.Ordinal);
        project.Write("dbt_project.yml", TemporaryProject.ProjectFile + "\n");
        project.Write("macros/view.sql", "{% materialization view, default %}{{ return(dep.materialization_view_default()) }}{% endmaterialization %}");
        Assert.Contains("from dep", project.Run(1, "run").All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_project_may_replace_what_the_adapter_answers_with_its_own_macro()
    {
        using TemporaryProject project = new(
            ("models/a.sql", "{% set columns = adapter.get_columns_in_relation(this) %} select '{{ columns }}' as told"),
            ("macros/columns.sql", "{% macro duckdb__get_columns_in_relation(relation) %}{{ return('mine') }}{% endmacro %}"));
        project.Run(0, "run");
        Assert.Equal("mine", project.Query("select told from a"));
    }

    [Fact]
    public void A_search_order_may_name_packages_that_are_not_installed()
    {
        using TemporaryProject project = new(
            ("dbt_project.yml", TemporaryProject.ProjectFile + "\ndispatch: [{macro_namespace: dbt, search_order: [shop, absent, dbt]}]\n"),
            ("models/a.sql", "select 1 as id"));
        project.Run(0, "run");
    }

    [Fact]
    public void A_package_reads_the_projects_node_of_a_name_or_by_the_flag_its_own()
    {
        using TemporaryProject project = Project("",
            ("models/a.sql", "{{ config(schema='root') }} select 'root' as what"), ("dep/models/a.sql", "select 'dep' as what"), ("dep/models/b.sql", "select * from {{ ref('a') }}"));
        Assert.Contains("depends on the root project node", project.Run(0, "run").All, StringComparison.Ordinal);
        Assert.Equal("root", project.Query("select what from b"));
        project.Write("dbt_project.yml", TemporaryProject.ProjectFile + "\nflags: {require_ref_searches_node_package_before_root: true}\n");
        Assert.DoesNotContain("depends on the root project node", project.Run(0, "run").All, StringComparison.Ordinal);
        Assert.Equal("dep", project.Query("select what from b"));
    }

    [Fact]
    public void A_test_of_a_package_finds_the_macros_beside_it()
    {
        using TemporaryProject project = Project("",
            ("models/a.sql", "select 1 as id"),
            ("models/s.yml", "models: [{name: a, data_tests: [dep.never]}]"),
            ("dep/macros/never.sql", "{% test never(model) %}{{ return(adapter.dispatch('test_never')(model)) }}{% endtest %}\n"
                + "{% macro default__test_never(model) %}select * from {{ model }} where {{ falsehood() }}{% endmacro %}\n{% macro falsehood() %}1 = 2{% endmacro %}"));
        project.Run(0, "build");
    }

    [Fact]
    public void An_operation_of_a_package_is_found_without_its_package()
    {
        using TemporaryProject project = Project("", ("dep/macros/hello.sql", "{% macro hello() %}{{ log('hello of dep', info=true) }}{% endmacro %}"));
        Assert.Contains("hello of dep", project.Run(0, "run-operation", "hello").All, StringComparison.Ordinal);
    }

    [Fact]
    public void Packages_are_installed_also_where_a_var_is_missing()
    {
        using TemporaryProject project = Project("models: {shop: {+materialized: \"{{ var('kind') }}\"}}\n", ("models/a.sql", "select 1 as id"));
        Assert.Contains("Required var 'kind' not found", project.Run(2, "run").All, StringComparison.Ordinal);
        project.Run(0, "run", "--vars", "kind: table");
    }

    [Fact]
    public void Functions_that_are_not_built_here_are_read_where_the_state_has_them()
    {
        using TemporaryProject project = new(
            ("functions/double_it.sql", "x * 2"),
            ("functions/s.yml", "functions: [{name: double_it, arguments: [{name: x, data_type: integer}], returns: {data_type: integer}}]"),
            ("models/a.sql", "select {{ function('double_it') }}(1) as n"));
        project.Run(0, "parse", "--target", "ci");
        Directory.Move(project.PathOf("target"), project.PathOf("state"));
        project.Run(0, "compile", "--select", "a", "--defer", "--state", "state");
        Assert.Contains("ci", File.ReadAllText(project.PathOf("target/compiled/shop/models/a.sql")), StringComparison.Ordinal);
    }
}
