using Gild.Jinja.Values;

namespace Gild.Engine.Manifest;

/// <summary>A node's configuration: dbt's keys with typed getters over the dictionary that templates and artifacts see.</summary>
public sealed class NodeConfig(DictValue values)
{
    /// <summary>Every key, merged by dbt's rules, in dbt's order.</summary>
    public DictValue Values { get; } = values;

    public bool Enabled => Flag("enabled") ?? true;

    public string Materialized => Text("materialized") ?? "view";

    public string? Schema => Text("schema");

    public string? Database => Text("database");

    public string? Alias => Text("alias");

    public string? Group => Text("group");

    public bool? FullRefresh => Flag("full_refresh");

    public string? Severity => Text("severity");

    public IReadOnlyList<string> Tags => TextList("tags");

    /// <summary>A text, or null when absent or none.</summary>
    public string? Text(string key) =>
        Values.TryGetValue(key, out Value value) && value.TryGetText(out string text) ? text : null;

    public bool? Flag(string key) => Values.TryGetValue(key, out Value value) && value.IsBool ? value.AsBool : null;

    /// <summary>A list of texts; a single text counts as a list of one.</summary>
    public IReadOnlyList<string> TextList(string key)
    {
        if (!Values.TryGetValue(key, out Value value))
        {
            return [];
        }

        return value.TryGetText(out string text) ? [text]
            : value.As<ListValue>() is { } list ? [.. list.Elements.Where(e => e.IsString).Select(e => e.AsString!)]
            : [];
    }
}
