using System.Text.Json;
using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Loading;

/// <summary>selectors.yml: what it selects, how the manifest shows it, and what it may not hold.</summary>
public sealed class SelectorsFileTests
{
    static TemporaryProject Project(string selectors) => new(
        ("models/a.sql", "{{ config(tags='x') }} select 1 as id"),
        ("models/b.sql", "{{ config(tags='x') }} select * from {{ ref('a') }}"),
        ("models/c.sql", "{{ config(tags='x') }} select * from {{ ref('b') }}"),
        ("selectors.yml", selectors));

    [Fact]
    public void Short_forms_beside_a_method_select_and_stay_as_written_in_the_manifest()
    {
        using TemporaryProject project = Project("""
            selectors:
              - {name: first, definition: {method: fqn, value: c}}
              - {name: rest, definition: {method: tag, value: x, exclude: [b, {method: selector, value: first}]}}
            """);
        Assert.Equal("shop.a", project.Run(0, "ls", "--quiet", "--selector", "rest").Output.Trim());
        using JsonDocument manifest = project.Artifact("manifest.json");
        JsonElement exclude = manifest.RootElement.GetProperty("selectors").GetProperty("rest").GetProperty("definition").GetProperty("exclude");
        Assert.Equal("b", exclude[0].GetString());
    }

    [Fact]
    public void The_later_of_two_selectors_of_a_name_counts_and_a_selector_counts_more_than_select()
    {
        using TemporaryProject project = Project("selectors: [{name: s, definition: a}, {name: s, definition: b}]");
        Assert.Equal("shop.b", project.Run(0, "ls", "--quiet", "--selector", "s", "--select", "c").Output.Trim());
    }

    [Theory]
    [InlineData("selectors: [{name: s, definition: {method: nope, value: a}}]", "'nope' is not a valid method name")]
    [InlineData("selectors: [{name: s, definition: 'tga:x'}]", "'tga' is not a valid method name")]
    [InlineData("selectors: [{name: s, definition: {method: tag}}]", "not a valid method name")]
    [InlineData("selectors: [{name: s, definition: {method: tag, children: true}}]", "has method, children")]
    [InlineData("selectors: [{name: s, definition: {union: [a], intersection: [b]}}]", "side by side")]
    [InlineData("selectors: [{name: s, definition: {union: [a, {exclude: [b]}, {exclude: [c]}]}}]", "one `exclude` only")]
    [InlineData("selectors: [{name: s, definition: {method: fqn, value: a, indirect_selection: sometimes}}]", "no mode of indirect selection")]
    [InlineData("selectors: [{name: s, definitoin: a}]", "unknown key `definitoin`")]
    [InlineData("nope: []", "unknown key `nope`")]
    public void What_cannot_be_a_selector_is_refused_when_parsing(string selectors, string expected)
    {
        using TemporaryProject project = Project(selectors);
        Assert.Contains(expected, project.Run(2, "parse").All, StringComparison.Ordinal);
    }
}
