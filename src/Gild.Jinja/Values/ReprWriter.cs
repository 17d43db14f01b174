using System.Text;

namespace Gild.Jinja.Values;

/// <summary>The repr of nested containers in one buffer; a container inside itself shows as <c>[...]</c>.</summary>
sealed class ReprWriter
{
    readonly StringBuilder _text = new();
    readonly List<JinjaObject> _open = [];

    public static bool IsContainer(JinjaObject target) => target is ListValue or TupleValue or DictValue or SetValue
        or NamespaceValue or DictKeysValue or DictValuesValue or DictItemsValue;

    public static string Write(JinjaObject target)
    {
        ReprWriter writer = new();
        writer.Append(target);
        return writer._text.ToString();
    }

    void Append(Value value)
    {
        if (value.AsString is { } text)
        {
            ValueText.AppendRepr(_text, text);
        }
        else if (value.AsObject is { } target && IsContainer(target))
        {
            Append(target);
        }
        else
        {
            _text.Append(ValueText.ToRepr(value));
        }

        ValueOps.GuardSize(_text.Length);
    }

    void Append(JinjaObject target)
    {
        ValueOps.GuardDepth();
        foreach (JinjaObject open in _open)
        {
            if (ReferenceEquals(open, target))
            {
                _text.Append(target switch
                {
                    ListValue => "[...]",
                    DictValue => "{...}",
                    TupleValue => "(...)",
                    SetValue => "set(...)",
                    _ => "...",
                });
                return;
            }
        }

        _open.Add(target);
        AppendContainer(target);
        _open.RemoveAt(_open.Count - 1);
    }

    void AppendContainer(JinjaObject target)
    {
        switch (target)
        {
            case ListValue list:
                AppendAll('[', list.Span, "]");
                break;
            case TupleValue tuple:
                AppendAll('(', tuple.Span, tuple.Span.Length == 1 ? ",)" : ")");
                break;
            case DictValue dict:
                AppendEntries(dict.Table);
                break;
            case SetValue { Length: 0 }:
                _text.Append("set()");
                break;
            case SetValue set:
                AppendAll('{', [.. set.Items], "}");
                break;
            case NamespaceValue space:
                _text.Append("<Namespace ");
                AppendEntries(space.Attributes.Table);
                _text.Append('>');
                break;
            default:
                _text.Append(target.TypeName).Append('(');
                AppendAll('[', [.. target.Items!], "])");
                break;
        }
    }

    void AppendAll(char open, ReadOnlySpan<Value> values, string close)
    {
        _text.Append(open);
        for (int i = 0; i < values.Length; i++)
        {
            if (i > 0)
            {
                _text.Append(", ");
            }

            Append(values[i]);
        }

        _text.Append(close);
    }

    void AppendEntries(ValueTable table)
    {
        _text.Append('{');
        bool isFirst = true;
        int position = 0;
        while (table.Next(ref position, out Value key, out Value value))
        {
            if (!isFirst)
            {
                _text.Append(", ");
            }

            isFirst = false;
            Append(key);
            _text.Append(": ");
            Append(value);
        }

        _text.Append('}');
    }
}
