using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>Nodes as the dictionaries that templates see: <c>model</c>, and the entries of <c>graph</c>.</summary>
public static class NodeView
{
    /// <summary>
    /// The <c>model</c> variable: keys without a value are left out, as dbt leaves them out (in <c>graph</c> they are there as none),
    /// and columns of a contract have the adapter's type names.
    /// </summary>
    public static DictValue Model(CompilableNode node, NodeContext context)
    {
        DictValue view = WithoutNone(Of(node, context));
        if (view.TryGetValue("compiled_code", out Value code))
        {
            view["compiled_sql"] = code;
        }

        view["config"] = WithoutNone(node.Config.Values, key => ConfigDefaults.Has(node.ResourceType, key));
        DictValue columns = view["columns"].As<DictValue>()!;
        foreach ((Value name, Value column) in columns.Entries.ToArray())
        {
            DictValue known = WithoutNone(column.As<DictValue>()!);
            if (known.TryGetValue("data_type", out Value type))
            {
                known["data_type"] = context.Adapter.TranslateType(type.ToString());
            }

            columns[name] = known;
        }

        return view;
    }

    static DictValue WithoutNone(DictValue dict, Func<Value, bool>? concerns = null)
    {
        DictValue known = new();
        foreach ((Value key, Value value) in dict.Entries)
        {
            if (!value.IsNone || concerns?.Invoke(key) == false)
            {
                known[key] = value;
            }
        }

        return known;
    }

    /// <param name="context">The context that is asking, for what only it knows (compiled code); null for the graph.</param>
    public static DictValue Of(CompilableNode node, NodeContext? context)
    {
        DictValue view = Common(node);
        view["database"] = node.Database;
        view["schema"] = node.Schema;
        view["alias"] = node.Alias;
        view["relation_name"] = node.RelationName;
        view["raw_code"] = node.RawCode;
        view["checksum"] = Checksum(node.Checksum);
        view["docs"] = node.Docs;
        view["build_path"] = Value.None;
        view["created_at"] = Value.From(0L);
        view["doc_blocks"] = Texts(node.DocBlocks);
        if (node is not SeedNode)
        {
            AddCode(view, node);
        }

        if (context is null)
        {
            view["config"] = ConfigDefaults.Complete(node);
        }

        switch (node)
        {
            case ModelNode model:
                view["access"] = model.Access;
                view["version"] = model.Version;
                view["latest_version"] = model.LatestVersion;
                view["deprecation_date"] = model.DeprecationDate;
                view["primary_key"] = new ListValue(model.PrimaryKey);
                view["constraints"] = new ListValue(node.Constraints);
                view["time_spine"] = model.TimeSpine is { } spine ? spine : Value.None;
                view["defer_relation"] = Value.None;
                break;
            case TestNode test:
                view["column_name"] = test.ColumnName;
                view["file_key_name"] = test.FileKeyName;
                view["attached_node"] = test.AttachedNode;
                view["test_metadata"] = test.Generic is { } generic ? Metadata(generic) : Value.None;
                break;
            case SeedNode seed:
                view["root_path"] = seed.RootPath;
                break;
            case FunctionNode function:
                foreach ((Value key, Value value) in function.Properties.Entries)
                {
                    view[key] = value;
                }

                break;
        }

        if (context?.Run is { } run && run.CompiledCode.TryGetValue(node.UniqueId, out string? code))
        {
            view["compiled"] = true;
            view["compiled_code"] = code;
            view["extra_ctes_injected"] = true;
        }

        return view;
    }

    static void AddCode(DictValue view, CompilableNode node)
    {
        view["language"] = node.Language;
        view["refs"] = Refs(node);
        view["sources"] = Sources(node);
        view["metrics"] = new ListValue();
        view["functions"] = new ListValue(node.Functions);
        view["contract"] = Contract(node);
        view["compiled_path"] = Value.None;
        view["compiled"] = false;
        view["compiled_code"] = Value.None;
        view["extra_ctes_injected"] = false;
        view["extra_ctes"] = new ListValue();
    }

    static ListValue Sources(Node node) =>
        new(node.Sources.Select(s => Value.From(new ListValue([Value.From(s.Source), Value.From(s.Table)]))));

    static DictValue Metadata(GenericTestInfo generic)
    {
        DictValue metadata = new();
        metadata["name"] = generic.Name;
        metadata["kwargs"] = generic.Arguments;
        metadata["namespace"] = generic.Namespace;
        return metadata;
    }

    static DictValue Contract(CompilableNode node)
    {
        DictValue contract = new();
        contract["enforced"] = node.ContractEnforced;
        contract["alias_types"] = true;
        contract["checksum"] = Value.None;
        return contract;
    }

    static DictValue Checksum(string checksum)
    {
        DictValue dict = new();
        dict["name"] = checksum.Length == 0 ? "none" : "sha256";
        dict["checksum"] = checksum;
        return dict;
    }

    static ListValue Refs(Node node) => new(node.Refs.Select(r =>
    {
        DictValue call = new();
        call["name"] = r.Name;
        call["package"] = r.Package;
        call["version"] = r.Version.IsUndefined ? Value.None : r.Version;
        return Value.From(call);
    }));

    static DictValue Common(Node node)
    {
        DictValue view = new();
        view["name"] = node.Name;
        view["resource_type"] = node.ResourceType.Word();
        view["package_name"] = node.PackageName;
        view["path"] = node.Path;
        view["original_file_path"] = node.OriginalFilePath;
        view["unique_id"] = node.UniqueId;
        view["fqn"] = Texts(node.Fqn);
        view["config"] = node.Config.Values;
        if (node is not UnitTestNode)
        {
            view["tags"] = Texts(node.Tags);
        }

        view["description"] = node.Description;
        view["columns"] = Columns(node);
        view["meta"] = node.Meta;
        view["group"] = node.Group;
        view["patch_path"] = node.PatchPath;
        view["unrendered_config"] = node.UnrenderedConfig;
        if (node is not SourceNode)
        {
            DictValue dependsOn = new() { ["macros"] = Texts(node.DependsOnMacros) };
            if (node is not SeedNode)
            {
                dependsOn["nodes"] = Texts(node.DependsOnNodes);
            }

            view["depends_on"] = dependsOn;
        }

        return view;
    }

    static DictValue Columns(Node node)
    {
        DictValue columns = new();
        foreach ((string name, NodeColumn column) in node.Columns)
        {
            DictValue view = new();
            view["name"] = column.Name;
            view["description"] = column.Description;
            view["meta"] = column.Meta;
            view["data_type"] = column.DataType;
            view["constraints"] = new ListValue(column.Constraints);
            view["quote"] = column.Quote is { } quote ? Value.From(quote) : Value.None;
            view["config"] = column.Config;
            view["tags"] = Texts(column.Tags);
            view["granularity"] = column.Granularity;
            view["doc_blocks"] = Texts(column.DocBlocks);
            foreach ((Value key, Value value) in column.Extra.Entries)
            {
                view[key] = value;
            }

            columns[name] = view;
        }

        return columns;
    }

    static ListValue Texts(IEnumerable<string> texts) => new(texts.Select(t => Value.From(t)));

    static DictValue Of(SourceNode source)
    {
        DictValue view = Common(source);
        view["config"] = ConfigDefaults.Complete(source);
        view["database"] = source.Database;
        view["schema"] = source.Schema;
        view["source_name"] = source.SourceName;
        view["source_description"] = source.SourceDescription;
        view["loader"] = source.Loader;
        view["identifier"] = source.Identifier;
        view["relation_name"] = source.RelationName;
        view["quoting"] = source.Quoting;
        view["loaded_at_field"] = source.LoadedAtField;
        view["loaded_at_query"] = source.LoadedAtQuery;
        view["freshness"] = source.Freshness;
        view["external"] = source.External;
        view["source_meta"] = source.SourceMeta;
        view["unrendered_database"] = Value.None;
        view["unrendered_schema"] = Value.None;
        view["doc_blocks"] = Texts(source.DocBlocks);
        view["created_at"] = Value.From(0L);
        return view;
    }

    /// <summary>A node of any kind.</summary>
    public static DictValue OfAny(Node node) => node switch
    {
        SourceNode source => Of(source),
        ExposureNode exposure => WithProperties(exposure, exposure.Properties),
        SemanticNode semantic => WithProperties(semantic, semantic.Properties),
        UnitTestNode unit => WithProperties(unit, unit.Properties),
        CompilableNode compilable => Of(compilable, null),
        _ => Common(node),
    };

    static readonly string[] s_exposureKeys = ["label", "maturity", "url"];

    static DictValue WithProperties(Node node, DictValue properties)
    {
        DictValue view = Common(node);
        view["config"] = ConfigDefaults.Complete(node);
        foreach (string key in node is ExposureNode ? s_exposureKeys : [])
        {
            view[key] = Value.None;
        }

        foreach ((Value key, Value value) in properties.Entries)
        {
            if (key.ToString() is not ("name" or "depends_on" or "config" or "tags" or "meta" or "description"))
            {
                view[key] = value;
            }
        }

        view["refs"] = Refs(node);
        view["sources"] = Sources(node);
        return view;
    }

    /// <summary>The <c>graph</c> variable: every enabled node as dbt groups them.</summary>
    public static Value Graph(ProjectManifest manifest)
    {
        DictValue graph = new();
        Dictionary<string, DictValue> sections = [];
        foreach (string section in (ReadOnlySpan<string>)["exposures", "functions", "groups", "metrics", "nodes", "sources", "semantic_models", "saved_queries"])
        {
            DictValue dict = new();
            sections[section] = dict;
            graph[section] = dict;
        }

        foreach (Node node in manifest.NodesInOrder)
        {
            switch (node)
            {
                case SourceNode source:
                    sections["sources"][source.UniqueId] = Of(source);
                    break;
                case ExposureNode exposure:
                    sections["exposures"][exposure.UniqueId] = WithProperties(exposure, exposure.Properties);
                    break;
                case FunctionNode function:
                    sections["functions"][function.UniqueId] = Of(function, null);
                    break;
                case SemanticNode semantic:
                    string section = semantic.ResourceType switch
                    {
                        ResourceType.Metric => "metrics",
                        ResourceType.SemanticModel => "semantic_models",
                        _ => "saved_queries",
                    };
                    sections[section][semantic.UniqueId] = WithProperties(semantic, semantic.Properties);
                    break;
                case CompilableNode compilable:
                    sections["nodes"][compilable.UniqueId] = Of(compilable, null);
                    break;
            }
        }

        foreach (GroupNode group in manifest.Groups.Values)
        {
            DictValue view = new();
            view["name"] = group.Name;
            view["resource_type"] = "group";
            view["package_name"] = group.PackageName;
            view["path"] = group.Path;
            view["original_file_path"] = group.OriginalFilePath;
            view["unique_id"] = group.UniqueId;
            view["owner"] = group.Owner;
            view["config"] = group.Config;
            sections["groups"][group.UniqueId] = view;
        }

        return graph;
    }
}
