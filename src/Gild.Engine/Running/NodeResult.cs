using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine.Running;

/// <summary>When a phase of a node ran.</summary>
public readonly record struct Timing(string Name, DateTimeOffset Started, DateTimeOffset Completed);

/// <summary>What came of a node.</summary>
public sealed record NodeResult(Node Node, NodeStatus Status)
{
    /// <summary>dbt's message: the warehouse's answer, what a test found, or the error with its class in front; null for none.</summary>
    public string? Message { get; init; }

    /// <summary>Failing rows of a test; 0 for nodes that count none; null where dbt leaves it out.</summary>
    public long? Failures { get; init; }

    /// <summary>The warehouse's answer to the main statement, as artifacts write it.</summary>
    public DictValue Response { get; init; } = new();

    public IReadOnlyList<Timing> Timings { get; init; } = [];

    public string ThreadId { get; init; } = "MainThread";

    public TimeSpan Elapsed { get; init; }

    /// <summary>The error in full; null when all is well.</summary>
    public Diagnostic? Diagnostic { get; init; }

    /// <summary>dbt's class of the error: <c>Database Error</c> ...</summary>
    public string? ErrorKind { get; init; }

    /// <summary>Unique id of the failing node for which this one was skipped.</summary>
    public string? SkippedBecauseOf { get; init; }

    public bool Compiled { get; init; }

    public string? CompiledCode { get; init; }

    /// <summary>Where that was written, as seen from the project, for nodes whose file goes by another name.</summary>
    public string? CompiledPath { get; init; }

    public string? RelationName { get; init; }

    /// <summary>Microbatch: windows that succeeded and that failed, as [start, end] texts; null for other nodes.</summary>
    public BatchResults? Batches { get; init; }

    public long? Rows => Response.TryGetValue("rows_affected", out Value rows) && rows.IsInt64 ? rows.AsInt64 : null;

    /// <summary>Whether the run was stopped while the node ran: it is not done, and not at fault.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>Whether the node counts in the results (ephemeral models do not).</summary>
    public bool IsReported { get; init; } = true;
}

/// <summary>Batches of a microbatch model by outcome.</summary>
public sealed record BatchResults(IReadOnlyList<(string Start, string End)> Successful, IReadOnlyList<(string Start, string End)> Failed);
