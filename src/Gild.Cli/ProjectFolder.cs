using Gild.Engine;

namespace Gild.Cli;

/// <summary>Where the project is, before anything of it is read.</summary>
static class ProjectFolder
{
    const string ProjectFile = "dbt_project.yml";

    /// <summary>The folder given, else the working directory or the first one above with a dbt_project.yml; null when there is none.</summary>
    public static string? Find(InvocationOptions options)
    {
        if (options.ProjectDirectory is { } given)
        {
            string folder = Path.GetFullPath(given, options.WorkingDirectory);
            return File.Exists(Path.Combine(folder, ProjectFile)) ? folder : null;
        }

        for (DirectoryInfo? folder = new(options.WorkingDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, ProjectFile)))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
