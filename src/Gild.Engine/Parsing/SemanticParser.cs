using System.Text.RegularExpressions;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>Reads semantic models, metrics and saved queries for the manifest; they are not queried here.</summary>
public sealed partial class SemanticParser(ParsingContext context)
{
    static readonly string[] MetricTypes = ["simple", "ratio", "cumulative", "derived", "conversion"];

    public IEnumerable<SemanticNode> Parse(PropertyEntry entry) => entry.Key switch
    {
        "metrics" => [Metric(entry)],
        "semantic_models" => SemanticModel(entry),
        _ => [SavedQuery(entry)],
    };

    /// <summary>Fills what needs other nodes: measures of metrics, relations of semantic models, metrics of saved queries.</summary>
    public static void Connect(IReadOnlyList<Node> nodes, IReadOnlyDictionary<string, Node> byId, IReadOnlyList<Node> disabled)
    {
        Dictionary<string, SemanticNode> measures = new(StringComparer.Ordinal);
        foreach (SemanticNode model in nodes.OfType<SemanticNode>().Where(n => n.ResourceType == ResourceType.SemanticModel))
        {
            Relation(model, byId);
            foreach (Value measure in model.Properties.ListOf("measures") ?? [])
            {
                if (measure.As<DictValue>()?.TextOf("name") is { } name)
                {
                    measures[name] = model;
                }
            }
        }

        Dictionary<string, SemanticNode> metrics = new(StringComparer.Ordinal);
        foreach (SemanticNode metric in nodes.OfType<SemanticNode>().Where(n => n.ResourceType == ResourceType.Metric))
        {
            metrics.TryAdd(metric.Name, metric);
        }

        Dictionary<string, string> switchedOff = disabled.OfType<SemanticNode>().Where(n => n.ResourceType == ResourceType.SemanticModel)
            .SelectMany(m => (m.Properties.ListOf("measures") ?? []).Select(p => (Measure: p.As<DictValue>()?.TextOf("name") ?? "", Model: m.Name)))
            .DistinctBy(p => p.Measure).ToDictionary(p => p.Measure, p => p.Model, StringComparer.Ordinal);
        MeasureLookup known = new(measures, switchedOff);
        HashSet<string> done = [];
        foreach (SemanticNode metric in metrics.Values)
        {
            ConnectMetric(metric, metrics, known, done, 0);
        }

        foreach (SemanticNode query in nodes.OfType<SemanticNode>().Where(n => n.ResourceType == ResourceType.SavedQuery))
        {
            foreach (string name in query.Properties.DictOf("query_params")?.TextsOf("metrics") ?? [])
            {
                Depend(query, Find(query, metrics, name).UniqueId);
            }
        }
    }

    SemanticNode Metric(PropertyEntry entry)
    {
        DictValue data = entry.Data;
        CheckName(entry);
        string type = data.TextOf("type") ?? throw entry.Error("P0480", $"metric '{entry.Name}' has no `type`", null, $"one of {string.Join(", ", MetricTypes)}");
        if (Array.IndexOf(MetricTypes, type) < 0)
        {
            throw entry.Error("P0480", $"`type` of metric '{entry.Name}' cannot be '{type}'", "type", NearestName.Help(type, MetricTypes) ?? $"one of {string.Join(", ", MetricTypes)}");
        }

        DictValue given = data.DictOf("type_params") ?? throw entry.Error("P0480", $"metric '{entry.Name}' has no `type_params`");
        DictValue parameters = new()
        {
            ["measure"] = Measure(given.ValueOf("measure")),
            ["input_measures"] = new ListValue(),
            ["numerator"] = MetricInput(given.ValueOf("numerator")),
            ["denominator"] = MetricInput(given.ValueOf("denominator")),
            ["expr"] = given.ValueOf("expr") is { IsNone: false } expr ? expr.ToString() : Value.None,
            ["window"] = Window(given.ValueOf("window")),
            ["grain_to_date"] = given.ValueOf("grain_to_date"),
            ["metrics"] = given.ListOf("metrics") is { } list ? new ListValue(list.Select(MetricInput)) : new ListValue(),
            ["conversion_type_params"] = Conversion(given.DictOf("conversion_type_params")),
            ["cumulative_type_params"] = Cumulative(given, type),
            ["metric_aggregation_params"] = Value.None,
        };
        string label = data.TextOf("label") ?? throw entry.Error("P0480", $"metric '{entry.Name}' has no `label`");
        SemanticNode metric = Node(entry, ResourceType.Metric, "metric", entry.Name, new DictValue
        {
            ["label"] = label,
            ["type"] = type,
            ["type_params"] = parameters,
            ["filter"] = Filter(data.ValueOf("filter")),
            ["metadata"] = Value.None,
            ["time_granularity"] = data.ValueOf("time_granularity"),
        });
        if (metric.Meta.Count == 0)
        {
            metric.Meta = data.DictOf("meta") ?? new DictValue();
        }

        return metric;
    }

    const int MaxNameLength = 250;

    /// <summary>The name of a metric becomes a name of columns.</summary>
    static void CheckName(PropertyEntry entry)
    {
        string? wrong = entry.Name.Contains(' ', StringComparison.Ordinal) ? "cannot contain spaces"
            : entry.Name.Length > MaxNameLength ? $"cannot contain more than {MaxNameLength} characters"
            : !NamePattern().IsMatch(entry.Name) ? "must contain only letters, numbers and underscores"
            : !char.IsAsciiLetter(entry.Name[0]) ? "must begin with a letter"
            : null;
        if (wrong is not null)
        {
            throw entry.Error("P0480", $"the name of metric '{entry.Name}' {wrong}", "name");
        }
    }

    [GeneratedRegex(@"^\w+\z")]
    private static partial Regex NamePattern();

    IEnumerable<SemanticNode> SemanticModel(PropertyEntry entry)
    {
        DictValue data = entry.Data;
        string model = data.TextOf("model") ?? throw entry.Error("P0481", $"semantic model '{entry.Name}' has no `model`", null, "model: ref('...')");
        RefCall call = StaticReference.Read(model)?.Ref ?? throw entry.Error("P0481", $"`model` of semantic model '{entry.Name}' must be ref('...'), not {model}", "model");
        SemanticNode node = Node(entry, ResourceType.SemanticModel, "semantic_model", entry.Name, new DictValue
        {
            ["model"] = model,
            ["node_relation"] = Value.None,
            ["label"] = data.ValueOf("label"),
            ["defaults"] = data.ValueOf("defaults"),
            ["entities"] = Each(data, "entities", e => new DictValue { ["role"] = e.ValueOf("role"), ["expr"] = Text(e, "expr"), ["label"] = e.ValueOf("label") }),
            ["measures"] = Each(data, "measures", m => new DictValue
            {
                ["agg"] = m.ValueOf("agg"),
                // As in dbt: the metrics that it asks for are made, and then it is forgotten.
                ["create_metric"] = false,
                ["expr"] = Text(m, "expr"),
                ["label"] = m.ValueOf("label"),
                ["agg_params"] = AggregationOf(m.DictOf("agg_params")),
                ["non_additive_dimension"] = NonAdditive(m.DictOf("non_additive_dimension")),
                ["agg_time_dimension"] = m.ValueOf("agg_time_dimension"),
            }),
            ["dimensions"] = Each(data, "dimensions", d => new DictValue
            {
                ["is_partition"] = d.FlagOf("is_partition") ?? false,
                ["type_params"] = d.DictOf("type_params") is { } p ? new DictValue { ["time_granularity"] = p.ValueOf("time_granularity"), ["validity_params"] = p.ValueOf("validity_params") } : Value.None,
                ["expr"] = Text(d, "expr"),
                ["label"] = d.ValueOf("label"),
                ["metadata"] = Value.None,
            }),
            ["primary_entity"] = data.ValueOf("primary_entity"),
            ["metadata"] = Value.None,
        });
        node.Refs.Add(call);
        InheritMeta(node);
        yield return node;
        foreach (Value value in data.ListOf("measures") ?? [])
        {
            if (value.As<DictValue>() is { } measure && measure.FlagOf("create_metric") == true && measure.TextOf("name") is { } name)
            {
                yield return MetricOfMeasure(entry, name, measure);
            }
        }
    }

    /// <summary>The semantic model's meta goes under that of each of its parts.</summary>
    static void InheritMeta(SemanticNode model)
    {
        foreach (DictValue one in Parts(model))
        {
            DictValue meta = model.Meta.Copy();
            foreach (KeyValuePair<Value, Value> own in one.DictOf("config")?.DictOf("meta")?.Entries ?? [])
            {
                meta[own.Key] = own.Value;
            }

            one["config"] = new DictValue { ["meta"] = meta };
        }
    }

    /// <summary>Dimensions, entities and measures.</summary>
    internal static IEnumerable<DictValue> Parts(SemanticNode model)
    {
        foreach (string key in new[] { "dimensions", "entities", "measures" })
        {
            foreach (Value part in model.Properties.ListOf(key) ?? [])
            {
                yield return part.As<DictValue>()!;
            }
        }
    }

    SemanticNode MetricOfMeasure(PropertyEntry entry, string name, DictValue measure) => Node(entry, ResourceType.Metric, "metric", name,
        measure.TextOf("description") ?? $"Metric created from measure {name}", ConfigOfMeasure(entry, measure), new DictValue
        {
            ["label"] = measure.TextOf("label") ?? name,
            ["type"] = "simple",
            ["type_params"] = new DictValue
            {
                ["measure"] = Measure(name),
                ["input_measures"] = new ListValue(),
                ["numerator"] = Value.None,
                ["denominator"] = Value.None,
                ["expr"] = Text(measure, "expr") is { IsNone: false } expr ? expr : name,
                ["window"] = Value.None,
                ["grain_to_date"] = Value.None,
                ["metrics"] = new ListValue(),
                ["conversion_type_params"] = Value.None,
                ["cumulative_type_params"] = Value.None,
                ["metric_aggregation_params"] = Value.None,
            },
            ["filter"] = Value.None,
            ["metadata"] = Value.None,
            ["time_granularity"] = Value.None,
        });

    SemanticNode SavedQuery(PropertyEntry entry)
    {
        DictValue given = entry.Data.DictOf("query_params") ?? throw entry.Error("P0482", $"saved query '{entry.Name}' has no `query_params`");
        SemanticNode node = Node(entry, ResourceType.SavedQuery, "saved_query", entry.Name, new DictValue
        {
            ["query_params"] = new DictValue
            {
                ["metrics"] = new ListValue(given.TextsOf("metrics").Select(t => (Value)t)),
                ["group_by"] = new ListValue(given.TextsOf("group_by").Select(t => (Value)t)),
                ["where"] = Filter(given.ValueOf("where")),
                ["order_by"] = new ListValue(given.TextsOf("order_by").Select(t => (Value)t)),
                ["limit"] = given.ValueOf("limit"),
            },
            ["exports"] = new ListValue(),
            ["label"] = entry.Data.ValueOf("label"),
            ["metadata"] = Value.None,
        });
        node.Tags = [.. entry.Data.TextsOf("tags").Concat(node.Config.Values.TextsOf("tags")).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        node.Properties["exports"] = new ListValue(
            (entry.Data.ListOf("exports") ?? []).Select(e => e.As<DictValue>()).OfType<DictValue>().Select(e => (Value)Export(e, node.Config.Values, entry)));
        return node;
    }

    /// <summary>An export; what it does not say itself, the saved query's config says.</summary>
    DictValue Export(DictValue export, DictValue queryConfig, PropertyEntry entry)
    {
        DictValue config = export.DictOf("config") ?? new DictValue();
        string? schema = config.TextOf("schema") ?? queryConfig.TextOf("schema");
        return new DictValue
        {
            ["name"] = export.ValueOf("name"),
            ["config"] = new DictValue
            {
                ["export_as"] = config.TextOf("export_as") ?? queryConfig.TextOf("export_as") ?? throw entry.Error("P0482", $"an export of saved query '{entry.Name}' has no `export_as`", "exports", "table or view"),
                ["schema_name"] = schema ?? context.Names.DefaultSchema,
                ["alias"] = config.TextOf("alias") ?? export.TextOf("name"),
                ["database"] = context.Names.DefaultDatabase,
            },
            ["unrendered_config"] = config,
        };
    }

    /// <summary>What a metric takes from the semantic model that asks for it: whether it is enabled, and the meta of its measure.</summary>
    static DictValue ConfigOfMeasure(PropertyEntry entry, DictValue measure) => new()
    {
        ["enabled"] = entry.Config.FlagOf("enabled") ?? true,
        ["meta"] = measure.DictOf("config")?.DictOf("meta") ?? new DictValue(),
    };

    SemanticNode Node(PropertyEntry entry, ResourceType type, string word, string name, DictValue properties)
    {
        DictValue patch = entry.Config.Copy();
        if (entry.Data.TryGetValue("group", out Value beside))
        {
            patch["group"] = beside;
        }

        return Node(entry, type, word, name, entry.Data.TextOf("description") ?? "", patch, properties);
    }

    SemanticNode Node(PropertyEntry entry, ResourceType type, string word, string name, string description, DictValue patch, DictValue properties)
    {
        List<string> fqn = [entry.Package, .. entry.File.RelativePath.Split('/')[..^1], name];
        DictValue config = context.Configs.Resolve(type, entry.Package, fqn, patch, null);
        ExposuresParser.Configured(entry, config);
        return new SemanticNode
        {
            UniqueId = $"{word}.{entry.Package}.{name}",
            ResourceType = type,
            Name = name,
            PackageName = entry.Package,
            Path = entry.File.RelativePath,
            OriginalFilePath = entry.File.OriginalPath,
            Fqn = fqn,
            Config = new NodeConfig(config),
            UnrenderedConfig = context.Configs.Unrendered(type, entry.Package, fqn, patch, null),
            Meta = config.DictOf("meta") ?? new DictValue(),
            Group = config.TextOf("group"),
            Description = description,
            Properties = properties,
        };
    }

    static ListValue Each(DictValue data, string key, Func<DictValue, DictValue> more)
    {
        ListValue list = new();
        foreach (Value value in data.ListOf(key) ?? [])
        {
            if (value.As<DictValue>() is not { } item)
            {
                continue;
            }

            DictValue one = new() { ["name"] = item.ValueOf("name") };
            if (item.TryGetValue("type", out Value type))
            {
                one["type"] = type;
            }

            one["description"] = item.ValueOf("description");
            foreach (KeyValuePair<Value, Value> entry in more(item).Entries)
            {
                one[entry.Key] = entry.Value;
            }

            one["config"] = item.DictOf("config") is { } config ? new DictValue { ["meta"] = config.DictOf("meta") ?? new DictValue() } : Value.None;
            list.Elements.Add(one);
        }

        return list;
    }

    static Value Text(DictValue dict, string key) => dict.ValueOf(key) is { IsNone: false } value ? value.ToString() : Value.None;

    static Value Measure(Value given)
    {
        if (given.IsNone)
        {
            return Value.None;
        }

        DictValue dict = given.As<DictValue>() ?? new DictValue { ["name"] = given };
        return new DictValue
        {
            ["name"] = dict.ValueOf("name"),
            ["filter"] = Filter(dict.ValueOf("filter")),
            ["alias"] = dict.ValueOf("alias"),
            ["join_to_timespine"] = dict.FlagOf("join_to_timespine") ?? false,
            ["fill_nulls_with"] = dict.ValueOf("fill_nulls_with"),
        };
    }

    static Value MetricInput(Value given)
    {
        if (given.IsNone)
        {
            return Value.None;
        }

        DictValue dict = given.As<DictValue>() ?? new DictValue { ["name"] = given };
        return new DictValue
        {
            ["name"] = dict.ValueOf("name"),
            ["filter"] = Filter(dict.ValueOf("filter")),
            ["alias"] = dict.ValueOf("alias"),
            ["offset_window"] = Window(dict.ValueOf("offset_window")),
            ["offset_to_grain"] = dict.ValueOf("offset_to_grain"),
        };
    }

    static Value Filter(Value given)
    {
        if (given.IsNone)
        {
            return Value.None;
        }

        IEnumerable<Value> filters = given.As<ListValue>()?.Elements ?? [given];
        return new DictValue { ["where_filters"] = new ListValue(filters.Select(f => (Value)new DictValue { ["where_sql_template"] = f })) };
    }

    static Value Window(Value given)
    {
        string[] parts = given.IsNone ? [] : given.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 2 && long.TryParse(parts[0], out long count)
            ? new DictValue { ["count"] = count, ["granularity"] = parts[1].TrimEnd('s') }
            : Value.None;
    }

    static Value Conversion(DictValue? given) => given is null ? Value.None : new DictValue
    {
        ["base_measure"] = Measure(given.ValueOf("base_measure")),
        ["conversion_measure"] = Measure(given.ValueOf("conversion_measure")),
        ["entity"] = given.ValueOf("entity"),
        ["calculation"] = given.TextOf("calculation") ?? "conversion_rate",
        ["window"] = Window(given.ValueOf("window")),
        ["constant_properties"] = given.ValueOf("constant_properties"),
    };

    static Value AggregationOf(DictValue? given) => given is null ? Value.None : new DictValue
    {
        ["percentile"] = given.ValueOf("percentile"),
        ["use_discrete_percentile"] = given.FlagOf("use_discrete_percentile") ?? false,
        ["use_approximate_percentile"] = given.FlagOf("use_approximate_percentile") ?? false,
    };

    static Value NonAdditive(DictValue? given) => given is null ? Value.None : new DictValue
    {
        ["name"] = given.ValueOf("name"),
        ["window_choice"] = given.ValueOf("window_choice"),
        ["window_groupings"] = new ListValue(given.ListOf("window_groupings") ?? []),
    };

    static Value Cumulative(DictValue given, string type)
    {
        DictValue? nested = given.DictOf("cumulative_type_params");
        if (nested is null && type != "cumulative")
        {
            return Value.None;
        }

        return new DictValue
        {
            ["window"] = Window(nested?.ValueOf("window") is { IsNone: false } window ? window : given.ValueOf("window")),
            ["grain_to_date"] = nested?.ValueOf("grain_to_date") is { IsNone: false } grain ? grain : given.ValueOf("grain_to_date"),
            ["period_agg"] = nested?.TextOf("period_agg") ?? "first",
            ["metric"] = MetricInput(nested?.ValueOf("metric") ?? Value.None),
        };
    }

    /// <summary>Semantic models by the names of their measures, and the names of disabled ones.</summary>
    sealed record MeasureLookup(Dictionary<string, SemanticNode> Enabled, Dictionary<string, string> Disabled)
    {
        public SemanticNode Find(string measure, SemanticNode metric) => Enabled.GetValueOrDefault(measure) ?? throw (Disabled.TryGetValue(measure, out string? model)
            ? new GildException(DbtKinds.Parsing, "P0483",
                $"The measure `{measure}` is referenced on disabled semantic model `{model}`. It is used by {metric.UniqueId} ({metric.OriginalFilePath})",
                "enable the semantic model, or disable the metric too")
            : Missing(metric, $"A semantic model having a measure `{measure}` does not exist but was referenced", NearestName.Help(measure, Enabled.Keys)));
    }

    static void Relation(SemanticNode model, IReadOnlyDictionary<string, Node> byId)
    {
        if (model.DependsOnNodes.Count > 0 && byId.GetValueOrDefault(model.DependsOnNodes[0]) is CompilableNode node)
        {
            model.Properties["node_relation"] = new DictValue
            {
                ["alias"] = node.Alias,
                ["schema_name"] = node.Schema,
                ["database"] = node.Database,
                ["relation_name"] = node.RelationName,
            };
        }
    }

    static void ConnectMetric(SemanticNode metric, Dictionary<string, SemanticNode> metrics, MeasureLookup measures, HashSet<string> done, int depth)
    {
        if (!done.Add(metric.UniqueId) || depth > 100)
        {
            return;
        }

        DictValue parameters = metric.Properties.DictOf("type_params")!;
        ListValue inputs = parameters["input_measures"].As<ListValue>()!;
        DictValue? conversion = parameters.DictOf("conversion_type_params");
        foreach (Value measure in (ReadOnlySpan<Value>)[parameters.ValueOf("measure"), conversion?.ValueOf("base_measure") ?? Value.None, conversion?.ValueOf("conversion_measure") ?? Value.None])
        {
            if (measure.As<DictValue>()?.TextOf("name") is { } name)
            {
                inputs.Elements.Add(measure);
                Depend(metric, measures.Find(name, metric).UniqueId);
            }
        }

        IEnumerable<Value> others = (parameters.ListOf("metrics") ?? []).Append(parameters.ValueOf("numerator")).Append(parameters.ValueOf("denominator"));
        foreach (Value other in others)
        {
            if (other.As<DictValue>()?.TextOf("name") is not { } name)
            {
                continue;
            }

            SemanticNode input = Find(metric, metrics, name);
            ConnectMetric(input, metrics, measures, done, depth + 1);
            foreach (Value measure in input.Properties.DictOf("type_params")?.ListOf("input_measures") ?? [])
            {
                if (!inputs.Elements.Contains(measure))
                {
                    inputs.Elements.Add(measure);
                }
            }

            Depend(metric, input.UniqueId);
        }
    }

    static SemanticNode Find(SemanticNode from, Dictionary<string, SemanticNode> metrics, string name) => metrics.GetValueOrDefault(name)
        ?? throw Missing(from, $"The metric `{name}` does not exist but was referenced", NearestName.Help(name, metrics.Keys));

    static GildException Missing(SemanticNode node, string message, string? help) =>
        new(node.ResourceType == ResourceType.SavedQuery ? DbtKinds.Compilation : DbtKinds.Parsing, "P0483", $"{message} by {node.UniqueId} ({node.OriginalFilePath})", help is null ? [] : [help]);

    static void Depend(SemanticNode node, string id)
    {
        if (!node.DependsOnNodes.Contains(id))
        {
            node.DependsOnNodes.Add(id);
        }
    }
}
