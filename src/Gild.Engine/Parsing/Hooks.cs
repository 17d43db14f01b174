using System.Text.Json;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>Hooks as configs hold them: a text, a dict, or a text that is a JSON dict.</summary>
public static class Hooks
{
    /// <summary>The dict with <c>sql</c>, <c>transaction</c> and <c>index</c>.</summary>
    public static Value Normalize(Value hook)
    {
        if (hook.As<DictValue>() is { } dict)
        {
            return Of(dict.TextOf("sql") ?? "", dict.FlagOf("transaction") ?? true);
        }

        string text = hook.ToString();
        return text.TrimStart().StartsWith('{') && FromJson(text) is { } fromJson ? fromJson : Of(text, true);
    }

    static DictValue Of(string sql, bool transaction) => new() { ["sql"] = sql, ["transaction"] = transaction, ["index"] = Value.None };

    static DictValue? FromJson(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("sql", out JsonElement sql)
                ? Of(sql.GetString() ?? "", !document.RootElement.TryGetProperty("transaction", out JsonElement flag) || flag.ValueKind != JsonValueKind.False)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
