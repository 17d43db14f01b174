using Gild.Engine.Adapters;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;

namespace Gild.Engine;

/// <summary>Hears what happens. Called from several threads, one call at a time.</summary>
public interface IReporter
{
    void Report(RunEvent runEvent);
}

/// <summary>Hears nothing.</summary>
public sealed class SilentReporter : IReporter
{
    public static SilentReporter Instance { get; } = new();

    public void Report(RunEvent runEvent)
    {
    }
}

/// <summary>How much a log line matters; dbt's levels.</summary>
public enum LogLevel
{
    Debug,
    Info,
    Warn,
    Error,
}

/// <summary>dbt's status words; the text form is <see cref="NodeStatuses.Word"/>.</summary>
public enum NodeStatus
{
    Success,
    Error,
    Skipped,
    Pass,
    Fail,
    Warn,
    RuntimeError,
    PartialSuccess,
    NoOp,
}

public static class NodeStatuses
{
    /// <summary>The word that artifacts carry.</summary>
    public static string Word(this NodeStatus status) => status switch
    {
        NodeStatus.Success => "success",
        NodeStatus.Error => "error",
        NodeStatus.Skipped => "skipped",
        NodeStatus.Pass => "pass",
        NodeStatus.Fail => "fail",
        NodeStatus.Warn => "warn",
        NodeStatus.RuntimeError => "runtime error",
        NodeStatus.PartialSuccess => "partial success",
        NodeStatus.NoOp => "no-op",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    /// <summary>Whether this ends the command with exit code 1 and skips what depends on the node.</summary>
    public static bool IsFailure(this NodeStatus status) =>
        status is NodeStatus.Error or NodeStatus.Fail or NodeStatus.RuntimeError or NodeStatus.PartialSuccess;
}

/// <summary>Something that happened.</summary>
public abstract record RunEvent;

/// <summary>The project is parsed: how many nodes of each resource type, in dbt's order (<c>Found 2 models, ...</c>).</summary>
public sealed record ProjectParsed(string ProjectName, IReadOnlyList<KeyValuePair<string, int>> Counts, TimeSpan Elapsed) : RunEvent
{
    /// <summary>The project's groups by unique id.</summary>
    public IReadOnlyDictionary<string, GroupNode> Groups { get; init; } = new Dictionary<string, GroupNode>();
}

/// <summary>Nodes are about to run.</summary>
/// <param name="Total">Nodes that will be reported by <see cref="NodeStarted"/>.</param>
public sealed record RunStarted(string Command, int Total, int Threads, string TargetName) : RunEvent;

/// <summary>A node (or hook) begins.</summary>
/// <param name="Index">From 1.</param>
/// <param name="Description">dbt's words, e.g. <c>sql table model gold.dim_company</c>, <c>test unique_x_id</c>.</param>
public sealed record NodeStarted(Node Node, int Index, int Total, string Description) : RunEvent
{
    /// <summary>The node is only compiled: worth a line in the debug log.</summary>
    public bool IsCompilation { get; init; }
}

/// <summary>A node is done, in whatever way.</summary>
/// <param name="Message">What dbt prints in the brackets or after the status: <c>SELECT 42</c>, <c>FAIL 3</c>, the error's first line.</param>
/// <param name="Failures">Failing rows of a test, or null.</param>
/// <param name="Rows">Rows affected, when the warehouse said.</param>
public sealed record NodeFinished(
    Node Node, int Index, int Total, string Description, NodeStatus Status, string Message, int? Failures, long? Rows, TimeSpan Elapsed)
    : RunEvent
{
    /// <summary>The error or failure in full, for the summary at the end; null when all is well.</summary>
    public Diagnostic? Diagnostic { get; init; }

    /// <summary>The node was only compiled: worth a line in the debug log.</summary>
    public bool IsCompilation { get; init; }

    /// <summary>The failing node that this one was skipped for.</summary>
    public string? SkippedBecauseOf { get; init; }
}

/// <summary>A batch of a microbatch model begins.</summary>
/// <param name="Description">dbt's words: <c>batch 2024-01-31 of gold.fact</c>.</param>
/// <param name="Index">From 1.</param>
public sealed record BatchStarted(Node Node, string Description, int Index, int Total) : RunEvent
{
    /// <summary>Other batches of the model may run at the same time.</summary>
    public bool Concurrent { get; init; }

    /// <summary>How it runs, for the debug log.</summary>
    public string Manner => $"{Description} is being run {(Concurrent ? "concurrently" : "sequentially")}";
}

/// <summary>A batch of a microbatch model is done; skipped when the first one failed.</summary>
/// <param name="Message">What the warehouse said, or the error's first line.</param>
public sealed record BatchFinished(Node Node, string Description, int Index, int Total, NodeStatus Status, string Message, TimeSpan Elapsed) : RunEvent
{
    /// <summary>What was done with it, as the progress line begins.</summary>
    public string Words => Status switch
    {
        NodeStatus.Success => $"OK created {Description}",
        NodeStatus.Skipped => $"SKIP {Description}",
        _ => $"ERROR creating {Description}",
    };
}

/// <summary>A line for the log (dbt's <c>log()</c>, progress of the engine).</summary>
public sealed record LogLine(LogLevel Level, string Text) : RunEvent
{
    /// <summary>Unique id of the node that said it, when one did.</summary>
    public string? NodeId { get; init; }
}

/// <summary>A statement that was sent, for the debug log.</summary>
public sealed record StatementSent(string ConnectionName, string Sql) : RunEvent;

/// <summary>A line that a template printed (<c>print()</c>); standard output, also with <c>--quiet</c>.</summary>
public sealed record PrintLine(string Text) : RunEvent;

/// <summary>Something to mend that does not stop the command.</summary>
/// <param name="Name">dbt's event name (<c>UnusedResourceConfigPath</c>), by which <c>--warn-error-options</c> chooses; may be empty.</param>
public sealed record Warning(string Name, Diagnostic Diagnostic) : RunEvent
{
    /// <summary>The fields by which dbt's event names what it is about; shown in the data of JSON log lines.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Data { get; init; } = [];
}

/// <summary>At the end of a command: how often each deprecation was met.</summary>
/// <param name="ShowsAll">Each was said, not only the first of its name (<c>--show-all-deprecations</c>).</param>
public sealed record DeprecationsSummarized(IReadOnlyList<KeyValuePair<string, int>> Occurrences, bool ShowsAll) : RunEvent
{
    /// <summary>The summary as people read it.</summary>
    public string Text => "Summary of deprecations:\n"
        + string.Join('\n', Occurrences.Select(o => string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"- {o.Key}: {o.Value} {(o.Value == 1 ? "occurrence" : "occurrences")}")))
        + (ShowsAll ? "" : "\nOnly the first of each is shown above; --show-all-deprecations shows them all.");
}

/// <summary>Something that stops the command or failed a node.</summary>
/// <param name="Kind">dbt's class: <c>Compilation Error</c>, <c>Database Error</c>, ...</param>
public sealed record ErrorReported(string Kind, Diagnostic Diagnostic) : RunEvent
{
    /// <summary>dbt's name of the event, where it is not that of any error.</summary>
    public string? EventName { get; init; }
}

/// <summary>A line of <c>list</c>.</summary>
public sealed record ListLine(string Text) : RunEvent;

/// <summary>Rows that <c>show</c> (or <c>seed --show</c>) asks to print.</summary>
/// <param name="NodeName">The node, or null for inline SQL.</param>
/// <param name="Format">text or json.</param>
public sealed record ShowOutput(string? NodeName, bool Inline, string Format, ResultTable Table) : RunEvent;

/// <summary>The SQL that <c>compile</c> of one node (or inline) prints.</summary>
public sealed record CompiledOutput(string? NodeName, bool Inline, string Format, string Sql) : RunEvent;

/// <summary>One check of <c>debug</c>.</summary>
public sealed record DebugLine(string Name, string Result, bool? Ok) : RunEvent
{
    /// <summary>What to do about a check that failed.</summary>
    public string? Help { get; init; }
}

/// <summary>A file that the user may want to know of (catalog, manifest, freshness results).</summary>
public sealed record FileWritten(string What, string Path) : RunEvent;

/// <summary>All nodes are done.</summary>
public sealed record RunFinished(IReadOnlyList<NodeResultSummary> Results, TimeSpan Elapsed, bool Cancelled) : RunEvent
{
    /// <summary>Nodes were only compiled: when all is well there is nothing to sum up.</summary>
    public bool IsCompilation { get; init; }

    /// <summary>Nodes that the deadline left for another invocation; 0 when all had their turn.</summary>
    public int Left { get; init; }

    /// <summary>dbt's closing line: <c>PASS=1 WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=1</c>.</summary>
    public string Totals
    {
        get
        {
            int pass = 0, warn = 0, error = 0, skip = 0, noOp = 0;
            foreach (NodeResultSummary result in Results)
            {
                switch (result.Status)
                {
                    case NodeStatus.Success or NodeStatus.Pass: pass++; break;
                    case NodeStatus.Warn: warn++; break;
                    case NodeStatus.Skipped: skip++; break;
                    case NodeStatus.NoOp: noOp++; break;
                    default: error++; break;
                }
            }

            return string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"PASS={pass} WARN={warn} ERROR={error} SKIP={skip} NO-OP={noOp} TOTAL={Results.Count}");
        }
    }
}

/// <summary>A node's outcome as the summary needs it.</summary>
public sealed record NodeResultSummary(Node Node, NodeStatus Status, string Message, TimeSpan Elapsed, Diagnostic? Diagnostic)
{
    /// <summary>dbt's class of the error: <c>Database Error</c> ...; null where there is none, or it is not known.</summary>
    public string? ErrorKind { get; init; }

    /// <summary>Where its compiled code was written, as seen from the project; null when it was not.</summary>
    public string? CompiledPath { get; init; }
}
