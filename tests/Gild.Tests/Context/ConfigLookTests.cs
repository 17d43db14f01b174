using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Context;

/// <summary>What <c>config.get</c> gives when a node runs.</summary>
public sealed class ConfigLookTests
{
    static string Looked(string expression)
    {
        using TemporaryProject project = new(("models/a.sql", "{{ config(meta={'k': 1}, own=none, indexes=[]) }}\n{{ " + expression + " }} -- looked"));
        project.Run(0, "compile");
        return File.ReadAllText(project.PathOf("target/compiled/shop/models/a.sql")).Trim().Replace(" -- looked", "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(config.get('unique_key', 'x') is none) if execute", "True")]
    [InlineData("config.get('nothing_of_that_name', 'x') if execute", "x")]
    [InlineData("config.get('k', 'x') if execute", "x")]
    [InlineData("config.meta_get('k', 'x') if execute", "1")]
    [InlineData("(config.require('event_time') is none) if execute", "True")]
    public void A_config_of_every_node_is_none_and_no_default_when_it_is_not_set(string expression, string expected) =>
        Assert.Equal(expected, Looked(expression));
}
