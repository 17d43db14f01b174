using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>Merges the freshness of source, source config, table and table config: later ones over earlier ones, null switches off.</summary>
static class Freshness
{
    /// <summary>What a level says: none for an explicit null, a dict of warn_after, error_after, filter otherwise.</summary>
    public static Value Of(PropertyEntry entry, DictValue level)
    {
        if (!level.TryGetValue("freshness", out Value value))
        {
            return Empty();
        }

        if (value.IsNone)
        {
            return Value.None;
        }

        DictValue given = value.As<DictValue>() ?? throw entry.Error("P0433", $"`freshness` of source '{entry.Name}' must be a mapping", "freshness");
        DictValue freshness = Empty();
        foreach (string key in (ReadOnlySpan<string>)["warn_after", "error_after"])
        {
            if (given.TryGetValue(key, out Value period))
            {
                freshness[key] = period.IsNone ? Value.None : Period(entry, key, period);
            }
        }

        freshness["filter"] = given.ValueOf("filter");
        return freshness;
    }

    /// <summary>dbt's pairwise merge over the levels.</summary>
    public static Value Merge(params ReadOnlySpan<Value> levels)
    {
        Value current = levels[0];
        foreach (Value level in levels[1..])
        {
            DictValue? old = current.As<DictValue>();
            DictValue? over = level.As<DictValue>();
            if (old is not null && over is not null)
            {
                current = new DictValue
                {
                    ["warn_after"] = MergePeriods(old.ValueOf("warn_after"), over.ValueOf("warn_after")),
                    ["error_after"] = MergePeriods(old.ValueOf("error_after"), over.ValueOf("error_after")),
                    ["filter"] = over.ValueOf("filter") is { IsNone: false } filter ? filter : old.ValueOf("filter"),
                };
            }
            else
            {
                current = old is null && over is not null && IsSet(over) ? level : Value.None;
            }
        }

        return current;
    }

    /// <summary>Whether it holds a period.</summary>
    public static bool IsSet(DictValue freshness) => IsPeriod(freshness.ValueOf("warn_after")) || IsPeriod(freshness.ValueOf("error_after"));

    static bool IsPeriod(Value period) => period.As<DictValue>() is { } dict && !dict.ValueOf("count").IsNone && !dict.ValueOf("period").IsNone;

    static Value MergePeriods(Value old, Value over)
    {
        if (over.IsNone)
        {
            return Value.None;
        }

        if (!IsPeriod(old) || !IsPeriod(over))
        {
            return IsPeriod(over) ? over : old;
        }

        return over;
    }

    static DictValue Empty() => new() { ["warn_after"] = ConfigDefaults.NoTime(), ["error_after"] = ConfigDefaults.NoTime(), ["filter"] = Value.None };

    static DictValue Period(PropertyEntry entry, string key, Value given)
    {
        DictValue period = given.As<DictValue>() ?? throw entry.Error("P0433", $"`{key}` must be a mapping of count and period", "freshness");
        Value count = period.ValueOf("count");
        Value unit = period.ValueOf("period");
        if (!count.IsNone && !count.IsInteger)
        {
            throw entry.Error("P0433", $"`count` of `{key}` must be a whole number, not {ValueText.ToRepr(count)}", "freshness");
        }

        return unit.IsNone || unit.AsString is "minute" or "hour" or "day"
            ? new DictValue { ["count"] = count, ["period"] = unit }
            : throw entry.Error("P0433", $"`period` of `{key}` must be minute, hour or day, not {ValueText.ToRepr(unit)}", "freshness");
    }
}
