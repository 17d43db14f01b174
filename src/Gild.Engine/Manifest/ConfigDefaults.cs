using Gild.Jinja.Values;

namespace Gild.Engine.Manifest;

/// <summary>The keys that every config of a resource type has, in dbt's order, with what they are unless set.</summary>
public static class ConfigDefaults
{
    /// <summary>A fresh config; keys without a value hold none.</summary>
    public static DictValue For(ResourceType type) => type switch
    {
        ResourceType.Test => Test(),
        ResourceType.Source => Source(),
        ResourceType.UnitTest => UnitTest(),
        ResourceType.Exposure => Exposure(),
        ResourceType.Metric or ResourceType.SemanticModel => Semantic(),
        ResourceType.SavedQuery => SavedQuery(),
        _ => Node(type),
    };

    /// <summary>Whether every config of the type has this key.</summary>
    public static bool Has(ResourceType type, Value key) => _keys.GetOrAdd(type, For).ContainsKey(key);

    static readonly System.Collections.Concurrent.ConcurrentDictionary<ResourceType, DictValue> _keys = new();

    static DictValue Node(ResourceType type)
    {
        DictValue config = new()
        {
            ["enabled"] = true,
            ["alias"] = Value.None,
            ["schema"] = Value.None,
            ["database"] = Value.None,
            ["tags"] = new ListValue(),
            ["meta"] = new DictValue(),
            ["group"] = Value.None,
            ["materialized"] = type switch
            {
                ResourceType.Seed => "seed",
                ResourceType.Snapshot => "snapshot",
                ResourceType.Function => "function",
                _ => "view",
            },
            ["incremental_strategy"] = Value.None,
            ["batch_size"] = Value.None,
            ["lookback"] = 1,
            ["begin"] = Value.None,
            ["persist_docs"] = new DictValue(),
            [ConfigMerge.PostHook] = new ListValue(),
            [ConfigMerge.PreHook] = new ListValue(),
            ["quoting"] = new DictValue(),
            ["column_types"] = new DictValue(),
            ["full_refresh"] = Value.None,
            ["unique_key"] = Value.None,
            ["on_schema_change"] = "ignore",
            ["on_configuration_change"] = "apply",
            ["grants"] = new DictValue(),
            ["packages"] = new ListValue(),
            ["docs"] = new DictValue { ["show"] = true, ["node_color"] = Value.None },
            ["contract"] = new DictValue { ["enforced"] = false, ["alias_types"] = true },
            ["event_time"] = Value.None,
            ["concurrent_batches"] = Value.None,
            ["static_analysis"] = Value.None,
        };
        switch (type)
        {
            case ResourceType.Model:
                config["access"] = "protected";
                config["freshness"] = Value.None;
                break;
            case ResourceType.Seed:
                config["delimiter"] = ",";
                config["quote_columns"] = Value.None;
                break;
            case ResourceType.Function:
                config["type"] = "scalar";
                config["volatility"] = Value.None;
                config["runtime_version"] = Value.None;
                config["entry_point"] = Value.None;
                break;
            case ResourceType.Snapshot:
                foreach (string key in (ReadOnlySpan<string>)["strategy", "target_schema", "target_database", "updated_at", "check_cols"])
                {
                    config[key] = Value.None;
                }

                config[SnapshotColumns] = new DictValue();
                config["dbt_valid_to_current"] = Value.None;
                break;
        }

        return config;
    }

    public const string SnapshotColumns = "snapshot_meta_column_names";

    /// <summary>dbt's names of a snapshot's own columns.</summary>
    public static IReadOnlyList<string> SnapshotColumnKeys { get; } = ["dbt_valid_to", "dbt_valid_from", "dbt_scd_id", "dbt_updated_at", "dbt_is_deleted"];

    /// <summary>A snapshot's own columns by dbt's names, each with the name that the project gives it, or none.</summary>
    public static DictValue SnapshotColumnNames(Value given)
    {
        DictValue names = new();
        foreach (string column in SnapshotColumnKeys)
        {
            names[column] = given.As<DictValue>()?.ValueOf(column) ?? Value.None;
        }

        return names;
    }

    static DictValue Test() => new()
    {
        ["enabled"] = true,
        ["alias"] = Value.None,
        ["schema"] = "dbt_test__audit",
        ["database"] = Value.None,
        ["tags"] = new ListValue(),
        ["meta"] = new DictValue(),
        ["group"] = Value.None,
        ["materialized"] = "test",
        ["severity"] = "ERROR",
        ["store_failures"] = Value.None,
        ["store_failures_as"] = Value.None,
        ["where"] = Value.None,
        ["limit"] = Value.None,
        ["fail_calc"] = "count(*)",
        ["warn_if"] = "!= 0",
        ["error_if"] = "!= 0",
        ["static_analysis"] = Value.None,
    };

    static DictValue Source() => new()
    {
        ["enabled"] = true,
        ["event_time"] = Value.None,
        ["freshness"] = new DictValue { ["warn_after"] = NoTime(), ["error_after"] = NoTime(), ["filter"] = Value.None },
        ["loaded_at_field"] = Value.None,
        ["loaded_at_query"] = Value.None,
        ["meta"] = new DictValue(),
        ["tags"] = new ListValue(),
        ["static_analysis"] = Value.None,
    };

    /// <summary>A freshness period that is not set.</summary>
    public static DictValue NoTime() => new() { ["count"] = Value.None, ["period"] = Value.None };

    static DictValue UnitTest() => new() { ["tags"] = new ListValue(), ["meta"] = new DictValue(), ["enabled"] = true, ["static_analysis"] = Value.None };

    static DictValue Exposure() => new() { ["enabled"] = true, ["tags"] = new ListValue(), ["meta"] = new DictValue() };

    static DictValue Semantic() => new() { ["enabled"] = true, ["group"] = Value.None, ["meta"] = new DictValue() };

    static DictValue SavedQuery() => new()
    {
        ["enabled"] = true,
        ["group"] = Value.None,
        ["meta"] = new DictValue(),
        ["export_as"] = Value.None,
        ["schema"] = Value.None,
        ["cache"] = new DictValue { ["enabled"] = false },
    };

    /// <summary>The configuration with every key of its kind, none where nothing is set: the kind's own first, then what the project adds.</summary>
    public static DictValue Complete(Node node)
    {
        DictValue values = node.Config.Values;
        DictValue complete = new();
        foreach (KeyValuePair<Value, Value> known in For(node.ResourceType).Entries)
        {
            complete[known.Key] = values.TryGetValue(known.Key, out Value value) ? value : Value.None;
        }

        foreach (KeyValuePair<Value, Value> entry in values.Entries)
        {
            complete[entry.Key] = entry.Value;
        }

        if (node.ResourceType == ResourceType.Snapshot)
        {
            complete[SnapshotColumns] = SnapshotColumnNames(complete.ValueOf(SnapshotColumns));
        }

        return complete;
    }
}
