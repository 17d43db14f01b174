using Gild.Engine;
using Gild.Engine.Yaml;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;
using Xunit;

namespace Gild.Tests.Yaml;

public sealed class YamlReaderTests
{
    [Theory]
    [InlineData("yes", "True")]
    [InlineData("Off", "False")]
    [InlineData("~", "None")]
    [InlineData("017", "15")]
    [InlineData("0x1F", "31")]
    [InlineData("0b101", "5")]
    [InlineData("1_000", "1000")]
    [InlineData("190:20:30", "685230")]
    [InlineData("1.5e+3", "1500.0")]
    [InlineData("1e3", "'1e3'")]
    [InlineData("2024-01-02", "'2024-01-02'")]
    [InlineData("0o17", "'0o17'")]
    [InlineData("y", "'y'")]
    [InlineData("08", "'08'")]
    public void Plain_scalars_resolve_as_PyYAML_does(string text, string repr) =>
        Assert.Equal(repr, ValueText.ToRepr(YamlScalars.Resolve(text)));

    [Fact]
    public void Quoted_scalars_stay_texts() => Assert.Equal("{'a': 'yes', 'b': '1'}", Read("a: 'yes'\nb: \"1\""));

    [Fact]
    public void Merge_keys_give_way_to_own_keys_and_earlier_sources() =>
        Assert.Equal("{'x': 1, 'y': 5, 'z': 4}", Read("base: &b {x: 1, y: 2}\nmore: &m {y: 3, z: 4}\nall:\n  <<: [*b, *m]\n  y: 5", "all"));

    [Fact]
    public void A_key_that_stands_twice_counts_with_its_later_value_and_is_reported()
    {
        List<DuplicateKey> duplicates = [];
        YamlNode? node = YamlReader.Read(new SourceText("f.yml", "a: 1\nb: 2\na: 3"), duplicates);
        Assert.Equal("{'a': 3, 'b': 2}", ValueText.ToRepr(node!.ToValue()));
        Assert.Equal(3, duplicates.Single().Again.Source.PositionOf(duplicates.Single().Again.Span.Offset).Line);
    }

    [Theory]
    [InlineData("a: [1, 2\nb: }")]
    [InlineData("a: \"open")]
    [InlineData("a: *nowhere")]
    [InlineData("a: b: c")]
    [InlineData("\ta: 1")]
    [InlineData("a: 1\n---\nb: 2")]
    [InlineData("? [a]\n: 1")]
    public void Broken_text_fails_with_a_place(string text)
    {
        GildException e = Assert.Throws<GildException>(() => YamlReader.Read("f.yml", text));
        Assert.Equal(DbtKinds.Parsing, e.DbtKind);
        Assert.Equal("f.yml", e.Diagnostic.Labels[0].Source.Path);
    }

    [Fact]
    public void An_unquoted_template_gets_the_hint_to_quote_it()
    {
        GildException e = Assert.Throws<GildException>(() => YamlReader.Read("f.yml", "schema: {{ var('x') }}"));
        Assert.Contains("quote", string.Join(' ', e.Diagnostic.Help), StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_that_multiply_without_end_are_refused()
    {
        string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + string.Concat(Enumerable.Range(1, 8).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        Assert.Throws<GildException>(() => YamlReader.Read("f.yml", text));
    }

    [Fact]
    public void Nesting_without_end_is_refused() =>
        Assert.Throws<GildException>(() => YamlReader.Read("f.yml", new string('[', 5000)));

    static string Read(string text, string? key = null)
    {
        YamlNode node = YamlReader.Read("f.yml", text)!;
        return ValueText.ToRepr((key is null ? node : node.AsMapping!.Find(key)!).ToValue());
    }
}
