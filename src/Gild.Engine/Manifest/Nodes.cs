using Gild.Engine.Adapters;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine.Manifest;

/// <summary>dbt's resource types; the text form is in <see cref="ResourceTypes"/>.</summary>
public enum ResourceType
{
    Model,
    Seed,
    Snapshot,
    Test,
    Analysis,
    Operation,
    SqlOperation,
    Source,
    Exposure,
    Metric,
    SemanticModel,
    SavedQuery,
    UnitTest,
    Function,
}

/// <summary>A <c>ref()</c> as it was written.</summary>
public sealed record RefCall(string? Package, string Name, Value Version, Span Span);

/// <summary>A <c>source()</c> as it was written.</summary>
public sealed record SourceCall(string Source, string Table, Span Span);

/// <summary>A column described in a property file.</summary>
public sealed class NodeColumn
{
    public required string Name { get; init; }

    public string Description { get; set; } = "";

    public string? DataType { get; init; }

    public bool? Quote { get; init; }

    public DictValue Meta { get; init; } = new();

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Constraints as written: dicts with type, name, expression, columns, ...</summary>
    public IReadOnlyList<Value> Constraints { get; init; } = [];

    public DictValue Config { get; init; } = new();

    public string? Granularity { get; init; }

    /// <summary>Keys that dbt does not know, kept as they are.</summary>
    public DictValue Extra { get; init; } = new();

    public IReadOnlyList<string> DocBlocks { get; set; } = [];
}

/// <summary>
/// Anything with a unique id in the manifest. Filled while parsing; frozen after
/// <see cref="Manifest"/> is built (nothing later may assign to it).
/// </summary>
public abstract class Node
{
    public required string UniqueId { get; init; }

    public required ResourceType ResourceType { get; init; }

    public required string Name { get; set; }

    public required string PackageName { get; init; }

    /// <summary>Relative to its resource folder, e.g. <c>staging/stg_jobs.sql</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Relative to the project, e.g. <c>models/staging/stg_jobs.sql</c>.</summary>
    public required string OriginalFilePath { get; init; }

    public IReadOnlyList<string> Fqn { get; set; } = [];

    public NodeConfig Config { get; set; } = new(new DictValue());

    /// <summary>In-file and property configs as written, before rendering (manifest: unrendered_config).</summary>
    public DictValue UnrenderedConfig { get; set; } = new();

    public IReadOnlyList<string> Tags { get; set; } = [];

    public DictValue Meta { get; set; } = new();

    public string Description { get; set; } = "";

    /// <summary>The property file that describes it: <c>package://path</c>, or null.</summary>
    public string? PatchPath { get; set; }

    public Dictionary<string, NodeColumn> Columns { get; } = new(StringComparer.Ordinal);

    /// <summary>Unique ids it reads, in order of first use.</summary>
    public List<string> DependsOnNodes { get; } = [];

    /// <summary>Unique ids of macros it calls, in order of first use.</summary>
    public List<string> DependsOnMacros { get; } = [];

    public List<RefCall> Refs { get; } = [];

    public List<SourceCall> Sources { get; } = [];

    /// <summary>Arguments of <c>metric()</c> and <c>function()</c>: [name] or [package, name].</summary>
    public List<Value> Metrics { get; } = [];

    public List<Value> Functions { get; } = [];

    public string? Group { get; set; }

    /// <summary>Unique ids of the docs blocks that the description names.</summary>
    public IReadOnlyList<string> DocBlocks { get; set; } = [];
}

/// <summary>A node that is compiled from code and has a place in the warehouse (or, as a test, none).</summary>
public abstract class CompilableNode : Node
{
    public required string RawCode { get; set; }

    public string Language { get; init; } = "sql";

    /// <summary>The raw code with its file name and first line, for messages.</summary>
    public required SourceText Source { get; init; }

    /// <summary>SHA-256 of the file's content (trimmed as dbt does), lower-case hex; empty for what has no file.</summary>
    public string Checksum { get; set; } = "";

    /// <summary><c>sha256</c>, <c>path</c> for a seed too large to hash, <c>none</c> for what has no file.</summary>
    public string ChecksumName { get; set; } = "sha256";

    /// <summary>The contract as the artifact shows it: enforced, alias_types, checksum; null where there is none.</summary>
    public DictValue? Contract { get; set; }

    public string? Database { get; set; }

    public string Schema { get; set; } = "";

    public string Alias { get; set; } = "";

    /// <summary>As rendered in SQL; null for ephemeral nodes and tests.</summary>
    public string? RelationName { get; set; }

    public bool IsEphemeral => Config.Materialized == "ephemeral" && ResourceType == ResourceType.Model;

    /// <summary>Docs block of the artifact: show and node_color.</summary>
    public DictValue Docs { get; set; } = new();

    public bool ContractEnforced { get; set; }

    /// <summary>Model-level constraints as written.</summary>
    public IReadOnlyList<Value> Constraints { get; set; } = [];
}

/// <summary>A model.</summary>
public sealed class ModelNode : CompilableNode
{
    public string Access { get; set; } = "protected";

    /// <summary>None for an unversioned model.</summary>
    public Value Version { get; set; } = Value.None;

    public Value LatestVersion { get; set; } = Value.None;

    public string? DeprecationDate { get; set; }

    public IReadOnlyList<Value> PrimaryKey { get; set; } = [];

    /// <summary>Time spine as written, or null.</summary>
    public DictValue? TimeSpine { get; set; }
}

/// <summary>A CSV file loaded as a table.</summary>
public sealed class SeedNode : CompilableNode
{
    /// <summary>Absolute root folder of its package.</summary>
    public required string RootPath { get; init; }
}

public sealed class SnapshotNode : CompilableNode;

public sealed class AnalysisNode : CompilableNode;

/// <summary>A hook of <c>on-run-start</c>/<c>on-run-end</c>, an inline query, or a macro run by run-operation.</summary>
public sealed class OperationNode : CompilableNode
{
    /// <summary>Position in its list, from 0.</summary>
    public int Index { get; init; }
}

/// <summary>A user-defined function.</summary>
public sealed class FunctionNode : CompilableNode
{
    public DictValue Properties { get; set; } = new();
}

/// <summary>A data test: generic (made from a property file) or singular (a file of its own).</summary>
public sealed class TestNode : CompilableNode
{
    /// <summary>Generic test: its name (<c>unique</c>), namespace and arguments; null for a singular test.</summary>
    public GenericTestInfo? Generic { get; init; }

    public string? ColumnName { get; init; }

    /// <summary>Unique id of the tested node or source.</summary>
    public string? AttachedNode { get; set; }

    public string? FileKeyName { get; init; }

    /// <summary>Version of the versioned model that a generic test is written for, else none.</summary>
    public Value VersionOfTarget { get; init; } = Value.None;
}

/// <summary>What makes a generic test.</summary>
/// <param name="Place">Where its property file asks for it; the file's text is not kept.</param>
public sealed record GenericTestInfo(string Name, string? Namespace, DictValue Arguments, Span Place = default);

/// <summary>A source table.</summary>
public sealed class SourceNode : Node
{
    public required string SourceName { get; init; }

    public string SourceDescription { get; set; } = "";

    public string Loader { get; init; } = "";

    public required string Identifier { get; init; }

    public string? Database { get; set; }

    public string Schema { get; set; } = "";

    /// <summary>The database as the property file has it, before rendering; null when it says nothing.</summary>
    public string? UnrenderedDatabase { get; init; }

    /// <summary>The same of the schema.</summary>
    public string? UnrenderedSchema { get; init; }

    public string? RelationName { get; set; }

    /// <summary>Quoting as written: database, schema, identifier; missing keys mean the default.</summary>
    public DictValue Quoting { get; init; } = new();

    public string? LoadedAtField { get; init; }

    public string? LoadedAtQuery { get; init; }

    /// <summary>Freshness as dbt writes it (warn_after, error_after, filter), or null.</summary>
    public DictValue? Freshness { get; init; }

    public DictValue? External { get; init; }

    /// <summary>What stands for the source in SQL when it is no table of the warehouse; null for a table.</summary>
    public ExternalSource? Outside { get; init; }

    public DictValue SourceMeta { get; init; } = new();
}

/// <summary>A use of the data outside the project.</summary>
public sealed class ExposureNode : Node
{
    /// <summary>All properties as written (type, owner, url, maturity, label, ...).</summary>
    public DictValue Properties { get; init; } = new();
}

/// <summary>A metric, semantic model or saved query: parsed and written, not run.</summary>
public sealed class SemanticNode : Node
{
    public DictValue Properties { get; init; } = new();
}

/// <summary>A unit test of a model.</summary>
public sealed class UnitTestNode : Node
{
    public required string ModelName { get; init; }

    /// <summary>given, expect, overrides, versions and the rest; rows of inputs and of expect are lists of dicts, or SQL text.</summary>
    public DictValue Properties { get; init; } = new();

    public string Schema { get; set; } = "";

    public Value Version { get; set; } = Value.None;

    public string Checksum { get; set; } = "";

    /// <summary>Unique id of the tested model.</summary>
    public string? TestedNode { get; set; }
}

/// <summary>A macro, generic test or materialization; its body is compiled on first use.</summary>
public sealed class MacroNode
{
    /// <summary><c>macro.package.name</c>; materializations are <c>materialization_NAME_ADAPTER</c>, tests <c>test_NAME</c>.</summary>
    public required string UniqueId { get; init; }

    public required string PackageName { get; init; }

    /// <summary>The name by which it is looked up (with the prefix for tests and materializations).</summary>
    public required string Name { get; init; }

    public required string Path { get; init; }

    public required string OriginalFilePath { get; init; }

    /// <summary>The whole file; blocks are found by <see cref="Block"/> and <see cref="BlockName"/>.</summary>
    public required SourceText Source { get; init; }

    /// <summary><c>macro</c>, <c>test</c>, <c>data_test</c> or <c>materialization</c>.</summary>
    public required string Block { get; init; }

    /// <summary>The name as written after the block word.</summary>
    public required string BlockName { get; init; }

    /// <summary>The block's text, from its opening to its closing tag.</summary>
    public required Span Span { get; init; }

    /// <summary>The block with the white space around it that its own tags take away: what dbt keeps as the macro's text.</summary>
    public required Span TextSpan { get; init; }

    public string Description { get; set; } = "";

    public DictValue Meta { get; set; } = new();

    public string? PatchPath { get; set; }

    /// <summary>Docs block of the artifact: show and node_color.</summary>
    public DictValue? Docs { get; set; }

    /// <summary>Unique ids of macros it calls, as far as its text tells; filled on first use.</summary>
    public IReadOnlyList<string> DependsOnMacros => _dependsOn ??= DependenciesOf?.Invoke(this) ?? [];

    /// <summary>Finds <see cref="DependsOnMacros"/>.</summary>
    internal Func<MacroNode, IReadOnlyList<string>>? DependenciesOf { get; set; }

    IReadOnlyList<string>? _dependsOn;

    public IReadOnlyList<string>? SupportedLanguages { get; init; }

    /// <summary>Documented arguments: name, type, description.</summary>
    public IReadOnlyList<Value> Arguments { get; set; } = [];
}

/// <summary>A docs block.</summary>
public sealed record DocNode(string UniqueId, string PackageName, string Name, string Path, string OriginalFilePath, string Contents);

/// <summary>A group of models with an owner.</summary>
public sealed record GroupNode(string UniqueId, string PackageName, string Name, string Path, string OriginalFilePath, DictValue Owner, DictValue Config, string Description);
