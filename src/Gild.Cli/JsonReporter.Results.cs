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

    static void WriteNode(Utf8JsonWriter json, Node node, string status)
    {
        json.WriteStartObject("node_info");
        json.WriteString("node_name", node.Name);
        json.WriteString("node_path", node.Path);
        json.WriteString("unique_id", node.UniqueId);
        json.WriteString("resource_type", node.ResourceType.Word());
        json.WriteString("materialized", node is CompilableNode ? node.Config.Materialized : "");
        json.WriteString("node_status", status);
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
