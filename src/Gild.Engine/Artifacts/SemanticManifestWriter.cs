using System.Text.Json;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Artifacts;

/// <summary>
/// Writes <c>semantic_manifest.json</c>: semantic models, metrics, saved queries and time spines in the shape of
/// dbt-semantic-interfaces 0.9, which tools for metrics read. Fields stand in that library's order, absent ones as null.
/// </summary>
public static class SemanticManifestWriter
{
    const string LegacyTimeSpine = "metricflow_time_spine";

    /// <summary>A field, what stands there when nothing is given, and the shape of what it holds.</summary>
    sealed record Field(string Name, Value Otherwise, Field[]? Inner);

    static readonly Field[] s_filter = [Of("where_filters", Fields("where_sql_template"))];
    static readonly Field[] s_config = [Of("meta", null, new DictValue())];
    static readonly Field[] s_window = Fields("count", "granularity");
    static readonly Field[] s_nodeRelation = Fields("alias", "schema_name", "database", "relation_name");

    static readonly Field[] s_inputMeasure =
        [Of("name"), Of("filter", s_filter), Of("alias"), Of("join_to_timespine", null, false), Of("fill_nulls_with")];

    static readonly Field[] s_inputMetric =
        [Of("name"), Of("filter", s_filter), Of("alias"), Of("offset_window", s_window), Of("offset_to_grain")];

    static readonly Field[] s_semanticModel =
    [
        Of("name"), Of("defaults", Fields("agg_time_dimension")), Of("description"), Of("node_relation", s_nodeRelation), Of("primary_entity"),
        Of("entities", [Of("name"), Of("description"), Of("type"), Of("role"), Of("expr"), Of("metadata"), Of("label"), Of("config", s_config)], new ListValue()),
        Of("measures",
            [
                Of("name"), Of("agg"), Of("description"), Of("create_metric"), Of("expr"),
                Of("agg_params", [Of("percentile"), Of("use_discrete_percentile", null, false), Of("use_approximate_percentile", null, false)]), Of("metadata"),
                Of("non_additive_dimension", [Of("name"), Of("window_choice", null, "min"), Of("window_groupings", null, new ListValue())]),
                Of("agg_time_dimension"), Of("label"), Of("config", s_config),
            ], new ListValue()),
        Of("dimensions",
            [
                Of("name"), Of("description"), Of("type"), Of("is_partition", null, false),
                Of("type_params", [Of("time_granularity"), Of("validity_params", [Of("is_start", null, false), Of("is_end", null, false)])]),
                Of("expr"), Of("metadata"), Of("label"), Of("config", s_config),
            ], new ListValue()),
        Of("label"), Of("metadata"), Of("config", s_config),
    ];

    static readonly Field[] s_metric =
    [
        Of("name"), Of("description"), Of("type"),
        Of("type_params",
        [
            Of("measure", s_inputMeasure), Of("numerator", s_inputMetric), Of("denominator", s_inputMetric), Of("expr"), Of("window", s_window), Of("grain_to_date"),
            Of("metrics", s_inputMetric),
            Of("conversion_type_params",
            [
                Of("base_measure", s_inputMeasure), Of("conversion_measure", s_inputMeasure), Of("entity"), Of("calculation"), Of("window", s_window),
                Of("constant_properties", Fields("base_property", "conversion_property")),
            ]),
            Of("cumulative_type_params", [Of("window", s_window), Of("grain_to_date"), Of("period_agg", null, "first"), Of("metric", s_inputMetric)]),
            Of("input_measures", s_inputMeasure, new ListValue()),
        ]),
        Of("filter", s_filter), Of("metadata"), Of("label"), Of("config", s_config), Of("time_granularity"),
    ];

    static readonly Field[] s_savedQuery =
    [
        Of("name"),
        Of("query_params",
        [
            Of("metrics", null, new ListValue()), Of("group_by", null, new ListValue()), Of("order_by", null, new ListValue()), Of("limit"), Of("where", s_filter),
        ]),
        Of("description"), Of("metadata"), Of("label"),
        Of("exports", [Of("name"), Of("config", Fields("export_as", "schema_name", "alias"))], new ListValue()),
        Of("tags", null, new ListValue()),
    ];

    static Field Of(string name, Field[]? inner = null, Value? otherwise = null) => new(name, otherwise ?? Value.None, inner);

    static Field[] Fields(params string[] names) => [.. names.Select(name => Of(name))];

    public static void Write(Stream stream, ProjectManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        using Utf8JsonWriter json = new(stream, ArtifactJson.Options);
        Node[] nodes = [.. manifest.Nodes.Values.OrderBy(n => n.UniqueId, StringComparer.Ordinal)];
        json.WriteStartObject();
        WriteAll(json, "semantic_models", nodes, ResourceType.SemanticModel, s_semanticModel);
        WriteAll(json, "metrics", nodes, ResourceType.Metric, s_metric);
        WriteProject(json, nodes);
        WriteAll(json, "saved_queries", nodes, ResourceType.SavedQuery, s_savedQuery);
        json.WriteEndObject();
    }

    static void WriteAll(Utf8JsonWriter json, string name, Node[] nodes, ResourceType type, Field[] shape)
    {
        json.WriteStartArray(name);
        foreach (SemanticNode node in nodes.OfType<SemanticNode>().Where(n => n.ResourceType == type))
        {
            DictValue values = node.Properties.Copy();
            values["name"] = node.Name;
            values["description"] = node.Description;
            values["config"] = node.Config.Values;
            values["tags"] = new ListValue(node.Tags.Select(t => Value.From(t)));
            WriteShaped(json, values, shape);
            json.FlushWhenFull();
        }

        json.WriteEndArray();
    }

    static void WriteShaped(Utf8JsonWriter json, Value value, Field[]? shape)
    {
        if (shape is not null && value.As<ListValue>() is { } list)
        {
            json.WriteStartArray();
            foreach (Value item in list.Elements)
            {
                WriteShaped(json, item, shape);
            }

            json.WriteEndArray();
        }
        else if (shape is not null && value.As<DictValue>() is { } dict)
        {
            json.WriteStartObject();
            foreach (Field field in shape)
            {
                json.WritePropertyName(field.Name);
                WriteShaped(json, dict.ValueOf(field.Name) is { IsNone: false } given ? given : field.Otherwise, field.Inner);
            }

            json.WriteEndObject();
        }
        else
        {
            JsonValues.Write(json, value);
        }
    }

    static void WriteProject(Utf8JsonWriter json, Node[] nodes)
    {
        json.WriteStartObject("project_configuration");
        json.WriteStartArray("time_spine_table_configurations");
        bool isUsed = nodes.Any(n => n.ResourceType == ResourceType.SemanticModel);
        foreach (ModelNode legacy in nodes.OfType<ModelNode>().Where(m => isUsed && m.Name == LegacyTimeSpine && m.TimeSpine is null))
        {
            json.WriteStartObject();
            json.WriteString("location", legacy.RelationName);
            json.WriteString("column_name", "date_day");
            json.WriteString("grain", "day");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNull("metadata");
        json.WriteStartObject("dsi_package_version");
        json.WriteString("major_version", "0");
        json.WriteString("minor_version", "9");
        json.WriteString("patch_version", "2");
        json.WriteEndObject();
        json.WriteStartArray("time_spines");
        foreach (ModelNode model in nodes.OfType<ModelNode>().Where(m => m.TimeSpine is not null))
        {
            WriteTimeSpine(json, model, model.TimeSpine!);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteTimeSpine(Utf8JsonWriter json, ModelNode model, DictValue spine)
    {
        string? standard = spine.TextOf("standard_granularity_column");
        json.WriteStartObject();
        json.WriteStartObject("node_relation");
        json.WriteString("alias", model.Alias);
        json.WriteString("schema_name", model.Schema);
        json.WriteString("database", model.Database);
        json.WriteString("relation_name", model.RelationName);
        json.WriteEndObject();
        json.WriteStartObject("primary_column");
        json.WriteString("name", standard);
        json.WriteString("time_granularity", standard is null ? null : model.Columns.GetValueOrDefault(standard)?.Granularity);
        json.WriteEndObject();
        json.WriteStartArray("custom_granularities");
        foreach (Value custom in spine.ListOf("custom_granularities") ?? [])
        {
            WriteShaped(json, custom, Fields("name", "column_name"));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
