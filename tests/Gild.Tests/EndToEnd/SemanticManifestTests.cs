using System.Text.Json;
using Xunit;

namespace Gild.Tests.EndToEnd;

/// <summary>The artifact that tools for metrics read.</summary>
public sealed class SemanticManifestTests
{
    [Fact]
    public void The_semantic_manifest_holds_models_metrics_saved_queries_and_time_spines()
    {
        using TemporaryProject project = new(
            ("models/orders.sql", "select 1 as order_id, 5 as amount, current_date as ordered_on"),
            ("models/days.sql", "select current_date as day"),
            ("models/semantics.yml", """
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
                    measures: [{name: turnover, agg: sum, expr: amount}]
                metrics:
                  - name: turnover
                    label: Turnover
                    type: simple
                    type_params: {measure: turnover}
                    filter: "{{ Dimension('order__ordered_on') }} is not null"
                saved_queries:
                  - name: daily
                    query_params: {metrics: [turnover], group_by: ["TimeDimension('metric_time', 'day')"]}
                    exports: [{name: daily_turnover, config: {export_as: table}}]
                """));
        project.Run(0, "parse");
        using JsonDocument artifact = project.Artifact("semantic_manifest.json");
        JsonElement root = artifact.RootElement;
        Assert.Equal(["semantic_models", "metrics", "project_configuration", "saved_queries"], root.EnumerateObject().Select(p => p.Name));
        JsonElement model = Assert.Single(root.GetProperty("semantic_models").EnumerateArray());
        Assert.Equal(
            ["name", "defaults", "description", "node_relation", "primary_entity", "entities", "measures", "dimensions", "label", "metadata", "config"],
            model.EnumerateObject().Select(p => p.Name));
        Assert.Equal("orders", model.GetProperty("node_relation").GetProperty("alias").GetString());
        Assert.Equal("amount", Assert.Single(model.GetProperty("measures").EnumerateArray()).GetProperty("expr").GetString());
        JsonElement metric = Assert.Single(root.GetProperty("metrics").EnumerateArray());
        JsonElement measure = metric.GetProperty("type_params").GetProperty("measure");
        Assert.Equal("turnover", measure.GetProperty("name").GetString());
        Assert.False(measure.GetProperty("join_to_timespine").GetBoolean());
        Assert.Equal(
            "{{ Dimension('order__ordered_on') }} is not null",
            Assert.Single(metric.GetProperty("filter").GetProperty("where_filters").EnumerateArray()).GetProperty("where_sql_template").GetString());
        JsonElement query = Assert.Single(root.GetProperty("saved_queries").EnumerateArray());
        Assert.Equal("daily_turnover", Assert.Single(query.GetProperty("exports").EnumerateArray()).GetProperty("name").GetString());
        JsonElement spine = Assert.Single(root.GetProperty("project_configuration").GetProperty("time_spines").EnumerateArray());
        Assert.Equal("day", spine.GetProperty("primary_column").GetProperty("time_granularity").GetString());
    }
}
