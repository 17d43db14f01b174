using Gild.Engine.Manifest;
using Xunit;

namespace Gild.Tests.Parsing;

public sealed class DeprecationTests
{
    [Fact]
    public void A_model_past_its_date_and_the_readers_of_models_with_a_date_are_told()
    {
        using ProjectFixture project = new(
            ("models/v_v1.sql", "select 1 as id"), ("models/v_v2.sql", "select 2 as id"),
            ("models/later.sql", "select 1 as id"),
            ("models/reads.sql", "select * from {{ ref('v', v=1) }} union all select * from {{ ref('v') }} union all select * from {{ ref('later') }}"),
            ("models/s.yml", """
                models:
                  - {name: v, latest_version: 2, versions: [{v: 1, deprecation_date: 2020-01-01}, {v: 2}]}
                  - {name: later, deprecation_date: 2999-01-01}
                """));
        ProjectManifest manifest = project.Parse();
        Assert.Contains("model.shop.reads", manifest.Nodes.Keys);
        Assert.Equal(
            ["DeprecatedModel", "DeprecatedReference", "UpcomingReferenceDeprecation"],
            project.Bag.All.Select(d => d.EventName).Order(StringComparer.Ordinal));
    }
}
