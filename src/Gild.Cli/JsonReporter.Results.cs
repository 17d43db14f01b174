using System.Globalization;
using System.Text.Json;
using Gild.Engine;
using Gild.Engine.Artifacts;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Cli;

/// <summary>What JSON lines say of nodes: the node itself, its group, and at the end of a run what failed or warned.</summary>
sealed partial class JsonReporter
{
    IReadOnlyDictionary<string, GroupNode> _groups = new Dictionary<string, GroupNode>();

    void WriteResults(IReadOnlyList<NodeResultSummary> results)
    {
        foreach (NodeResultSummary result in results.Where(r => r.Status.IsFailure() || r.Status == NodeStatus.Warn))
        {
            bool warned = result.Status == NodeStatus.Warn;
            LogLevel level = warned ? LogLevel.Warn : LogLevel.Error;
            string type = result.Node.ResourceType.Word();
            string subject = $"{type} {result.Node.Name} ({result.Node.OriginalFilePath})";
            Line(warned ? "RunResultWarning" : "RunResultFailure", warned ? "Z021" : "Z022", level, $"{(warned ? "Warning" : "Failure")} in {subject}", json =>
            {
                json.WriteString("resource_type", type);
                json.WriteString("node_name", result.Node.Name);
                json.WriteString("path", result.Node.OriginalFilePath);
                WriteNode(json, result.Node, result.Status.Word());
                WriteGroup(json, result.Node);
            });
            if (result.Message.Length == 0 && result.Diagnostic is null)
            {
                continue;
            }

            string message = result.Diagnostic is { } said ? DiagnosticText.OneLine(said) : result.Message;
            Line(warned ? "RunResultWarningMessage" : "RunResultError", warned ? "Z046" : "Z024", level, message, json =>
            {
                json.WriteString("msg", result.Message.Length > 0 ? result.Message : message);
                WriteNode(json, result.Node, result.Status.Word());
                WriteGroup(json, result.Node);
                if (result.Diagnostic is { } diagnostic)
                {
                    WriteDiagnostic(json, diagnostic);
                }
            });
        }
    }

    /// <summary>For tools that follow each node: dbt's event at the moment when work on it begins.</summary>
    void WriteBegun(Node node) =>
        Line("NodeStart", "Q024", LogLevel.Debug, $"Began running node {node.UniqueId}", json => WriteNode(json, node, "started", TimeSpan.Zero));

    /// <summary>The last event of a node, with its result as run_results.json has it.</summary>
    void WriteEnded(NodeFinished e) =>
        Line("NodeFinished", "Q025", LogLevel.Debug, $"Finished running node {e.Node.UniqueId}", json =>
        {
            WriteNode(json, e.Node, e.Status.Word(), e.Elapsed);
            json.WriteStartObject("run_result");
            json.WriteString("status", e.Status.Word());
            json.WriteString("message", e.Message);
            json.WriteString("thread", Thread.CurrentThread.Name ?? "MainThread");
            json.WriteNumber("execution_time", Math.Round(e.Elapsed.TotalSeconds, 6));
            json.WriteStartObject("adapter_response");
            if (e.Rows is { } rows)
            {
                json.WriteNumber("rows_affected", rows);
            }

            json.WriteEndObject();
            if (e.Failures is { } failures)
            {
                json.WriteNumber("num_failures", failures);
            }

            json.WriteEndObject();
        });

    /// <param name="took">How long work on the node took until now; null where it still goes on and nobody measured.</param>
    void WriteNode(Utf8JsonWriter json, Node node, string status, TimeSpan? took = null)
    {
        json.WriteStartObject("node_info");
        json.WriteString("node_name", node.Name);
        json.WriteString("node_path", node.Path);
        json.WriteString("unique_id", node.UniqueId);
        json.WriteString("resource_type", node.ResourceType.Word());
        json.WriteString("materialized", node is CompilableNode ? node.Config.Materialized : "");
        json.WriteString("node_status", status);
        DateTimeOffset now = _options.Clock.GetUtcNow();
        json.WriteString("node_started_at", took is { } elapsed ? Moment(now - elapsed) : "");
        json.WriteString("node_finished_at", took is not null && status != "started" ? Moment(now) : "");
        json.WriteString("node_checksum", node is CompilableNode { Checksum: var checksum } ? checksum : "");
        json.Write("meta", node.Meta);
        json.WriteStartObject("node_relation");
        if (node is CompilableNode compilable)
        {
            json.WriteString("database", compilable.Database);
            json.WriteString("schema", compilable.Schema);
            json.WriteString("alias", compilable.Alias);
            json.WriteString("relation_name", compilable.RelationName);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    /// <summary>The node's group with its owner, when it has one.</summary>
    void WriteGroup(Utf8JsonWriter json, Node node)
    {
        if (node.Group is not { } name || _groups.Values.FirstOrDefault(g => g.Name == name && g.PackageName == node.PackageName) is not { } group)
        {
            return;
        }

        json.WriteStartObject("group");
        json.WriteString("name", group.Name);
        json.WriteString("package_name", group.PackageName);
        json.WriteStartObject("owner");
        foreach (KeyValuePair<Value, Value> entry in group.Owner.Entries.Where(e => !e.Value.IsNone))
        {
            json.WriteString(entry.Key.ToString(), ValueText.ToText(entry.Value));
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
