using System.Collections.Concurrent;
using Gild.Engine.Adapters;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>What the nodes of one run share: the manifest, the relation cache, the choice, and where files go.</summary>
public sealed class RunState(ProjectManifest manifest)
{
    readonly Lazy<RefResolver> _refs = new(() => new RefResolver(manifest));

    public ProjectManifest Manifest { get; } = manifest;

    public RefResolver Refs => _refs.Value;

    public RelationCache Cache { get; } = new();

    /// <summary>Unique ids of what was selected, in order.</summary>
    public IReadOnlyList<string> SelectedResources { get; set; } = [];

    /// <summary>Writes the text of a <c>main</c> statement to target/run; set by the runner.</summary>
    public Action<CompilableNode, string> WriteRunFile { get; set; } = (_, _) => { };

    /// <summary>Reads a seed's file as a typed table; set by the runner.</summary>
    public Func<SeedNode, ResultTable> ReadSeed { get; set; } = _ => ResultTable.Empty;

    /// <summary>Compiled code of nodes, by unique id, as it is known so far.</summary>
    public ConcurrentDictionary<string, string> CompiledCode { get; } = new(StringComparer.Ordinal);

    /// <summary>Relations of an earlier state to read instead (<c>--defer</c>), by unique id.</summary>
    public IReadOnlyDictionary<string, Relation> Deferred { get; set; } = new Dictionary<string, Relation>();

    /// <summary>Whether deferred relations are read even where the target has its own.</summary>
    public bool FavorState { get; set; }

    /// <summary>The graph variable of templates; made when first asked for.</summary>
    public Lazy<Value> Graph { get; set; } = new(() => new DictValue());

    /// <summary>Texts that <c>adapter.warn_once</c> has said.</summary>
    public ConcurrentDictionary<string, bool> WarnedOnce { get; } = new(StringComparer.Ordinal);

    /// <summary>Names for <c>adapter.dispatch</c> caches and the like that belong to the run and not to a node.</summary>
    public Lock CreateSchemaLock { get; } = new();
}
