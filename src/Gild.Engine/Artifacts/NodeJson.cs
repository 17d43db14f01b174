using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Artifacts;

/// <summary>Writes nodes as the manifest has them.</summary>
sealed class NodeJson(Utf8JsonWriter json, ArtifactMetadata metadata, IReadOnlyDictionary<string, CompiledText>? compiled)
{
    public void Write(Node node)
    {
        json.WriteStartObject();
        switch (node)
        {
            case CompilableNode compilable:
                WriteCompilable(compilable);
                break;
            case SourceNode source:
                WriteSource(source);
                break;
            case ExposureNode exposure:
                WriteExposure(exposure);
                break;
            case UnitTestNode test:
                WriteUnitTest(test);
                break;
            case SemanticNode semantic:
                WriteSemantic(semantic);
                break;
        }

        json.WriteEndObject();
    }

    /// <summary>Seconds since 1970 of the invocation; one value for all nodes, so that artifacts compare.</summary>
    public static double CreatedAt(ArtifactMetadata metadata) => metadata.InvocationStartedAt.ToUnixTimeMilliseconds() / 1000.0;

    // The artifact's project id is an MD5 in dbt; nothing here is a secret.
#pragma warning disable CA5351
    public static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    void WriteCompilable(CompilableNode node)
    {
        json.WriteString("database", node.Database);
        json.WriteString("schema", node.Schema);
        WriteHead(node, node.ResourceType == ResourceType.SqlOperation ? "sql operation" : node.ResourceType.Word());
        json.WriteString("alias", node.Alias);
        json.WriteStartObject("checksum");
        json.WriteString("name", node.ChecksumName);
        json.WriteString("checksum", node.Checksum);
        json.WriteEndObject();
        WriteConfig(node);
        json.WriteTexts("tags", node.Tags);
        json.WriteString("description", node.Description);
        WriteColumns(node);
        json.Write("meta", node.Meta);
        json.WriteString("group", node.Group);
        json.Write("docs", node.Docs);
        json.WriteString("patch_path", node.PatchPath);
        json.WriteNull("build_path");
        json.Write("unrendered_config", node.UnrenderedConfig);
        json.WriteNumber("created_at", CreatedAt(metadata));
        json.WriteString("relation_name", compiled?.GetValueOrDefault(node.UniqueId)?.RelationName ?? node.RelationName);
        json.WriteString("raw_code", node.RawCode);
        json.WriteTexts("doc_blocks", node.DocBlocks);
        if (node is SeedNode seed)
        {
            json.WriteString("root_path", seed.RootPath);
            WriteDependsOn(node, withNodes: false);
            return;
        }

        json.WriteString("language", node.Language);
        WriteReads(node, withFunctions: true);
        WriteDependsOn(node, withNodes: true);
        WriteCompiled(node);
        json.Write("contract", node.Contract ?? new DictValue { ["enforced"] = false, ["alias_types"] = true, ["checksum"] = Value.None });
        WriteOwn(node);
    }

    void WriteOwn(CompilableNode node)
    {
        switch (node)
        {
            case ModelNode model:
                json.WriteString("access", model.Access);
                json.WriteStartArray("constraints");
                foreach (Value constraint in model.Constraints)
                {
                    WriteConstraint(constraint, model: true);
                }

                json.WriteEndArray();
                json.Write("version", model.Version);
                json.Write("latest_version", model.LatestVersion);
                json.WriteString("deprecation_date", model.DeprecationDate);
                json.WriteValues("primary_key", model.PrimaryKey);
                WriteTimeSpine(model.TimeSpine);
                break;
            case TestNode { Generic: { } generic } test:
                json.WriteString("column_name", test.ColumnName);
                json.WriteString("file_key_name", test.FileKeyName);
                json.WriteString("attached_node", test.AttachedNode);
                json.WriteStartObject("test_metadata");
                json.WriteString("name", generic.Name);
                json.Write("kwargs", generic.Arguments);
                json.WriteString("namespace", generic.Namespace);
                json.WriteEndObject();
                break;
            case OperationNode operation:
                json.WriteNumber("index", operation.Index);
                break;
            case FunctionNode function:
                json.Write("returns", function.Properties.ValueOf("returns"));
                json.Write("arguments", function.Properties.ValueOf("arguments") is { IsNone: false } arguments ? arguments : new ListValue());
                break;
        }
    }

    void WriteTimeSpine(DictValue? spine)
    {
        if (spine is null)
        {
            json.WriteNull("time_spine");
            return;
        }

        json.WriteStartObject("time_spine");
        json.WriteString("standard_granularity_column", spine.TextOf("standard_granularity_column"));
        json.WriteValues("custom_granularities", spine.ListOf("custom_granularities") ?? []);
        json.WriteEndObject();
    }

    void WriteHead(Node node, string type)
    {
        json.WriteString("name", node.Name);
        json.WriteString("resource_type", type);
        json.WriteString("package_name", node.PackageName);
        json.WriteString("path", node.Path);
        json.WriteString("original_file_path", node.OriginalFilePath);
        json.WriteString("unique_id", node.UniqueId);
        json.WriteTexts("fqn", node.Fqn);
    }

    void WriteConfig(Node node)
    {
        json.WriteStartObject("config");
        foreach (KeyValuePair<Value, Value> entry in ConfigDefaults.Complete(node).Entries)
        {
            json.Write(entry.Key.ToString(), entry.Value);
        }

        json.WriteEndObject();
    }

    void WriteColumns(Node node)
    {
        json.WriteStartObject("columns");
        foreach (NodeColumn column in node.Columns.Values)
        {
            json.WriteStartObject(column.Name);
            json.WriteString("name", column.Name);
            json.WriteString("description", column.Description);
            json.Write("meta", column.Meta);
            json.WriteString("data_type", column.DataType);
            json.WriteStartArray("constraints");
            foreach (Value constraint in column.Constraints)
            {
                WriteConstraint(constraint, model: false);
            }

            json.WriteEndArray();
            json.Write("quote", column.Quote is { } quote ? quote : Value.None);
            json.Write("config", column.Config);
            json.WriteTexts("tags", column.Tags);
            json.WriteString("granularity", column.Granularity);
            json.WriteTexts("doc_blocks", column.DocBlocks);
            foreach (KeyValuePair<Value, Value> extra in column.Extra.Entries)
            {
                json.Write(extra.Key.ToString(), extra.Value);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    void WriteConstraint(Value given, bool model)
    {
        DictValue constraint = given.As<DictValue>() ?? new DictValue();
        json.WriteStartObject();
        json.WriteString("type", constraint.TextOf("type"));
        json.Write("name", constraint.ValueOf("name"));
        json.Write("expression", constraint.ValueOf("expression"));
        json.WriteBoolean("warn_unenforced", constraint.FlagOf("warn_unenforced") ?? true);
        json.WriteBoolean("warn_unsupported", constraint.FlagOf("warn_unsupported") ?? true);
        json.Write("to", constraint.ValueOf("to"));
        json.WriteValues("to_columns", constraint.ListOf("to_columns") ?? []);
        if (model)
        {
            json.WriteValues("columns", constraint.ListOf("columns") ?? []);
        }

        json.WriteEndObject();
    }

    void WriteRefs(Node node)
    {
        json.WriteStartArray("refs");
        foreach (RefCall call in node.Refs)
        {
            json.WriteStartObject();
            json.WriteString("name", call.Name);
            json.WriteString("package", call.Package);
            json.Write("version", call.Version);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    void WriteReads(Node node, bool withFunctions)
    {
        WriteRefs(node);
        json.WriteStartArray("sources");
        foreach (SourceCall call in node.Sources)
        {
            json.WriteStartArray();
            json.WriteStringValue(call.Source);
            json.WriteStringValue(call.Table);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteValues("metrics", node.Metrics);
        if (withFunctions)
        {
            json.WriteValues("functions", node.Functions);
        }
    }

    void WriteDependsOn(Node node, bool withNodes)
    {
        json.WriteStartObject("depends_on");
        json.WriteTexts("macros", node.DependsOnMacros);
        if (withNodes)
        {
            json.WriteTexts("nodes", node.DependsOnNodes);
        }

        json.WriteEndObject();
    }

    void WriteCompiled(CompilableNode node)
    {
        CompiledText? text = compiled?.GetValueOrDefault(node.UniqueId);
        json.WriteString("compiled_path", text?.CompiledPath);
        if (text is null)
        {
            return;
        }

        json.WriteBoolean("compiled", true);
        json.WriteString("compiled_code", text.Code);
        json.WriteBoolean("extra_ctes_injected", true);
        json.WriteStartArray("extra_ctes");
        foreach (KeyValuePair<string, string> cte in text.ExtraCtes)
        {
            json.WriteStartObject();
            json.WriteString("id", cte.Key);
            json.WriteString("sql", cte.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    void WriteSource(SourceNode node)
    {
        json.WriteString("database", node.Database);
        json.WriteString("schema", node.Schema);
        WriteHead(node, "source");
        json.WriteString("source_name", node.SourceName);
        json.WriteString("source_description", node.SourceDescription);
        json.WriteString("loader", node.Loader);
        json.WriteString("identifier", node.Identifier);
        json.WriteStartObject("quoting");
        foreach (string part in (ReadOnlySpan<string>)["database", "schema", "identifier", "column"])
        {
            json.Write(part, node.Quoting.ValueOf(part));
        }

        json.WriteEndObject();
        json.WriteString("loaded_at_field", node.LoadedAtField);
        json.WriteString("loaded_at_query", node.LoadedAtQuery);
        json.Write("freshness", node.Freshness);
        json.Write("external", node.External);
        json.WriteString("description", node.Description);
        WriteColumns(node);
        json.Write("meta", node.Meta);
        json.Write("source_meta", node.SourceMeta);
        json.WriteTexts("tags", node.Tags);
        WriteConfig(node);
        json.WriteString("patch_path", node.PatchPath);
        json.Write("unrendered_config", node.UnrenderedConfig);
        json.WriteString("relation_name", node.RelationName);
        json.WriteNumber("created_at", CreatedAt(metadata));
        json.WriteString("unrendered_database", node.UnrenderedDatabase);
        json.WriteString("unrendered_schema", node.UnrenderedSchema);
        json.WriteTexts("doc_blocks", node.DocBlocks);
    }

    void WriteExposure(ExposureNode node)
    {
        WriteHead(node, "exposure");
        json.WriteString("type", node.Properties.TextOf("type"));
        json.WriteStartObject("owner");
        DictValue owner = node.Properties.DictOf("owner") ?? new DictValue();
        json.Write("email", owner.ValueOf("email"));
        json.Write("name", owner.ValueOf("name"));
        foreach (KeyValuePair<Value, Value> entry in owner.Entries)
        {
            if (entry.Key.AsString is not ("email" or "name"))
            {
                json.Write(entry.Key.ToString(), entry.Value);
            }
        }

        json.WriteEndObject();
        json.WriteString("description", node.Description);
        json.Write("label", node.Properties.ValueOf("label"));
        json.Write("maturity", node.Properties.ValueOf("maturity"));
        json.Write("meta", node.Meta);
        json.WriteTexts("tags", node.Tags);
        WriteConfig(node);
        json.Write("unrendered_config", node.UnrenderedConfig);
        json.Write("url", node.Properties.ValueOf("url"));
        WriteDependsOn(node, withNodes: true);
        WriteReads(node, withFunctions: false);
        json.WriteNumber("created_at", CreatedAt(metadata));
    }

    void WriteUnitTest(UnitTestNode node)
    {
        json.WriteString("model", node.ModelName);
        json.Write("given", node.Properties.ValueOf("given"));
        json.Write("expect", node.Properties.ValueOf("expect"));
        WriteHead(node, "unit_test");
        json.WriteString("description", node.Description);
        json.Write("overrides", node.Properties.ValueOf("overrides"));
        WriteDependsOn(node, withNodes: true);
        WriteConfig(node);
        json.WriteString("checksum", node.Checksum);
        json.WriteString("schema", node.Schema.Length == 0 ? null : node.Schema);
        json.WriteNumber("created_at", CreatedAt(metadata));
        json.Write("versions", node.Properties.ValueOf("versions"));
        json.Write("version", node.Version);
    }

    void WriteSemantic(SemanticNode node)
    {
        WriteHead(node, node.ResourceType.Word());
        json.WriteString("description", node.Description);
        foreach (KeyValuePair<Value, Value> entry in node.Properties.Entries)
        {
            json.Write(entry.Key.ToString(), entry.Value);
        }

        WriteConfig(node);
        json.Write("unrendered_config", node.UnrenderedConfig);
        json.WriteString("group", node.Group);
        WriteDependsOn(node, withNodes: true);
        if (node.ResourceType == ResourceType.SemanticModel)
        {
            WriteRefs(node);
        }
        else if (node.ResourceType == ResourceType.Metric)
        {
            json.Write("meta", node.Meta);
            json.WriteTexts("tags", node.Tags);
            WriteReads(node, withFunctions: false);
        }
        else
        {
            json.WriteTexts("tags", node.Tags);
            WriteRefs(node);
        }

        json.WriteNumber("created_at", CreatedAt(metadata));
    }
}
