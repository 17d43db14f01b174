using System.Text;
using Gild.Engine.Yaml;
using Gild.Jinja;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>Writes values as PyYAML's <c>safe_dump</c> does in block style.</summary>
public static class YamlText
{
    public static string Write(Value value, bool sortKeys)
    {
        StringBuilder text = new();
        if (IsCollection(value))
        {
            Block(text, value, 0, sortKeys, false);
            return text.ToString();
        }

        text.Append(Scalar(value)).Append('\n');
        return value.IsString || value.IsNone || value.IsNumber ? text.Append("...\n").ToString() : text.ToString();
    }

    static bool IsCollection(Value value) => value.AsObject switch
    {
        DictValue d => d.Count > 0,
        ListValue or TupleValue => value.AsObject.Length > 0,
        DictLikeObject => true,
        _ => false,
    };

    static void Block(StringBuilder text, Value value, int indent, bool sortKeys, bool afterDash)
    {
        if (indent > 400)
        {
            throw JinjaException.ValueError("too deeply nested");
        }

        DictValue? dict = value.As<DictValue>() ?? value.As<DictLikeObject>()?.ToDict();
        bool first = true;
        if (dict is not null)
        {
            IEnumerable<KeyValuePair<Value, Value>> entries = sortKeys
                ? dict.Entries.OrderBy(e => e.Key.ToString(), StringComparer.Ordinal) : dict.Entries;
            foreach ((Value key, Value item) in entries)
            {
                Indent(text, first && afterDash ? 0 : indent);
                text.Append(Scalar(key)).Append(':');
                // PyYAML does not indent lists inside dicts
                Nested(text, item, item.AsObject is DictValue or DictLikeObject ? indent + 2 : indent, sortKeys);
                first = false;
            }

            return;
        }

        foreach (Value item in value.AsObject!.Items!)
        {
            Indent(text, first && afterDash ? 0 : indent);
            text.Append('-');
            if (IsCollection(item))
            {
                text.Append(' ');
                Block(text, item, indent + 2, sortKeys, true);
            }
            else
            {
                text.Append(' ').Append(Scalar(item)).Append('\n');
            }

            first = false;
        }
    }

    static void Nested(StringBuilder text, Value item, int indent, bool sortKeys)
    {
        if (IsCollection(item))
        {
            text.Append('\n');
            Block(text, item, indent, sortKeys, false);
        }
        else
        {
            text.Append(' ').Append(Scalar(item)).Append('\n');
        }
    }

    static void Indent(StringBuilder text, int indent) => text.Append(' ', indent);

    static string Scalar(Value value) => value.Kind switch
    {
        ValueKind.None => "null",
        ValueKind.Bool => value.AsBool ? "true" : "false",
        ValueKind.Int or ValueKind.BigInt => value.ToString(),
        ValueKind.Float => double.IsNaN(value.AsDouble) ? ".nan" : double.IsInfinity(value.AsDouble) ? value.AsDouble > 0 ? ".inf" : "-.inf" : value.ToString(),
        ValueKind.String => Text(value.AsString!),
        _ => value.AsObject switch
        {
            DictValue => "{}",
            ListValue or TupleValue => "[]",
            MarkupValue markup => Text(markup.Text),
            Values.DateValue or Values.DateTimeValue => value.ToString(),
            { } other => throw JinjaException.TypeError($"cannot represent an object of type {other.TypeName}"),
            null => throw JinjaException.TypeError("cannot represent an undefined value"),
        },
    };

    static string Text(string text)
    {
        if (text.Length == 0)
        {
            return "''";
        }

        if (text.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0)
        {
            return JsonText.Write(text, false);
        }

        bool plain = YamlScalars.Resolve(text).IsString
            && "-?:,[]{}#&*!|>'\"%@`".IndexOf(text[0], StringComparison.Ordinal) < 0
            && !text.Contains(": ", StringComparison.Ordinal) && !text.Contains(" #", StringComparison.Ordinal)
            && !text.EndsWith(':') && text[0] != ' ' && text[^1] != ' ';
        bool dash = text.Length > 1 && text[0] is '-' or '?' or ':' && text[1] != ' ' && YamlScalars.Resolve(text).IsString
            && !text.Contains(": ", StringComparison.Ordinal) && !text.Contains(" #", StringComparison.Ordinal);
        return plain || dash ? text : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
    }
}
