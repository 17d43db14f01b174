using Gild.Engine.Running;
using Gild.Jinja.Values;

namespace Gild.Engine;

/// <summary>
/// Everything a command can be told. The CLI, the Lambda handler and tests fill it; flags that are null were not given,
/// so that environment variables and the project's <c>flags:</c> may decide.
/// </summary>
public sealed record InvocationOptions
{
    /// <summary>dbt's word for the command: <c>run</c>, <c>build</c>, <c>test</c>, <c>seed</c>, <c>snapshot</c>, <c>compile</c>,
    /// <c>show</c>, <c>list</c>, <c>parse</c>, <c>run-operation</c>, <c>source freshness</c>, <c>docs generate</c>, <c>retry</c>, <c>clone</c>, <c>debug</c>.</summary>
    public required string Command { get; init; }

    /// <summary>The folder of dbt_project.yml; null: the working directory or a parent of it.</summary>
    public string? ProjectDirectory { get; init; }

    public string? ProfilesDirectory { get; init; }

    public string? Profile { get; init; }

    public string? Target { get; init; }

    /// <summary>The text of <c>--vars</c> (YAML or JSON), as given.</summary>
    public string? VarsText { get; init; }

    /// <summary>Vars as a dictionary, for hosts that have one; wins over <see cref="VarsText"/> key by key.</summary>
    public DictValue? Vars { get; init; }

    public int? Threads { get; init; }

    public IReadOnlyList<string> Select { get; init; } = [];

    /// <summary><c>list --models</c>: takes models alone, where <see cref="Select"/> takes nodes of every type.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Name of a selector of selectors.yml.</summary>
    public string? Selector { get; init; }

    public IReadOnlyList<string> ResourceTypes { get; init; } = [];

    public IReadOnlyList<string> ExcludeResourceTypes { get; init; } = [];

    /// <summary>eager, cautious, buildable or empty.</summary>
    public string? IndirectSelection { get; init; }

    public bool? FullRefresh { get; init; }

    public bool? FailFast { get; init; }

    public bool? StoreFailures { get; init; }

    /// <summary>Every ref and source reads no rows.</summary>
    public bool? Empty { get; init; }

    /// <summary>Text of <c>--sample</c>, such as <c>3 days</c> or <c>{start: ..., end: ...}</c>.</summary>
    public string? Sample { get; init; }

    public string? EventTimeStart { get; init; }

    public string? EventTimeEnd { get; init; }

    /// <summary>The SQL of <c>--inline</c>.</summary>
    public string? Inline { get; init; }

    /// <summary>The SQL of <c>--inline-direct</c>: sent as it is.</summary>
    public string? InlineDirect { get; init; }

    /// <summary>Rows that <c>show</c> prints; -1 for all.</summary>
    public int? Limit { get; init; }

    /// <summary><c>--output</c>: text, json, name, path, selector.</summary>
    public string? Output { get; init; }

    public IReadOnlyList<string> OutputKeys { get; init; } = [];

    /// <summary>The macro of <c>run-operation</c>.</summary>
    public string? Macro { get; init; }

    /// <summary>The text of <c>--args</c>.</summary>
    public string? ArgsText { get; init; }

    /// <summary><c>seed --show</c>.</summary>
    public bool? Show { get; init; }

    public string? TargetPath { get; init; }

    public string? LogPath { get; init; }

    /// <summary>Folder of earlier artifacts for <c>state:</c> and <c>--defer</c>.</summary>
    public string? State { get; init; }

    public bool? Defer { get; init; }

    public string? DeferState { get; init; }

    public bool? FavorState { get; init; }

    public bool? WarnError { get; init; }

    /// <summary>The text of <c>--warn-error-options</c>.</summary>
    public string? WarnErrorOptions { get; init; }

    public bool? Quiet { get; init; }

    /// <summary>False for <c>--no-print</c>.</summary>
    public bool? Print { get; init; }

    public bool? Debug { get; init; }

    public bool? WriteJson { get; init; }

    public bool? Introspect { get; init; }

    /// <summary>False for <c>docs generate --no-compile</c>.</summary>
    public bool? Compile { get; init; }

    /// <summary>docs generate: false skips the warehouse (<c>--empty-catalog</c> inverted).</summary>
    public bool? EmptyCatalog { get; init; }

    public bool? PopulateCache { get; init; }

    public bool? CacheSelectedOnly { get; init; }

    public bool? VersionCheck { get; init; }

    public bool? UseColors { get; init; }

    public int? PrinterWidth { get; init; }

    public string? LogFormat { get; init; }

    public string? LogLevel { get; init; }

    public bool? MacroDebugging { get; init; }

    /// <summary>Further flags as given, by dbt's name in upper case; shown in <c>flags</c> and recorded in the artifacts.</summary>
    public IReadOnlyDictionary<string, Value> OtherFlags { get; init; } = new Dictionary<string, Value>();

    /// <summary>What reading the command line and the environment found to warn of.</summary>
    public IReadOnlyList<Warning> Warnings { get; init; } = [];

    /// <summary>The command line as the user typed it, for <c>invocation_command</c>.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>Reads an environment variable; null when it is not set.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>All environment variables, for what begins with a prefix (<c>DBT_ENV_CUSTOM_ENV_</c>).</summary>
    public Func<IEnumerable<KeyValuePair<string, string>>> EnvironmentAll { get; init; } = () => [];

    /// <summary>What must appear in no artifact; hosts hide the same in what they print.</summary>
    public SecretMask Secrets { get; init; } = SecretMask.None;

    /// <summary>The working directory: relative paths start here.</summary>
    public required string WorkingDirectory { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The id of this run; null: a new UUID.</summary>
    public string? InvocationId { get; init; }

    /// <summary>Moment at which running nodes are cancelled and results written (hosts with a time limit); null for none.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>How long nodes took when they last ran, by unique id: with a deadline, a node that would not be done in time is left for later.</summary>
    public IReadOnlyDictionary<string, TimeSpan> LastDurations { get; init; } = new Dictionary<string, TimeSpan>();

    /// <summary>Keeps results while the run is under way and knows those of earlier invocations of it; null where a run is one invocation.</summary>
    public IRunJournal? Journal { get; init; }

    /// <summary><c>debug</c>: look also at the rights on the project's schemas and at every source table.</summary>
    public bool CheckSources { get; init; }
}
