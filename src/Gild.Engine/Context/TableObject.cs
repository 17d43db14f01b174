using System.Numerics;
using System.Text;
using Gild.Engine.Adapters;
using Gild.Engine.Values;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>The table that <c>run_query</c> and seeds hand to templates; answers to the names of agate's <c>Table</c>. Immutable.</summary>
public sealed class TableObject : HostObject
{
    readonly ResultTable _table;
    readonly Action<string> _print;
    MappedSequence? _rows;
    MappedSequence? _columns;
    Value[]? _names;

    /// <param name="table">Columns and typed cells.</param>
    /// <param name="print">Where <c>print_table</c> writes.</param>
    public TableObject(ResultTable table, Action<string> print)
    {
        _table = table;
        _print = print;
    }

    public ResultTable Table => _table;

    public override string TypeName => "agate.Table";

    public override bool IsTrue => true;

    public override int? Length => _table.Rows.Count;

    public override IEnumerable<Value> Items => Rows.Items!;

    /// <summary>A row by its place, as <c>rows[0]</c>.</summary>
    public override bool TryGetItem(Value key, out Value value) => Rows.TryGetItem(key, out value);

    internal Value[] Names => _names ??= [.. _table.Columns.Select(c => Value.From(c.Name))];

    MappedSequence Rows => _rows ??= new MappedSequence([.. _table.Rows.Select(r => Value.From(new RowObject(Names, r)))], null);

    MappedSequence Columns => _columns ??= new MappedSequence(
        [.. Enumerable.Range(0, _table.Columns.Count).Select(i => Value.From(new TableColumnObject(_table, i)))], Names);

    protected override bool TryGetProperty(string name, out Value value)
    {
        value = name switch
        {
            "columns" => Columns,
            "rows" => Rows,
            "column_names" => TupleOf(Names),
            "column_types" => TupleOf([.. _table.Columns.Select(c => Value.From(new DataTypeObject(c.Kind)))]),
            "row_names" => Value.None,
            _ => default(Value),
        };
        return !value.IsUndefined;
    }

    static TupleValue TupleOf(Value[] values) => new(values);

    protected override bool HasMethod(string name) => name is "join" or "print_table" or "print_csv" or "print_json" or "print_structure" or "rename" or "exclude"
        or "select" or "limit" or "where" or "distinct" or "order_by" or "to_dict";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments)
    {
        switch (name)
        {
            case "print_table":
                _print(ToTextTable(MaxRows(arguments, 20)));
                return Value.None;
            case "print_csv":
                _print(ToCsv());
                return Value.None;
            case "print_json":
                _print(JsonText.Write(new ListValue(Rows.Items!.Select(r => r.As<RowObject>()!.ToDict())), false));
                return Value.None;
            case "print_structure":
                _print(string.Join('\n', _table.Columns.Select(c => $"| {c.Name} | {DataTypeObject.NameOf(c.Kind)} |")));
                return Value.None;
            case "rename":
                return Rename(arguments);
            case "join":
                return Join(arguments);
            case "exclude":
                return Pick(arguments, false);
            case "select":
                return Pick(arguments, true);
            case "limit":
                return Limit(arguments);
            case "where":
                return Where(context, arguments.Require(0, "test", name));
            case "distinct":
                return Distinct(context, arguments.Get(0, "key", Value.None));
            case "order_by":
                return OrderBy(context, arguments);
            default:
                DictValue dict = new();
                return dict;
        }
    }

    static int MaxRows(Arguments arguments, int otherwise) =>
        arguments.TryGet(0, "max_rows", out Value rows) ? rows.IsInt64 ? (int)rows.AsInt64 : int.MaxValue : otherwise;

    TableObject With(IReadOnlyList<ResultColumn> columns, IReadOnlyList<Value[]> rows) => new(new ResultTable(columns, rows), _print);

    Value Rename(Arguments arguments)
    {
        Value names = arguments.Get(0, "column_names", Value.None);
        if (names.As<DictValue>() is { } map)
        {
            return With([.. _table.Columns.Select(c => map.TryGetValue(c.Name, out Value to) ? c with { Name = to.ToString() } : c)], _table.Rows);
        }

        if (names.IsNone)
        {
            return this;
        }

        List<Value> list = [.. ValueOps.Iterate(names)];
        return With([.. _table.Columns.Select((c, i) => i < list.Count ? c with { Name = list[i].ToString() } : c)], _table.Rows);
    }

    /// <summary>Every row of this table beside the first row of the other with the same key, or beside nulls (agate's left outer join).</summary>
    TableObject Join(Arguments arguments)
    {
        ResultTable right = arguments.Require(0, "right_table", "join").As<TableObject>()?.Table
            ?? throw JinjaException.TypeError("join() needs a table");
        Value given = arguments.Require(1, "left_key", "join");
        string[] keys = given.TryGetText(out string one) ? [one] : [.. ValueOps.Iterate(given).Select(k => k.ToString())];
        int[] leftKeys = [.. keys.Select(IndexOf)];
        TableObject other = new(right, _print);
        int[] rightKeys = [.. keys.Select(other.IndexOf)];
        int[] added = [.. Enumerable.Range(0, right.Columns.Count).Except(rightKeys)];
        Dictionary<string, Value[]> byKey = [];
        foreach (Value[] row in right.Rows)
        {
            byKey.TryAdd(KeyText(row, rightKeys), row);
        }

        return With(
            [.. _table.Columns, .. added.Select(i => right.Columns[i])],
            [.. _table.Rows.Select(row => (Value[])
                [.. row, .. byKey.TryGetValue(KeyText(row, leftKeys), out Value[]? found) ? added.Select(i => found[i]) : added.Select(_ => Value.None)])]);
    }

    static string KeyText(Value[] row, int[] key) => string.Join('\0', key.Select(i => row[i].ToString()));

    Value Pick(Arguments arguments, bool keep)
    {
        Value key = arguments.Require(0, "key", keep ? "select" : "exclude");
        HashSet<string> named = key.TryGetText(out string one) ? [one] : [.. ValueOps.Iterate(key).Select(k => k.ToString())];
        int[] indexes = keep
            ? [.. (key.IsString ? [key] : ValueOps.Iterate(key)).Select(k => IndexOf(k.ToString()))]
            : [.. Enumerable.Range(0, _table.Columns.Count).Where(i => !named.Contains(_table.Columns[i].Name))];
        return With([.. indexes.Select(i => _table.Columns[i])], [.. _table.Rows.Select(r => indexes.Select(i => r[i]).ToArray())]);
    }

    int IndexOf(string name)
    {
        for (int i = 0; i < _table.Columns.Count; i++)
        {
            if (_table.Columns[i].Name == name)
            {
                return i;
            }
        }

        throw JinjaException.KeyError(ValueText.ToRepr(name));
    }

    Value Limit(Arguments arguments)
    {
        int first = arguments.Get(0, "start_or_stop", Value.None) is { IsInt64: true } a ? (int)a.AsInt64 : int.MaxValue;
        if (arguments.TryGet(1, "stop", out Value second) && second.IsInt64)
        {
            return With(_table.Columns, [.. _table.Rows.Skip(first).Take((int)second.AsInt64 - first)]);
        }

        return With(_table.Columns, [.. _table.Rows.Take(first)]);
    }

    Value Where(RenderContext context, Value test)
    {
        List<Value[]> kept = [];
        foreach (Value[] row in _table.Rows)
        {
            if (context.Call(test, new Arguments([new RowObject(Names, row)])).IsTrue)
            {
                kept.Add(row);
            }
        }

        return With(_table.Columns, kept);
    }

    Value KeyOf(RenderContext context, Value key, Value[] row)
    {
        if (key.IsNone)
        {
            return new TupleValue(row);
        }

        if (key.TryGetText(out string name))
        {
            return row[IndexOf(name)];
        }

        return key.AsObject is { IsCallable: true }
            ? context.Call(key, new Arguments([new RowObject(Names, row)]))
            : TupleOf([.. ValueOps.Iterate(key).Select(k => row[IndexOf(k.ToString())])]);
    }

    Value Distinct(RenderContext context, Value key)
    {
        HashSet<Value> seen = [];
        return With(_table.Columns, [.. _table.Rows.Where(r => seen.Add(KeyOf(context, key, r)))]);
    }

    Value OrderBy(RenderContext context, Arguments arguments)
    {
        Value key = arguments.Require(0, "key", "order_by");
        bool reverse = arguments.Get(1, "reverse", false).IsTrue;
        List<(Value Key, Value[] Row)> rows = [.. _table.Rows.Select(r => (KeyOf(context, key, r), r))];
        List<Value[]> sorted = [.. rows.OrderBy(r => r.Key, CellOrder.Instance).Select(r => r.Row)];
        if (reverse)
        {
            sorted.Reverse();
        }

        return With(_table.Columns, sorted);
    }

    string ToCsv()
    {
        StringBuilder text = new();
        AppendCsv(text, Names);
        foreach (Value[] row in _table.Rows)
        {
            text.Append('\n');
            AppendCsv(text, row);
        }

        return text.ToString();
    }

    static void AppendCsv(StringBuilder text, Value[] cells)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            string cell = cells[i].IsNone ? "" : cells[i].ToString();
            text.Append(i > 0 ? "," : "").Append(
                cell.AsSpan().IndexOfAny(",\"\n\r") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        }
    }

    /// <summary>The table with lines of <c>|</c> and <c>-</c>, numbers to the right.</summary>
    public string ToTextTable(int maxRows) => TextTable.Draw(_table, maxRows);

    sealed class CellOrder : IComparer<Value>
    {
        public static CellOrder Instance { get; } = new();

        // agate sorts nulls last
        public int Compare(Value x, Value y)
        {
            if (x.IsNone || y.IsNone)
            {
                return x.IsNone.CompareTo(y.IsNone);
            }

            if (x.TryGetText(out string a) && y.TryGetText(out string b))
            {
                return string.CompareOrdinal(a, b);
            }

            if (x.AsObject?.CompareTo(y) is { } order)
            {
                return order;
            }

            if (x.TryGetInteger(out BigInteger i) && y.TryGetInteger(out BigInteger j))
            {
                return i.CompareTo(j);
            }

            return x.IsFloat && y.IsFloat ? x.AsDouble.CompareTo(y.AsDouble) : string.CompareOrdinal(x.ToString(), y.ToString());
        }
    }
}

/// <summary>agate's <c>MappedSequence</c>: values by position and, when they have names, by name.</summary>
public class MappedSequence(Value[] values, Value[]? keys) : HostObject
{
    protected Value[] Values { get; } = values;

    protected Value[]? Keys { get; } = keys;

    public override string TypeName => "agate.MappedSequence";

    public override int? Length => Values.Length;

    public override IEnumerable<Value> Items => Values;

    public override bool IsEqualTo(Value other) =>
        other.AsObject is { Items: { } items } && items.SequenceEqual(Values);

    public override bool TryGetItem(Value key, out Value value)
    {
        if (key.IsInt64)
        {
            long index = key.AsInt64 < 0 ? key.AsInt64 + Values.Length : key.AsInt64;
            if (index >= 0 && index < Values.Length)
            {
                value = Values[index];
                return true;
            }
        }
        else if (Keys is not null)
        {
            int index = Array.FindIndex(Keys, k => k.Equals(key));
            if (index >= 0)
            {
                value = Values[index];
                return true;
            }
        }

        value = default;
        return false;
    }

    protected override bool HasMethod(string name) => name is "values" or "keys" or "items" or "get" or "dict";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments) => name switch
    {
        "values" => new TupleValue(Values),
        "keys" => Keys is null ? Value.None : new TupleValue(Keys),
        "items" => new ListValue(Enumerable.Range(0, Values.Length).Select(i =>
            Value.From(new TupleValue([Keys is null ? Value.From((long)i) : Keys[i], Values[i]])))),
        "get" => TryGetItem(arguments.Require(0, "key", name), out Value found) ? found : arguments.Get(1, "default", Value.None),
        _ => ToDict(),
    };

    internal Value ToDict()
    {
        DictValue dict = new();
        for (int i = 0; i < Values.Length; i++)
        {
            dict[Keys is null ? Value.From((long)i) : Keys[i]] = Values[i];
        }

        return dict;
    }

    public override string ToText() => ToRepr();

    public override string ToRepr() => $"<{TypeName}: ({string.Join(", ", Values.Take(5).Select(ValueText.ToRepr))}{(Values.Length > 5 ? ", ..." : "")})>";
}

/// <summary>A row; its cells by position and by column name.</summary>
public sealed class RowObject(Value[] names, Value[] cells) : MappedSequence(cells, names)
{
    public override string TypeName => "agate.Row";
}

/// <summary>A column of a table.</summary>
public sealed class TableColumnObject(ResultTable table, int index) : MappedSequence([.. table.Rows.Select(r => r[index])], null)
{
    public override string TypeName => "agate.Column";

    protected override bool TryGetProperty(string name, out Value value)
    {
        value = name switch
        {
            "name" => table.Columns[index].Name,
            "index" => Value.From((long)index),
            "data_type" => new DataTypeObject(table.Columns[index].Kind),
            _ => default(Value),
        };
        return !value.IsUndefined;
    }

    protected override bool HasMethod(string name) =>
        name is "values_distinct" or "values_without_nulls" or "values_sorted" || base.HasMethod(name);

    protected override Value Invoke(RenderContext context, string name, Arguments arguments) => name switch
    {
        "values_distinct" => new TupleValue(Values.Distinct().ToArray()),
        "values_without_nulls" => new TupleValue(Values.Where(v => !v.IsNone).ToArray()),
        "values_sorted" => context.Environment.TryGetFilter("sort", out Function sort)
            ? sort(context, new Arguments([new ListValue(Values)])) : new ListValue(Values),
        _ => base.Invoke(context, name, arguments),
    };
}

/// <summary>agate's data type of a column.</summary>
public sealed class DataTypeObject(ResultColumnKind kind) : HostObject
{
    public ResultColumnKind Kind { get; } = kind;

    public override string TypeName => NameOf(Kind);

    public static string NameOf(ResultColumnKind kind) => kind switch
    {
        ResultColumnKind.Integer => "Integer",
        ResultColumnKind.Number => "Number",
        ResultColumnKind.Boolean => "Boolean",
        ResultColumnKind.Date => "Date",
        ResultColumnKind.DateTime => "DateTime",
        ResultColumnKind.Time => "TimeDelta",
        _ => "Text",
    };

    public override string ToRepr() => $"<{NameOf(Kind)}>";

    protected override bool HasMethod(string name) => name == "jsonify";

    /// <summary>A value of the column as JSON can hold it.</summary>
    protected override Value Invoke(RenderContext context, string name, Arguments arguments)
    {
        Value value = arguments.Require(0, "d", name);
        return Kind switch
        {
            _ when value.IsNone => value,
            ResultColumnKind.Integer or ResultColumnKind.Boolean => value,
            ResultColumnKind.Number when context.Environment.TryGetFilter("float", out Function number) => number(context, new Arguments([value])),
            ResultColumnKind.Date or ResultColumnKind.DateTime => context.CallMethod(value, "isoformat", new Arguments([])),
            _ => value.ToString(),
        };
    }
}

/// <summary>Draws a result for people, as <c>show</c> and <c>print_table</c> do.</summary>
public static class TextTable
{
    const int MaxColumnWidth = 50;

    public static string Draw(ResultTable table, int maxRows)
    {
        int rows = (int)Math.Min(maxRows, (long)table.Rows.Count);
        int columns = table.Columns.Count;
        string[][] cells = new string[rows][];
        int[] widths = [.. table.Columns.Select(c => Math.Min(c.Name.Length, MaxColumnWidth))];
        for (int r = 0; r < rows; r++)
        {
            cells[r] = new string[columns];
            for (int c = 0; c < columns; c++)
            {
                string text = CellText(table.Rows[r][c]);
                cells[r][c] = text.Length > MaxColumnWidth ? text[..(MaxColumnWidth - 3)] + "..." : text;
                widths[c] = Math.Max(widths[c], cells[r][c].Length);
            }
        }

        StringBuilder drawn = new();
        Line(drawn, table, [.. table.Columns.Select(c => c.Name)], widths);
        drawn.Append('\n').Append("| ").AppendJoin(" | ", widths.Select(w => new string('-', w))).Append(" |");
        foreach (string[] row in cells)
        {
            drawn.Append('\n');
            Line(drawn, table, row, widths);
        }

        if (rows < table.Rows.Count)
        {
            drawn.Append('\n');
            Line(drawn, table, [.. widths.Select(_ => "...")], widths);
        }

        return drawn.ToString();
    }

    static string CellText(Value value) => value.IsNone ? "" : value.ToString().ReplaceLineEndings(" ");

    static void Line(StringBuilder drawn, ResultTable table, string[] cells, int[] widths)
    {
        drawn.Append('|');
        for (int c = 0; c < cells.Length; c++)
        {
            bool right = table.Columns[c].Kind is ResultColumnKind.Integer or ResultColumnKind.Number;
            string cell = cells[c].Length > widths[c] ? cells[c][..widths[c]] : cells[c];
            drawn.Append(' ').Append(right ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c])).Append(" |");
        }
    }
}
