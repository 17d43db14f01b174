using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Running;

/// <summary><c>retry</c>: the command of the last run, with its flags, on what did not succeed.</summary>
public sealed class RetryTests
{
    [Fact]
    public void What_failed_and_what_it_held_up_runs_again_with_the_arguments_of_the_last_run()
    {
        using TemporaryProject project = new(
            ("models/fine.sql", "select 1 as id"),
            ("models/bad.sql", "select {{ var('column') }} as id"),
            ("models/child.sql", "select * from {{ ref('bad') }}"));
        project.Run(1, "run", "--vars", "column: nothing_here", "--threads", "1");
        Assert.Equal("error", project.Statuses()["bad"]);

        project.Run(1, "retry");
        Assert.Equal(["bad", "child"], project.Statuses().Keys.Order());

        project.Run(0, "retry", "--vars", "column: 2");
        Assert.Equal(["bad", "child"], project.Statuses().Keys.Order());
        Assert.Equal("2", project.Query("select id from child"));
        Assert.Contains("Nothing to do", project.Run(0, "retry").All, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_of_another_folder_are_retried_and_deferral_keeps_the_state_of_the_last_run()
    {
        using TemporaryProject project = new(("models/a.sql", "select 1 as id"), ("models/b.sql", "select id / {{ var('by') }} as id from {{ ref('a') }} where {{ var('column', 'id') }} > 0"));
        project.Write("profiles.yml", """
            shop:
              target: dev
              outputs:
                dev: {type: duckdb, path: shop.duckdb, schema: main}
                ci: {type: duckdb, path: shop.duckdb, schema: ci}
            """);
        project.Run(0, "run", "--vars", "by: 1", "--target-path", "production");
        project.Run(1, "run", "--select", "b", "--vars", "{by: 1, column: nothing_here}", "--defer", "--state", "production", "--target", "ci");
        Directory.Move(project.PathOf("target"), project.PathOf("earlier"));
        string again = project.Run(1, "retry", "--state", "earlier").All;
        Assert.Contains("nothing_here", again, StringComparison.Ordinal);
        Assert.Equal(["b"], project.Statuses().Keys);

        project.Run(0, "retry", "--state", "earlier", "--vars", "by: 1");
        Assert.Equal("1", project.Query("select id from ci.b"));
    }

    [Fact]
    public void Warnings_are_retried_where_they_are_errors_and_hooks_are_not()
    {
        using TemporaryProject project = new(
            ("models/a.sql", "select 1 as id"),
            ("tests/found.sql", "{{ config(severity='warn') }} select * from {{ ref('a') }}"));
        project.Write("dbt_project.yml", TemporaryProject.ProjectFile + "\non-run-end: ['select nothing_here']\n");
        project.Run(1, "build");
        Assert.Contains("Nothing to do", project.Run(0, "retry").All, StringComparison.Ordinal);

        project.Write("dbt_project.yml", TemporaryProject.ProjectFile);
        project.Run(0, "build");
        project.Run(1, "retry", "--warn-error");
        Assert.Equal(["found"], project.Statuses().Keys);

        project.Write("models/b.sql", "{{ exceptions.warn('careful') if execute }} select nothing_here as id");
        project.Run(1, "run", "--warn-error-options", "{silence: [JinjaLogWarning]}");
        Assert.DoesNotContain("[WARNING]", project.Run(1, "retry").All, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operation_is_called_again_only_when_it_failed()
    {
        using TemporaryProject project = new(("macros/m.sql", "{% macro touch(name) %}{% do run_query('create table ' ~ name ~ ' as select 1 as id') %}{% endmacro %}"));
        project.Run(0, "run-operation", "touch", "--args", "name: t");
        project.Run(0, "retry");
        project.Run(1, "run-operation", "touch", "--args", "name: t");
        Assert.Contains("already exists", project.Run(1, "retry").All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_is_gone_cannot_be_retried()
    {
        using TemporaryProject project = new(("models/a.sql", "select nothing_here"), ("models/b.sql", "select 1 as id"));
        project.Run(1, "run");
        File.Delete(project.PathOf("models/a.sql"));
        Assert.Contains("Couldn't find model 'model.shop.a'", project.Run(2, "retry").All, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_of_an_operation_are_kept_as_they_were_given()
    {
        using TemporaryProject project = new(("macros/m.sql", "{% macro m(n) %}{{ log(invocation_args_dict.args ~ ' ' ~ n, info=true) }}{% if not var('fine', false) %}{{ exceptions.raise_compiler_error('no') }}{% endif %}{% endmacro %}"));
        Assert.Contains("{'n': 1} 1", project.Run(1, "run-operation", "m", "--args", "n: 1").All, StringComparison.Ordinal);
        Assert.Contains("{'n': 1} 1", project.Run(0, "retry", "--vars", "fine: true").All, StringComparison.Ordinal);
    }
}
