using Gild.Jinja.Values;

namespace Gild.Engine.Manifest;

/// <summary>Typed looks into dictionaries that came from YAML; null for what is absent or of another type.</summary>
public static class DictAccess
{
    public static string? TextOf(this DictValue dict, string key) =>
        dict.TryGetValue(key, out Value value) && value.TryGetText(out string text) ? text : null;

    public static DictValue? DictOf(this DictValue dict, string key) =>
        dict.TryGetValue(key, out Value value) ? value.As<DictValue>() : null;

    public static List<Value>? ListOf(this DictValue dict, string key) =>
        dict.TryGetValue(key, out Value value) ? value.As<ListValue>()?.Elements : null;

    public static bool? FlagOf(this DictValue dict, string key) =>
        dict.TryGetValue(key, out Value value) && value.IsBool ? value.AsBool : null;

    /// <summary>The value, or none.</summary>
    public static Value ValueOf(this DictValue dict, string key) =>
        dict.TryGetValue(key, out Value value) ? value : Value.None;

    /// <summary>A text or a list of texts, as a list.</summary>
    public static List<string> TextsOf(this DictValue dict, string key)
    {
        if (!dict.TryGetValue(key, out Value value))
        {
            return [];
        }

        return value.TryGetText(out string text) ? [text]
            : value.As<ListValue>() is { } list ? [.. list.Elements.Where(e => !e.IsNone).Select(e => e.ToString())]
            : [];
    }
}
