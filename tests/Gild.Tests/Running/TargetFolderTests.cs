using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Running;

public sealed class TargetFolderTests
{
    static TemporaryProject Project(string more = "") => new(
        ("dbt_project.yml", $"name: shop\nprofile: shop\n{more}"),
        ("models/m.sql", "select 1 as id"));

    [Fact]
    public void Docs_take_the_assets_of_the_project_along()
    {
        using TemporaryProject project = Project("asset-paths: [assets, no_such_folder]\n");
        project.Write("assets/img/logo.txt", "logo");
        project.Run(0, "docs", "generate");
        Assert.Equal("logo", File.ReadAllText(project.PathOf("target/assets/img/logo.txt")));
    }

    [Fact]
    public void A_state_that_the_command_overwrites_is_warned_of()
    {
        using TemporaryProject project = Project();
        project.Run(0, "run");
        Assert.Contains("The state and target directories are the same: 'target'", project.Run(0, "run", "--state", "target").All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_hook_that_fails_before_source_freshness_is_told()
    {
        using TemporaryProject project = Project("on-run-start: [select no_such_column from no_such_table]\n");
        project.Write("models/s.yml", "sources: [{name: raw, schema: main, loaded_at_field: now(), freshness: {warn_after: {count: 1, period: day}}, tables: [{name: m}]}]");
        project.Run("run");
        Assert.Contains("no_such_table", project.Run(1, "source", "freshness").All, StringComparison.Ordinal);
    }
}
