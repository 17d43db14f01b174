using System.Collections.Frozen;

namespace Gild.Engine.Manifest;

/// <summary>Everything a project and its packages define, by unique id; frozen.</summary>
public sealed class ProjectManifest
{
    public required string ProjectName { get; init; }

    /// <summary>Models, seeds, snapshots, tests, analyses, operations, functions, sources, exposures, unit tests, ... that are enabled.</summary>
    public required FrozenDictionary<string, Node> Nodes { get; init; }

    /// <summary>The same in the order in which dbt finds them: by type, package and file.</summary>
    public required IReadOnlyList<Node> NodesInOrder { get; init; }

    public required FrozenDictionary<string, MacroNode> Macros { get; init; }

    public required FrozenDictionary<string, DocNode> Docs { get; init; }

    public required FrozenDictionary<string, GroupNode> Groups { get; init; }

    /// <summary>Nodes switched off by <c>enabled: false</c>, by unique id.</summary>
    public required FrozenDictionary<string, IReadOnlyList<Node>> Disabled { get; init; }

    /// <summary>Models, seeds and snapshots by the name that <c>ref</c> uses.</summary>
    public required RefLookup Refs { get; init; }

    /// <summary>The selectors of selectors.yml by name, as the artifact shows them.</summary>
    public required FrozenDictionary<string, Gild.Jinja.Values.DictValue> Selectors { get; init; }

    /// <summary>What each selector selects, its short forms written out.</summary>
    public required IReadOnlyDictionary<string, Gild.Jinja.Values.Value> SelectorDefinitions { get; init; }

    /// <summary>The selector that applies when a command names none.</summary>
    public string? DefaultSelector { get; init; }
}
