using System.Text;
using Gild.Jinja.Values;

namespace Gild.Adapters.Postgres;

/// <summary>Rows in the text format of COPY: tabs between cells, <c>\N</c> for null, backslash before what would be misread.</summary>
static class CopyText
{
    internal static void AppendRow(StringBuilder line, IReadOnlyList<Value> cells)
    {
        for (int i = 0; i < cells.Count; i++)
        {
            if (i > 0)
            {
                line.Append('\t');
            }

            Append(line, cells[i]);
        }

        line.Append('\n');
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
