using Gild.Engine;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;
using Xunit;

namespace Gild.Tests.Parsing;

public sealed class PythonModelTests
{
    const string Model = """"
        import pandas  # not dbt.ref("nothing")

        def model(dbt, session):
            """dbt.ref('neither')"""
            dbt.config(
                tags=["py"],  # a tag
                packages=["numpy==1.26", 'pandas'],
            )
            limit = dbt.config.get("row_limit", 10)
            frame = dbt.ref("orders").limit(limit)
            return frame.join(dbt.source('raw', 'people'))
        """";

    [Fact]
    public void A_Python_model_is_read_for_its_refs_sources_and_configs()
    {
        using ProjectFixture project = new(
            ("models/orders.sql", "select 1 as id"),
            ("models/scores.py", Model),
            ("models/s.yml", "sources: [{name: raw, tables: [{name: people}]}]"));
        ModelNode node = (ModelNode)project.Parse().Nodes["model.shop.scores"];
        Assert.Equal("python", node.Language);
        Assert.Equal("table", node.Config.Materialized);
        Assert.Equal(["model.shop.orders", "source.shop.raw.people"], node.DependsOnNodes.Order(StringComparer.Ordinal));
        Assert.Equal(["py"], node.Config.Tags);
        Assert.Equal("['row_limit']", ValueText.ToRepr(node.Config.Values["config_keys_used"]));
    }

    [Theory]
    [InlineData("def model(session, dbt):\n    return 1\n", "two parameters")]
    [InlineData("def other(dbt, session):\n    return 1\n", "exactly one model")]
    [InlineData("def model(dbt, session):\n    return dbt.ref(name)\n", "must be literals")]
    [InlineData("def model(dbt, session):\n    x = 1\n", "return one dataframe")]
    public void A_Python_model_that_dbt_would_refuse_is_refused(string code, string why)
    {
        using ProjectFixture project = new(("models/scores.py", code));
        Assert.Null(project.TryParse());
        CollectedDiagnostic error = project.Bag.All.Single(d => d.Diagnostic.Severity == Severity.Error);
        Assert.Contains(why, error.Diagnostic.Message, StringComparison.Ordinal);
        Assert.Equal("models/scores.py", error.Diagnostic.Labels[0].Source.Path);
    }
}
