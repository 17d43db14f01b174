using System.Globalization;
using Gild.Engine;
using Gild.Engine.Manifest;

namespace Gild.Cli;

/// <summary>dbt's line for a node that is done: <c>1 of 20 OK created sql table model gold.fact ..... [SELECT 2000 in 0.12s]</c>.</summary>
static class ProgressLine
{
    public static string For(NodeFinished e, int width, Ansi colors)
    {
        string text = $"{Counter(e.Index, e.Total)}{Words(e)} ";
        string status = Status(e);
        string seconds = e.Status is NodeStatus.Skipped ? "" : string.Create(CultureInfo.InvariantCulture, $" in {e.Elapsed.TotalSeconds:F2}s");
        return $"{text.PadRight(width, '.')} [{Colored(e.Status, status, colors)}{seconds}]";
    }

    public static string Start(NodeStarted e, int width) =>
        $"{Counter(e.Index, e.Total)}START {e.Description} ".PadRight(width, '.') + " [RUN]";

    public static string Start(BatchStarted e, int width) =>
        $"Batch {Counter(e.Index, e.Total)}START {e.Description} ".PadRight(width, '.') + " [RUN]";

    public static string For(BatchFinished e, int width, Ansi colors)
    {
        string status = Colored(e.Status, e.Status == NodeStatus.Success ? e.Message : e.Status == NodeStatus.Skipped ? "SKIPPED" : "ERROR", colors);
        string seconds = string.Create(CultureInfo.InvariantCulture, $" in {e.Elapsed.TotalSeconds:F2}s");
        string line = $"{$"Batch {Counter(e.Index, e.Total)}{e.Words} ".PadRight(width, '.')} [{status}{seconds}]";
        return e.Status == NodeStatus.Error ? $"{line}\n  {e.Message}" : line;
    }

    static string Counter(int index, int total) => total > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{index.ToString(CultureInfo.InvariantCulture).PadLeft(total.ToString(CultureInfo.InvariantCulture).Length)} of {total} ")
        : "";

    /// <summary>dbt's words for what was done with the node.</summary>
    public static string Words(NodeFinished e) => e.Status switch
    {
        NodeStatus.Skipped => $"SKIP {SkipKind(e.Node)}{e.Description}",
        NodeStatus.NoOp => $"NO-OP {e.Description}",
        NodeStatus.Pass => $"PASS {Subject(e)}",
        NodeStatus.Warn when IsTest(e.Node) => $"WARN {Count(e.Failures)}{Subject(e)}",
        NodeStatus.Warn => $"WARN {Subject(e)}",
        NodeStatus.Fail => $"FAIL {Count(e.Failures)}{Subject(e)}",
        NodeStatus.PartialSuccess => $"PARTIAL SUCCESS {Verb(e.Node, failed: false)}{Subject(e)}",
        NodeStatus.Success => $"OK {Verb(e.Node, failed: false)}{Subject(e)}",
        NodeStatus.Error or NodeStatus.RuntimeError when e.Node.ResourceType == ResourceType.Source => $"ERROR STALE {Subject(e)}",
        _ => $"ERROR {Verb(e.Node, failed: true)}{Subject(e)}",
    };

    static bool IsTest(Node node) => node.ResourceType is ResourceType.Test or ResourceType.UnitTest;

    /// <summary>A test's own name stands without the word before it, as in dbt.</summary>
    static string Subject(NodeFinished e) =>
        e.Node.ResourceType == ResourceType.Test && e.Description.StartsWith("test ", StringComparison.Ordinal) ? e.Description["test ".Length..] : e.Description;

    static string SkipKind(Node node) => node.ResourceType is ResourceType.Model or ResourceType.Seed or ResourceType.Snapshot ? "relation " : "";

    static string Count(int? failures) => failures is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{failures} ");

    static string Verb(Node node, bool failed) => (node.ResourceType, failed) switch
    {
        (ResourceType.Seed, false) => "loaded ",
        (ResourceType.Seed, true) => "loading ",
        (ResourceType.Snapshot, false) => "snapshotted ",
        (ResourceType.Snapshot, true) => "snapshotting ",
        (ResourceType.Model or ResourceType.Function, false) => "created ",
        (ResourceType.Model or ResourceType.Function, true) => "creating ",
        _ => "",
    };

    static string Status(NodeFinished e) => e.Status switch
    {
        NodeStatus.Skipped => "SKIP",
        NodeStatus.NoOp => "NO-OP",
        NodeStatus.Pass => "PASS",
        NodeStatus.Warn => e.Failures is null ? "WARN" : string.Create(CultureInfo.InvariantCulture, $"WARN {e.Failures}"),
        NodeStatus.Fail => e.Failures is null ? "FAIL" : string.Create(CultureInfo.InvariantCulture, $"FAIL {e.Failures}"),
        NodeStatus.Success or NodeStatus.PartialSuccess => WithRows(e),
        NodeStatus.Error or NodeStatus.RuntimeError when e.Node.ResourceType == ResourceType.Source => "ERROR STALE",
        _ => "ERROR",
    };

    /// <summary>DuckDB answers OK to everything; the rows say more.</summary>
    static string WithRows(NodeFinished e) => e.Message is "OK" && e.Rows is { } rows
        ? string.Create(CultureInfo.InvariantCulture, $"OK, {rows} row{(rows == 1 ? "" : "s")}")
        : e.Message.Length == 0 ? "OK" : e.Message;

    static string Colored(NodeStatus status, string text, Ansi colors) => status switch
    {
        NodeStatus.Success or NodeStatus.Pass => colors.Green(text),
        NodeStatus.Warn or NodeStatus.Skipped or NodeStatus.PartialSuccess => colors.Yellow(text),
        NodeStatus.NoOp => text,
        _ => colors.Red(text),
    };
}
