using Gild.Jinja.Values;

namespace Gild.Engine.Manifest;

/// <summary>
/// How configs of one level go over those of the level before: tags, packages and hooks add up; meta, docs, quoting,
/// column_types and contract merge key by key; grants replace, or add up under <c>+key</c>; the rest replaces.
/// </summary>
public static class ConfigMerge
{
    public const string PreHook = "pre-hook";
    public const string PostHook = "post-hook";

    /// <summary>Takes one <c>config(...)</c> call into what earlier calls of the same file set.</summary>
    public static void AddCall(DictValue calls, DictValue options)
    {
        foreach (KeyValuePair<Value, Value> option in options.Entries)
        {
            string key = KeyOf(option.Key);
            bool known = calls.TryGetValue(key, out Value before);
            calls[key] = key == "grants" && option.Value.As<DictValue>() is { } grants ? AddGrants(known ? before.As<DictValue>() : null, grants)
                : known ? Merge(key, before, option.Value)
                : Fresh(key, option.Value);
        }
    }

    /// <summary>Takes one <c>config(...)</c> call into what earlier calls of the same file wrote; the first is kept word for word.</summary>
    public static void AddWritten(DictValue calls, DictValue options)
    {
        bool first = calls.Count == 0;
        foreach (KeyValuePair<Value, Value> option in options.Entries)
        {
            string key = option.Key.ToString();
            calls[option.Key] = first ? option.Value
                : calls.TryGetValue(option.Key, out Value before) ? Merge(key, before, option.Value)
                : Fresh(key, option.Value);
        }
    }

    /// <summary>Whether a key's values add up to a list; hooks in either spelling.</summary>
    public static bool IsList(Value key) => KeyOf(key) is "tags" or "packages" or PreHook or PostHook;

    /// <summary>A value of such a key as a list.</summary>
    public static ListValue AsList(Value value) => Listed(value);

    /// <summary>Puts a level over a config. A dict or list of the level is never changed later.</summary>
    public static void Apply(DictValue config, DictValue level)
    {
        foreach (KeyValuePair<Value, Value> option in level.Entries)
        {
            string key = KeyOf(option.Key);
            if (IsMapping(key) && option.Value.As<DictValue>() is null)
            {
                throw new GildException(DbtKinds.Internal, "P0313", $"`{key}` must be a mapping, not {ValueText.ToRepr(option.Value)}", $"write {key}: {{key: value}}, or leave it out");
            }

            bool known = config.TryGetValue(key, out Value before) && !before.IsNone;
            config[key] = known ? Merge(key, before, option.Value) : Fresh(key, option.Value);
        }
    }

    /// <summary>The name under which a key is kept: hooks have two spellings.</summary>
    public static string KeyOf(Value key)
    {
        string text = key.AsString ?? key.ToString();
        return text switch
        {
            "pre_hook" => PreHook,
            "post_hook" => PostHook,
            _ => text,
        };
    }

    static bool IsMapping(string key) => key is "meta" or "docs" or "quoting" or "column_types" or "contract" or "grants";

    static Value Fresh(string key, Value value) => key switch
    {
        "tags" or "packages" or PreHook or PostHook => Listed(value),
        "grants" => MergeGrants(new DictValue(), value),
        _ => value,
    };

    static Value Merge(string key, Value before, Value value)
    {
        switch (key)
        {
            case "tags" or "packages" or PreHook or PostHook:
                ListValue both = Listed(before);
                both.Elements.AddRange(Listed(value).Elements);
                return both;
            case not "grants" when IsMapping(key):
                if (before.As<DictValue>() is not { } old || value.As<DictValue>() is not { } over)
                {
                    return value;
                }

                DictValue merged = old.Copy();
                foreach (KeyValuePair<Value, Value> entry in over.Entries)
                {
                    merged[entry.Key] = entry.Value;
                }

                return merged;
            case "grants":
                return MergeGrants(before.As<DictValue>()?.Copy() ?? new DictValue(), value);
            default:
                return value;
        }
    }

    /// <summary>Grants of several calls: <c>+key</c> adds to what an earlier call set, and stays as it is for the levels below.</summary>
    static DictValue AddGrants(DictValue? before, DictValue more)
    {
        DictValue grants = before?.Copy() ?? new DictValue();
        foreach (KeyValuePair<Value, Value> entry in more.Entries)
        {
            string key = entry.Key.ToString();
            string name = key.TrimStart('+');
            bool adds = name.Length < key.Length;
            string at = adds && !grants.TryGetValue(key, out _) && grants.TryGetValue(name, out _) ? name : key;
            ListValue list = adds && grants.TryGetValue(at, out Value earlier) ? Listed(earlier) : new ListValue();
            list.Elements.AddRange(Listed(entry.Value).Elements);
            if (!adds)
            {
                grants.Remove("+" + name);
            }

            grants[at] = list;
        }

        return grants;
    }

    static Value MergeGrants(DictValue grants, Value value)
    {
        if (value.As<DictValue>() is not { } over)
        {
            return value;
        }

        foreach (KeyValuePair<Value, Value> entry in over.Entries)
        {
            string key = entry.Key.ToString();
            string name = key.TrimStart('+');
            ListValue list = Listed(entry.Value);
            if (name.Length < key.Length && grants.TryGetValue(name, out Value before))
            {
                ListValue both = Listed(before);
                both.Elements.AddRange(list.Elements);
                list = both;
            }

            grants[name] = list;
        }

        return grants;
    }

    static ListValue Listed(Value value) => value.As<ListValue>() is { } list ? new ListValue(list.Elements)
        : value.As<TupleValue>() is { } tuple ? new ListValue(tuple.Elements.ToArray())
        : value.IsNone || value.IsUndefined ? new ListValue()
        : new ListValue([value]);
}
