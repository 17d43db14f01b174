using Gild.Engine.Adapters;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>What templates may know of the project: names, vars, dispatch order, quoting. Made from the loaded project.</summary>
public sealed record ContextProject
{
    public required string ProjectName { get; init; }

    public required string ProfileName { get; init; }

    public required string TargetName { get; init; }

    /// <summary>Vars of <c>--vars</c>.</summary>
    public DictValue CliVars { get; init; } = new();

    /// <summary>The <c>vars:</c> of every package's dbt_project.yml as written, by package name, the root included.</summary>
    public IReadOnlyDictionary<string, DictValue> PackageVars { get; init; } = new Dictionary<string, DictValue>();

    /// <summary>All package names, the root first, internal ones last (dbt's <c>dependencies</c>).</summary>
    public IReadOnlyList<string> PackageNames { get; init; } = [];

    /// <summary>The root project's <c>dispatch:</c> search orders by macro namespace.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> DispatchOrder { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The root project's <c>quoting:</c> over the adapter's default.</summary>
    public QuotePolicy Quoting { get; init; } = QuotePolicy.All;

    /// <summary>Absolute folder of the root project.</summary>
    public required string RootDirectory { get; init; }

    /// <summary>The root project's <c>query-comment</c>: undefined when absent (dbt's default comment), None or a text or a dict.</summary>
    public Value QueryComment { get; init; }

    /// <summary>Behaviour flags of the project (<c>flags:</c>), by name.</summary>
    public DictValue Flags { get; init; } = new();
}
