using Gild.Jinja.Values;

namespace Gild.Engine.Loading;

/// <summary>dbt_project.yml, rendered but for hooks, query comment and vars.</summary>
public sealed class ProjectConfig
{
    public required string Name { get; init; }

    public string? Version { get; init; }

    /// <summary>The profile it names; null when the command line must name one.</summary>
    public string? Profile { get; init; }

    public IReadOnlyList<string> ModelPaths { get; init; } = ["models"];

    public IReadOnlyList<string> SeedPaths { get; init; } = ["seeds"];

    public IReadOnlyList<string> MacroPaths { get; init; } = ["macros"];

    /// <summary>The file as written, with places; null when the config was not read from one.</summary>
    public Yaml.YamlMapping? File { get; init; }

    public IReadOnlyList<string> TestPaths { get; init; } = ["tests"];

    public IReadOnlyList<string> AnalysisPaths { get; init; } = ["analyses"];

    public IReadOnlyList<string> SnapshotPaths { get; init; } = ["snapshots"];

    public IReadOnlyList<string> FunctionPaths { get; init; } = ["functions"];

    /// <summary>Null: every path above.</summary>
    public IReadOnlyList<string>? DocsPaths { get; init; }

    public IReadOnlyList<string> AssetPaths { get; init; } = [];

    public string? TargetPath { get; init; }

    public string? LogPath { get; init; }

    public string PackagesInstallPath { get; init; } = "dbt_packages";

    /// <summary>Null: the target path.</summary>
    public IReadOnlyList<string>? CleanTargets { get; init; }

    public DictValue Vars { get; init; } = new();

    /// <summary>Order in which <c>adapter.dispatch</c> looks through packages, by macro namespace.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Dispatch { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Unrendered, as hooks are rendered when they run.</summary>
    public IReadOnlyList<string> OnRunStart { get; init; } = [];

    public IReadOnlyList<string> OnRunEnd { get; init; } = [];

    /// <summary>As written: undefined when absent, none, a text, or a dict of comment, append, job-label.</summary>
    public Value QueryComment { get; init; } = Value.Undefined;

    /// <summary>database, schema, identifier: true, false or absent.</summary>
    public DictValue Quoting { get; init; } = new();

    public DictValue Flags { get; init; } = new();

    public bool RestrictAccess { get; init; }

    /// <summary>The whole file, rendered; the <c>+config</c> trees are under models, seeds, ...</summary>
    public required DictValue Rendered { get; init; }

    /// <summary>The whole file as written.</summary>
    public required DictValue Raw { get; init; }

    /// <summary>The config tree of a resource type (<c>models</c>, <c>seeds</c>, <c>data_tests</c> ...), rendered; empty when absent.</summary>
    public DictValue Tree(string key) => TreeOf(Rendered, key);

    /// <summary>The same as written.</summary>
    public DictValue RawTree(string key) => TreeOf(Raw, key);

    static DictValue TreeOf(DictValue file, string key) =>
        file.TryGetValue(key, out Value value) && value.As<DictValue>() is { } tree ? tree : new DictValue();
}
