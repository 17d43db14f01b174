using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Running;

/// <summary><c>debug</c>: each check by itself, exit code 1 when one fails.</summary>
public sealed class DebugTests
{
    [Fact]
    public void All_is_well()
    {
        using TemporaryProject project = new();
        string said = project.Run(0, "debug").All;
        Assert.Contains("Connection test: OK connection ok", said, StringComparison.Ordinal);
        Assert.Contains("All checks passed!", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_profile_that_is_not_there_does_not_hide_the_other_checks()
    {
        using TemporaryProject project = new();
        string said = project.Run(1, "debug", "--profile", "shopp").All;
        Assert.Contains("profiles.yml file: ERROR Could not find profile named 'shopp'", said, StringComparison.Ordinal);
        Assert.Contains("dbt_project.yml file: OK found and valid", said, StringComparison.Ordinal);
        Assert.Contains("1 check failed:", said, StringComparison.Ordinal);
        Assert.Contains("profiles.yml defines: shop", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_project_file_does_not_hide_the_connection()
    {
        using TemporaryProject project = new();
        project.Write("dbt_project.yml", "name: 1shop\nprofile: shop\n");
        string said = project.Run(1, "debug").All;
        Assert.Contains("dbt_project.yml file: ERROR", said, StringComparison.Ordinal);
        Assert.Contains("Connection test: OK connection ok", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_project_file_without_a_name_leaves_the_only_profile_to_be_checked()
    {
        using TemporaryProject project = new();
        project.Write("dbt_project.yml", "nonsense: true\n");
        string said = project.Run(1, "debug").All;
        Assert.Contains("profiles.yml file: OK found and valid", said, StringComparison.Ordinal);
        Assert.Contains("dbt_project.yml file: ERROR invalid:", said, StringComparison.Ordinal);
        Assert.Contains("Project loading failed for the following reason:", said, StringComparison.Ordinal);
        Assert.Contains("Connection test: OK connection ok", said, StringComparison.Ordinal);
        Assert.Contains("Skipping steps before connection verification", project.Run(1, "debug", "--connection").All, StringComparison.Ordinal);
        Assert.Contains("Invalid value for '--project-dir': Path 'nowhere' does not exist.", project.Run(2, "debug", "--project-dir", "nowhere").All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_warehouse_that_cannot_be_reached_is_a_failed_check()
    {
        using TemporaryProject project = new();
        project.Write("profiles.yml", "shop: {target: dev, outputs: {dev: {type: postgres, host: 127.0.0.1, port: 9, user: u, password: p, dbname: d, schema: s, retries: 0}}}");
        string said = project.Run(1, "debug", "--connection").All;
        Assert.Contains("Connection test: ERROR", said, StringComparison.Ordinal);
        Assert.DoesNotContain("git:", said, StringComparison.Ordinal);
    }

    [Fact]
    public void The_folder_of_the_profiles_is_told_alone()
    {
        using TemporaryProject project = new();
        Assert.Equal(project.Folder, project.Run(0, "debug", "--config-dir").Output.Trim());
    }
}
