using System.Text;
using Gild.Adapters.Postgres;
using Gild.Engine.Adapters;
using Gild.Engine.Context;
using Gild.Jinja.Values;

namespace Gild.Adapters.Redshift;

/// <summary>
/// A session that survives what passes: when the server breaks a transaction off because of another one, or the connection drops, the whole
/// transaction is run again, statement by statement, as long as that gives the same result as running it once: the rows that were read must be the
/// same, what lived in a lost session (temporary tables, parameters) must be known well enough to be made again, and a commit's answer must not be
/// missing. The driver gives up a session at each error of class XX, under which Redshift reports most of what passes, so this is no rare case.
/// </summary>
sealed class RedshiftConnection : Connection
{
    const int LongestPauseSeconds = 60;

    /// <summary>Characters of a transaction that are kept for running it again.</summary>
    const int RememberedLength = 64 * 1024 * 1024;
    const int RowsPerInsert = 500;
    readonly RedshiftSessions _sessions;
    readonly RedshiftSettings _settings;
    readonly TimeSpan _pause;
    readonly Action<RetryNotice> _retrying;
    readonly List<SentStatement> _sent = [];
    readonly Lock _gate = new();
    RedshiftSession _session;
    long _sentLength;
    readonly List<SentStatement> _state = [];
    bool _stateIsKnown = true;
    string? _queryGroup;

    internal RedshiftConnection(RedshiftSessions sessions, RedshiftSettings settings, TimeSpan pause, Action<RetryNotice> retrying, string? node, CancellationToken cancellation)
    {
        _sessions = sessions;
        _settings = settings;
        _pause = pause;
        _retrying = notice => retrying(notice with { NodeId = Node });
        Node = node;
        _session = sessions.Open(_retrying, cancellation);
    }

    PostgresConnection Wire => _session.Connection;

    internal int ProcessId => _session.ProcessId;

    public override QueryResult Execute(string sql, bool fetch, int? limit, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        EnsureUsable(cancellation);
        Wire.Enter();
        InTransaction = Wire.InTransaction;
        QueryResult result = new(new AdapterResponse("SUCCESS", null, -1), ResultTable.Empty);
        List<Statement> statements = StatementSplitter.Split(sql);
        for (int i = 0; i < statements.Count; i++)
        {
            result = Run(new SentStatement(statements[i], sql, fetch && i + 1 == statements.Count, limit, null), cancellation);
        }

        return result;
    }

    QueryResult Run(SentStatement statement, CancellationToken cancellation) => WithRetries(
        () =>
        {
            QueryResult result = Send(statement, cancellation);
            Remember(statement with { Seen = SentStatement.Fingerprint(statement.Fetch, result) });
            return result;
        },
        lostIsSafe: Wire.ServerInTransaction ? !CommandTag.IsTransactionWord(statement.Statement.Text) : statement.OnlyReads,
        cancellation);

    QueryResult Send(SentStatement statement, CancellationToken cancellation)
    {
        try
        {
            return Wire.RunOne(statement.Statement, statement.Sql, statement.Fetch, statement.Limit, cancellation);
        }
        catch (OperationCanceledException) when (!Wire.IsUsable)
        {
            _sessions.Terminate(_session.ProcessId);
            throw;
        }
        catch (AdapterException e) when (e.SqlState == PostgresErrors.Cancelled && !Wire.IsUsable)
        {
            _sessions.Terminate(_session.ProcessId);
            throw;
        }
        catch (AdapterException e) when (e.SqlState == PostgresErrors.Cancelled && _settings.QueryTimeout > 0 && e.Hint is null)
        {
            throw new AdapterException($"{e.Message} It may have run longer than {_settings.QueryTimeout} seconds ('query_timeout').", e) { SqlState = e.SqlState };
        }
    }

    T WithRetries<T>(Func<T> action, bool lostIsSafe, CancellationToken cancellation)
    {
        AdapterException? failure = null;
        SentStatement[] before = [];
        bool began = Wire.InTransaction;
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                if (failure is not null)
                {
                    RunAgain(before, began, failure, cancellation);
                }

                T result = action();
                InTransaction = Wire.InTransaction;
                return result;
            }
            catch (AdapterException e) when (attempt < _settings.Retries && MayRunAgain(e, lostIsSafe))
            {
                before = failure is null ? [.. _sent] : before;
                failure = e;
                Wait(attempt, e, cancellation);
            }
        }
    }

    bool MayRunAgain(AdapterException e, bool lostIsSafe) => _sentLength <= RememberedLength
        && (Wire.IsUsable || _stateIsKnown)
        && (e.ConnectionLost ? lostIsSafe : RedshiftErrors.IsPassing(e, _settings.RetryAll));

    void Wait(int attempt, AdapterException failure, CancellationToken cancellation)
    {
        TimeSpan pause = TimeSpan.FromSeconds(Math.Min(_pause.TotalSeconds * Math.Pow(2, attempt), LongestPauseSeconds));
        _retrying(new RetryNotice(_sent.Count == 0 ? "the statement" : "the whole transaction", attempt + 2, _settings.Retries + 1, pause, failure.Message));
        if (cancellation.WaitHandle.WaitOne(pause))
        {
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Brings a session, new if need be, to where the failed statement began.</summary>
    void RunAgain(SentStatement[] before, bool began, AdapterException failure, CancellationToken cancellation)
    {
        Forget();
        if (Wire.IsUsable)
        {
            Wire.Rollback();
        }
        else
        {
            Reopen(cancellation);
        }

        if (began)
        {
            Wire.Begin();
        }

        foreach (SentStatement statement in before)
        {
            QueryResult result = Send(statement, cancellation);
            if (SentStatement.Fingerprint(statement.Fetch, result) != statement.Seen)
            {
                Wire.Rollback();
                InTransaction = false;
                throw new AdapterException($"{failure.Message} The transaction was not run again, because what it had read has changed since.", failure)
                {
                    Detail = failure.Detail,
                    Hint = "Run this node again.",
                };
            }

            Remember(statement);
        }
    }

    void Remember(SentStatement statement)
    {
        if (Wire.ServerInTransaction)
        {
            _sentLength += statement.Statement.Text.Length;
            if (_sentLength <= RememberedLength)
            {
                _sent.Add(statement);
            }
            else
            {
                _sent.Clear();
            }

            return;
        }

        NoteState(statement);
        Settle();
    }

    /// <summary>The transaction is over and kept: what it made in the session stays.</summary>
    void Settle()
    {
        _sent.ForEach(NoteState);
        Forget();
    }

    /// <summary>A change beside temporary tables may be one of them, which no new session could be given.</summary>
    void NoteState(SentStatement statement)
    {
        if (statement.MakesSessionState)
        {
            _state.Add(statement);
        }
        else if (!statement.OnlyReads && !CommandTag.IsTransactionWord(statement.Statement.Text))
        {
            _stateIsKnown &= !_state.Exists(s => s.MakesTemporaryTable);
        }
    }

    void Forget()
    {
        _sent.Clear();
        _sentLength = 0;
    }

    /// <summary>A session that was lost between two nodes is replaced; within a node the loss shows in the statement that meets it.</summary>
    void EnsureUsable(CancellationToken cancellation)
    {
        if (!Wire.IsUsable && !InTransaction && _stateIsKnown)
        {
            Reopen(cancellation);
        }
    }

    void Reopen(CancellationToken cancellation)
    {
        RedshiftSession opened = _sessions.Open(_retrying, cancellation);
        RedshiftSession old;
        lock (_gate)
        {
            old = _session;
            _session = opened;
        }

        old.Dispose();
        if (_queryGroup is not null)
        {
            SetQueryGroup(_queryGroup);
        }

        foreach (SentStatement statement in _state)
        {
            Send(statement with { Fetch = false }, cancellation);
        }
    }

    public override void Begin()
    {
        EnsureUsable(CancellationToken.None);
        WithRetries(
            () =>
            {
                Wire.Begin();
                return true;
            },
            lostIsSafe: !Wire.ServerInTransaction, CancellationToken.None);
    }

    public override void Commit()
    {
        try
        {
            WithRetries(
                () =>
                {
                    Wire.Commit();
                    return true;
                },
                lostIsSafe: false, CancellationToken.None);
            Settle();
        }
        catch (AdapterException e) when (e.ConnectionLost)
        {
            InTransaction = false;
            Forget();
            throw new AdapterException($"The connection to Redshift was lost while it committed: whether the transaction took effect is not known. {e.Message}", e)
            {
                ConnectionLost = true,
                Hint = "Run this node again: it builds its table anew or from where the table is.",
            };
        }
        finally
        {
            InTransaction = false;
        }
    }

    public override void Rollback()
    {
        Forget();
        InTransaction = false;
        Wire.Rollback();
    }

    /// <summary>Temporary tables are of no use to the next node.</summary>
    public override void Release()
    {
        base.Release();
        Forget();
        Wire.Release();
        InTransaction = false;
        _state.RemoveAll(s => s.MakesTemporaryTable);
        _stateIsKnown = true;
        if (_queryGroup is not null && Wire.IsUsable)
        {
            _queryGroup = null;
            ResetQueryGroup();
        }
    }

    public override void Configure(Func<string, string?> config)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config("query_group") is { } group && group != _settings.QueryGroup)
        {
            EnsureUsable(CancellationToken.None);
            _queryGroup = group;
            SetQueryGroup(group);
        }
    }

    void ResetQueryGroup()
    {
        if (_settings.QueryGroup is { } group)
        {
            SetQueryGroup(group);
        }
        else
        {
            SendAlone("reset query_group");
        }
    }

    void SetQueryGroup(string group) => SendAlone(RedshiftSessions.SetQueryGroup(group));

    void SendAlone(string sql) => Wire.RunOne(new Statement(0, sql), sql, fetch: false, limit: null, CancellationToken.None);

    /// <summary>Redshift's COPY reads from S3 only, so rows go as INSERT statements of several hundred rows.</summary>
    public override void LoadRows(
        Relation table, IReadOnlyList<Column> columns, IReadOnlyList<Value[]> rows, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        if (!InTransaction)
        {
            Begin();
        }

        string names = columns.Count == 0 ? "" : $" ({string.Join(", ", columns.Select(c => SeedHeader.Quoted(SeedHeader.NameOf(c.Name))))})";
        foreach (Value[][] chunk in rows.Chunk(RowsPerInsert))
        {
            StringBuilder sql = new($"insert into {table.Name}{names} values\n");
            for (int i = 0; i < chunk.Length; i++)
            {
                sql.Append(i == 0 ? "(" : ",\n(").AppendJoin(", ", chunk[i].Select(BoundText.Literal)).Append(')');
            }

            Execute(sql.ToString(), fetch: false, limit: null, cancellation);
        }
    }

    public override void Cancel()
    {
        lock (_gate)
        {
            Wire.Cancel();
        }
    }

    protected override void Dispose(bool disposing)
    {
        _session.Dispose();
        base.Dispose(disposing);
    }
}
