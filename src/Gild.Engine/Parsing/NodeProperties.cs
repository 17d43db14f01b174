using System.Globalization;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>Puts what a property file says of a node into the node, but for its config.</summary>
static class NodeProperties
{
    static readonly HashSet<string> ColumnKeys = new(StringComparer.Ordinal)
    {
        "name", "description", "meta", "data_type", "constraints", "docs", "config", "data_tests", "tests", "quote", "tags", "granularity", "doc_blocks",
    };

    /// <param name="node">The node.</param>
    /// <param name="entry">Its properties.</param>
    /// <param name="version">The element of <c>versions</c>, for a versioned model.</param>
    public static void Apply(CompilableNode node, PropertyEntry entry, DictValue? version)
    {
        node.PatchPath = entry.PatchPath;
        node.Description = NonEmpty(version?.TextOf("description")) ?? entry.Data.TextOf("description") ?? "";
        if (node is not TestNode)
        {
            foreach (NodeColumn column in Columns(entry.Data, version))
            {
                node.Columns[column.Name] = column;
            }
        }

        switch (node)
        {
            case ModelNode model:
                model.Constraints = version?.ListOf("constraints") is { Count: > 0 } own ? own : entry.Data.ListOf("constraints") ?? [];
                Value date = (version ?? entry.Data).ValueOf("deprecation_date");
                model.DeprecationDate = date.IsNone ? null : NormalizeDate(entry, date.ToString());
                model.TimeSpine = entry.Data.DictOf("time_spine");
                break;
            case FunctionNode function:
                function.Properties = new DictValue
                {
                    ["arguments"] = FunctionArguments(entry),
                    ["returns"] = entry.Data.ValueOf("returns"),
                };
                break;
        }
    }

    /// <summary>The arguments of a function; those with a default come last.</summary>
    static Value FunctionArguments(PropertyEntry entry)
    {
        if (entry.Data.ListOf("arguments") is not { } given)
        {
            return Value.None;
        }

        ListValue arguments = new();
        bool defaulted = false;
        foreach (DictValue argument in given.Select(a => a.As<DictValue>()).OfType<DictValue>())
        {
            DictValue one = argument.Copy();
            one["default_value"] = argument.ValueOf("default_value");
            bool hasDefault = !one["default_value"].IsNone;
            if (defaulted && !hasDefault)
            {
                throw entry.Error("P0306", $"Non-defaulted argument '{argument.TextOf("name")}' of function '{entry.Name}' comes after a defaulted argument. "
                    + "Non-defaulted arguments cannot come after defaulted arguments. ", "arguments");
            }

            defaulted |= hasDefault;
            arguments.Elements.Add(one);
        }

        return arguments;
    }

    /// <summary>The columns of a model, seed, snapshot, source table or analysis; of one version when given.</summary>
    public static IEnumerable<NodeColumn> Columns(DictValue data, DictValue? version) =>
        ColumnDicts(data, version).Select(Column);

    /// <summary>The same as written.</summary>
    public static IEnumerable<DictValue> ColumnDicts(DictValue data, DictValue? version)
    {
        IEnumerable<DictValue> all = (data.ListOf("columns") ?? []).Select(c => c.As<DictValue>()).OfType<DictValue>();
        if (version?.ListOf("columns") is not { } own)
        {
            return all;
        }

        DictValue? filter = own.Select(c => c.As<DictValue>()).OfType<DictValue>().FirstOrDefault(c => c.TryGetValue("include", out _) || c.TryGetValue("exclude", out _));
        return all.Where(c => Includes(filter, c.TextOf("name") ?? ""))
            .Concat(own.Select(c => c.As<DictValue>()).OfType<DictValue>().Where(c => c.TryGetValue("name", out _)));
    }

    static bool Includes(DictValue? filter, string column)
    {
        if (filter is null)
        {
            return true;
        }

        bool included = !filter.TryGetValue("include", out Value include) || include.AsString is "*" or "all" || filter.TextsOf("include").Contains(column);
        return included && !filter.TextsOf("exclude").Contains(column);
    }

    static NodeColumn Column(DictValue column)
    {
        DictValue config = column.DictOf("config") ?? new DictValue();
        DictValue meta = column.DictOf("meta")?.Copy() ?? new DictValue();
        foreach (KeyValuePair<Value, Value> entry in (config.DictOf("meta") ?? new DictValue()).Entries)
        {
            meta[entry.Key] = entry.Value;
        }

        List<string> tags = [.. column.TextsOf("tags").Concat(config.TextsOf("tags")).Distinct(StringComparer.Ordinal)];
        DictValue extra = new();
        foreach (KeyValuePair<Value, Value> entry in column.Entries)
        {
            if (entry.Key.AsString is { } key && !ColumnKeys.Contains(key))
            {
                extra[entry.Key] = entry.Value;
            }
        }

        return new NodeColumn
        {
            Name = column.TextOf("name") ?? column.ValueOf("name").ToString(),
            Description = column.TextOf("description") ?? "",
            DataType = column.TextOf("data_type"),
            Quote = column.FlagOf("quote"),
            Meta = meta,
            Tags = tags,
            Constraints = column.ListOf("constraints") ?? [],
            Config = new DictValue { ["meta"] = meta, ["tags"] = new ListValue(tags.Select(t => (Value)t)) },
            Granularity = column.TextOf("granularity"),
            Extra = extra,
        };
    }

    static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    // dbt keeps a moment with a zone: a bare date is midnight, local time.
    // A date without a zone means the machine's own, as in dbt.
    static string NormalizeDate(PropertyEntry entry, string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset date)
            ? date.ToString(date.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-ddTHH:mm:sszzz" : "yyyy-MM-ddTHH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture)
            : throw entry.Error("P0306", $"`deprecation_date` of '{entry.Name}' is no date: {text}", "deprecation_date", "write for example 2026-12-31");
}
