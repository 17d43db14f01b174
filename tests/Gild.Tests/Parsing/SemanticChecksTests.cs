using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Parsing;

/// <summary>Semantic models that MetricFlow could not query are refused while parsing.</summary>
public sealed class SemanticChecksTests
{
    const string Good = """
        models:
          - name: days
            time_spine: {standard_granularity_column: day}
            columns: [{name: day, granularity: day}]
        semantic_models:
          - name: orders
            model: ref('orders')
            defaults: {agg_time_dimension: ordered_on}
            entities: [{name: order, type: primary, expr: order_id}]
            dimensions: [{name: ordered_on, type: time, type_params: {time_granularity: day}}]
            measures: [{name: turnover, agg: sum, expr: amount}, {name: pieces, agg: sum, expr: amount}]
        metrics:
          - {name: total, label: Total, type: simple, type_params: {measure: turnover}}
        """;

    static TemporaryProject Project(string semantics) => new(
        ("models/orders.sql", "select 1 as order_id, 5 as amount, current_date as ordered_on"), ("models/days.sql", "select current_date as day"), ("models/semantics.yml", semantics));

    [Theory]
    [InlineData("pieces", "turnover", "Found measure with name turnover in multiple semantic models")]
    [InlineData("name: pieces", "name: Pieces_", "Invalid name `Pieces_`")]
    [InlineData("name: pieces", "name: order", "can't use name `order` for a entity when it was already used for a measure")]
    [InlineData("agg_time_dimension: ordered_on", "agg_time_dimension: order_on", "which is not a valid time dimension in the semantic model")]
    [InlineData("type: primary", "type: foreign", "does not define a primary entity")]
    public void What_cannot_be_queried_is_refused(string good, string bad, string expected)
    {
        using TemporaryProject project = Project(Good.Replace(good, bad, StringComparison.Ordinal));
        Assert.Contains(expected, project.Run(2, "parse").All, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"SemanticValidationFailure\"", project.Run(2, "parse", "--log-format", "json").All, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_target_is_no_change_of_semantic_models_and_exports()
    {
        using TemporaryProject project = Project(Good.Replace("type: time", "type: TIME", StringComparison.Ordinal) + """

            saved_queries:
              - {name: daily, query_params: {metrics: [total]}, exports: [{name: daily_total, config: {export_as: table}}]}
            """);
        project.Run(0, "parse", "--target-path", "before");
        Assert.Equal("", project.Run(0, "ls", "-q", "--select", "state:modified", "--state", "before", "--target", "ci").Output);
    }
}
