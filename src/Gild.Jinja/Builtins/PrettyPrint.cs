using System.Runtime.CompilerServices;
using System.Text;
using Gild.Jinja.Unicode;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>Python's <c>pprint.pformat</c> at its default width of 80.</summary>
sealed class PrettyPrint
{
    const int Width = 80;

    const int MeasuringAllowance = 8;

    readonly StringBuilder _text = new();
    readonly List<JinjaObject> _open = [];
    readonly List<JinjaObject> _measured = [];
    long _measuredLength;

    public static string Format(Value value)
    {
        PrettyPrint printer = new();
        printer.Write(value, 0, 0, 0);
        return printer._text.ToString();
    }

    void Write(Value value, int indent, int allowance, int level)
    {
        ValueOps.GuardDepth();
        string repr = Repr(value);
        ValueOps.GuardSize((long)_text.Length + repr.Length + indent);
        bool fits = CodePoints.Count(repr) <= Width - indent - allowance;
        if (fits || (value.AsObject is { } container && _open.Contains(container)))
        {
            _text.Append(repr);
            return;
        }

        if (value.AsString is { } text)
        {
            WriteText(text, indent, allowance, level + 1);
            return;
        }

        if (value.AsObject is not (DictValue or ListValue or TupleValue { IsNamed: false } or SetValue { Count: > 0 }))
        {
            _text.Append(repr);
            return;
        }

        _open.Add(value.AsObject);
        WriteContainer(value.AsObject, indent, allowance, level + 1);
        _open.RemoveAt(_open.Count - 1);
    }

    void WriteContainer(JinjaObject container, int indent, int allowance, int level)
    {
        switch (container)
        {
            case DictValue dict:
                _text.Append('{');
                WriteEntries(SortedEntries(dict), indent, allowance + 1, level);
                _text.Append('}');
                break;
            case ListValue list:
                _text.Append('[');
                WriteItems(list.Span, indent, allowance + 1, level);
                _text.Append(']');
                break;
            case TupleValue tuple:
                string end = tuple.Span.Length == 1 ? ",)" : ")";
                _text.Append('(');
                WriteItems(tuple.Span, indent, allowance + end.Length, level);
                _text.Append(end);
                break;
            default:
                Value[] items = [.. container.Items!];
                _text.Append('{');
                WriteItems(SafeSort(items, items), indent, allowance + 1, level);
                _text.Append('}');
                break;
        }
    }

    void WriteEntries(KeyValuePair<Value, Value>[] entries, int indent, int allowance, int level)
    {
        indent++;
        for (int i = 0; i < entries.Length; i++)
        {
            string key = Repr(entries[i].Key);
            _text.Append(key).Append(": ");
            bool isLast = i == entries.Length - 1;
            Write(entries[i].Value, indent + CodePoints.Count(key) + 2, isLast ? allowance : 1, level);
            if (!isLast)
            {
                _text.Append(",\n").Append(' ', indent);
            }
        }
    }

    void WriteItems(ReadOnlySpan<Value> items, int indent, int allowance, int level)
    {
        indent++;
        for (int i = 0; i < items.Length; i++)
        {
            if (i > 0)
            {
                _text.Append(",\n").Append(' ', indent);
            }

            Write(items[i], indent, i == items.Length - 1 ? allowance : 1, level);
        }
    }

    /// <summary>A text over several lines, cut behind white space; in parentheses when it is the whole value.</summary>
    void WriteText(string text, int indent, int allowance, int level)
    {
        if (text.Length == 0)
        {
            _text.Append("''");
            return;
        }

        if (level == 1)
        {
            indent++;
            allowance++;
        }

        List<string> chunks = Chunks(text, Width - indent, allowance);
        if (chunks.Count == 1)
        {
            List<string> lines = TextParts.Lines(text, keepEnds: true);
            _text.Append(ValueText.ReprOf(lines[^1]));
            return;
        }

        _text.Append(level == 1 ? "(" : "");
        for (int i = 0; i < chunks.Count; i++)
        {
            if (i > 0)
            {
                _text.Append('\n').Append(' ', indent);
            }

            _text.Append(chunks[i]);
        }

        _text.Append(level == 1 ? ")" : "");
    }

    static List<string> Chunks(string text, int width, int allowance)
    {
        List<string> chunks = [];
        List<string> lines = TextParts.Lines(text, keepEnds: true);
        for (int i = 0; i < lines.Count; i++)
        {
            bool isLastLine = i == lines.Count - 1;
            string repr = ValueText.ReprOf(lines[i]);
            if (CodePoints.Count(repr) <= (isLastLine ? width - allowance : width))
            {
                chunks.Add(repr);
                continue;
            }

            AddParts(chunks, Parts(lines[i]), width, isLastLine ? allowance : 0);
        }

        return chunks;
    }

    static void AddParts(List<string> chunks, List<string> parts, int width, int allowance)
    {
        string current = "";
        for (int j = 0; j < parts.Count; j++)
        {
            string candidate = current + parts[j];
            int most = j == parts.Count - 1 ? width - allowance : width;
            if (CodePoints.Count(ValueText.ReprOf(candidate)) <= most)
            {
                current = candidate;
                continue;
            }

            if (current.Length > 0)
            {
                chunks.Add(ValueText.ReprOf(current));
            }

            current = parts[j];
        }

        if (current.Length > 0)
        {
            chunks.Add(ValueText.ReprOf(current));
        }
    }

    /// <summary>Words, each with the white space behind it.</summary>
    static List<string> Parts(string line)
    {
        List<string> parts = [];
        for (int start = 0; start < line.Length;)
        {
            int end = start;
            while (end < line.Length && !CharacterClasses.IsSpace(line[end]))
            {
                end++;
            }

            while (end < line.Length && CharacterClasses.IsSpace(line[end]))
            {
                end++;
            }

            parts.Add(line[start..end]);
            start = end;
        }

        return parts;
    }

    /// <summary>The repr on one line, with the keys of dicts in order.</summary>
    string Repr(Value value)
    {
        if (value.AsObject is not (DictValue { Count: > 0 } or ListValue { Length: > 0 } or TupleValue { Length: > 0 }))
        {
            return ValueText.ToRepr(value);
        }

        ValueOps.GuardDepth();
        JinjaObject container = value.AsObject;
        if (_measured.Contains(container))
        {
            return $"<Recursion on {container.TypeName} with id={RuntimeHelpers.GetHashCode(container)}>";
        }

        _measured.Add(container);
        string repr = container switch
        {
            DictValue dict => "{" + string.Join(", ", SortedEntries(dict).Select(entry => $"{Repr(entry.Key)}: {Repr(entry.Value)}")) + "}",
            ListValue list => "[" + string.Join(", ", list.Elements.Select(Repr)) + "]",
            _ => "(" + string.Join(", ", container.Items!.Select(Repr)) + (container.Length == 1 ? ",)" : ")"),
        };
        _measured.RemoveAt(_measured.Count - 1);
        // Each level is measured again on its way down; a limit on the sum keeps deep values from taking forever.
        _measuredLength += repr.Length;
        ValueOps.GuardSize(_measuredLength / MeasuringAllowance);
        return repr;
    }

    static KeyValuePair<Value, Value>[] SortedEntries(DictValue dict)
    {
        KeyValuePair<Value, Value>[] entries = [.. dict.Entries];
        Value[] indices = new Value[entries.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            indices[i] = Value.From((long)i);
        }

        Value[] sorted = SafeSort(indices, Array.ConvertAll(entries, entry => entry.Key));
        return Array.ConvertAll(sorted, index => entries[index.AsInt64]);
    }

    /// <summary>Sorted, values without an order by the names of their types.</summary>
    static Value[] SafeSort(Value[] items, Value[] keys) =>
        Sorting.Sort(items, Array.ConvertAll(keys, key => (Value)new SafeKey(key)), isReversed: false);

    sealed class SafeKey(Value key) : JinjaObject
    {
        public override string TypeName => "_safe_key";

        Value Key => key;

        public override int? CompareTo(Value other)
        {
            Value right = other.As<SafeKey>()!.Key;
            try
            {
                return ValueOps.IsLess(key, right) ? -1 : 1;
            }
            catch (JinjaException error) when (error.Kind == "TypeError")
            {
                return CodePoints.Compare($"<class '{ValueText.TypeNameOf(key)}'>", $"<class '{ValueText.TypeNameOf(right)}'>") < 0 ? -1 : 1;
            }
        }
    }
}
