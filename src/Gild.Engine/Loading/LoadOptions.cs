using Gild.Jinja.Values;

namespace Gild.Engine.Loading;

/// <summary>What loading a project must be told; made from the invocation's options.</summary>
public sealed record LoadOptions
{
    /// <summary>Absolute folder of dbt_project.yml.</summary>
    public required string ProjectDirectory { get; init; }

    /// <summary><c>--profiles-dir</c>; null to look in DBT_PROFILES_DIR, the project, and <c>~/.dbt</c>.</summary>
    public string? ProfilesDirectory { get; init; }

    /// <summary><c>--profile</c>.</summary>
    public string? Profile { get; init; }

    /// <summary><c>--target</c>.</summary>
    public string? Target { get; init; }

    /// <summary><c>--vars</c>.</summary>
    public DictValue Vars { get; init; } = new();

    public int? Threads { get; init; }

    public string? TargetPath { get; init; }

    public string? LogPath { get; init; }

    /// <summary>Whether the command needs the packages of packages.yml to be installed (not: deps, clean, debug).</summary>
    public bool RequirePackages { get; init; } = true;

    /// <summary>Whether the command can do without a profile (deps, clean).</summary>
    public bool RequireProfile { get; init; } = true;

    /// <summary>Whether a project may ask for other dbt versions than ours (<c>--no-version-check</c>).</summary>
    public bool VersionCheck { get; init; } = true;

    /// <summary>Environment variables.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>The working directory, against which relative paths of a profile count.</summary>
    public string WorkingDirectory { get; init; } = System.IO.Directory.GetCurrentDirectory();
}
