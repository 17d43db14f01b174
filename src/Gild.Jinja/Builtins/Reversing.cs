using Gild.Jinja.Unicode;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>Python's <c>reversed()</c>.</summary>
static class Reversing
{
    /// <summary>The items from the end, or <see langword="null"/> where Python raises TypeError.</summary>
    public static IEnumerable<Value>? TryReverse(Value value, out string typeName)
    {
        typeName = "reversed";
        if (value.AsString is { } text)
        {
            return ReverseText(text);
        }

        if (value.IsUndefined)
        {
            ValueOps.FailIfStrict(value);
            return [];
        }

        switch (value.AsObject)
        {
            case ListValue list:
                typeName = "list_reverseiterator";
                return ReverseList(list.Elements);
            case TupleValue tuple:
                return tuple.Elements.Reverse();
            case MarkupValue markup:
                return ReverseText(markup.Text).Select(static character => (Value)new MarkupValue(character.AsString!));
            case RangeValue range:
                typeName = "range_iterator";
                return Enumerable.Range(1, range.Count).Select(i => range.At(range.Count - i));
            case BytesValue bytes:
                return bytes.Items.Reverse();
            case DictValue dict:
                typeName = "dict_reversekeyiterator";
                return dict.Table.Reversed().Select(static entry => entry.Key);
            case DictKeysValue keys:
                typeName = "dict_reversekeyiterator";
                return keys.Dict.Table.Reversed().Select(static entry => entry.Key);
            case DictValuesValue values:
                typeName = "dict_reversevalueiterator";
                return values.Dict.Table.Reversed().Select(static entry => entry.Value);
            case DictItemsValue items:
                typeName = "dict_reverseitemiterator";
                return items.Dict.Table.Reversed().Select(static entry => (Value)TupleValue.Over([entry.Key, entry.Value]));
            case SetValue or IteratorValue or null:
                return null;
            case { Length: not null, Items: { } hostItems }:
                return hostItems.Reverse();
            default:
                return null;
        }
    }

    static IEnumerable<Value> ReverseList(List<Value> elements)
    {
        for (int i = elements.Count - 1; i >= 0; i--)
        {
            if (i < elements.Count)
            {
                yield return elements[i];
            }
        }
    }

    static IEnumerable<Value> ReverseText(string text)
    {
        for (int end = text.Length; end > 0;)
        {
            string one = CodePoints.ToText(CodePoints.Before(text, end, out int width));
            yield return Value.From(one);
            end -= width;
        }
    }
}
