using System.Text;
using Gild.Engine.Values;
using Gild.Jinja.Values;

namespace Gild.Adapters.Postgres;

/// <summary>Rows in the text format of COPY: tabs between cells, <c>\N</c> for null, backslash before what would be misread.</summary>
/// <param name="withoutZone">Which columns are timestamps without time zone; the server would drop an offset in their text.</param>
/// <param name="sessionZone">The session's zone, in which such moments are written.</param>
sealed class CopyText(bool[] withoutZone, TimeZoneInfo sessionZone)
{
    internal void AppendRow(StringBuilder line, IReadOnlyList<Value> cells)
    {
        for (int i = 0; i < cells.Count; i++)
        {
            if (i > 0)
            {
                line.Append('\t');
            }

            Append(line, withoutZone[i] ? InSessionZone(cells[i]) : cells[i]);
        }

        line.Append('\n');
    }

    /// <summary>The server casts a moment with an offset to the session's zone, so this does too.</summary>
    Value InSessionZone(Value cell)
    {
        if (cell.As<DateTimeValue>() is not { Offset: not null } moment)
        {
            return cell;
        }

        DateTime utc = DateTime.SpecifyKind(moment.Utc, DateTimeKind.Utc);
        return DateTimeValue.Naive(TimeZoneInfo.ConvertTimeFromUtc(utc, sessionZone));
    }

    static void Append(StringBuilder line, Value cell)
    {
        if (cell.IsNone || cell.IsUndefined)
        {
            line.Append(@"\N");
            return;
        }

        foreach (char c in cell.ToString())
        {
            _ = c switch
            {
                '\\' => line.Append(@"\\"),
                '\t' => line.Append(@"\t"),
                '\n' => line.Append(@"\n"),
                '\r' => line.Append(@"\r"),
                _ => line.Append(c),
            };
        }
    }
}
