using Gild.Engine;
using Gild.Engine.Context;
using Gild.Engine.Loading;

namespace Gild.Cli;

/// <summary><c>gild clean</c>: deletes the folders of clean-targets, never the project's own files.</summary>
static class CleanCommand
{
    public static int Run(CommandLine line, InvocationOptions options, TextWriter output, CancellationToken cancellation)
    {
        string? folder = ProjectFolder.Find(options);
        if (folder is null)
        {
            throw new GildException(
                DbtKinds.Usage, "C0710", $"no dbt_project.yml in {options.ProjectDirectory ?? options.WorkingDirectory} or above",
                "go to a project, or name it with --project-dir");
        }

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
            new DiagnosticBag()).Root.Config;
        string targetPath = options.TargetPath ?? config.TargetPath ?? "target";
        IReadOnlyList<string> targets = config.CleanTargets ?? [targetPath];
        string[] sources =
        [
            .. config.ModelPaths, .. config.SeedPaths, .. config.MacroPaths, .. config.TestPaths, .. config.AnalysisPaths, .. config.SnapshotPaths,
        ];

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

        return 0;
    }

    static string Checked(string target, string project, string[] sources, bool projectFilesOnly)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target, project));
        if (IsWithin(project, path))
        {
            throw Refused(target, "it holds the project itself");
        }

        string? source = sources.FirstOrDefault(s => IsWithin(Path.GetFullPath(s, project), path) || IsWithin(path, Path.GetFullPath(s, project)));
        if (source is not null)
        {
            throw Refused(target, $"it is or holds the source folder '{source}'");
        }

        return projectFilesOnly && !IsWithin(path, project)
            ? throw Refused(target, "it is outside of the project (--no-clean-project-files-only allows that)")
            : path;
    }

    /// <summary>Whether <paramref name="path"/> is <paramref name="folder"/> or below it.</summary>
    static bool IsWithin(string path, string folder)
    {
        string relative = Path.GetRelativePath(folder, path);
        return relative == "." || !(relative == ".." || relative.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal) || Path.IsPathRooted(relative));
    }

    static GildException Refused(string target, string reason) =>
        new(DbtKinds.Runtime, "C0711", $"clean-targets: '{target}' is not deleted, because {reason}", "nothing was deleted");
}
