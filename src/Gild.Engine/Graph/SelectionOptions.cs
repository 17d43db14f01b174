using Gild.Engine.Manifest;

namespace Gild.Engine.Graph;

/// <summary>How tests are added to what was selected (dbt: <c>--indirect-selection</c>).</summary>
public enum IndirectSelection
{
    Eager,
    Cautious,
    Buildable,
    Empty,
}

/// <summary>What a command line says about the nodes to use.</summary>
public sealed record SelectionOptions
{
    public IReadOnlyList<string> Select { get; init; } = [];

    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary><c>--selector</c>: a name of selectors.yml.</summary>
    public string? Selector { get; init; }

    public IndirectSelection Indirect { get; init; } = IndirectSelection.Eager;

    /// <summary>The types that the command works on, after <c>--resource-type</c>.</summary>
    public required IReadOnlySet<ResourceType> ResourceTypes { get; init; }

    /// <summary>Whether nodes without code count (ls, docs).</summary>
    public bool IncludeEmpty { get; init; }

    /// <summary>Artifacts of an earlier run for <c>state:</c>, <c>result:</c> and <c>source_status:</c>; null when none were given.</summary>
    public PreviousState? State { get; init; }

    /// <summary>Packages of built-in macros: those of dbt and of Gild are written differently, which is no change of a project.</summary>
    public IReadOnlySet<string> InternalPackages { get; init; } = new HashSet<string>();

    /// <summary>Kinds of constraint that the warehouse enforces; their loss breaks a contract.</summary>
    public IReadOnlySet<string> EnforcedConstraints { get; init; } = new HashSet<string>();
}
