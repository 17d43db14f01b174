using System.Numerics;
using Gild.Engine.Adapters;
using Gild.Engine.Manifest;
using Gild.Engine.Values;
using Gild.Jinja;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;
using Sylvan.Data.Csv;

namespace Gild.Engine.Running;

/// <summary>Reads a seed's CSV and infers column types as dbt's agate does: number, date, datetime, boolean, else text.</summary>
public static class SeedReader
{
    /// <exception cref="GildException">The file cannot be read, or a row has more cells than the header.</exception>
    public static ResultTable Read(SeedNode seed)
    {
        string path = System.IO.Path.Combine(seed.RootPath, seed.OriginalFilePath);
        HashSet<string> texts = new(StringComparer.OrdinalIgnoreCase);
        if (seed.Config.Values.TryGetValue("column_types", out Value types) && types.As<DictValue>() is { } forced)
        {
            texts.UnionWith(forced.Entries.Select(e => e.Key.ToString()));
        }

        char delimiter = seed.Config.Text("delimiter") switch
        {
            null => ',',
            [char one] => one,
            { } other => throw new GildException(
                DbtKinds.Compilation, "R0643", $"the delimiter of a seed must be one character, not '{other}'", $"set `delimiter` of seed {seed.Name}, or leave it out for a comma"),
        };
        using StreamReader reader = new(path, new System.Text.UTF8Encoding(false, true), true);
        try
        {
            return Read(reader, delimiter, texts, seed.OriginalFilePath);
        }
        catch (System.Text.DecoderFallbackException e)
        {
            throw new GildException(
                DbtKinds.Runtime, new Diagnostic("R0641", Severity.Error, $"{seed.OriginalFilePath} is not UTF-8: {e.Message}") { Help = ["save the file as UTF-8"] }, e);
        }
    }

    /// <param name="texts">Columns that stay texts (those with a type of their own).</param>
    public static ResultTable Read(TextReader reader, char delimiter, IReadOnlySet<string> texts, string path)
    {
        using CsvDataReader csv = Open(reader, delimiter, path);
        if (!csv.Read())
        {
            return ResultTable.Empty;
        }

        string[] names = Names(csv);
        List<string?[]> rows = [];
        try
        {
            while (csv.Read())
            {
                rows.Add(Row(csv, names.Length, path));
            }
        }
        catch (CsvFormatException e)
        {
            throw Malformed(path, csv.RowNumber, e);
        }

        ResultColumn[] columns = new ResultColumn[names.Length];
        Value[][] cells = [.. rows.Select(_ => new Value[names.Length])];
        for (int c = 0; c < names.Length; c++)
        {
            ResultColumnKind kind = texts.Contains(names[c]) ? FillText(rows, cells, c) : Fill(rows, cells, c);
            columns[c] = new ResultColumn(names[c], kind, kind.ToString());
        }

        return new ResultTable(columns, cells);
    }

    static CsvDataReader Open(TextReader reader, char delimiter, string path)
    {
        try
        {
            return CsvDataReader.Create(reader, new CsvDataReaderOptions
            {
                HasHeaders = false,
                Delimiter = delimiter,
                BufferSize = 1 << 16,
                MaxBufferSize = 1 << 28,
            });
        }
        catch (CsvFormatException e)
        {
            throw Malformed(path, 1, e);
        }
    }

    static GildException Malformed(string path, long row, Exception e) => new(
        DbtKinds.Runtime,
        new Diagnostic("R0640", Severity.Error, $"{path} is not valid CSV near row {row.ToString(System.Globalization.CultureInfo.InvariantCulture)}: {e.Message}"),
        e);

    /// <summary>The header; a blank name becomes a letter, a second of the same name gets a number.</summary>
    static string[] Names(CsvDataReader csv)
    {
        List<string> names = [];
        for (int c = 0; c < csv.RowFieldCount; c++)
        {
            string name = csv.GetString(c);
            name = name.Length == 0 ? Letters(c) : name;
            string unique = name;
            for (int n = 2; names.Contains(unique); n++)
            {
                unique = $"{name}_{n.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
            }

            names.Add(unique);
        }

        return [.. names];
    }

    static string Letters(int index) => index < 26 ? ((char)('a' + index)).ToString() : Letters((index / 26) - 1) + (char)('a' + (index % 26));

    static string?[] Row(CsvDataReader csv, int width, string path)
    {
        if (csv.RowFieldCount > width)
        {
            throw new GildException(
                DbtKinds.Runtime, "R0642",
                $"{path}: row {csv.RowNumber - 1} has {csv.RowFieldCount} values, but the header has {width} columns",
                "put a value that holds the delimiter in double quotes");
        }

        string?[] row = new string?[width];
        for (int c = 0; c < csv.RowFieldCount; c++)
        {
            row[c] = csv.GetString(c);
        }

        return row;
    }

    static bool IsNull(string? cell)
    {
        ReadOnlySpan<char> text = cell.AsSpan().Trim();
        return text.IsEmpty || text.Equals("null", StringComparison.OrdinalIgnoreCase);
    }

    static ResultColumnKind FillText(List<string?[]> rows, Value[][] cells, int column)
    {
        for (int r = 0; r < rows.Count; r++)
        {
            cells[r][column] = IsNull(rows[r][column]) ? Value.None : rows[r][column];
        }

        return ResultColumnKind.Text;
    }

    /// <summary>Fills a column with the first type that fits every cell.</summary>
    static ResultColumnKind Fill(List<string?[]> rows, Value[][] cells, int column)
    {
        if (TryFill(rows, cells, column, ReadNumber))
        {
            return AsIntegers(cells, column);
        }

        return TryFill(rows, cells, column, ReadDate) ? ResultColumnKind.Date
            : TryFill(rows, cells, column, ReadDateTime) ? ResultColumnKind.DateTime
            : TryFill(rows, cells, column, ReadIsoDateTime) ? ResultColumnKind.DateTime
            : TryFill(rows, cells, column, ReadBoolean) ? ResultColumnKind.Boolean
            : FillText(rows, cells, column);
    }

    static bool TryFill(List<string?[]> rows, Value[][] cells, int column, Func<string, Value> read)
    {
        for (int r = 0; r < rows.Count; r++)
        {
            string? cell = rows[r][column];
            Value value = IsNull(cell) ? Value.None : read(cell!.Trim());
            if (value.IsUndefined)
            {
                return false;
            }

            cells[r][column] = value;
        }

        return true;
    }

    /// <summary>Numbers without a fraction in the whole column are integers (dbt: convert_number_type).</summary>
    static ResultColumnKind AsIntegers(Value[][] cells, int column)
    {
        if (!Array.TrueForAll(cells, row => row[column].IsNone || row[column].As<DecimalValue>()!.IsWhole))
        {
            return ResultColumnKind.Number;
        }

        foreach (Value[] row in cells)
        {
            if (row[column].As<DecimalValue>() is { } number)
            {
                row[column] = Value.From(number.ToInteger());
            }
        }

        return ResultColumnKind.Integer;
    }

    const string CurrencySymbols = "؋$ƒ៛¥₡₱£€¢﷼₪₩₭₮₦฿₤₫";

    static Value ReadNumber(string cell)
    {
        ReadOnlySpan<char> text = cell.AsSpan().Trim('%');
        bool negative = text.Length > 0 && text[0] == '-';
        text = (negative ? text[1..] : text).Trim(CurrencySymbols);
        string digits = text.ToString().Replace(",", "", StringComparison.Ordinal);
        if (digits.Contains('_', StringComparison.Ordinal))
        {
            digits = digits.Replace("_", "", StringComparison.Ordinal);
        }

        if (!DecimalValue.TryParse(digits, out DecimalValue? number))
        {
            return default;
        }

        return negative ? new DecimalValue(BigInteger.Negate(number.Unscaled), number.Scale) : number;
    }

    static Value ReadDate(string cell) => TryTime(cell, "%Y-%m-%d") is { } date ? new DateValue(DateOnly.FromDateTime(date.Local)) : default(Value);

    static Value ReadDateTime(string cell) => TryTime(cell, "%Y-%m-%d %H:%M:%S") is { } moment ? moment : default(Value);

    static readonly string[] IsoFormats =
    [
        "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M%z",
        "%Y%m%dT%H%M%S", "%Y%m%dT%H%M%S%z",
    ];

    static Value ReadIsoDateTime(string cell)
    {
        if (!cell.Contains('T', StringComparison.Ordinal))
        {
            return default;
        }

        foreach (string format in IsoFormats)
        {
            if (TryTime(cell, format) is { } moment)
            {
                return moment;
            }
        }

        return default;
    }

    static DateTimeValue? TryTime(string text, string format)
    {
        // Most columns are no dates: say so without an exception.
        if (text.Length < 6 || !char.IsAsciiDigit(text[0]))
        {
            return null;
        }

        try
        {
            return TimeFormat.Parse(text, format);
        }
        catch (JinjaException e) when (e.Kind == "ValueError")
        {
            return null;
        }
    }

    static Value ReadBoolean(string cell) => cell.ToLowerInvariant() switch
    {
        "true" => true,
        "false" => false,
        _ => default(Value),
    };
}
