using Gild.Engine;
using Gild.Engine.Loading;
using Gild.Jinja.Values;
using Xunit;

namespace Gild.Tests.Loading;

public sealed class SelectorTextTests
{
    [Theory]
    [InlineData("orders", "fqn", "orders")]
    [InlineData("models/staging", "path", "models/staging")]
    [InlineData("orders.sql", "file", "orders.sql")]
    [InlineData("tag:nightly", "tag", "nightly")]
    [InlineData("source:raw.orders", "source", "raw.orders")]
    public void The_method_follows_from_the_text(string text, string method, string value)
    {
        SelectorText read = SelectorText.Read(text);
        Assert.Equal((method, value), (read.Method, read.Value));
    }

    [Fact]
    public void Operators_carry_their_depths()
    {
        SelectorText read = SelectorText.Read("2+config.materialized:table+1");
        Assert.Equal("config", read.Method);
        Assert.Equal(["materialized"], read.Arguments);
        Assert.Equal((true, 2, true, 1), (read.Parents, read.ParentsDepth, read.Children, read.ChildrenDepth));
    }

    [Fact]
    public void At_and_plus_exclude_each_other() => Assert.Throws<GildException>(() => SelectorText.Read("@a+"));

    [Fact]
    public void The_manifest_form_keeps_depths_as_texts() =>
        Assert.Equal("{'method': 'fqn', 'value': 'e1', 'children': True, 'children_depth': '1'}", ValueText.ToRepr(SelectorText.ToDict("e1+1")));

    [Theory]
    [InlineData("*.tmp.sql", "models/a/b.tmp.sql", true)]
    [InlineData("scratch/", "models/scratch/x.sql", true)]
    [InlineData("scratch/", "models/scratch.sql", false)]
    [InlineData("models/skip_*.sql", "models/skip_me.sql", true)]
    [InlineData("models/skip_*.sql", "models/sub/skip_me.sql", false)]
    [InlineData("models/**/x.sql", "models/a/b/x.sql", true)]
    public void Ignore_patterns_match_as_in_git(string pattern, string path, bool ignored) =>
        Assert.Equal(ignored, new IgnorePatterns("# comment\n" + pattern).IsIgnored(path));

    [Fact]
    public void A_later_negated_pattern_takes_a_file_back() =>
        Assert.False(new IgnorePatterns("models/skip_*.sql\n!models/skip_not.sql").IsIgnored("models/skip_not.sql"));

    [Fact]
    public void The_lock_hash_is_the_one_dbt_writes()
    {
        DictValue written = new() { ["local"] = "local_packages/util_pkg" };
        PackageSpec spec = new(PackageSource.Local, "local_packages/util_pkg", [], null, null, false, written);
        Assert.Equal("2ee07bc5765373a328cfdf182d02e68a3c8b1bde", PackageSpec.Hash([spec]));
    }

    /// <summary>The hash is that of a lock file that dbt wrote for dbt-labs/jaffle-shop.</summary>
    [Fact]
    public void The_lock_hash_of_hub_and_git_packages_is_the_one_dbt_writes()
    {
        PackageSpec[] specs =
        [
            Hub("dbt-labs/dbt_utils", "1.1.1"),
            Hub("godatadriven/dbt_date", "0.10.0"),
            new(PackageSource.Git, "https://github.com/dbt-labs/dbt-audit-helper.git", ["main"], null, null, false,
                new() { ["git"] = "https://github.com/dbt-labs/dbt-audit-helper.git", ["revision"] = "main" }),
        ];
        Assert.Equal("f2a73967505955af30d18f70489a423fd47cdf79", PackageSpec.Hash(specs));
    }

    static PackageSpec Hub(string name, string version) =>
        new(PackageSource.Hub, name, [version], null, null, false, new() { ["package"] = name, ["version"] = version });
}
