using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine.Yaml;

/// <summary>A value of a YAML file with its place.</summary>
public abstract class YamlNode(SourceText source, Span span)
{
    public SourceText Source { get; } = source;

    public Span Span { get; } = span;

    /// <summary>The place, for a message.</summary>
    public Label Place(string? text = null) => new(Source, Span, text);

    /// <summary>What templates see: str, int, float, bool, None, date as ISO text, list, dict. A new tree on each call.</summary>
    public abstract Value ToValue();

    /// <summary>A word for messages: a text, a number, a list, a mapping ...</summary>
    public abstract string KindWord { get; }

    public YamlMapping? AsMapping => this as YamlMapping;

    public YamlSequence? AsSequence => this as YamlSequence;

    /// <summary>The text of a str scalar, else null.</summary>
    public string? AsText => this is YamlScalar { Value: var value } && value.TryGetText(out string text) ? text : null;

    public bool IsNull => this is YamlScalar { Value.IsNone: true };
}

/// <summary>A single value, resolved by YAML 1.1 as PyYAML's safe loader does.</summary>
public sealed class YamlScalar(SourceText source, Span span, Value value, string text) : YamlNode(source, span)
{
    public Value Value { get; } = value;

    /// <summary>As written, without quotes.</summary>
    public string Text { get; } = text;

    public override Value ToValue() => Value;

    public override string KindWord => Value.Kind switch
    {
        ValueKind.None => "nothing",
        ValueKind.Bool => "a true/false",
        ValueKind.Int or ValueKind.BigInt or ValueKind.Float => "a number",
        _ => "a text",
    };
}

public sealed class YamlSequence(SourceText source, Span span, IReadOnlyList<YamlNode> items) : YamlNode(source, span)
{
    public IReadOnlyList<YamlNode> Items { get; } = items;

    public override Value ToValue()
    {
        ListValue list = new();
        foreach (YamlNode item in Items)
        {
            list.Elements.Add(item.ToValue());
        }

        return list;
    }

    public override string KindWord => "a list";
}

/// <summary>A key of a mapping and what stands under it.</summary>
public readonly record struct YamlEntry(YamlNode Key, Value KeyValue, YamlNode Value);

public sealed class YamlMapping(SourceText source, Span span, IReadOnlyList<YamlEntry> entries) : YamlNode(source, span)
{
    /// <summary>In the order of first appearance; keys are unique.</summary>
    public IReadOnlyList<YamlEntry> Entries { get; } = entries;

    public YamlNode? Find(string key)
    {
        foreach (YamlEntry entry in Entries)
        {
            if (entry.KeyValue.AsString is { } text && string.Equals(text, key, StringComparison.Ordinal))
            {
                return entry.Value;
            }
        }

        return null;
    }

    /// <summary>The entry's key node, for a message about the key itself.</summary>
    public YamlNode? FindKey(string key)
    {
        foreach (YamlEntry entry in Entries)
        {
            if (entry.KeyValue.AsString is { } text && string.Equals(text, key, StringComparison.Ordinal))
            {
                return entry.Key;
            }
        }

        return null;
    }

    public override Value ToValue() => ToDict();

    public DictValue ToDict()
    {
        DictValue dict = new();
        foreach (YamlEntry entry in Entries)
        {
            dict[entry.KeyValue] = entry.Value.ToValue();
        }

        return dict;
    }

    public override string KindWord => "a mapping";
}
