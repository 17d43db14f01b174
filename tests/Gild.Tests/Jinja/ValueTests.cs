using System.Numerics;
using Gild.Jinja;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;
using Xunit;

namespace Gild.Tests.Jinja;

/// <summary>What the host relies on: containers, JSON and numbers from C#, and the limits that keep templates harmless.</summary>
public sealed class ValueTests
{
    [Fact]
    public void A_dict_keeps_the_order_of_insertion_through_removals_and_growth()
    {
        DictValue dict = new();
        for (long i = 0; i < 1000; i++)
        {
            dict[Value.From(i)] = i;
        }

        for (long i = 0; i < 1000; i += 2)
        {
            Assert.True(dict.Remove(Value.From(i)));
        }

        dict["last"] = 1;
        dict[Value.From(2L)] = 2;
        List<Value> keys = [.. dict.Items];
        Assert.Equal(502, dict.Count);
        Assert.Equal(Value.From(1L), keys[0]);
        Assert.Equal(Value.From("last"), keys[500]);
        Assert.Equal(Value.From(2L), keys[501]);
        Assert.False(dict.TryGetValue(Value.From(4L), out _));
    }

    [Fact]
    public void Numbers_that_are_equal_are_one_key()
    {
        DictValue dict = new() { [Value.From(1L)] = "int" };
        dict[Value.From(1.0)] = "float";
        dict[Value.True] = "bool";
        Assert.Equal("{1: 'bool'}", dict.ToText());
        dict[Value.From(BigInteger.Pow(2, 80))] = "big";
        Assert.Equal("big", dict[Value.From(Math.Pow(2, 80))].AsString);
        Assert.Throws<JinjaException>(() => dict[new ListValue()] = 1);
    }

    [Fact]
    public void A_missing_key_is_a_KeyError_and_an_element_of_a_changed_dict_a_RuntimeError()
    {
        DictValue dict = new() { ["a"] = 1 };
        Assert.Equal("KeyError", Assert.Throws<JinjaException>(() => dict["b"]).Kind);
        JinjaException error = Assert.Throws<JinjaException>(() =>
        {
            foreach (KeyValuePair<Value, Value> entry in dict.Entries)
            {
                dict["b"] = entry.Value;
            }
        });
        Assert.Equal("RuntimeError", error.Kind);
    }

    [Fact]
    public void A_set_has_each_element_once_and_answers_set_questions()
    {
        SetValue set = new([1L, 2L, 1.0, "a"]);
        Assert.Equal("{1, 2, 'a'}", set.ToText());
        Assert.Equal("set()", new SetValue().ToText());
        Assert.True(set.Contains(Value.True));
        Assert.True(ValueOps.AreEqual(set, new SetValue(["a", 2L, 1L])));
        Assert.Equal("{2}", Render("{{ (s - t) }}", ("s", new SetValue([1L, 2L])), ("t", new SetValue([1L]))));
        Assert.Equal("{1, 2, 3} {1}", Render("{{ s.union([3]) }} {{ s.intersection([1]) }}", ("s", new SetValue([1L, 2L]))));
    }

    [Theory]
    [InlineData("""{"a": [1, 2.0, -0.5e3, true, null, "é\u00e9\ud83d\ude00"], "b": {}}""", "{'a': [1, 2.0, -500.0, True, None, 'éé😀'], 'b': {}}")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    [InlineData(" [NaN, Infinity, -Infinity] ", "[nan, inf, -inf]")]
    [InlineData("""{"a": 1, "b": 2, "a": 3}""", "{'a': 3, 'b': 2}")]
    public void Json_reads_as_in_Python(string json, string repr) => Assert.Equal(repr, ValueText.ToRepr(JsonReader.Read(json)));

    [Theory]
    [InlineData("", "Expecting value: line 1 column 1 (char 0)")]
    [InlineData("[1,\n x]", "Expecting value: line 2 column 2 (char 5)")]
    [InlineData("{'a': 1}", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)")]
    [InlineData("[1] 2", "Extra data: line 1 column 5 (char 4)")]
    [InlineData("\"a", "Unterminated string starting at: line 1 column 1 (char 0)")]
    [InlineData("01", "Extra data: line 1 column 2 (char 1)")]
    public void Bad_json_says_what_and_where(string json, string message)
    {
        JinjaException error = Assert.Throws<JinjaException>(() => JsonReader.Read(json));
        Assert.Equal("ValueError", error.Kind);
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void Json_nested_too_deep_is_an_error_not_a_crash() =>
        Assert.Equal("RecursionError", Assert.Throws<JinjaException>(() => JsonReader.Read(new string('[', 1_000_000))).Kind);

    [Fact]
    public void Json_is_written_as_by_json_dumps()
    {
        DictValue dict = new() { ["z"] = new ListValue([1L, 1.5, Value.None]), ["a"] = "é\"\n\u007f" };
        Assert.Equal("""{"z": [1, 1.5, null], "a": "\u00e9\"\n\u007f"}""", JsonWriter.Write(dict));
        Assert.Equal("""{"a": "é\"\n""" + "\u007f\", \"z\": [1, 1.5, null]}", JsonWriter.Write(dict, new JsonOptions { SortKeys = true, EnsureAscii = false }));
        Assert.Equal("[\n  1,\n  []\n]", JsonWriter.Write(new ListValue([1L, new ListValue()]), new JsonOptions { Indent = "  " }));
        ListValue circle = new();
        circle.Elements.Add(circle);
        Assert.Equal("ValueError", Assert.Throws<JinjaException>(() => JsonWriter.Write(circle)).Kind);
    }

    [Fact]
    public void A_number_of_the_host_counts_as_one_in_filters_and_formats()
    {
        Assert.Equal("3 3.25 3.2 3.25 3.3 003.2 3.25 True", Render(
            "{{ d|int }} {{ d|float }} {{ d|round(1) }} {{ d|abs }} {{ '%.1f' % e }} {{ '{:05.1f}'.format(d) }} {{ d|tojson }} {{ d is number }}",
            ("d", new HostNumber(3.25)),
            ("e", new HostNumber(3.34))));
    }

    [Theory]
    [InlineData("{{ 'x' * 10**9 }}")]
    [InlineData("{{ [0] * 10**9 }}")]
    [InlineData("{{ (2**1000000) * (2**1000000) }}")]
    [InlineData("{{ 7 ** (10**30) }}")]
    [InlineData("{{ ('a' * 1000000)|replace('a', 'b' * 1000) }}")]
    [InlineData("{{ range(100000)|join('x' * 1000) }}")]
    [InlineData("{{ 'x'.center(10**9) }}")]
    [InlineData("{{ '%999999999d' % 1 }}")]
    [InlineData("{{ [1]|slice(10**9)|list }}")]
    [InlineData("{{ ('a b ' * 100000)|wordwrap(1, true, 'y' * 10000) }}")]
    public void What_would_fill_the_memory_is_a_MemoryError(string template) =>
        Assert.Equal("MemoryError", Assert.Throws<JinjaException>(() => Render(template)).Kind);

    [Theory]
    [InlineData("{{ ns.l }}")]
    [InlineData("{{ ns.l == [ns.l] }}")]
    [InlineData("{{ ns.l|pprint }}")]
    [InlineData("{{ ns.l|tojson }}")]
    public void Values_nested_without_end_are_a_RecursionError(string template) => Assert.Equal(
        "RecursionError",
        Assert.Throws<JinjaException>(() => Render(
            "{% set ns = namespace(l=[]) %}{% for i in range(100000) %}{% set ns.l = [[[[ns.l]]]] %}{% endfor %}" + template)).Kind);

    [Fact]
    public void Every_float_is_written_so_that_it_reads_back()
    {
        Random random = new(20261124);
        for (int i = 0; i < 20_000; i++)
        {
            double value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (double.IsFinite(value))
            {
                Assert.Equal(value, double.Parse(ValueText.FormatFloat(value), System.Globalization.CultureInfo.InvariantCulture));
            }
        }
    }

    static string Render(string template, params (string Name, Value Value)[] names) => new JinjaEnvironment()
        .Compile(new SourceText("case", template))
        .Render(new DictionaryGlobals(names.ToDictionary(pair => pair.Name, pair => pair.Value)), TestContext.Current.CancellationToken);

    sealed class HostNumber(double number) : JinjaObject
    {
        public override string TypeName => "Decimal";

        public override string ToText() => ValueText.FormatFloat(number);

        public override Value? ToNumber() => number;
    }
}
