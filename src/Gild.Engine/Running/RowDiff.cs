using System.Text;
using Gild.Engine.Adapters;
using Gild.Jinja.Values;

namespace Gild.Engine.Running;

/// <summary>
/// Shows how the rows of a unit test differ: <c>---</c> expected only, <c>+++</c> actual only, <c>→</c> changed cells as
/// expected→actual; unchanged rows and columns far from a change are left out.
/// </summary>
public static class RowDiff
{
    enum Mark
    {
        Same,
        Changed,
        Missing,
        Extra,
    }

    sealed record Line(Mark Mark, string[] Cells);

    /// <summary>The difference, or null when both hold the same rows in whatever order.</summary>
    public static string? Render(ResultTable expected, ResultTable actual)
    {
        List<string[]> wanted = Sorted(expected);
        List<string[]> found = Sorted(actual);
        if (wanted.Count == found.Count && wanted.Zip(found).All(pair => pair.First.SequenceEqual(pair.Second)))
        {
            return null;
        }

        int key = KeyColumn(wanted, found, expected.Columns.Count);
        List<Line> lines = Align(wanted, found, key);
        return Draw([.. expected.Columns.Select(c => c.Name)], lines, key);
    }

    static List<string[]> Sorted(ResultTable table)
    {
        List<string[]> rows = [.. table.Rows.Select(r => r.Select(Text).ToArray())];
        List<Value[]> typed = [.. table.Rows];
        int[] order = [.. Enumerable.Range(0, rows.Count)];
        Array.Sort(order, (a, b) => Compare(typed[a], typed[b], rows[a], rows[b]));
        return [.. order.Select(i => rows[i])];
    }

    static string Text(Value value) => value.IsNone ? "NULL" : value.ToString();

    static int Compare(Value[] a, Value[] b, string[] textsOfA, string[] textsOfB)
    {
        for (int c = 0; c < a.Length; c++)
        {
            int order = a[c].IsNone || b[c].IsNone ? a[c].IsNone.CompareTo(b[c].IsNone)
                : a[c].IsInt64 && b[c].IsInt64 ? a[c].AsInt64.CompareTo(b[c].AsInt64)
                : a[c].AsObject?.CompareTo(b[c]) ?? string.CompareOrdinal(textsOfA[c], textsOfB[c]);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    /// <summary>The first column that tells rows apart on both sides and has values in common; -1 when there is none.</summary>
    static int KeyColumn(List<string[]> wanted, List<string[]> found, int columns)
    {
        for (int c = 0; c < columns; c++)
        {
            HashSet<string> left = [.. wanted.Select(r => r[c])];
            HashSet<string> right = [.. found.Select(r => r[c])];
            if (left.Count == wanted.Count && right.Count == found.Count && left.Overlaps(right))
            {
                return c;
            }
        }

        return -1;
    }

    static List<Line> Align(List<string[]> wanted, List<string[]> found, int key)
    {
        List<Line> lines = [];
        List<string[]> left = [.. wanted];
        foreach (string[] row in found)
        {
            int match = left.FindIndex(w => key >= 0 ? w[key] == row[key] : w.SequenceEqual(row));
            if (match < 0)
            {
                lines.Add(new Line(Mark.Extra, row));
                continue;
            }

            // expected rows before this one have no counterpart
            int skipped = 0;
            while (skipped < match && !HasCounterpart(left[skipped], found, key))
            {
                lines.Add(new Line(Mark.Missing, left[skipped]));
                skipped++;
            }

            string[] other = left[match];
            left.RemoveAt(match);
            left.RemoveRange(0, skipped);
            bool same = other.SequenceEqual(row);
            lines.Add(same
                ? new Line(Mark.Same, row)
                : new Line(Mark.Changed, [.. other.Zip(row, (a, b) => a == b ? a : $"{a}→{b}")]));
        }

        lines.AddRange(left.Select(row => new Line(Mark.Missing, row)));
        return lines;
    }

    static bool HasCounterpart(string[] row, List<string[]> found, int key) =>
        found.Exists(f => key >= 0 ? f[key] == row[key] : f.SequenceEqual(row));

    static string Draw(string[] names, List<Line> lines, int key)
    {
        bool[] columns = NearChange(names.Length, c => c == key || lines.Exists(l => IsActive(l, c)));
        bool[] rows = NearChange(lines.Count, r => lines[r].Mark != Mark.Same);
        List<string[]> table = [Header(names, columns)];
        bool gap = false;
        for (int r = 0; r < lines.Count; r++)
        {
            if (rows[r])
            {
                table.Add(Cells(Sign(lines[r].Mark), lines[r].Cells, columns));
                gap = false;
            }
            else if (!gap)
            {
                table.Add([.. table[0].Select(_ => "...")]);
                gap = true;
            }
        }

        return Padded(table);
    }

    static bool IsActive(Line line, int column) => line.Mark switch
    {
        Mark.Changed => line.Cells[column].Contains('→', StringComparison.Ordinal),
        _ => line.Mark is Mark.Missing or Mark.Extra,
    };

    static string Sign(Mark mark) => mark switch
    {
        Mark.Changed => "→",
        Mark.Missing => "---",
        Mark.Extra => "+++",
        _ => "",
    };

    /// <summary>What is active, and its direct neighbours.</summary>
    static bool[] NearChange(int count, Func<int, bool> active)
    {
        bool[] shown = new bool[count];
        for (int i = 0; i < count; i++)
        {
            if (active(i))
            {
                shown[Math.Max(0, i - 1)] = true;
                shown[i] = true;
                shown[Math.Min(count - 1, i + 1)] = true;
            }
        }

        return shown;
    }

    static string[] Header(string[] names, bool[] columns) => Cells("@@", names, columns);

    static string[] Cells(string sign, string[] cells, bool[] columns)
    {
        List<string> shown = [sign];
        bool gap = false;
        for (int c = 0; c < cells.Length; c++)
        {
            if (columns[c])
            {
                shown.Add(cells[c]);
                gap = false;
            }
            else if (!gap)
            {
                shown.Add("...");
                gap = true;
            }
        }

        return [.. shown];
    }

    static string Padded(List<string[]> table)
    {
        int[] widths = [.. Enumerable.Range(0, table[0].Length).Select(c => table.Max(r => r[c].Length))];
        StringBuilder text = new();
        foreach (string[] row in table)
        {
            if (text.Length > 0)
            {
                text.Append('\n');
            }

            for (int c = 0; c < row.Length; c++)
            {
                text.Append(c > 0 ? "," : "").Append(c == row.Length - 1 ? row[c] : row[c].PadRight(widths[c]));
            }
        }

        return text.ToString();
    }
}
