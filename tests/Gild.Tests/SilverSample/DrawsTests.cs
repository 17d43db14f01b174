using SilverSample.Values;
using SilverSample.Vocabularies;
using Xunit;

namespace Gild.Tests.SilverSample;

public sealed class DrawsTests
{
    [Theory]
    [InlineData(0, 0, 0x695b7afc51ab1221)]
    [InlineData(1, 0, 0x8974c192e4ebceef)]
    [InlineData(1, 1, 0x63ff031032a3b0a9)]
    [InlineData(7, 1999, 0x58e06dfb9b23eb82)]
    public void Hash_has_the_published_values(ulong stream, ulong index, ulong expected) =>
        Assert.Equal(expected, Draws.Hash(20251218, stream, index));

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 3)]
    [InlineData(1, 1, 120)]
    [InlineData(999, 5, 546)]
    [InlineData(1000, 5, 601)]
    [InlineData(1999, 12, 394)]
    public void Slot_has_the_published_values(long index, int rule, int expected) =>
        Assert.Equal(expected, Draws.Slot(index, rule));

    [Fact]
    public void Slot_visits_every_place_once_per_thousand_indexes_under_every_rule()
    {
        for (var rule = 0; rule < Draws.Rules; rule++)
        {
            var first = rule * 1000L;
            Assert.Equal(1000, Enumerable.Range(0, 1000).Select(i => Draws.Slot(first + i, rule)).Distinct().Count());
        }
    }

    [Fact]
    public void Ranks_of_a_rate_run_without_gaps() =>
        Assert.Equal(
            Enumerable.Range(0, 1200).Select(r => (long)r),
            Enumerable.Range(0, 3000).Where(i => Draws.Slot(i, 1) < 400).Select(i => Draws.Rank(i, 1, 400)).Order());

    [Fact]
    public void A_distribution_gives_every_value_its_share()
    {
        var codes = CodeDistributions.ByColumn["ext_work_model_stated"];
        var counts = Enumerable.Range(0, 1000).GroupBy(s => codes[s]?.Text ?? "NULL").ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(
            new Dictionary<string, int>
            {
                ["not_mentioned"] = 368,
                ["hybrid"] = 226,
                ["remote"] = 201,
                ["onsite"] = 195,
                ["NULL"] = 5,
                ["on_site"] = 5,
            },
            counts);
    }

    [Theory]
    [InlineData("yes 500, no 499")]
    [InlineData("yes 500, no 501")]
    public void A_distribution_must_add_up_to_a_thousand(string parts) =>
        Assert.Throws<ArgumentException>(() => new PerMille(parts));
}
