using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Gild.Engine.Adapters;
using Gild.Engine.Values;
using Gild.Jinja.Values;
using Spectre.Console;

namespace Gild.Cli;

/// <summary>Rows of a result, for people and for programs.</summary>
static class RowsTable
{
    /// <summary>Fraction digits shown at most; more are cut and marked, as dbt's tables do.</summary>
    const int LargestPrecision = 3;

    /// <summary>dbt's form: bars between the cells, texts to the left and all else to the right.</summary>
    public static string Plain(ResultTable table)
    {
        string[][] rows = Cells(table);
        int[] widths = [.. table.Columns.Select((c, i) => rows.Select(r => Width(r[i])).Append(Width(c.Name)).Max())];
        StringBuilder text = new();
        Append(text, [.. table.Columns.Select(c => c.Name)], widths, table);
        text.Append("| ").AppendJoin(" | ", widths.Select(w => new string('-', w))).Append(" |\n");
        foreach (string[] row in rows)
        {
            Append(text, row, widths, table);
        }

        return text.ToString();
    }

    static void Append(StringBuilder text, string[] cells, int[] widths, ResultTable table)
    {
        text.Append("| ");
        for (int i = 0; i < cells.Length; i++)
        {
            string blank = new(' ', widths[i] - Width(cells[i]));
            text.Append(i == 0 ? "" : " | ").Append(IsText(table.Columns[i]) ? cells[i] + blank : blank + cells[i]);
        }

        text.Append(" |\n");
    }

    static string[][] Cells(ResultTable table)
    {
        Func<Value, string>[] formats = [.. table.Columns.Select((c, i) =>
            c.Kind == ResultColumnKind.Number ? NumberFormat(table.Rows.Select(r => r[i])) : Cell)];
        return [.. table.Rows.Select(row => row.Select((cell, i) => formats[i](cell)).ToArray())];
    }

    /// <summary>All numbers of a column with the same fraction digits, thousands apart.</summary>
    static Func<Value, string> NumberFormat(IEnumerable<Value> column)
    {
        int digits = column.Select(FractionDigits).DefaultIfEmpty(0).Max();
        int shown = Math.Min(digits, LargestPrecision);
        string mark = digits > LargestPrecision ? "…" : "";
        return value => value.As<DecimalValue>() is { } number
            ? number.ToDouble().ToString($"N{shown}", CultureInfo.InvariantCulture) + mark
            : Cell(value);
    }

    static int FractionDigits(Value value)
    {
        if (value.As<DecimalValue>() is not { Scale: > 0 } number)
        {
            return 0;
        }

        int scale = number.Scale;
        for (BigInteger rest = number.Unscaled; scale > 0 && (rest % 10).IsZero; rest /= 10)
        {
            scale--;
        }

        return scale;
    }

    /// <summary>The same with lines, for a terminal.</summary>
    public static void Draw(ResultTable table, TextWriter output, int width)
    {
        Table drawn = new() { Border = TableBorder.Rounded };
        foreach (ResultColumn column in table.Columns)
        {
            TableColumn header = new(Markup.Escape(column.Name));
            drawn.AddColumn(IsText(column) ? header : header.RightAligned());
        }

        foreach (string[] row in Cells(table))
        {
            drawn.AddRow([.. row.Select(Markup.Escape)]);
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = Math.Max(width, 40);
        console.Write(drawn);
    }

    static bool IsText(ResultColumn column) => column.Kind == ResultColumnKind.Text;

    static string Cell(Value value) => value.IsNone ? "" : value.ToString().ReplaceLineEndings(" ");

    static int Width(string text) => new StringInfo(text).LengthInTextElements;

    /// <summary>An object for each row.</summary>
    public static void WriteJson(Utf8JsonWriter json, ResultTable table)
    {
        json.WriteStartArray();
        foreach (Value[] row in table.Rows)
        {
            json.WriteStartObject();
            for (int i = 0; i < row.Length; i++)
            {
                json.WritePropertyName(table.Columns[i].Name);
                WriteCell(json, row[i]);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A float as dbt writes it: 3.0, not 3.</summary>
    static string FloatText(double number) => ValueText.ToText(Value.From(number));

    static void WriteCell(Utf8JsonWriter json, Value value)
    {
        if (value.IsNone)
        {
            json.WriteNullValue();
        }
        else if (value.IsBool)
        {
            json.WriteBooleanValue(value.AsBool);
        }
        else if (value.TryGetInteger(out BigInteger integer))
        {
            json.WriteRawValue(integer.ToString(CultureInfo.InvariantCulture));
        }
        else if (value.IsFloat && double.IsFinite(value.AsDouble))
        {
            json.WriteRawValue(FloatText(value.AsDouble));
        }
        else if (value.As<DecimalValue>() is { } number)
        {
            json.WriteRawValue(FloatText(number.ToDouble()));
        }
        else if (value.As<DateTimeValue>() is not null || value.As<DateValue>() is not null)
        {
            json.WriteStringValue(value.ToString().Replace(' ', 'T'));
        }
        else
        {
            json.WriteStringValue(value.ToString());
        }
    }
}
