using System.Globalization;
using System.Text;
using Gild.Jinja.Builtins;

namespace Gild.Jinja.Values;

/// <summary>How <see cref="JsonWriter"/> writes.</summary>
public sealed record JsonOptions
{
    /// <summary>Keys in order of their values, as <c>json.dumps(sort_keys=True)</c>.</summary>
    public bool SortKeys { get; init; }

    /// <summary>The text that indents one level; null for everything on one line.</summary>
    public string? Indent { get; init; }

    /// <summary>Everything beyond ASCII as <c>\u....</c>.</summary>
    public bool EnsureAscii { get; init; } = true;
}

/// <summary>Writes values as Python's <c>json.dumps</c> does.</summary>
public sealed class JsonWriter
{
    readonly StringBuilder _text = new();
    readonly List<JinjaObject> _open = [];
    readonly JsonOptions _options;

    JsonWriter(JsonOptions options) => _options = options;

    /// <exception cref="JinjaException">TypeError for what JSON cannot hold, ValueError for a circular reference.</exception>
    public static string Write(Value value, JsonOptions? options = null)
    {
        JsonWriter writer = new(options ?? new JsonOptions());
        writer.Append(value);
        return writer._text.ToString();
    }

    /// <summary>JSON that may stand in HTML: <c>&lt; &gt; &amp; '</c> are escaped, as Jinja2's <c>tojson</c> does.</summary>
    public static string WriteHtmlSafe(Value value, JsonOptions options) => Write(value, options)
        .Replace("<", "\\u003c", StringComparison.Ordinal)
        .Replace(">", "\\u003e", StringComparison.Ordinal)
        .Replace("&", "\\u0026", StringComparison.Ordinal)
        .Replace("'", "\\u0027", StringComparison.Ordinal);

    void Append(Value value)
    {
        ValueOps.GuardSize(_text.Length);
        if (value.TryGetText(out string text))
        {
            AppendString(text);
            return;
        }

        switch (value.Kind)
        {
            case ValueKind.None:
                _text.Append("null");
                break;
            case ValueKind.Bool:
                _text.Append(value.AsBool ? "true" : "false");
                break;
            case ValueKind.Int or ValueKind.BigInt:
                _text.Append(ValueText.ToRepr(value));
                break;
            case ValueKind.Float:
                _text.Append(FloatOf(value.AsDouble));
                break;
            default:
                AppendObject(value);
                break;
        }
    }

    void AppendObject(Value value)
    {
        switch (value.AsObject)
        {
            case ListValue list:
                Enter(list);
                AppendList(list.Span);
                break;
            case TupleValue tuple:
                Enter(tuple);
                AppendList(tuple.Span);
                break;
            case DictValue dict:
                Enter(dict);
                AppendDict(dict);
                break;
            case { } host when host.ToNumber() is { } number && value.IsObject:
                Append(number);
                return;
            default:
                throw JinjaException.TypeError($"Object of type {ValueText.TypeNameOf(value)} is not JSON serializable");
        }

        _open.RemoveAt(_open.Count - 1);
    }

    void Enter(JinjaObject container)
    {
        ValueOps.GuardDepth();
        foreach (JinjaObject open in _open)
        {
            if (ReferenceEquals(open, container))
            {
                throw JinjaException.ValueError("Circular reference detected");
            }
        }

        _open.Add(container);
    }

    void AppendList(ReadOnlySpan<Value> elements)
    {
        if (elements.IsEmpty)
        {
            _text.Append("[]");
            return;
        }

        _text.Append('[');
        for (int i = 0; i < elements.Length; i++)
        {
            Separate(i);
            Append(elements[i]);
        }

        Close(']');
    }

    void AppendDict(DictValue dict)
    {
        if (dict.Count == 0)
        {
            _text.Append("{}");
            return;
        }

        _text.Append('{');
        int number = 0;
        foreach (KeyValuePair<Value, Value> entry in _options.SortKeys ? Sorted(dict) : dict.Entries)
        {
            Separate(number++);
            AppendString(KeyOf(entry.Key));
            _text.Append(": ");
            Append(entry.Value);
        }

        Close('}');
    }

    /// <summary>Sorted as Python sorts the items: by key, and since keys differ, by nothing else.</summary>
    static KeyValuePair<Value, Value>[] Sorted(DictValue dict)
    {
        KeyValuePair<Value, Value>[] entries = [.. dict.Entries];
        Value[] keys = Array.ConvertAll(entries, entry => entry.Key);
        Value[] order = new Value[entries.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = Value.From((long)i);
        }

        return Array.ConvertAll(Sorting.Sort(order, keys, isReversed: false), index => entries[index.AsInt64]);
    }

    static string KeyOf(Value key)
    {
        if (key.TryGetText(out string text))
        {
            return text;
        }

        return key.Kind switch
        {
            ValueKind.None => "null",
            ValueKind.Bool => key.AsBool ? "true" : "false",
            ValueKind.Int or ValueKind.BigInt => ValueText.ToRepr(key),
            ValueKind.Float => FloatOf(key.AsDouble),
            _ => throw JinjaException.TypeError(
                $"keys must be str, int, float, bool or None, not {ValueText.TypeNameOf(key)}"),
        };
    }

    static string FloatOf(double value) =>
        double.IsNaN(value) ? "NaN" : double.IsInfinity(value) ? (value > 0 ? "Infinity" : "-Infinity") : FloatText.Repr(value);

    void Separate(int index)
    {
        if (_options.Indent is null)
        {
            _text.Append(index > 0 ? ", " : "");
            return;
        }

        _text.Append(index > 0 ? "," : "");
        AppendLine(_open.Count);
    }

    void Close(char bracket)
    {
        if (_options.Indent is not null)
        {
            AppendLine(_open.Count - 1);
        }

        _text.Append(bracket);
    }

    void AppendLine(int depth)
    {
        _text.Append('\n');
        ValueOps.GuardSize(_text.Length + ((long)depth * _options.Indent!.Length));
        for (int i = 0; i < depth; i++)
        {
            _text.Append(_options.Indent);
        }
    }

    void AppendString(string text)
    {
        _text.Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => _text.Append("\\\""),
                '\\' => _text.Append("\\\\"),
                '\n' => _text.Append("\\n"),
                '\r' => _text.Append("\\r"),
                '\t' => _text.Append("\\t"),
                '\b' => _text.Append("\\b"),
                '\f' => _text.Append("\\f"),
                >= ' ' and < '\x7f' => _text.Append(c),
                < ' ' => _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ when _options.EnsureAscii => _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => _text.Append(c),
            };
        }

        _text.Append('"');
    }
}
