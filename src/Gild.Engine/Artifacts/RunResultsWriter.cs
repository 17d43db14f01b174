using System.Text.Json;
using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Engine.Running;

namespace Gild.Engine.Artifacts;

/// <summary>Writes <c>run_results.json</c> (v6).</summary>
public static class RunResultsWriter
{
    const string Schema = "https://schemas.getdbt.com/dbt/run-results/v6.json";

    public static void Write(Stream stream, IReadOnlyList<NodeResult> results, InvocationState invocation, TimeSpan elapsed)
    {
        using Utf8JsonWriter json = new(stream, ArtifactJson.Options);
        json.WriteStartObject();
        ArtifactJson.WriteMetadata(json, Schema, invocation);
        json.WriteStartArray("results");
        foreach (NodeResult result in results)
        {
            WriteResult(json, result);
            json.FlushWhenFull();
        }

        json.WriteEndArray();
        json.WriteNumber("elapsed_time", elapsed.TotalSeconds);
        json.WritePropertyName("args");
        JsonValues.Write(json, invocation.ArgumentsDict());
        json.WriteEndObject();
    }

    /// <summary>One entry of <c>results</c>, as UTF-8.</summary>
    public static byte[] Entry(NodeResult result)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, ArtifactJson.Options))
        {
            WriteResult(json, result);
        }

        return stream.ToArray();
    }

    static void WriteResult(Utf8JsonWriter json, NodeResult result)
    {
        json.WriteStartObject();
        json.WriteString("status", result.Status.Word());
        json.WriteStartArray("timing");
        foreach (Timing timing in result.Timings)
        {
            json.WriteStartObject();
            json.WriteString("name", timing.Name);
            json.WriteString("started_at", InvocationState.TimeText(timing.Started));
            json.WriteString("completed_at", InvocationState.TimeText(timing.Completed));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("thread_id", result.ThreadId);
        json.WriteNumber("execution_time", result.Elapsed.TotalSeconds);
        json.WritePropertyName("adapter_response");
        JsonValues.Write(json, result.Response);
        WriteText(json, "message", result.Message);
        if (result.Failures is { } failures)
        {
            json.WriteNumber("failures", failures);
        }
        else
        {
            json.WriteNull("failures");
        }

        json.WriteString("unique_id", result.Node.UniqueId);
        if (result.Node is CompilableNode and not SeedNode)
        {
            json.WriteBoolean("compiled", result.Compiled);
        }
        else
        {
            json.WriteNull("compiled");
        }

        WriteText(json, "compiled_code", result.Compiled ? result.CompiledCode : null);
        WriteText(json, "relation_name", result.Node switch
        {
            SeedNode => null,
            ModelNode or SnapshotNode => result.RelationName ?? ((CompilableNode)result.Node).RelationName,
            _ => result.RelationName,
        });
        WriteBatches(json, result.Batches);
        json.WriteEndObject();
    }

    static void WriteBatches(Utf8JsonWriter json, BatchResults? batches)
    {
        if (batches is null)
        {
            json.WriteNull("batch_results");
            return;
        }

        json.WriteStartObject("batch_results");
        foreach ((string name, IReadOnlyList<(string Start, string End)> windows) in new[] { ("successful", batches.Successful), ("failed", batches.Failed) })
        {
            json.WriteStartArray(name);
            foreach ((string start, string end) in windows)
            {
                json.WriteStartArray();
                json.WriteStringValue(start);
                json.WriteStringValue(end);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is null)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, text);
        }
    }
}
