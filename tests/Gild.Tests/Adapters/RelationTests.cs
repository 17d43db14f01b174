using Gild.Engine.Adapters;
using Xunit;

namespace Gild.Tests.Adapters;

public sealed class RelationTests
{
    static readonly Relation s_found = new() { Database = "db", Schema = "gold", Identifier = "Mixed" };

    [Fact]
    public void Names_match_exactly_or_by_case()
    {
        Assert.Equal(NameMatch.Exact, s_found.Match("db", "gold", "Mixed"));
        Assert.Equal(NameMatch.ByCase, s_found.Match("db", "gold", "mixed"));
        Assert.Equal(NameMatch.ByCase, s_found.Match(null, null, "\"MIXED\""));
        Assert.Equal(NameMatch.None, s_found.Match("db", "gold", "other"));
    }

    [Fact]
    public void Unquoted_names_of_what_this_run_made_match_in_any_case()
    {
        Relation made = s_found with { DbtCreated = true, Quoting = new QuotePolicy(true, true, false) };
        Assert.Equal(NameMatch.Exact, made.Match("db", "gold", "mixed"));
        Assert.Equal(NameMatch.ByCase, made.Match("db", "GOLD", "mixed"));
    }
}
