using Gild.Engine;
using Gild.Engine.Context;
using Gild.Engine.Loading;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Cli;

/// <summary><c>gild clean</c>: deletes the folders of clean-targets, never the project's own files.</summary>
static class CleanCommand
{
    public static int Run(CommandLine line, InvocationOptions options, TextWriter output, IReporter reporter, CancellationToken cancellation)
    {
        string? folder = ProjectFolder.Find(options);
        if (folder is null)
        {
            throw new GildException(
                DbtKinds.Usage, "C0710", $"no dbt_project.yml in {options.ProjectDirectory ?? options.WorkingDirectory} or above",
                "go to a project, or name it with --project-dir");
        }

        InvocationState invocation = new(options, reporter);
        FlagSettings.Resolve(invocation, new DictValue());
        DiagnosticBag found = new();
        ProjectConfig config = ProjectLoader.Load(
            new LoadOptions
            {
                ProjectDirectory = folder,
                ProfilesDirectory = options.ProfilesDirectory,
                Environment = options.Environment,
                WorkingDirectory = options.WorkingDirectory,
                RequirePackages = false,
                RequireProfile = false,
            },
            TemplateEnvironment.Create(),
            found).Root.Config;
        foreach (CollectedDiagnostic warning in found.All)
        {
            invocation.Warn(warning.EventName ?? "", warning.Diagnostic);
        }

        string targetPath = options.TargetPath ?? config.TargetPath ?? "target";
        IReadOnlyList<string> targets = config.CleanTargets ?? [targetPath];
        string[] sources =
        [
            .. config.ModelPaths, .. config.SeedPaths, .. config.MacroPaths, .. config.TestPaths, .. config.AnalysisPaths, .. config.SnapshotPaths,
        ];

        if (targets.Contains("dbt_modules") && !targets.Contains(config.PackagesInstallPath))
        {
            invocation.Warn("PackageInstallPathDeprecation", new Diagnostic(
                "C0737", Severity.Warning, "The default package install path has changed from `dbt_modules` to `dbt_packages`.")
            {
                Help = ["write `dbt_packages` in `clean-targets`, or set `packages-install-path: dbt_modules`"],
            });
        }

        // All are checked before the first is deleted.
        string[] paths = [.. targets.Select(t => Checked(t, folder, sources, line.Switch(Flags.CleanProjectFilesOnly) ?? true))];
        foreach (string path in paths)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
                output.WriteLine($"Deleted {path}");
            }
            else
            {
                output.WriteLine($"Nothing to delete at {path}");
            }
        }

        return invocation.SummarizeDeprecations(told: false) ? 0 : 2;
    }

    static string Checked(string target, string project, string[] sources, bool projectFilesOnly)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target, project));
        if (IsWithin(project, path))
        {
            throw Refused(target, "directories outside the project", "it holds the project itself");
        }

        string? source = sources.FirstOrDefault(s => IsWithin(Path.GetFullPath(s, project), path) || IsWithin(path, Path.GetFullPath(s, project)));
        if (source is not null)
        {
            throw Refused(target, "source paths", $"it is or holds the source folder '{source}'");
        }

        return projectFilesOnly && !IsWithin(path, project)
            ? throw Refused(target, "directories outside the project", "--no-clean-project-files-only allows that")
            : path;
    }

    /// <summary>Whether <paramref name="path"/> is <paramref name="folder"/> or below it.</summary>
    static bool IsWithin(string path, string folder)
    {
        string relative = Path.GetRelativePath(folder, path);
        return relative == "." || !(relative == ".." || relative.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal) || Path.IsPathRooted(relative));
    }

    static GildException Refused(string target, string reason, string help) =>
        new(DbtKinds.Runtime, "C0711", $"dbt will not clean the following {reason}: ['{target}']", ["nothing was deleted", help]);
}
