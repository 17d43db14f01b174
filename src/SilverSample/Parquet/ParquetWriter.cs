using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SilverSample.Parquet;

/// <summary>
/// Writes rows to Parquet files through an in-memory DuckDB of its own: a table function hands out the rows chunk by
/// chunk, <c>COPY</c> writes them (Snappy). Rows never touch a DuckDB table. One writer serves one thread.
/// </summary>
sealed unsafe class ParquetWriter : IDisposable
{
    /// <summary>Rows of a DuckDB vector (<c>duckdb_vector_size()</c>).</summary>
    const int ChunkRows = 2048;

    readonly GCHandle _self;
    nint _database;
    nint _connection;
    RowSource? _source;
    Exception? _failure;

    public ParquetWriter()
    {
        if (DuckDbNative.Open(":memory:", out _database) != DuckDbNative.Success
            || DuckDbNative.Connect(_database, out _connection) != DuckDbNative.Success)
        {
            DuckDbNative.Close(ref _database);
            throw new SampleException("DuckDB could not be opened in memory.");
        }

        _self = GCHandle.Alloc(this);
        Execute("set threads = 1");
        Execute("set memory_limit = '512MB'");
        var function = DuckDbNative.CreateTableFunction();
        DuckDbNative.TableFunctionSetName(function, "sample_rows");
        DuckDbNative.TableFunctionSetExtraInfo(function, GCHandle.ToIntPtr(_self), 0);
        DuckDbNative.TableFunctionSetBind(function, &Bind);
        DuckDbNative.TableFunctionSetInit(function, &Init);
        DuckDbNative.TableFunctionSetFunction(function, &Fill);
        var state = DuckDbNative.RegisterTableFunction(_connection, function);
        DuckDbNative.DestroyTableFunction(ref function);
        if (state != DuckDbNative.Success)
        {
            throw new SampleException("DuckDB refused the function that hands out the sample rows.");
        }
    }

    /// <summary>Writes one file, in the order of <paramref name="rows"/>. The folder must exist.</summary>
    /// <exception cref="SampleException">DuckDB could not write the file.</exception>
    public void Write<TRow>(SampleColumn<TRow>[] columns, IEnumerable<TRow> rows, string path)
    {
        using var source = new RowSource<TRow>(columns, rows);
        _source = source;
        _failure = null;
        try
        {
            Execute($"copy (select * from sample_rows()) to '{path.Replace("'", "''", StringComparison.Ordinal)}' (format parquet, compression snappy, write_bloom_filter false)");
        }
        catch (SampleException) when (_failure is not null)
        {
            throw new SampleException($"Could not produce the rows of {path}: {_failure.Message}", _failure);
        }
        finally
        {
            _source = null;
        }
    }

    public void Dispose()
    {
        DuckDbNative.Disconnect(ref _connection);
        DuckDbNative.Close(ref _database);
        if (_self.IsAllocated)
        {
            _self.Free();
        }
    }

    void Execute(string sql)
    {
        var state = DuckDbNative.Query(_connection, sql, out var result);
        var message = state == DuckDbNative.Success ? null : Marshal.PtrToStringUTF8(DuckDbNative.ResultError(ref result));
        DuckDbNative.DestroyResult(ref result);
        if (state != DuckDbNative.Success)
        {
            throw new SampleException(message ?? "DuckDB failed without a message.");
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void Bind(nint info)
    {
        var writer = Owner(DuckDbNative.BindGetExtraInfo(info));
        if (writer._source is { } source)
        {
            source.Declare(info);
        }
        else
        {
            DuckDbNative.BindSetError(info, "no rows are being written");
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void Init(nint info)
    {
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void Fill(nint info, nint chunk)
    {
        var writer = Owner(DuckDbNative.FunctionGetExtraInfo(info));
        try
        {
            DuckDbNative.ChunkSetSize(chunk, (ulong)writer._source!.Fill(chunk));
        }
#pragma warning disable CA1031 // An exception must not unwind through native frames: it is kept and rethrown by Write.
        catch (Exception e)
#pragma warning restore CA1031
        {
            writer._failure = e;
            DuckDbNative.FunctionSetError(info, e.Message);
        }
    }

    static ParquetWriter Owner(nint handle) => (ParquetWriter)GCHandle.FromIntPtr(handle).Target!;

    abstract class RowSource
    {
        public abstract void Declare(nint bindInfo);

        public abstract int Fill(nint chunk);
    }

    sealed class RowSource<TRow>(SampleColumn<TRow>[] columns, IEnumerable<TRow> rows) : RowSource, IDisposable
    {
        readonly IEnumerator<TRow> _rows = rows.GetEnumerator();
        readonly ColumnVector[] _vectors = [.. columns.Select(c => new ColumnVector(c.Type))];
        readonly TRow[] _batch = new TRow[ChunkRows];

        public override void Declare(nint bindInfo)
        {
            foreach (var column in columns)
            {
                var type = LogicalType(column.Type);
                fixed (byte* name = column.NameUtf8)
                {
                    DuckDbNative.BindAddResultColumn(bindInfo, name, type);
                }

                DuckDbNative.DestroyLogicalType(ref type);
            }
        }

        public override int Fill(nint chunk)
        {
            var count = 0;
            while (count < ChunkRows && _rows.MoveNext())
            {
                _batch[count++] = _rows.Current;
            }

            for (var c = 0; c < columns.Length && count > 0; c++)
            {
                var vector = _vectors[c];
                var write = columns[c].Write;
                vector.Attach(DuckDbNative.ChunkGetVector(chunk, (ulong)c));
                for (var row = 0; row < count; row++)
                {
                    write(_batch[row], new Cell(vector, row));
                }

                vector.Complete();
            }

            return count;
        }

        public void Dispose() => _rows.Dispose();

        static nint LogicalType(ColumnType type)
        {
            if (type != ColumnType.TextList)
            {
                return DuckDbNative.CreateLogicalType(type switch
                {
                    ColumnType.Text => DuckDbNative.Varchar,
                    ColumnType.Integer => DuckDbNative.Integer,
                    ColumnType.Long => DuckDbNative.BigInt,
                    ColumnType.Number => DuckDbNative.Double,
                    ColumnType.Flag => DuckDbNative.Boolean,
                    ColumnType.Date => DuckDbNative.Date,
                    _ => DuckDbNative.Timestamp,
                });
            }

            var item = DuckDbNative.CreateLogicalType(DuckDbNative.Varchar);
            var list = DuckDbNative.CreateListType(item);
            DuckDbNative.DestroyLogicalType(ref item);
            return list;
        }
    }
}
