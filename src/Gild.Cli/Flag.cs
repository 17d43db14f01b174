namespace Gild.Cli;

/// <summary>How a flag is written.</summary>
enum FlagKind
{
    /// <summary><c>--name</c>, and <c>--no-name</c> to say the opposite.</summary>
    Switch,

    /// <summary><c>--name</c> alone.</summary>
    Mark,

    Text,

    Integer,

    /// <summary>Words up to the next flag; may be given several times.</summary>
    Words,
}

/// <summary>A flag of the command line, as dbt names it.</summary>
/// <param name="Name">With its dashes.</param>
/// <param name="Environment">The variable that gives it when the command line does not; null for none.</param>
sealed record Flag(string Name, FlagKind Kind, string Help, string? Environment = null)
{
    /// <summary>What begins the newer names of dbt's environment variables.</summary>
    public const string EnginePrefix = "DBT_ENGINE_";

    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What the variable was called in older versions of dbt; it still counts, before the newer name.</summary>
    public string? FormerEnvironment { get; init; }

    /// <summary>What the value is called in the help.</summary>
    public string? ValueName { get; init; }

    /// <summary>The only values, when there are few.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Accepted because dbt has it; there is nothing to do here.</summary>
    public bool WithoutEffect { get; init; }

    public bool TakesValue => Kind is FlagKind.Text or FlagKind.Integer or FlagKind.Words;

    /// <summary>dbt's name of the flag in templates and artifacts, e.g. <c>FULL_REFRESH</c>.</summary>
    public string Key => Name.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    /// <summary><c>--no-name</c>, for a switch.</summary>
    public string? Opposite => Kind == FlagKind.Switch ? $"--no-{Name[2..]}" : null;
}
