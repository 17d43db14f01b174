using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gild.Engine.Loading;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Artifacts;

/// <summary>What the head of an artifact says about the invocation.</summary>
/// <param name="Environment">Variables that begin with <c>DBT_ENV_CUSTOM_ENV_</c>, without the prefix.</param>
/// <param name="Quoting">How relation names are quoted: database, schema, identifier.</param>
public sealed record ArtifactMetadata(
    string InvocationId, DateTimeOffset GeneratedAt, DateTimeOffset InvocationStartedAt, string AdapterType, string DbtVersion,
    IReadOnlyList<KeyValuePair<string, string>>? Environment = null, DictValue? Quoting = null);

/// <summary>What compiling a node gave, for the manifest.</summary>
/// <param name="Code">The compiled code.</param>
/// <param name="CompiledPath">Where it was written, relative to the project.</param>
/// <param name="ExtraCtes">Ids and SQL of ephemeral models that were put in front.</param>
/// <param name="RelationName">As rendered, when it differs from the node's.</param>
public sealed record CompiledText(string Code, string? CompiledPath, IReadOnlyList<KeyValuePair<string, string>> ExtraCtes, string? RelationName = null);

/// <summary>Writes <c>manifest.json</c> (v12): the same bytes for the same project but for moments and ids of the invocation.</summary>
public static class ManifestWriter
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <param name="stream">Where to write.</param>
    /// <param name="manifest">The frozen manifest.</param>
    /// <param name="project">Its project.</param>
    /// <param name="metadata">About the invocation.</param>
    /// <param name="compiled">Compiled code of nodes that this invocation compiled, by unique id.</param>
    public static void Write(
        Stream stream, ProjectManifest manifest, LoadedProject project, ArtifactMetadata metadata,
        IReadOnlyDictionary<string, CompiledText>? compiled = null)
    {
        using Utf8JsonWriter json = new(stream, Options);
        NodeJson nodes = new(json, metadata, compiled);
        json.WriteStartObject();
        WriteMetadata(json, manifest, project, metadata);
        Section("nodes", IsNode);
        Section("sources", n => n is SourceNode);
        WriteMacros(json, manifest, metadata);
        WriteDocs(json, manifest);
        Section("exposures", n => n is ExposureNode);
        Section("metrics", n => n.ResourceType == ResourceType.Metric);
        WriteGroups(json, manifest);
        json.WriteStartObject("selectors");
        foreach (KeyValuePair<string, DictValue> selector in manifest.Selectors.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            json.Write(selector.Key, selector.Value);
        }

        json.WriteEndObject();
        WriteDisabled(json, manifest, nodes);
        WriteMaps(json, manifest);
        Section("saved_queries", n => n.ResourceType == ResourceType.SavedQuery);
        Section("semantic_models", n => n.ResourceType == ResourceType.SemanticModel);
        Section("unit_tests", n => n is UnitTestNode);
        Section("functions", n => n is FunctionNode);
        json.WriteEndObject();

        void Section(string name, Func<Node, bool> belongs)
        {
            json.WriteStartObject(name);
            foreach (Node node in manifest.NodesInOrder.Where(belongs))
            {
                json.WritePropertyName(node.UniqueId);
                nodes.Write(node);
                json.FlushWhenFull();
            }

            json.WriteEndObject();
        }
    }

    static bool IsNode(Node node) => node is CompilableNode and not FunctionNode;

    /// <summary>A moment as dbt writes it: UTC with microseconds and <c>Z</c>.</summary>
    public static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    static void WriteMetadata(Utf8JsonWriter json, ProjectManifest manifest, LoadedProject project, ArtifactMetadata metadata)
    {
        json.WriteStartObject("metadata");
        json.WriteString("dbt_schema_version", "https://schemas.getdbt.com/dbt/manifest/v12.json");
        json.WriteString("dbt_version", metadata.DbtVersion);
        json.WriteString("generated_at", Moment(metadata.GeneratedAt));
        json.WriteString("invocation_id", metadata.InvocationId);
        json.WriteString("invocation_started_at", Moment(metadata.InvocationStartedAt));
        json.WriteStartObject("env");
        foreach (KeyValuePair<string, string> variable in metadata.Environment ?? [])
        {
            json.WriteString(variable.Key, variable.Value);
        }

        json.WriteEndObject();
        json.WriteString("project_name", manifest.ProjectName);
        json.WriteString("project_id", NodeJson.Md5(manifest.ProjectName));
        json.WriteNull("user_id");
        json.WriteBoolean("send_anonymous_usage_stats", false);
        json.WriteString("adapter_type", metadata.AdapterType);
        json.WriteStartObject("quoting");
        DictValue quoting = metadata.Quoting ?? project.Root.Config.Quoting;
        foreach (string part in (ReadOnlySpan<string>)["database", "schema", "identifier"])
        {
            json.WriteBoolean(part, quoting.FlagOf(part) ?? true);
        }

        json.WriteNull("column");
        json.WriteEndObject();
        json.WriteString("run_started_at", Moment(metadata.InvocationStartedAt));
        json.WriteEndObject();
    }

    static void WriteMacros(Utf8JsonWriter json, ProjectManifest manifest, ArtifactMetadata metadata)
    {
        json.WriteStartObject("macros");
        foreach (MacroNode macro in manifest.Macros.Values.OrderBy(m => m.UniqueId, StringComparer.Ordinal))
        {
            json.WriteStartObject(macro.UniqueId);
            json.WriteString("name", macro.Name);
            json.WriteString("resource_type", "macro");
            json.WriteString("package_name", macro.PackageName);
            json.WriteString("path", macro.Path);
            json.WriteString("original_file_path", macro.OriginalFilePath);
            json.WriteString("unique_id", macro.UniqueId);
            json.WriteString("macro_sql", macro.Source.Text.AsSpan(macro.TextSpan.Offset, macro.TextSpan.Length));
            json.WriteStartObject("depends_on");
            json.WriteTexts("macros", macro.DependsOnMacros);
            json.WriteEndObject();
            json.WriteString("description", macro.Description);
            json.Write("meta", macro.Meta);
            WriteDocs(json, macro.Docs);
            json.WriteStartObject("config");
            json.Write("meta", macro.Meta);
            WriteDocs(json, macro.Docs);
            json.WriteEndObject();
            json.WriteString("patch_path", macro.PatchPath);
            json.WriteValues("arguments", macro.Arguments);
            json.WriteNumber("created_at", NodeJson.CreatedAt(metadata));
            if (macro.SupportedLanguages is { } languages)
            {
                json.WriteTexts("supported_languages", languages);
            }
            else
            {
                json.WriteNull("supported_languages");
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    static void WriteDocs(Utf8JsonWriter json, DictValue? docs)
    {
        json.WriteStartObject("docs");
        json.WriteBoolean("show", docs?.FlagOf("show") ?? true);
        json.WriteString("node_color", docs?.TextOf("node_color"));
        json.WriteEndObject();
    }

    static void WriteDocs(Utf8JsonWriter json, ProjectManifest manifest)
    {
        json.WriteStartObject("docs");
        foreach (DocNode doc in manifest.Docs.Values.OrderBy(d => d.UniqueId, StringComparer.Ordinal))
        {
            json.WriteStartObject(doc.UniqueId);
            json.WriteString("name", doc.Name);
            json.WriteString("resource_type", "doc");
            json.WriteString("package_name", doc.PackageName);
            json.WriteString("path", doc.Path);
            json.WriteString("original_file_path", doc.OriginalFilePath);
            json.WriteString("unique_id", doc.UniqueId);
            json.WriteString("block_contents", doc.Contents);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    static void WriteGroups(Utf8JsonWriter json, ProjectManifest manifest)
    {
        json.WriteStartObject("groups");
        foreach (GroupNode group in manifest.Groups.Values.OrderBy(g => g.UniqueId, StringComparer.Ordinal))
        {
            json.WriteStartObject(group.UniqueId);
            json.WriteString("name", group.Name);
            json.WriteString("resource_type", "group");
            json.WriteString("package_name", group.PackageName);
            json.WriteString("path", group.Path);
            json.WriteString("original_file_path", group.OriginalFilePath);
            json.WriteString("unique_id", group.UniqueId);
            DictValue owner = new() { ["email"] = Value.None };
            foreach (KeyValuePair<Value, Value> entry in group.Owner.Entries)
            {
                owner[entry.Key] = entry.Value;
            }

            json.Write("owner", owner);
            json.WriteString("description", group.Description.Length == 0 ? null : group.Description);
            json.Write("config", group.Config);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    static void WriteDisabled(Utf8JsonWriter json, ProjectManifest manifest, NodeJson nodes)
    {
        json.WriteStartObject("disabled");
        foreach (KeyValuePair<string, IReadOnlyList<Node>> disabled in manifest.Disabled.OrderBy(d => d.Key, StringComparer.Ordinal))
        {
            json.WriteStartArray(disabled.Key);
            foreach (Node node in disabled.Value)
            {
                nodes.Write(node);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    static void WriteMaps(Utf8JsonWriter json, ProjectManifest manifest)
    {
        Dictionary<string, List<string>> children = new(StringComparer.Ordinal);
        Dictionary<string, List<string>> groups = new(StringComparer.Ordinal);
        json.WriteStartObject("parent_map");
        foreach (Node node in manifest.NodesInOrder)
        {
            json.WriteTexts(node.UniqueId, [.. node.DependsOnNodes.Order(StringComparer.Ordinal)]);
            json.FlushWhenFull();
            children.TryAdd(node.UniqueId, []);
            foreach (string parent in node.DependsOnNodes)
            {
                if (!children.TryGetValue(parent, out List<string>? list))
                {
                    children[parent] = list = [];
                }

                list.Add(node.UniqueId);
            }

            if (node.Group is { Length: > 0 } group && node.ResourceType is not ResourceType.Exposure and not ResourceType.Source)
            {
                if (!groups.TryGetValue(group, out List<string>? members))
                {
                    groups[group] = members = [];
                }

                members.Add(node.UniqueId);
            }
        }

        json.WriteEndObject();
        json.WriteStartObject("child_map");
        foreach (KeyValuePair<string, List<string>> entry in children)
        {
            json.WriteTexts(entry.Key, entry.Value.Order(StringComparer.Ordinal));
        }

        json.WriteEndObject();
        json.WriteStartObject("group_map");
        foreach (GroupNode group in manifest.Groups.Values.OrderBy(g => g.Name, StringComparer.Ordinal))
        {
            json.WriteTexts(group.Name, groups.TryGetValue(group.Name, out List<string>? members) ? members : []);
        }

        json.WriteEndObject();
    }
}
