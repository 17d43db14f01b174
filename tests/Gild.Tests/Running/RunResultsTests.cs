using System.Text.Json;
using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Running;

/// <summary>What run_results.json says of nodes that did not succeed: observability packages read their SQL and their tables from it.</summary>
public sealed class RunResultsTests
{
    [Fact]
    public void Failed_and_skipped_models_say_what_was_compiled_and_where_they_belong()
    {
        using TemporaryProject project = new(
            ("seeds/s.csv", "id\n1\n"),
            ("models/fails.sql", "select 'x'::integer as n from {{ ref('s') }}"),
            ("models/broken.sql", "{{ config(materialized='table') }} select {{ (1 // 0) if execute }} as n"),
            ("models/skipped.sql", "select * from {{ ref('fails') }}"),
            ("models/s.yml", "models: [{name: fails, config: {materialized: table}}]"));
        project.Run(1, "build");
        using JsonDocument artifact = project.Artifact("run_results.json");
        Dictionary<string, JsonElement> results = artifact.RootElement.GetProperty("results").EnumerateArray().ToDictionary(r => r.GetProperty("unique_id").GetString()!);
        Assert.Equal("null null null", Of("seed.shop.s"));
        Assert.Equal("true select 'x'::integer as n from \"shop\".\"main\".\"s\" \"shop\".\"main\".\"fails\"", Of("model.shop.fails"));
        Assert.Equal("false null \"shop\".\"main\".\"broken\"", Of("model.shop.broken"));
        Assert.Equal("false null \"shop\".\"main\".\"skipped\"", Of("model.shop.skipped"));

        string Of(string id) => string.Join(' ', new[] { "compiled", "compiled_code", "relation_name" }
            .Select(key => results[id].GetProperty(key)).Select(e => e.ValueKind switch
            {
                JsonValueKind.Null => "null",
                JsonValueKind.String => e.GetString(),
                _ => e.GetRawText(),
            }));
    }
}
