using Gild.Engine.Graph;
using Gild.Engine.Manifest;
using Gild.Tests.Parsing;
using Xunit;

namespace Gild.Tests.Graph;

public sealed class BuildGraphTests : IDisposable
{
    readonly ProjectFixture _project = new(
        ("models/a.sql", "select 1 as id"),
        ("models/b.sql", "select 1 as id"),
        ("models/c.sql", "select * from {{ ref('a') }} join {{ ref('b') }} using (id)"),
        ("models/d.sql", "select * from {{ ref('c') }}"),
        ("models/only_a.sql", "select * from {{ ref('a') }}"),
        ("models/s.yml", """
            models:
              - {name: a, columns: [{name: id, data_tests: [unique, {relationships: {name: a_in_b, arguments: {to: ref('b'), field: id}}}]}]}
            exposures:
              - {name: board, type: dashboard, owner: {name: me}, depends_on: [ref('a')]}
            """));

    readonly ProjectManifest _manifest;
    readonly Dag _build;

    public BuildGraphTests()
    {
        _manifest = _project.Parse();
        _build = BuildGraph.Of(Dag.Build(_manifest), _manifest);
    }

    public void Dispose() => _project.Dispose();

    string Below(string test) => string.Join(' ', _build.Descendants(_manifest.Nodes.Keys.Single(k => k.StartsWith("test.shop." + test, StringComparison.Ordinal)))
        .Select(id => id.Split('.')[2]).Order(StringComparer.Ordinal));

    [Fact]
    public void A_test_stands_before_all_models_below_what_it_tests() => Assert.Equal("c d only_a", Below("unique_a_id"));

    [Fact]
    public void A_test_of_two_models_stands_before_what_is_below_both() => Assert.Equal("c d", Below("a_in_b"));

    [Fact]
    public void An_exposure_waits_for_no_test() =>
        Assert.Equal(["model.shop.a"], _build.Parents("exposure.shop.board"));
}
