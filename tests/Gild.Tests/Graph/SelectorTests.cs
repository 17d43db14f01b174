using Gild.Engine;
using Gild.Engine.Graph;
using Gild.Engine.Manifest;
using Gild.Tests.Parsing;
using Xunit;

namespace Gild.Tests.Graph;

public sealed class SelectorTests : IDisposable
{
    readonly ProjectFixture _project = new(
        ("models/a.sql", "{{ config(tags=['x']) }} select 1 as id"),
        ("models/sub/b.sql", "{{ config(materialized='table') }} select * from {{ ref('a') }}"),
        ("models/sub/c.sql", "{{ config(tags=['x', 'y']) }} select * from {{ ref('b') }}"),
        ("models/d.sql", "select * from {{ ref('c') }}"),
        ("models/e.sql", "select * from {{ ref('b') }}"),
        ("models/s.yml", "models: [{name: b, columns: [{name: id, data_tests: [not_null, {relationships: {arguments: {to: ref('a'), field: id}}}]}]}]"),
        ("selectors.yml", "selectors:\n  - name: nightly\n    definition:\n      union:\n        - {method: tag, value: x}\n        - exclude: [c]\n"));

    readonly ProjectManifest _manifest;
    readonly Dag _dag;

    public SelectorTests()
    {
        _manifest = _project.Parse();
        _dag = Dag.Build(_manifest);
    }

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("a+", "", "a b c d e")]
    [InlineData("+c", "", "a b c")]
    [InlineData("1+c", "", "b c")]
    [InlineData("b+1", "", "b c e")]
    [InlineData("@c", "", "a b c d")]
    [InlineData("a+,+d", "", "a b c d")]
    [InlineData("a b,c d", "", "a d")]
    [InlineData("a+", "c+", "a b e")]
    [InlineData("tag:x", "", "a c")]
    [InlineData("path:models/sub", "", "b c")]
    [InlineData("config.materialized:table", "", "b")]
    [InlineData("shop.sub", "", "b c")]
    [InlineData("sub.*", "", "b c")]
    [InlineData("?", "", "a d e")]
    [InlineData("package:this", "tag:*", "b d e")]
    [InlineData("nothing_of_that_name", "", "")]
    public void Models_are_chosen(string select, string exclude, string expected) =>
        Assert.Equal(expected, string.Join(' ', Select(select, exclude, ResourceType.Model)));

    [Theory]
    [InlineData(IndirectSelection.Eager, 2)]
    [InlineData(IndirectSelection.Cautious, 1)]
    [InlineData(IndirectSelection.Buildable, 2)]
    [InlineData(IndirectSelection.Empty, 0)]
    public void Tests_come_along_by_the_mode_of_indirect_selection(IndirectSelection mode, int count) =>
        Assert.Equal(count, Select("b", "", ResourceType.Test, mode).Count);

    [Fact]
    public void A_selector_of_the_file_can_be_named() =>
        Assert.Equal(["a"], Names(Selector.Select(_manifest, _dag, new SelectionOptions { Selector = "nightly", ResourceTypes = new HashSet<ResourceType> { ResourceType.Model } })));

    [Fact]
    public void An_unknown_method_is_an_error_with_the_nearest_one()
    {
        GildException e = Assert.Throws<GildException>(() => Select("tags:x", "", ResourceType.Model));
        Assert.Contains("`tag`", string.Join(' ', e.Diagnostic.Help), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cycle_is_told_with_its_path()
    {
        using ProjectFixture project = new(
            ("models/a.sql", "select * from {{ ref('c') }}"), ("models/b.sql", "select * from {{ ref('a') }}"), ("models/c.sql", "select * from {{ ref('b') }}"));
        GildException e = Assert.Throws<GildException>(() => Dag.Build(project.Parse()).CheckAcyclic());
        Assert.Contains("model.shop.a --> model.shop.b --> model.shop.c", e.Message + " --> " + e.Message.Split(": ")[1], StringComparison.Ordinal);
    }

    List<string> Select(string select, string exclude, ResourceType type, IndirectSelection mode = IndirectSelection.Eager) => Names(Selector.Select(_manifest, _dag, new SelectionOptions
    {
        Select = [select],
        Exclude = exclude.Length == 0 ? [] : [exclude],
        Indirect = mode,
        ResourceTypes = new HashSet<ResourceType> { type },
    }));

    List<string> Names(IEnumerable<string> ids) => [.. ids.Select(id => _manifest.Nodes[id].Name).Order(StringComparer.Ordinal)];
}
