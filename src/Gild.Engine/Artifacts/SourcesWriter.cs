using System.Globalization;
using System.Text.Json;
using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Engine.Running;
using Gild.Jinja.Values;

namespace Gild.Engine.Artifacts;

/// <summary>Writes <c>sources.json</c> (v3).</summary>
public static class SourcesWriter
{
    const string Schema = "https://schemas.getdbt.com/dbt/sources/v3.json";

    public static void Write(Stream stream, IReadOnlyList<FreshnessResult> results, InvocationState invocation, TimeSpan elapsed)
    {
        using Utf8JsonWriter json = new(stream, ArtifactJson.Options);
        json.WriteStartObject();
        ArtifactJson.WriteMetadata(json, Schema, invocation);
        json.WriteStartArray("results");
        foreach (FreshnessResult result in results)
        {
            if (result.MaxLoadedAt is null)
            {
                WriteError(json, result.Result);
            }
            else
            {
                WriteResult(json, result);
            }
        }

        json.WriteEndArray();
        json.WriteNumber("elapsed_time", elapsed.TotalSeconds);
        json.WriteEndObject();
    }

    static void WriteError(Utf8JsonWriter json, NodeResult result)
    {
        json.WriteStartObject();
        json.WriteString("unique_id", result.Node.UniqueId);
        json.WriteString("error", result.Message);
        json.WriteString("status", "runtime error");
        json.WriteEndObject();
    }

    static void WriteResult(Utf8JsonWriter json, FreshnessResult result)
    {
        SourceNode source = (SourceNode)result.Result.Node;
        json.WriteStartObject();
        json.WriteString("unique_id", source.UniqueId);
        json.WriteString("max_loaded_at", WarehouseTime(result.MaxLoadedAt!.Value));
        json.WriteString("snapshotted_at", WarehouseTime(result.SnapshottedAt!.Value));
        json.WriteNumber("max_loaded_at_time_ago_in_s", result.Age!.Value.TotalSeconds);
        json.WriteString("status", result.Result.Status.Word());
        json.WritePropertyName("criteria");
        JsonValues.Write(json, Criteria(source.Freshness!));
        json.WritePropertyName("adapter_response");
        JsonValues.Write(json, result.Result.Response);
        json.WriteStartArray("timing");
        foreach (Timing timing in result.Result.Timings)
        {
            json.WriteStartObject();
            json.WriteString("name", timing.Name);
            json.WriteString("started_at", InvocationState.TimeText(timing.Started));
            json.WriteString("completed_at", InvocationState.TimeText(timing.Completed));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("thread_id", result.Result.ThreadId);
        json.WriteNumber("execution_time", result.Result.Elapsed.TotalSeconds);
        json.WriteEndObject();
    }

    /// <summary>A time the warehouse gave, as dbt writes it: with its offset, and a fraction only where there is one.</summary>
    static string WarehouseTime(DateTimeOffset time) => time.UtcDateTime.ToString(
        time.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'+00:00'" : "yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture);

    static DictValue Criteria(DictValue freshness)
    {
        DictValue criteria = new();
        foreach (string key in (ReadOnlySpan<string>)["warn_after", "error_after"])
        {
            DictValue? given = freshness.TryGetValue(key, out Value value) ? value.As<DictValue>() : null;
            if (value.IsNone)
            {
                criteria[key] = Value.None;
                continue;
            }

            DictValue threshold = new();
            threshold["count"] = given is not null && given.TryGetValue("count", out Value count) ? count : Value.None;
            threshold["period"] = given is not null && given.TryGetValue("period", out Value period) ? period : Value.None;
            criteria[key] = threshold;
        }

        criteria["filter"] = freshness.TryGetValue("filter", out Value filter) ? filter : Value.None;
        return criteria;
    }
}
