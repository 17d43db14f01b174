using Gild.Engine.Adapters;
using Gild.Jinja.Values;
using Polly;
using Polly.Retry;

namespace Gild.Adapters.DuckDb;

/// <summary>
/// One session of a <see cref="DuckDbDatabase"/>. A statement that loses against another session's change is tried again with growing
/// pauses when nothing of its transaction would be lost by that.
/// </summary>
sealed class DuckDbConnection : Connection
{
    static readonly TimeSpan InterruptPeriod = TimeSpan.FromMilliseconds(20);

    readonly DuckDbDatabase _database;
    readonly ResiliencePipeline _retries;
    readonly Lock _gate = new();
    nint _connection;
    bool _running;
    bool _cancelled;
    bool _transactionUsed;
    TimeZoneInfo? _zone;

    internal DuckDbConnection(DuckDbDatabase database)
    {
        _database = database;
        _connection = database.Connect();
        _retries = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<AdapterException>(MayRetry),
                MaxRetryAttempts = 8,
                Delay = TimeSpan.FromMilliseconds(10),
                MaxDelay = TimeSpan.FromSeconds(1),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .Build();
    }

    public override QueryResult Execute(string sql, bool fetch, int? limit, CancellationToken cancellation)
    {
        using Interrupter interrupter = new(this, cancellation);
        try
        {
            return _retries.Execute(token => Run(sql, fetch, limit, token), cancellation);
        }
        catch (AdapterException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    public override void Begin()
    {
        Command("begin transaction");
        InTransaction = true;
        _transactionUsed = false;
    }

    public override void Commit()
    {
        InTransaction = false;
        Command("commit");
    }

    public override void Rollback()
    {
        InTransaction = false;
        try
        {
            Command("rollback");
        }
        catch (AdapterException e) when (e.Message.Contains("no transaction is active", StringComparison.Ordinal))
        {
            // A fatal error has already ended it.
        }
    }

    void Command(string sql) => Run(sql, fetch: false, limit: null, CancellationToken.None);

    public override void LoadRows(
        Relation table, IReadOnlyList<Column> columns, IReadOnlyList<Value[]> rows, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(rows);
        _transactionUsed = true;
        new DuckDbAppender(_connection, table).Append(rows, cancellation);
    }

    public override void Cancel()
    {
        lock (_gate)
        {
            if (_running && _connection != 0)
            {
                _cancelled = true;
                DuckDbNative.Interrupt(_connection);
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            if (_connection != 0)
            {
                DuckDbNative.Disconnect(ref _connection);
                _database.Release();
            }
        }

        base.Dispose(disposing);
    }

    /// <summary>A lost race is worth another try outside of a transaction, or when it was the first statement of one.</summary>
    bool MayRetry(AdapterException error)
    {
        if (!DuckDbErrors.IsConflict(error.Message) || (InTransaction && _transactionUsed))
        {
            return false;
        }

        if (InTransaction)
        {
            Rollback();
            Begin();
        }

        return true;
    }

    QueryResult Run(string sql, bool fetch, int? limit, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_connection == 0, this);
        ulong count = DuckDbNative.ExtractStatements(_connection, sql, out nint statements);
        try
        {
            if (count == 0)
            {
                string error = DuckDbNative.Text(DuckDbNative.ExtractStatementsError(statements));
                return error.Length == 0 ? NothingDone : throw DuckDbErrors.Failure(error, sql, isFirst: true);
            }

            QueryResult result = NothingDone;
            for (ulong i = 0; i < count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                bool last = i + 1 == count;
                result = RunOne(statements, i, sql, fetch && last, limit);
                _transactionUsed = true;
            }

            return result;
        }
        finally
        {
            DuckDbNative.DestroyExtracted(ref statements);
        }
    }

    static QueryResult NothingDone => new(new AdapterResponse("OK"), ResultTable.Empty);

    QueryResult RunOne(nint statements, ulong index, string sql, bool fetch, int? limit)
    {
        SetRunning(true);
        nint prepared = 0;
        DuckDbNative.Result result = default;
        try
        {
            if (DuckDbNative.PrepareExtracted(_connection, statements, index, out prepared) != DuckDbNative.Success)
            {
                throw Failure(DuckDbNative.Text(DuckDbNative.PrepareError(prepared)), sql, index);
            }

            // Rows that nobody asks for are not made.
            bool streaming = fetch && limit is not null;
            string? error = streaming ? Stream(prepared, out result) : ExecuteWhole(prepared, out result);
            if (error is not null)
            {
                throw Failure(error, sql, index);
            }

            return Read(ref result, fetch, limit, sql, index);
        }
        finally
        {
            DuckDbNative.DestroyResult(ref result);
            DuckDbNative.DestroyPrepare(ref prepared);
            SetRunning(false);
        }
    }

    static string? ExecuteWhole(nint prepared, out DuckDbNative.Result result) =>
        DuckDbNative.ExecutePrepared(prepared, out result) == DuckDbNative.Success
            ? null
            : DuckDbNative.Text(DuckDbNative.ResultError(ref result));

    static string? Stream(nint prepared, out DuckDbNative.Result result)
    {
        result = default;
        nint pending = 0;
        try
        {
            if (DuckDbNative.PendingStreaming(prepared, out pending) != DuckDbNative.Success)
            {
                return DuckDbNative.Text(DuckDbNative.PendingError(pending));
            }

            return DuckDbNative.ExecutePending(pending, out result) == DuckDbNative.Success
                ? null
                : DuckDbNative.Text(DuckDbNative.ResultError(ref result));
        }
        finally
        {
            DuckDbNative.DestroyPending(ref pending);
        }
    }

    QueryResult Read(ref DuckDbNative.Result result, bool fetch, int? limit, string sql, ulong index)
    {
        switch (DuckDbNative.ResultReturnType(result))
        {
            case DuckDbNative.ResultKind.ChangedRows:
                return new QueryResult(
                    new AdapterResponse("OK", RowsAffected: (long)DuckDbNative.RowsChanged(ref result)), ResultTable.Empty);
            case DuckDbNative.ResultKind.Rows when fetch:
                ResultTable table = ReadRows(ref result, limit ?? int.MaxValue, sql, index);
                return new QueryResult(new AdapterResponse("OK"), table);
            case DuckDbNative.ResultKind.Nothing:
                return new QueryResult(new AdapterResponse("OK", RowsAffected: RowsCreated(ref result)), ResultTable.Empty);
            default:
                return NothingDone;
        }
    }

    /// <summary>CREATE TABLE AS answers with one cell called Count; other statements without rows answer nothing.</summary>
    static unsafe long? RowsCreated(ref DuckDbNative.Result result)
    {
        if (DuckDbNative.ColumnCount(ref result) != 1 || DuckDbNative.Text(DuckDbNative.ColumnName(ref result, 0)) != "Count")
        {
            return null;
        }

        nint chunk = DuckDbNative.FetchChunk(result);
        if (chunk == 0)
        {
            return null;
        }

        long count = *(long*)DuckDbNative.VectorData(DuckDbNative.ChunkVector(chunk, 0));
        DuckDbNative.DestroyChunk(ref chunk);
        return count;
    }

    ResultTable ReadRows(ref DuckDbNative.Result result, int limit, string sql, ulong index)
    {
        int count = (int)DuckDbNative.ColumnCount(ref result);
        ResultColumn[] columns = new ResultColumn[count];
        VectorReader[] readers = new VectorReader[count];
        for (int i = 0; i < count; i++)
        {
            string name = DuckDbNative.Text(DuckDbNative.ColumnName(ref result, (ulong)i));
            nint type = DuckDbNative.ColumnLogicalType(ref result, (ulong)i);
            try
            {
                columns[i] = new ResultColumn(name, DuckDbTypes.KindOf(DuckDbNative.TypeId(type)), DuckDbTypes.NameOf(type));
                readers[i] = VectorReader.For(type, name, ZoneOf(type));
            }
            finally
            {
                DuckDbNative.DestroyLogicalType(ref type);
            }
        }

        List<Value[]> rows = [];
        while (rows.Count < limit)
        {
            nint chunk = DuckDbNative.FetchChunk(result);
            if (chunk == 0)
            {
                break;
            }

            ReadChunk(chunk, readers, rows, limit);
        }

        // A stream that ends early ends without a chunk; the result then knows why.
        string error = DuckDbNative.Text(DuckDbNative.ResultError(ref result));
        return error.Length == 0 ? new ResultTable(columns, rows) : throw Failure(error, sql, index);
    }

    static void ReadChunk(nint chunk, VectorReader[] readers, List<Value[]> rows, int limit)
    {
        try
        {
            for (int i = 0; i < readers.Length; i++)
            {
                readers[i].Bind(DuckDbNative.ChunkVector(chunk, (ulong)i));
            }

            long size = (long)DuckDbNative.ChunkSize(chunk);
            for (long row = 0; row < size && rows.Count < limit; row++)
            {
                Value[] cells = new Value[readers.Length];
                for (int i = 0; i < cells.Length; i++)
                {
                    cells[i] = readers[i].Read(row);
                }

                rows.Add(cells);
            }
        }
        finally
        {
            DuckDbNative.DestroyChunk(ref chunk);
        }
    }

    /// <summary>The session's time zone when the column needs it; anything else reads without.</summary>
    TimeZoneInfo ZoneOf(nint type)
    {
        if (DuckDbNative.TypeId(type) != DuckDbType.TimestampTz)
        {
            return TimeZoneInfo.Utc;
        }

        return _zone ??= _database.TimeZone();
    }

    AdapterException Failure(string message, string sql, ulong index)
    {
        lock (_gate)
        {
            return _cancelled
                ? new AdapterException("The statement was cancelled.") { SqlState = "57014" }
                : DuckDbErrors.Failure(message, sql, isFirst: index == 0);
        }
    }

    void SetRunning(bool running)
    {
        lock (_gate)
        {
            _running = running;
            _cancelled = false;
        }
    }

    /// <summary>
    /// Interrupts the connection for as long as the token stays cancelled and the statement runs: DuckDB forgets an interrupt that
    /// comes just before a statement starts.
    /// </summary>
    sealed class Interrupter : IDisposable
    {
        readonly DuckDbConnection _owner;
        readonly CancellationTokenRegistration _registration;
        Timer? _timer;

        internal Interrupter(DuckDbConnection owner, CancellationToken cancellation)
        {
            _owner = owner;
            _registration = cancellation.Register(Start);
        }

        void Start() => _timer = new Timer(_ => _owner.Cancel(), null, TimeSpan.Zero, InterruptPeriod);

        public void Dispose()
        {
            _registration.Dispose();
            _timer?.Dispose();
        }
    }
}
