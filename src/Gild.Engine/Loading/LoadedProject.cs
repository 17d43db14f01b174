using Gild.Jinja.Values;

namespace Gild.Engine.Loading;

/// <summary>The configuration files of a project and its packages, read and rendered; no SQL yet.</summary>
public sealed class LoadedProject
{
    public required ProjectPackage Root { get; init; }

    /// <summary>The root project first, then the installed packages in the order of their folders.</summary>
    public required IReadOnlyList<ProjectPackage> Packages { get; init; }

    /// <summary>Null only for commands that need none.</summary>
    public required LoadedProfile? Profile { get; init; }

    public required VarLookup Vars { get; init; }

    public required EnvironmentLookup Environment { get; init; }

    /// <summary>The <c>flags:</c> section of dbt_project.yml, or in its absence the <c>config:</c> of profiles.yml, where flags stood before dbt 1.8.</summary>
    public DictValue Flags => Root.Config.Flags.Count > 0 || Profile is null ? Root.Config.Flags : Profile.Flags;

    /// <summary>Absolute.</summary>
    public required string TargetPath { get; init; }

    /// <summary>Absolute.</summary>
    public required string LogPath { get; init; }

    public ProjectPackage? FindPackage(string name) =>
        Packages.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.Ordinal));
}

/// <summary>The root project or an installed package.</summary>
public sealed record ProjectPackage(string Name, string RootDirectory, ProjectConfig Config);

/// <summary>The chosen output of a profile, rendered.</summary>
/// <param name="Output">All keys of the output, secrets included: for the adapter only.</param>
/// <param name="Threads">Of <c>--threads</c>, else of the output, else 1.</param>
/// <param name="Directory">The folder of profiles.yml.</param>
public sealed record LoadedProfile(string Name, string TargetName, DictValue Output, int Threads, string Directory)
{
    /// <summary>The <c>config:</c> of profiles.yml.</summary>
    public DictValue Flags { get; init; } = new();

    public string AdapterType => Output.TryGetValue("type", out Value type) && type.TryGetText(out string text) ? text : "";
}
