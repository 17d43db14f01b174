using System.Text.Encodings.Web;
using System.Text.Json;
using Gild.Engine.Context;

namespace Gild.Engine.Artifacts;

/// <summary>What all artifacts share.</summary>
public static class ArtifactJson
{
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void WriteMetadata(Utf8JsonWriter json, string schema, InvocationState invocation)
    {
        json.WriteStartObject("metadata");
        json.WriteString("dbt_schema_version", schema);
        json.WriteString("dbt_version", InvocationState.DbtVersion);
        json.WriteString("generated_at", InvocationState.TimeText(invocation.Options.Clock.GetUtcNow()));
        json.WriteString("invocation_id", invocation.InvocationId);
        json.WriteString("invocation_started_at", InvocationState.TimeText(invocation.StartedAt));
        json.WritePropertyName("env");
        JsonValues.Write(json, invocation.MetadataEnvironment());
        json.WriteEndObject();
    }
}
