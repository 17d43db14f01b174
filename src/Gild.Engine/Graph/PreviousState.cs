using System.Globalization;
using System.Text.Json;

namespace Gild.Engine.Graph;

/// <summary>Artifacts of an earlier invocation, for <c>--state</c>, <c>--defer</c>, <c>retry</c> and <c>clone</c>.</summary>
public sealed class PreviousState
{
    static readonly string[] Sections = ["nodes", "sources", "exposures", "metrics", "semantic_models", "unit_tests", "saved_queries", "functions"];

    readonly Dictionary<string, JsonElement> _nodes = new(StringComparer.Ordinal);
    readonly Dictionary<string, JsonElement> _macros = new(StringComparer.Ordinal);

    PreviousState(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>Databases and schemas of sources are compared as they are written (<c>state_modified_compare_more_unrendered_values</c>).</summary>
    public bool ComparesUnrendered { get; private init; }

    /// <summary>Whether a manifest.json was there.</summary>
    public bool HasManifest { get; private set; }

    /// <summary>Nodes of the earlier manifest by unique id.</summary>
    public IReadOnlyDictionary<string, JsonElement> Nodes => _nodes;

    public IReadOnlyDictionary<string, JsonElement> Macros => _macros;

    /// <summary>Status of each result of the earlier run by unique id; null when there was no run_results.json.</summary>
    public IReadOnlyDictionary<string, string>? Results { get; private set; }

    /// <summary>The earlier run_results.json.</summary>
    public JsonElement? RunResults { get; private set; }

    /// <summary>When each source was loaded, of the earlier sources.json; null when there was none.</summary>
    public IReadOnlyDictionary<string, string>? SourcesLoadedAt { get; private set; }

    /// <summary>The same of the current sources.json in the target folder.</summary>
    public IReadOnlyDictionary<string, string>? CurrentSourcesLoadedAt { get; private set; }

    /// <summary>Reads what a folder holds of manifest.json, run_results.json and sources.json.</summary>
    /// <param name="folder">Absolute.</param>
    /// <param name="targetPath">The current target folder, for the current sources.json; null when it does not matter.</param>
    /// <param name="unrendered">Sets <see cref="ComparesUnrendered"/>.</param>
    /// <exception cref="GildException">Runtime Error for a file that is no JSON or of another version.</exception>
    public static PreviousState Load(string folder, string? targetPath = null, bool unrendered = false)
    {
        PreviousState state = new(folder) { ComparesUnrendered = unrendered };
        if (Read(Path.Combine(folder, "manifest.json"), "manifest", 4, 12) is { } manifest)
        {
            state.HasManifest = true;
            foreach (string section in Sections)
            {
                Fill(state._nodes, manifest, section);
            }

            Fill(state._macros, manifest, "macros");
        }

        if (Read(Path.Combine(folder, "run_results.json"), "run-results", 4, 6) is { } results)
        {
            state.RunResults = results;
            Dictionary<string, string> statuses = new(StringComparer.Ordinal);
            foreach (JsonElement result in Items(results, "results"))
            {
                statuses[Text(result, "unique_id") ?? ""] = Text(result, "status") ?? "";
            }

            state.Results = statuses;
        }

        state.SourcesLoadedAt = Loaded(folder);
        state.CurrentSourcesLoadedAt = targetPath is null ? null : Loaded(targetPath);
        return state;
    }

    /// <summary>A text of a node, or null.</summary>
    public static string? Text(JsonElement node, string key) =>
        node.ValueKind == JsonValueKind.Object && node.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static Dictionary<string, string>? Loaded(string folder)
    {
        if (Read(Path.Combine(folder, "sources.json"), "sources", 1, 3) is not { } sources)
        {
            return null;
        }

        Dictionary<string, string> loaded = new(StringComparer.Ordinal);
        foreach (JsonElement result in Items(sources, "results"))
        {
            if (Text(result, "max_loaded_at") is { } moment && Text(result, "unique_id") is { } id)
            {
                loaded[id] = moment;
            }
        }

        return loaded;
    }

    static JsonElement.ArrayEnumerator Items(JsonElement artifact, string key) =>
        artifact.TryGetProperty(key, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;

    static void Fill(Dictionary<string, JsonElement> into, JsonElement manifest, string section)
    {
        if (manifest.TryGetProperty(section, out JsonElement nodes) && nodes.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty node in nodes.EnumerateObject())
            {
                into[node.Name] = node.Value;
            }
        }
    }

    /// <summary>The number in <c>https://schemas.getdbt.com/dbt/manifest/v12.json</c>; null when it is another kind of file.</summary>
    static int? VersionOf(string schema, string kind)
    {
        string before = $"/{kind}/v";
        int at = schema.LastIndexOf(before, StringComparison.Ordinal);
        return at >= 0 && int.TryParse(Path.GetFileNameWithoutExtension(schema[(at + before.Length)..]), NumberStyles.None, CultureInfo.InvariantCulture, out int version) ? version : null;
    }

    static JsonElement? Read(string path, string kind, int oldest, int newest)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using FileStream stream = File.OpenRead(path);
            using JsonDocument document = JsonDocument.Parse(stream);
            JsonElement root = document.RootElement.Clone();
            string schema = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("metadata", out JsonElement metadata) ? Text(metadata, "dbt_schema_version") ?? "" : "";
            return VersionOf(schema, kind) switch
            {
                { } version when version >= oldest && version <= newest => root,
                { } => throw new GildException(
                    DbtKinds.Runtime, "C0742",
                    string.Create(CultureInfo.InvariantCulture, $"Expected a schema version of v{newest} (or v{oldest} and later) in {path}, but found '{schema}'. Are you running with a different version of dbt?"),
                    "write the artifacts again with this version"),
                null => throw new GildException(
                    DbtKinds.Runtime, "C0710", string.Create(CultureInfo.InvariantCulture, $"{path} is no {kind} artifact of dbt (v{newest} is expected): its schema is '{schema}'")),
            };
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new GildException(DbtKinds.Runtime, "C0710", $"cannot read {path}: {e.Message}", "run the command that writes it again");
        }
    }
}
