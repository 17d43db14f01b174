using System.Globalization;
using System.Text.Json;
using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Engine.Running;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine.Artifacts;

/// <summary>Reads entries of <c>run_results.json</c> (v6) back as results.</summary>
public static class RunResultsReader
{
    /// <summary>The results of nodes that were run, by unique id; the last entry of a node counts. Skipped nodes are left out, as are those that the project no longer has.</summary>
    public static IReadOnlyDictionary<string, NodeResult> Read(IEnumerable<JsonElement> entries, ProjectManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(manifest);
        Dictionary<string, NodeResult> results = new(StringComparer.Ordinal);
        foreach (JsonElement entry in entries)
        {
            if (Text(entry, "unique_id") is { } id && manifest.Nodes.TryGetValue(id, out Node? node)
                && StatusOf(Text(entry, "status")) is { } status && status != NodeStatus.Skipped)
            {
                results[id] = Result(node, status, entry);
            }
        }

        return results;
    }

    static NodeResult Result(Node node, NodeStatus status, JsonElement entry)
    {
        string? message = Text(entry, "message");
        return new NodeResult(node, status)
        {
            Message = message,
            Failures = entry.TryGetProperty("failures", out JsonElement failures) && failures.ValueKind == JsonValueKind.Number && failures.TryGetInt64(out long count) ? count : null,
            Response = entry.TryGetProperty("adapter_response", out JsonElement response) ? JsonText.Read(response).As<DictValue>() ?? new DictValue() : new DictValue(),
            Timings = [.. Items(entry, "timing").Select(t => new Timing(Text(t, "name") ?? "", Moment(Text(t, "started_at")), Moment(Text(t, "completed_at"))))],
            ThreadId = Text(entry, "thread_id") ?? "MainThread",
            Elapsed = entry.TryGetProperty("execution_time", out JsonElement seconds) && seconds.ValueKind == JsonValueKind.Number && seconds.TryGetDouble(out double s) ? TimeSpan.FromSeconds(s) : TimeSpan.Zero,
            Compiled = entry.TryGetProperty("compiled", out JsonElement compiled) && compiled.ValueKind == JsonValueKind.True,
            CompiledCode = Text(entry, "compiled_code"),
            RelationName = Text(entry, "relation_name"),
            Batches = Batches(entry),
            Diagnostic = status.IsFailure() ? new Diagnostic("R0604", Severity.Error, message ?? "failed in an earlier invocation") : null,
        };
    }

    static NodeStatus? StatusOf(string? word)
    {
        foreach (NodeStatus status in Enum.GetValues<NodeStatus>())
        {
            if (status.Word() == word)
            {
                return status;
            }
        }

        return null;
    }

    static BatchResults? Batches(JsonElement entry) =>
        entry.TryGetProperty("batch_results", out JsonElement batches) && batches.ValueKind == JsonValueKind.Object
            ? new BatchResults(Windows(batches, "successful"), Windows(batches, "failed"))
            : null;

    static List<(string Start, string End)> Windows(JsonElement batches, string key) =>
        [.. Items(batches, key).Where(w => w.ValueKind == JsonValueKind.Array && w.GetArrayLength() == 2)
            .Select(w => (w[0].GetString() ?? "", w[1].GetString() ?? ""))];

    static JsonElement.ArrayEnumerator Items(JsonElement entry, string key) =>
        entry.TryGetProperty(key, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;

    static string? Text(JsonElement entry, string key) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static DateTimeOffset Moment(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset moment)
            ? moment : default;
}
