using System.Globalization;
using Gild.Engine.Adapters;
using Gild.Engine.Values;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>A column as templates see it: dbt's <c>Column</c> over <see cref="Column"/>.</summary>
public sealed class ColumnObject(Column column, Adapter adapter) : HostObject
{
    static readonly string[] Texts = ["text", "character varying", "character", "varchar"];
    static readonly string[] Integers =
    [
        "smallint", "integer", "bigint", "smallserial", "serial", "bigserial",
        "int2", "int4", "int8", "serial2", "serial4", "serial8", "int",
    ];
    static readonly string[] Floats = ["real", "float4", "float", "double precision", "float8", "double"];

    public Column Column { get; } = column;

    public override string TypeName => "Column";

    string Type => Column.DataTypeName.ToLowerInvariant();

    bool IsString => Array.IndexOf(Texts, Type) >= 0;

    bool IsNumeric => Type is "numeric" or "decimal";

    bool IsInteger => Array.IndexOf(Integers, Type) >= 0 || (adapter.Type == "duckdb" && Type is "tinyint" or "hugeint" or "utinyint" or "usmallint" or "uinteger" or "ubigint" or "uhugeint");

    bool IsFloat => Array.IndexOf(Floats, Type) >= 0;

    string DataType => IsString ? adapter.StringType(StringSize)
        : IsNumeric ? NumericType(Column.DataTypeName, Column.NumericPrecision, Column.NumericScale)
        : Column.DataTypeName;

    int StringSize => !IsString
        ? throw new JinjaException("DbtRuntimeError", "Called string_size() on non-string field!")
        : Type == "text" || Column.CharSize is null ? 256 : Column.CharSize.Value;

    internal static string NumericType(string type, int? precision, int? scale) => precision is null || scale is null
        ? type
        : string.Create(CultureInfo.InvariantCulture, $"{type}({precision},{scale})");

    public override string ToText() => ToRepr();

    public override string ToRepr() => $"<Column {Column.Name} ({DataTypeOf()})>";

    public override bool IsEqualTo(Value other) => other.As<ColumnObject>()?.Column == Column;

    public override int HashCode => Column.GetHashCode();

    protected override bool TryGetProperty(string name, out Value value)
    {
        value = name switch
        {
            "name" or "column" => Column.Name,
            "quoted" => adapter.QuoteCharacter + Column.Name + adapter.QuoteCharacter,
            "dtype" => Column.DataTypeName,
            "data_type" or "expanded_data_type" => DataTypeOf(),
            "char_size" => Number(Column.CharSize),
            "numeric_precision" => Number(Column.NumericPrecision),
            "numeric_scale" => Number(Column.NumericScale),
            _ => default(Value),
        };
        return !value.IsUndefined;
    }

    // A text without a length keeps its own name; Postgres' unlimited text must not become varchar(256).
    string DataTypeOf() => IsString && (Type == "text" || Column.CharSize is null) ? Column.DataTypeName : DataType;

    static Value Number(int? number) => number is { } n ? Value.From((long)n) : Value.None;

    protected override bool HasMethod(string name) => name is "is_string" or "is_number" or "is_numeric" or "is_float" or "is_integer" or "string_size"
        or "can_expand_to" or "literal" or "string_type" or "numeric_type" or "translate_type" or "create" or "from_description" or "to_dict";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments) => name switch
    {
        "is_string" => IsString,
        "is_number" => IsFloat || IsInteger || IsNumeric,
        "is_numeric" => IsNumeric,
        "is_float" => IsFloat,
        "is_integer" => IsInteger,
        "string_size" => Value.From((long)StringSize),
        "can_expand_to" => arguments.Require(0, "other_column", name).As<ColumnObject>() is { } other
            && IsString && other.IsString && other.StringSize > StringSize,
        "literal" => $"{arguments.Require(0, "value", name)}::{DataTypeOf()}",
        "to_dict" => ToDict(),
        _ => ColumnClass.InvokeStatic(adapter, name, arguments),
    };

    DictValue ToDict()
    {
        DictValue dict = new();
        foreach (string key in (ReadOnlySpan<string>)["column", "dtype", "char_size", "numeric_precision", "numeric_scale"])
        {
            TryGetProperty(key, out Value value);
            dict[key] = value;
        }

        return dict;
    }
}

/// <summary><c>api.Column</c>.</summary>
public sealed class ColumnClass(Adapter adapter) : HostObject
{
    public override string TypeName => "Column";

    public override bool IsCallable => true;

    public override Value Call(RenderContext context, Arguments arguments)
    {
        arguments.CheckSignature("Column", ["column", "dtype", "char_size", "numeric_precision", "numeric_scale"]);
        return new ColumnObject(
            new Column(
                arguments.Require(0, "column", "Column").ToString(),
                arguments.Require(1, "dtype", "Column").ToString(),
                Number(arguments, 2, "char_size"),
                Number(arguments, 3, "numeric_precision"),
                Number(arguments, 4, "numeric_scale")),
            adapter);
    }

    static int? Number(Arguments arguments, int index, string name) =>
        arguments.TryGet(index, name, out Value value) && value.TryGetInteger(out System.Numerics.BigInteger number) ? (int)number : null;

    protected override bool HasMethod(string name) => name is "create" or "translate_type" or "string_type" or "numeric_type" or "from_description";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments) => InvokeStatic(adapter, name, arguments);

    internal static Value InvokeStatic(Adapter adapter, string name, Arguments arguments) => name switch
    {
        "create" => new ColumnObject(
            new Column(
                arguments.Require(0, "name", name).ToString(),
                adapter.TranslateType(arguments.Require(1, "label_or_dtype", name).ToString())),
            adapter),
        "translate_type" => adapter.TranslateType(arguments.Require(0, "dtype", name).ToString()),
        "string_type" => adapter.StringType((int)arguments.Require(0, "size", name).AsInt64),
        "numeric_type" => ColumnObject.NumericType(
            arguments.Require(0, "dtype", name).ToString(), Number(arguments, 1, "precision"), Number(arguments, 2, "scale")),
        "from_description" => FromDescription(
            adapter, arguments.Require(0, "name", name).ToString(), arguments.Require(1, "raw_data_type", name).ToString()),
        _ => throw JinjaException.AttributeError(name),
    };

    /// <summary>Reads <c>varchar(20)</c>, <c>numeric(10,2)</c>.</summary>
    static ColumnObject FromDescription(Adapter adapter, string name, string type)
    {
        int open = type.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || !type.EndsWith(')'))
        {
            return new ColumnObject(new Column(name, type), adapter);
        }

        string bare = type[..open].Trim();
        string[] sizes = type[(open + 1)..^1].Split(',');
        if (!int.TryParse(sizes[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out int first))
        {
            throw new JinjaException("DbtRuntimeError", $"Could not interpret data_type \"{type}\": could not convert \"{sizes[0]}\" to an integer");
        }

        int second = 0;
        if (sizes.Length > 1 && !int.TryParse(sizes[1], NumberStyles.Integer, CultureInfo.InvariantCulture, out second))
        {
            throw new JinjaException("DbtRuntimeError", $"Could not interpret data_type \"{type}\": could not convert \"{sizes[1]}\" to an integer");
        }

        return new ColumnObject(
            sizes.Length > 1 ? new Column(name, bare, null, first, second) : new Column(name, bare, first), adapter);
    }
}
