using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Gild.Engine.Values;
using Gild.Jinja;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>JSON as Python's <c>json</c> module reads and writes it.</summary>
public static class JsonText
{
    /// <summary><c>json.dumps</c> with dbt's encoder: dates as ISO texts, decimals as floats.</summary>
    /// <exception cref="JinjaException">TypeError for what has no JSON form.</exception>
    public static string Write(Value value, bool sortKeys)
    {
        StringBuilder text = new();
        Append(text, value, sortKeys, 0);
        return text.ToString();
    }

    static void Append(StringBuilder text, Value value, bool sortKeys, int depth)
    {
        if (depth > 200)
        {
            throw JinjaException.ValueError("Circular reference detected");
        }

        switch (value.Kind)
        {
            case ValueKind.None:
                text.Append("null");
                break;
            case ValueKind.Bool:
                text.Append(value.AsBool ? "true" : "false");
                break;
            case ValueKind.Int or ValueKind.BigInt:
                text.Append(value.ToString());
                break;
            case ValueKind.Float:
                text.Append(double.IsNaN(value.AsDouble) ? "NaN"
                    : double.IsInfinity(value.AsDouble) ? (value.AsDouble > 0 ? "Infinity" : "-Infinity")
                    : ValueText.FormatFloat(value.AsDouble));
                break;
            case ValueKind.String:
                AppendString(text, value.AsString!);
                break;
            case ValueKind.Undefined:
                throw JinjaException.TypeError("Object of type Undefined is not JSON serializable");
            default:
                AppendObject(text, value, sortKeys, depth);
                break;
        }
    }

    static void AppendObject(StringBuilder text, Value value, bool sortKeys, int depth)
    {
        switch (value.AsObject)
        {
            case DictValue dict:
                AppendDict(text, dict, sortKeys, depth);
                break;
            case DictLikeObject like:
                AppendDict(text, like.ToDict(), sortKeys, depth);
                break;
            case MarkupValue markup:
                AppendString(text, markup.Text);
                break;
            case DecimalValue number:
                text.Append(ValueText.FormatFloat(number.ToDouble()));
                break;
            case DateTimeValue or DateValue or TimeValue:
                AppendString(text, value.As<DateTimeValue>() is { } moment ? moment.ToText().Replace(' ', 'T') : value.ToString());
                break;
            case RowObject row:
                AppendDict(text, row.ToDict().As<DictValue>()!, sortKeys, depth);
                break;
            case ListValue or TupleValue or MappedSequence:
                text.Append('[');
                bool first = true;
                foreach (Value item in value.AsObject!.Items!)
                {
                    text.Append(first ? "" : ", ");
                    Append(text, item, sortKeys, depth + 1);
                    first = false;
                }

                text.Append(']');
                break;
            case RelationObject relation:
                AppendString(text, relation.ToText());
                break;
            case { } other:
                throw JinjaException.TypeError($"Object of type {other.TypeName} is not JSON serializable");
            default:
                throw JinjaException.TypeError("Object is not JSON serializable");
        }
    }

    static void AppendDict(StringBuilder text, DictValue dict, bool sortKeys, int depth)
    {
        text.Append('{');
        bool first = true;
        IEnumerable<KeyValuePair<Value, Value>> entries = sortKeys
            ? dict.Entries.OrderBy(e => KeyText(e.Key), StringComparer.Ordinal)
            : dict.Entries;
        foreach ((Value key, Value item) in entries)
        {
            text.Append(first ? "" : ", ");
            AppendString(text, KeyText(key));
            text.Append(": ");
            Append(text, item, sortKeys, depth + 1);
            first = false;
        }

        text.Append('}');
    }

    static string KeyText(Value key) => key.Kind switch
    {
        ValueKind.String => key.AsString!,
        ValueKind.None => "null",
        ValueKind.Bool => key.AsBool ? "true" : "false",
        ValueKind.Int or ValueKind.BigInt => key.ToString(),
        ValueKind.Float => ValueText.FormatFloat(key.AsDouble),
        _ => throw JinjaException.TypeError("keys must be str, int, float, bool or None"),
    };

    static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                '\r' => text.Append(@"\r"),
                '\t' => text.Append(@"\t"),
                '\b' => text.Append(@"\b"),
                '\f' => text.Append(@"\f"),
                < ' ' or > '~' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }

    /// <summary><c>json.loads</c>; false for a text that is no JSON.</summary>
    public static bool TryRead(string text, out Value value)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 500 });
            value = Read(document.RootElement);
            return true;
        }
        catch (JsonException)
        {
            value = default;
            return false;
        }
    }

    public static Value Read(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return Value.None;
            case JsonValueKind.True or JsonValueKind.False:
                return element.GetBoolean();
            case JsonValueKind.String:
                return element.GetString();
            case JsonValueKind.Number:
                string raw = element.GetRawText();
                return raw.AsSpan().IndexOfAny(".eE") < 0
                    ? Value.From(BigInteger.Parse(raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))
                    : element.GetDouble();
            case JsonValueKind.Array:
                return new ListValue(element.EnumerateArray().Select(Read));
            default:
                DictValue dict = new();
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    dict[property.Name] = Read(property.Value);
                }

                return dict;
        }
    }
}

/// <summary>An object that stands for a dict without being one.</summary>
public abstract class DictLikeObject : HostObject
{
    public abstract DictValue ToDict();
}
