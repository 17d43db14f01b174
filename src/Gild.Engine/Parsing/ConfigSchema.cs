using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>Which values config keys take; the rest of the keys are the adapter's or the user's and take any.</summary>
static class ConfigSchema
{
    const string TrueOrFalse = "true or false";

    /// <summary>What is wrong with a config, or null.</summary>
    public static string? Problem(ResourceType type, DictValue config)
    {
        foreach (KeyValuePair<Value, Value> entry in config.Entries)
        {
            if (entry.Value.IsNone || entry.Key.AsString is not { } key)
            {
                continue;
            }

            if (Expected(type, key, entry.Value) is { } expected)
            {
                string given = ValueText.ToRepr(entry.Value);
                return expected == TrueOrFalse ? $"`{key}` must be {expected}: {given} is not of type 'boolean'" : $"`{key}` must be {expected}, not {given}";
            }

            if (key == "docs" && entry.Value.As<DictValue>()?.TextOf("node_color") is { Length: > 0 } color && !NodeColor.IsKnown(color))
            {
                return $"Invalid color name for docs.node_color: {color}. It is neither a valid HTML color name nor a valid HEX code.";
            }
        }

        return type switch
        {
            ResourceType.Test when config.TextOf("materialized") != "test" => "a test must have a materialized value of 'test'",
            ResourceType.Seed when config.TextOf("materialized") != "seed" => "a seed must have a materialized value of 'seed'",
            ResourceType.Test or ResourceType.Source or ResourceType.Exposure => null,
            ResourceType.Model => BuildAfterProblem(config) ?? ContractProblem(config),
            _ => ContractProblem(config),
        };
    }

    /// <summary>What is missing in a snapshot's config, or null.</summary>
    public static string? SnapshotProblem(NodeConfig config)
    {
        DictValue values = config.Values;
        bool Has(string key) => values.TryGetValue(key, out Value value) && value.IsTrue;
        if (!Has("strategy") || !Has("unique_key"))
        {
            return "Snapshots must be configured with a 'strategy' and 'unique_key'.";
        }

        string? problem = config.Text("strategy") switch
        {
            "check" => !Has("check_cols") ? "A snapshot configured with the check strategy must specify a check_cols configuration."
                : config.Text("check_cols") is { } text && text != "all" ? $"Invalid value for 'check_cols': {text}. Expected 'all' or a list of strings."
                : null,
            "timestamp" => !Has("updated_at") ? "A snapshot configured with the timestamp strategy must specify an updated_at configuration."
                : Has("check_cols") ? "A 'timestamp' snapshot should not have 'check_cols'"
                : null,
            _ => null,
        };
        return problem ?? (config.Materialized != "snapshot" ? "A snapshot must have a materialized value of 'snapshot'" : null);
    }

    static string? BuildAfterProblem(DictValue config)
    {
        if (config.DictOf("freshness")?.DictOf("build_after") is not { } after)
        {
            return null;
        }

        bool counts = !after.ValueOf("count").IsNone;
        return counts == after.ValueOf("period").IsTrue ? null
            : counts ? "`freshness.build_after` must have a value for `period` if a `count` is provided"
            : "`freshness.build_after` must have a value for `count` if a `period` is provided";
    }

    static string? ContractProblem(DictValue config) =>
        config.DictOf("contract")?.FlagOf("enforced") == true && config.TextOf("materialized") == "incremental"
        && config.TextOf("on_schema_change") is not ("append_new_columns" or "fail")
            ? $"Invalid value for on_schema_change: {config.TextOf("on_schema_change")}. Models materialized as incremental with contracts enabled must set on_schema_change to 'append_new_columns' or 'fail'"
            : null;

    static string? Expected(ResourceType type, string key, Value value) => key switch
    {
        "enabled" or "full_refresh" or "store_failures" or "quote_columns" => value.IsBool ? null : TrueOrFalse,
        "alias" or "schema" or "database" or "materialized" or "group" or "incremental_strategy" or "on_schema_change"
            or "store_failures_as" or "fail_calc" or "where" or "strategy" or "target_schema" or "target_database" or "updated_at"
            or "delimiter" => value.TryGetText(out _) ? null : "a text",
        "severity" when type == ResourceType.Test => value.TryGetText(out string severity)
            && (severity.Equals("warn", StringComparison.OrdinalIgnoreCase) || severity.Equals("error", StringComparison.OrdinalIgnoreCase)) ? null : "'warn' or 'error'",
        "tags" or "packages" => IsTexts(value) ? null : "a text or a list of texts",
        "meta" or "persist_docs" or "quoting" or "column_types" or "docs" or "contract" or "snapshot_meta_column_names" => value.As<DictValue>() is not null ? null : "a mapping",
        "limit" => value.IsInteger ? null : "a whole number",
        "on_configuration_change" => value.AsString is "apply" or "continue" or "fail" ? null : "'apply', 'continue' or 'fail'",
        "unique_key" or "check_cols" => IsTexts(value) ? null : "a text or a list of texts",
        _ => null,
    };

    static bool IsTexts(Value value) => value.TryGetText(out _)
        || (value.As<ListValue>() is { } list && list.Elements.TrueForAll(e => e.TryGetText(out _)))
        || (value.As<TupleValue>() is { } tuple && tuple.Elements.All(e => e.TryGetText(out _)));
}
