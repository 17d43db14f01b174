using Gild.Engine.Adapters;
using Gild.Engine.Loading;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>What templates may know of the project: names, vars, environment, dispatch order, quoting.</summary>
public sealed record ContextProject
{
    public required string ProjectName { get; init; }

    public required string ProfileName { get; init; }

    public required string TargetName { get; init; }

    public required VarLookup Vars { get; init; }

    public required EnvironmentLookup Environment { get; init; }

    /// <summary>All package names, the root first, internal ones last (dbt's <c>dependencies</c>).</summary>
    public IReadOnlyList<string> PackageNames { get; init; } = [];

    /// <summary>The versions that the project and its packages give themselves, by name; null for none.</summary>
    public IReadOnlyDictionary<string, string?> PackageVersions { get; init; } = new Dictionary<string, string?>();

    /// <summary>The root project's <c>dispatch:</c> search orders by macro namespace.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> DispatchOrder { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The root project's <c>quoting:</c> over the adapter's default.</summary>
    public QuotePolicy Quoting { get; init; } = QuotePolicy.All;

    /// <summary>Absolute folder of the root project.</summary>
    public required string RootDirectory { get; init; }

    /// <summary>The root project's <c>query-comment</c>: undefined when absent (dbt's default comment), None or a text or a dict.</summary>
    public Value QueryComment { get; init; }
}
