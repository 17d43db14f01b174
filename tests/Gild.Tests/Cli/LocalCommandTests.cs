using Gild.Cli;
using Gild.Engine;
using Xunit;

namespace Gild.Tests.Cli;

public sealed class LocalCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("gild-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    int Run(string words, string? directory = null)
    {
        string[] args = words.Split(' ');
        CommandLine line = CommandLine.Parse(args, _ => null);
        InvocationOptions options = OptionsReader.ToOptions(line, args, _ => null, directory ?? _folder);
        return LocalCommands.Find(line.Command.Name)!(line, options, TextWriter.Null, SilentReporter.Instance, TestContext.Current.CancellationToken);
    }

    string Project(string cleanTargets)
    {
        string project = Path.Combine(_folder, "shop");
        Directory.CreateDirectory(Path.Combine(project, "models"));
        Directory.CreateDirectory(Path.Combine(project, "target"));
        Directory.CreateDirectory(Path.Combine(_folder, "outside"));
        File.WriteAllText(Path.Combine(project, "dbt_project.yml"), $"name: shop\nversion: '1.0'\nprofile: shop\nclean-targets: {cleanTargets}\n");
        return project;
    }

    [Fact]
    public void Clean_deletes_the_targets_and_nothing_else()
    {
        string project = Project("[target, dbt_packages]");
        Assert.Equal(0, Run("clean", project));
        Assert.False(Directory.Exists(Path.Combine(project, "target")));
        Assert.True(Directory.Exists(Path.Combine(project, "models")));
    }

    [Theory]
    [InlineData("[target, models]", "following source paths: ['models']")]
    [InlineData("[target, .]", "outside the project: ['.']")]
    [InlineData("[target, ../outside]", "outside the project: ['../outside']")]
    public void Clean_refuses_what_is_not_its_own_and_then_deletes_nothing(string targets, string reason)
    {
        string project = Project(targets);
        Assert.Contains(reason, Assert.Throws<GildException>(() => Run("clean", project)).Message, StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(project, "target")));
    }

    [Fact]
    public void Docs_serve_needs_a_manifest() =>
        Assert.Contains("manifest.json", Assert.Throws<UsageException>(() => Run("docs serve")).Message, StringComparison.Ordinal);
}
