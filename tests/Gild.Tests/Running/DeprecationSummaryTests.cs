using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Running;

/// <summary>What a project in an older way of writing is told: each kind once, with a count at the end.</summary>
public sealed class DeprecationSummaryTests
{
    const string OldTests = """
        models:
          - name: orders
            columns:
              - name: id
                data_tests:
                  - accepted_values: {values: [1]}
                  - relationships: {to: "ref('orders')", field: id}
                  - not_null: {where: "id > 0"}
        """;

    static TemporaryProject Old() => new(("models/orders.sql", "select 1 as id"), ("models/schema.yml", OldTests));

    static int Count(Outcome outcome, string text) => outcome.All.Split(text).Length - 1;

    [Fact]
    public void A_deprecation_is_shown_once_and_counted_at_the_end()
    {
        using TemporaryProject project = Old();
        Outcome outcome = project.Run(0, "parse");
        Assert.Equal(1, Count(outcome, "stand beside its config"));
        Assert.Contains("- MissingArgumentsPropertyInGenericTestDeprecation: 2 occurrences", outcome.All, StringComparison.Ordinal);
        Assert.Contains("- PropertyMovedToConfigDeprecation: 1 occurrence\n", outcome.All, StringComparison.Ordinal);
    }

    [Fact]
    public void All_are_shown_on_request_and_none_when_silenced()
    {
        using TemporaryProject project = Old();
        Assert.Equal(2, Count(project.Run(0, "parse", "--show-all-deprecations"), "stand beside its config"));
        Outcome silent = project.Run(0, "parse", "--warn-error-options",
            "{silence: [MissingArgumentsPropertyInGenericTestDeprecation, PropertyMovedToConfigDeprecation, DeprecationsSummary]}");
        Assert.DoesNotContain("[WARNING]", silent.All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deprecation_is_an_error_under_its_name()
    {
        using TemporaryProject project = Old();
        project.Run(2, "parse", "--warn-error");
        project.Run(2, "parse", "--warn-error-options", "{error: [PropertyMovedToConfigDeprecation]}");
        project.Run(0, "parse", "--warn-error-options", "{error: [CustomKeyInConfigDeprecation]}");
    }

    [Fact]
    public void Only_tests_that_have_arguments_are_told_that_they_will_be_nested()
    {
        using TemporaryProject project = new(
            ("models/orders.sql", "select 1 as id"),
            ("macros/t.sql", "{% test custom(model, column_name, arguments=none) %}select 1 as n where false{% endtest %}"),
            ("models/schema.yml", "models: [{name: orders, columns: [{name: id, data_tests: [not_null, {custom: {arguments: {a: 1}}}]}]}]"));
        project.Write("dbt_project.yml", TemporaryProject.ProjectFile + "\nflags: {require_generic_test_arguments_property: false}\n");
        Assert.Contains("- ArgumentsPropertyInGenericTestDeprecation: 1 occurrence\n", project.Run(0, "parse").All, StringComparison.Ordinal);
    }

    [Fact]
    public void All_deprecations_together_may_be_errors_warnings_or_silent()
    {
        using TemporaryProject project = Old();
        project.Run(2, "parse", "--warn-error-options", "{error: [Deprecations]}");
        project.Run(0, "parse", "--warn-error-options", "{error: all, warn: [Deprecations]}");
        Assert.DoesNotContain("[WARNING]", project.Run(0, "parse", "--warn-error-options", "{silence: [Deprecations]}").All, StringComparison.Ordinal);
        Outcome one = project.Run(0, "parse", "--warn-error-options", "{silence: [Deprecations], warn: [PropertyMovedToConfigDeprecation]}");
        Assert.Equal(1, Count(one, "[WARNING]"));
        project.Run(2, "parse", "--warn-error", "--warn-error-options", "{error: all}");
    }

    [Fact]
    public void Keys_that_the_schema_does_not_know_are_told_where_dbt_validates_projects()
    {
        using TemporaryProject project = new(
            ("models/orders.sql", "{{ config(materialized='table', owner='me') }} select 1 as id"),
            ("models/schema.yml", """
                models:
                  - name: orders
                    discription: one row
                    tags: [daily]
                    config: {colour: red}
                """));
        project.Write("dbt_project.yml", TemporaryProject.ProjectFile + "\nmodels:\n  shop:\n    enabled: true\n");
        Outcome onDuckDb = project.Run(0, "parse", "--warn-error");
        Assert.Contains("did you mean `description`?", onDuckDb.All, StringComparison.Ordinal);
        project.Write("profiles.yml", """
            shop:
              target: dev
              outputs:
                dev: {type: redshift, host: localhost, user: u, password: p, dbname: d, schema: s, port: 5439}
            """);
        string onRedshift = project.Run(0, "parse", "--show-all-deprecations").All;
        Assert.Contains("Custom key `discription` found at `models[0]`", onRedshift, StringComparison.Ordinal);
        Assert.Contains("Found `tags` as a top-level property of `models[0]`", onRedshift, StringComparison.Ordinal);
        Assert.Contains("Custom key `colour` found in `config` at path `models[0].config`", onRedshift, StringComparison.Ordinal);
        Assert.Contains("Custom key `owner` found in `config` in file `models/orders.sql`", onRedshift, StringComparison.Ordinal);
        Assert.Contains("Missing '+' prefix on `enabled` found at `models.shop.enabled`", onRedshift, StringComparison.Ordinal);
    }

    [Fact]
    public void The_older_flags_for_models_are_deprecated()
    {
        using TemporaryProject project = Old();
        Assert.Contains("- ModelParamUsageDeprecation: 1 occurrence", project.Run(0, "ls", "--models", "orders").All, StringComparison.Ordinal);
        Assert.DoesNotContain("ModelParamUsageDeprecation", project.Run(0, "ls", "--select", "orders").All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("init")]
    [InlineData("init name-with-hyphen")]
    public void A_name_that_cannot_be_a_project_ends_in_a_usage_error(string words)
    {
        using TemporaryProject project = new();
        Outcome outcome = project.Run(2, words.Split(' '));
        Assert.Contains("Usage Error", outcome.All, StringComparison.Ordinal);
        Assert.DoesNotContain("fault of Gild", outcome.All, StringComparison.Ordinal);
    }
}
