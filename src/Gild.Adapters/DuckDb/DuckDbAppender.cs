using System.Text;
using Gild.Engine.Adapters;
using Gild.Jinja.Values;

namespace Gild.Adapters.DuckDb;

/// <summary>Bulk load through DuckDB's appender; it casts texts to the columns' types.</summary>
sealed class DuckDbAppender(nint connection, Relation table)
{
    const int RowsBetweenChecks = 4096;

    internal void Append(IReadOnlyList<Value[]> rows, CancellationToken cancellation)
    {
        nint appender = 0;
        try
        {
            Check(DuckDbNative.AppenderCreate(connection, table.Database, table.Schema, table.Identifier ?? "", out appender), appender);
            for (int i = 0; i < rows.Count; i++)
            {
                if (i % RowsBetweenChecks == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                }

                AppendRow(appender, rows[i], i);
            }

            Check(DuckDbNative.AppenderClose(appender), appender);
        }
        finally
        {
            _ = DuckDbNative.AppenderDestroy(ref appender);
        }
    }

    void AppendRow(nint appender, Value[] cells, int index)
    {
        foreach (Value cell in cells)
        {
            int state = cell.Kind switch
            {
                ValueKind.None or ValueKind.Undefined => DuckDbNative.AppendNull(appender),
                ValueKind.Bool => DuckDbNative.AppendBool(appender, cell.AsBool),
                ValueKind.Int => DuckDbNative.AppendInt64(appender, cell.AsInt64),
                ValueKind.Float => DuckDbNative.AppendDouble(appender, cell.AsDouble),
                _ => AppendText(appender, cell.ToString()),
            };
            Check(state, appender, index);
        }

        Check(DuckDbNative.AppenderEndRow(appender), appender, index);
    }

    static unsafe int AppendText(nint appender, string text)
    {
        const int LargestOnStack = 512;
        int size = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> buffer = size <= LargestOnStack ? stackalloc byte[size] : new byte[size];
        int length = Encoding.UTF8.GetBytes(text, buffer);
        fixed (byte* start = buffer)
        {
            return DuckDbNative.AppendText(appender, start, (ulong)length);
        }
    }

    void Check(int state, nint appender, int? row = null)
    {
        if (state == DuckDbNative.Success)
        {
            return;
        }

        string where = row is null ? $"Loading {table.Name}" : $"Loading row {row + 1} of {table.Name}";
        throw new AdapterException($"{where}: {DuckDbNative.Text(DuckDbNative.AppenderError(appender))}");
    }
}
