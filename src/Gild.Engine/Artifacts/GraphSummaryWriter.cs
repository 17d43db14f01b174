using System.Globalization;
using System.Text.Json;
using Gild.Engine.Graph;
using Gild.Engine.Manifest;

namespace Gild.Engine.Artifacts;

/// <summary>Writes <c>graph_summary.json</c>: the nodes by number, and the numbers of what reads each.</summary>
public static class GraphSummaryWriter
{
    /// <param name="stream">Where to write.</param>
    /// <param name="manifest">Names and types.</param>
    /// <param name="linked">The graph of the manifest.</param>
    /// <param name="tested">For a build, the graph in which nodes wait for the tests of what they read; null for other commands.</param>
    /// <param name="invocationId">The invocation that wrote it.</param>
    public static void Write(Stream stream, ProjectManifest manifest, Dag linked, Dag? tested, string invocationId)
    {
        using Utf8JsonWriter json = new(stream, ArtifactJson.Options);
        json.WriteStartObject();
        json.WriteString("_invocation_id", invocationId);
        WriteGraph(json, "linked", manifest, linked);
        if (tested is not null)
        {
            WriteGraph(json, "with_test_edges", manifest, tested);
        }

        json.WriteEndObject();
    }

    static void WriteGraph(Utf8JsonWriter json, string name, ProjectManifest manifest, Dag graph)
    {
        Dictionary<string, int> numbers = new(graph.Ids.Count, StringComparer.Ordinal);
        foreach (string id in graph.Ids)
        {
            numbers.Add(id, numbers.Count);
        }

        json.WriteStartObject(name);
        foreach ((string id, int number) in numbers)
        {
            json.WriteStartObject(number.ToString(CultureInfo.InvariantCulture));
            json.WriteString("name", id);
            json.WriteString("type", manifest.Nodes[id].ResourceType.Word());
            if (graph.Children(id) is { Count: > 0 } readers)
            {
                json.WriteStartArray("succ");
                foreach (string reader in readers)
                {
                    json.WriteNumberValue(numbers[reader]);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.FlushWhenFull();
        }

        json.WriteEndObject();
    }
}
