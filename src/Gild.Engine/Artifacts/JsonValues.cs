using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Gild.Engine.Values;
using Gild.Jinja.Values;

namespace Gild.Engine.Artifacts;

/// <summary>Writes template values as JSON, as Python's <c>json.dumps</c> would; what has no JSON form becomes its text.</summary>
public static class JsonValues
{
    // The writer keeps everything until it is told otherwise.
    const int FullAt = 64 * 1024;

    /// <summary>Hands what is written so far to the stream when it has become much, so that a large artifact is never whole in memory.</summary>
    public static void FlushWhenFull(this Utf8JsonWriter json)
    {
        if (json.BytesPending >= FullAt)
        {
            json.Flush();
        }
    }

    public static void Write(this Utf8JsonWriter json, string name, Value value)
    {
        json.WritePropertyName(name);
        Write(json, value);
    }

    public static void Write(Utf8JsonWriter json, Value value)
    {
        switch (value.Kind)
        {
            case ValueKind.Undefined or ValueKind.None:
                json.WriteNullValue();
                break;
            case ValueKind.Bool:
                json.WriteBooleanValue(value.AsBool);
                break;
            case ValueKind.Int:
                json.WriteNumberValue(value.AsInt64);
                break;
            case ValueKind.BigInt when value.TryGetInteger(out BigInteger big):
                json.WriteRawValue(big.ToString(CultureInfo.InvariantCulture));
                break;
            case ValueKind.Float:
                WriteFloat(json, value.AsDouble);
                break;
            case ValueKind.String:
                json.WriteStringValue(value.AsString);
                break;
            default:
                WriteObject(json, value);
                break;
        }
    }

    public static void WriteTexts(this Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    public static void WriteValues(this Utf8JsonWriter json, string name, IEnumerable<Value> values)
    {
        json.WriteStartArray(name);
        foreach (Value value in values)
        {
            Write(json, value);
        }

        json.WriteEndArray();
    }

    // JSON has no infinities; Python writes them all the same, and readers choke on them.
    static void WriteFloat(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteRawValue(ValueText.ToText(value));
        }
        else
        {
            json.WriteNullValue();
        }
    }

    static void WriteObject(Utf8JsonWriter json, Value value)
    {
        if (value.As<DictValue>() is { } dict)
        {
            json.WriteStartObject();
            foreach (KeyValuePair<Value, Value> entry in dict.Entries)
            {
                json.WritePropertyName(KeyText(entry.Key));
                Write(json, entry.Value);
            }

            json.WriteEndObject();
        }
        else if (value.AsObject?.Items is { } items && !value.TryGetText(out _))
        {
            json.WriteStartArray();
            foreach (Value item in items)
            {
                Write(json, item);
            }

            json.WriteEndArray();
        }
        else if (value.AsObject is DecimalValue number)
        {
            WriteFloat(json, number.ToDouble());
        }
        else
        {
            json.WriteStringValue(value.AsObject is DateTimeValue moment ? moment.ToText().Replace(' ', 'T') : value.ToString());
        }
    }

    static string KeyText(Value key) => key.Kind switch
    {
        ValueKind.None => "null",
        ValueKind.Bool => key.AsBool ? "true" : "false",
        _ => key.ToString(),
    };
}
