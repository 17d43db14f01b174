using Gild.Engine.Adapters;
using Gild.Engine.Manifest;
using Gild.Jinja;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>Makes source nodes, with the overrides that other packages' property files give them.</summary>
public sealed class SourcesParser(ParsingContext context)
{
    readonly Dictionary<(string Package, string Source), PropertyEntry> _overrides = [];
    readonly HashSet<(string Package, string Source)> _used = [];

    /// <summary>Takes the entries with <c>overrides:</c> aside; the rest are definitions.</summary>
    public IReadOnlyList<PropertyEntry> TakeOverrides(IEnumerable<PropertyEntry> entries)
    {
        List<PropertyEntry> definitions = [];
        foreach (PropertyEntry entry in entries)
        {
            if (entry.Data.TextOf("overrides") is not { } package)
            {
                definitions.Add(entry);
            }
            else if (!_overrides.TryAdd((package, entry.Name), entry))
            {
                context.Guard(() => throw entry.Error("P0430", $"dbt found two schema.yml entries for the same source named {entry.Name} in package {package}", null,
                    $"keep it in one of these files: {_overrides[(package, entry.Name)].File.OriginalPath}, {entry.File.OriginalPath}"));
            }
        }

        return definitions;
    }

    /// <summary>An entry with its override put over it.</summary>
    public PropertyEntry WithOverride(PropertyEntry entry)
    {
        if (!_overrides.TryGetValue((entry.Package, entry.Name), out PropertyEntry? over))
        {
            return entry;
        }

        _used.Add((entry.Package, entry.Name));
        DictValue merged = entry.Data.Copy();
        Overlay(merged, over.Data, "name", "overrides", "tables");
        ListValue tables = new();
        foreach (Value table in entry.Data.ListOf("tables") ?? [])
        {
            DictValue copy = table.As<DictValue>()?.Copy() ?? new DictValue();
            DictValue? patch = (over.Data.ListOf("tables") ?? []).Select(t => t.As<DictValue>()).FirstOrDefault(t => t?.TextOf("name") == copy.TextOf("name"));
            if (patch is not null)
            {
                Overlay(copy, patch, "name");
            }

            tables.Elements.Add(copy);
        }

        merged["tables"] = tables;
        return new PropertyEntry(entry.File, entry.Key, entry.Node, merged);
    }

    /// <summary>Warns of overrides of what does not exist.</summary>
    public void WarnUnused()
    {
        foreach (((string package, string source), PropertyEntry entry) in _overrides)
        {
            if (!_used.Contains((package, source)))
            {
                context.Bag.Warn("UnusedTables", "P0431", $"the override of source '{package}.{source}' belongs to nothing", entry.NamePlace);
            }
        }
    }

    /// <summary>One node for each table.</summary>
    public IEnumerable<SourceNode> Parse(PropertyEntry entry)
    {
        if (entry.Data.TryGetValue("tables", out Value given) && given.As<ListValue>() is null && !given.IsNone)
        {
            throw entry.Error("P0306", $"`tables` of source '{entry.Name}' must be a list", "tables");
        }

        foreach (Value value in entry.Data.ListOf("tables") ?? [])
        {
            DictValue table = value.As<DictValue>() ?? throw entry.Error("P0306", $"a table of source '{entry.Name}' must be a mapping with a name", "tables");
            yield return Parse(entry, table);
        }
    }

    SourceNode Parse(PropertyEntry entry, DictValue table)
    {
        DictValue source = entry.Data;
        string name = table.TextOf("name") ?? throw entry.Error("P0306", $"a table of source '{entry.Name}' has no name", "tables");
        DictValue sourceConfig = source.DictOf("config") ?? new DictValue();
        DictValue tableConfig = table.DictOf("config") ?? new DictValue();
        string relative = entry.File.RelativePath;
        List<string> fqn = [entry.Package, .. relative.Split('/')[..^1], entry.Name, name];
        DictValue patch = PatchOf(entry, source, sourceConfig, table, tableConfig);
        DictValue config = context.Configs.Resolve(ResourceType.Source, entry.Package, fqn, patch, null);
        // Tags of a source replace each other, and the property file always has a say.
        config["tags"] = patch["tags"];
        if (ConfigSchema.Problem(ResourceType.Source, config) is { } problem)
        {
            throw entry.Error("P0313", $"invalid config of source {entry.Name}.{name}: {problem}", "config");
        }

        DictValue quoting = MergeDicts(source.DictOf("quoting"), table.DictOf("quoting"));
        string identifier = table.TextOf("identifier") ?? name;
        string? database = NonEmpty(source.TextOf("database") ?? source.TextOf("dbname")) ?? context.Names.DefaultDatabase;
        string schema = NonEmpty(source.TextOf("schema")) ?? entry.Name;
        DictValue meta = config.DictOf("meta") ?? new DictValue();
        ExternalSource? outside = Outside(entry, new SourceTable(name, identifier, schema, database, config.TextsOf("tags"), Properties(config, meta)));
        SourceNode node = new()
        {
            UniqueId = $"source.{entry.Package}.{entry.Name}.{name}",
            ResourceType = ResourceType.Source,
            Name = name,
            PackageName = entry.Package,
            Path = entry.File.OriginalPath,
            OriginalFilePath = entry.File.OriginalPath,
            Fqn = fqn,
            Config = new NodeConfig(config),
            UnrenderedConfig = context.Configs.Unrendered(ResourceType.Source, entry.Package, fqn, patch, null),
            Tags = config.TextsOf("tags"),
            Meta = meta,
            Description = table.TextOf("description") ?? "",
            SourceName = entry.Name,
            SourceDescription = source.TextOf("description") ?? "",
            SourceMeta = MergeDicts(source.DictOf("meta"), sourceConfig.DictOf("meta")),
            Loader = source.TextOf("loader") ?? "",
            Identifier = identifier,
            Database = database,
            Schema = schema,
            UnrenderedDatabase = Raw(entry, "database"),
            UnrenderedSchema = Raw(entry, "schema"),
            Quoting = quoting,
            LoadedAtField = config.TextOf("loaded_at_field"),
            LoadedAtQuery = config.TextOf("loaded_at_query"),
            Freshness = config.DictOf("freshness"),
            External = table.DictOf("external"),
            Outside = outside,
            RelationName = outside?.Text ?? context.RelationName(database, schema, identifier, quoting),
        };
        foreach (NodeColumn column in NodeProperties.Columns(table, null))
        {
            node.Columns[column.Name] = column;
        }

        if (node is { LoadedAtField: null, LoadedAtQuery: null, Freshness: { } freshness } && Freshness.IsSet(freshness) && !context.Adapter.Capabilities.TableLastModified)
        {
            context.Bag.Warn("FreshnessConfigProblem", "P0433",
                $"The configured adapter does not support metadata-based freshness. A loaded_at_field must be specified for source '{entry.Name}.{name}'.", entry.NamePlace,
                "set `loaded_at_field` or `loaded_at_query`, or `freshness: null`");
        }

        return node;
    }

    ExternalSource? Outside(PropertyEntry entry, SourceTable table)
    {
        try
        {
            return context.Adapter.External(table);
        }
        catch (JinjaException e)
        {
            throw entry.Error("P0434", $"source {entry.Name}.{table.Name}: {e.Message}", "tables");
        }
    }

    /// <summary>The meta of a table and above it the configs that are none of dbt's own.</summary>
    static DictValue Properties(DictValue config, DictValue meta)
    {
        DictValue properties = new();
        foreach ((Value key, Value value) in meta.Entries)
        {
            properties[key] = value;
        }

        foreach ((Value key, Value value) in config.Entries)
        {
            if (!ConfigDefaults.Has(ResourceType.Source, key))
            {
                properties[key] = value;
            }
        }

        return properties;
    }

    static string? Raw(PropertyEntry entry, string key) => entry.Node.Find(key) is { IsNull: false } node ? node.ToValue().ToString() : null;

    static DictValue PatchOf(PropertyEntry entry, DictValue source, DictValue sourceConfig, DictValue table, DictValue tableConfig)
    {
        DictValue patch = MergeDicts(sourceConfig, tableConfig);
        patch["freshness"] = Freshness.Merge(
            Freshness.Of(entry, source), Freshness.Of(entry, sourceConfig), Freshness.Of(entry, table), Freshness.Of(entry, tableConfig));
        if (patch.TryGetValue("freshness", out Value freshness) && freshness.As<DictValue>() is { } dict && !Freshness.IsSet(dict))
        {
            patch.Remove("freshness");
        }

        (patch["loaded_at_field"], patch["loaded_at_query"]) = LoadedAt(entry, source, sourceConfig, table, tableConfig);
        patch["meta"] = MergeDicts(MergeDicts(source.DictOf("meta"), sourceConfig.DictOf("meta")), MergeDicts(table.DictOf("meta"), tableConfig.DictOf("meta")));
        patch["tags"] = new ListValue(source.TextsOf("tags").Concat(sourceConfig.TextsOf("tags")).Concat(table.TextsOf("tags")).Concat(tableConfig.TextsOf("tags"))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(t => (Value)t));
        return patch;
    }

    static (Value Field, Value Query) LoadedAt(PropertyEntry entry, DictValue source, DictValue sourceConfig, DictValue table, DictValue tableConfig)
    {
        string? Text(DictValue a, DictValue b, string key) => NonEmpty(a.TextOf(key)) ?? NonEmpty(b.TextOf(key));
        if (source.TextOf("loaded_at_field") == "" || table.TextOf("loaded_at_field") == "")
        {
            throw entry.Error("P0432", "loaded_at_field cannot be an empty string.", "loaded_at_field");
        }

        string? tableField = Text(table, tableConfig, "loaded_at_field");
        string? tableQuery = Text(table, tableConfig, "loaded_at_query");
        string? sourceField = Text(source, sourceConfig, "loaded_at_field");
        string? sourceQuery = Text(source, sourceConfig, "loaded_at_query");
        bool fieldGiven = table.TryGetValue("loaded_at_field", out _) || tableField is not null;
        if (fieldGiven && tableQuery is not null)
        {
            throw entry.Error("P0432", "Cannot specify both loaded_at_field and loaded_at_query at table level.", "tables");
        }

        if (sourceField is not null && sourceQuery is not null)
        {
            throw entry.Error("P0432", "Cannot specify both loaded_at_field and loaded_at_query at source level.");
        }

        return (fieldGiven ? tableField : sourceField, tableQuery ?? (fieldGiven ? null : sourceQuery));
    }

    static DictValue MergeDicts(DictValue? one, DictValue? over)
    {
        DictValue merged = one?.Copy() ?? new DictValue();
        foreach (KeyValuePair<Value, Value> entry in over?.Entries ?? [])
        {
            merged[entry.Key] = entry.Value;
        }

        return merged;
    }

    static void Overlay(DictValue target, DictValue over, params ReadOnlySpan<string> except)
    {
        foreach (KeyValuePair<Value, Value> entry in over.Entries)
        {
            if (!except.Contains(entry.Key.ToString()))
            {
                target[entry.Key] = entry.Value;
            }
        }
    }

    static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
