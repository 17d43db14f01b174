using System.Text;
using Gild.Engine.Adapters;
using Gild.Jinja.Values;
using Npgsql;

namespace Gild.Adapters.Postgres;

/// <summary>
/// One session. As with psycopg2, under which dbt-postgres runs, the first statement opens a transaction where the rules say so (PostgreSQL
/// without <c>autocommit</c>); after a commit, statements stand for themselves until <see cref="Begin"/>. A COMMIT that a hook sends as text
/// ends the server's transaction but not dbt's idea of it: what follows stands for itself too, as it does there.
/// </summary>
sealed class PostgresConnection : Connection
{
    readonly NpgsqlConnection _connection;
    readonly SessionRules _rules;
    readonly Lock _gate = new();
    NpgsqlCommand? _running;
    CancellationTokenSource? _giveUp;
    bool _opened;

    internal PostgresConnection(NpgsqlConnection connection, SessionRules rules)
    {
        _connection = connection;
        _rules = rules;
    }

    /// <summary>Whether the server is in a transaction, by the words that were sent.</summary>
    internal bool ServerInTransaction { get; private set; }

    /// <summary>Whether the session can take another statement.</summary>
    internal bool IsUsable => _connection.State == System.Data.ConnectionState.Open;

    public override QueryResult Execute(string sql, bool fetch, int? limit, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Enter();
        List<Statement> statements = StatementSplitter.Split(sql);
        bool together = _rules.StatementsTogether && statements.Count > 1 && !ServerInTransaction
            && !statements.Exists(s => CommandTag.IsTransactionWord(s.Text));
        if (!together)
        {
            return RunAll(statements, sql, fetch, limit, cancellation);
        }

        Command("BEGIN");
        try
        {
            QueryResult result = RunAll(statements, sql, fetch, limit, cancellation);
            Command("COMMIT");
            return result;
        }
        catch
        {
            Command("ROLLBACK");
            throw;
        }
    }

    /// <summary>Opens the transaction of the first statement, where there is one.</summary>
    internal void Enter()
    {
        if (_rules.ImplicitBegin && !_opened && !InTransaction)
        {
            Begin();
        }

        _opened = true;
    }

    QueryResult RunAll(List<Statement> statements, string sql, bool fetch, int? limit, CancellationToken cancellation)
    {
        QueryResult result = new(new AdapterResponse("", "", -1), ResultTable.Empty);
        for (int i = 0; i < statements.Count; i++)
        {
            bool last = i + 1 == statements.Count;
            result = RunOne(statements[i], sql, fetch && last, limit, cancellation);
        }

        return result;
    }

    /// <summary>Runs one statement of <paramref name="sql"/>.</summary>
    internal QueryResult RunOne(Statement statement, string sql, bool fetch, int? limit, CancellationToken cancellation)
    {
        using NpgsqlCommand command = new(statement.Text, _connection) { AllResultTypesAreUnknown = true };
        using CancellationTokenSource giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        SetRunning(command, giveUp);
        using CancellationTokenRegistration registration = _rules.GivesUpWaiting ? default : cancellation.Register(Cancel);
        try
        {
            using NpgsqlDataReader reader = _rules.GivesUpWaiting
                ? command.ExecuteReaderAsync(giveUp.Token).GetAwaiter().GetResult()
                : command.ExecuteReader();
            ResultTable table = fetch && reader.FieldCount > 0 ? ReadRows(reader, limit ?? int.MaxValue) : ResultTable.Empty;
            // The server's answer comes after the rows.
            while (reader.NextResult())
            {
            }

            NoteTransaction(statement.Text);
            return new QueryResult(_rules.ResponseOf(KindOf(command), statement.Text), table);
        }
        catch (OperationCanceledException e)
        {
            cancellation.ThrowIfCancellationRequested();
            throw PostgresErrors.StatementCancelled(e);
        }
        catch (NpgsqlException e)
        {
            cancellation.ThrowIfCancellationRequested();
            throw _rules.Errors.Failure(e, sql, statement.Start);
        }
        catch (Exception e) when (!IsUsable)
        {
            cancellation.ThrowIfCancellationRequested();
            throw _rules.Errors.Lost(e);
        }
        finally
        {
            SetRunning(null, null);
        }
    }

    /// <summary>Kind and count of the statement, which the batch interface would tell without a warning and cannot read as text.</summary>
#pragma warning disable CS0618
    static NpgsqlBatchCommand? KindOf(NpgsqlCommand command) => command.Statements is [var statement, ..] ? statement : null;
#pragma warning restore CS0618

    ResultTable ReadRows(NpgsqlDataReader reader, int limit)
    {
        ResultColumn[] columns = new ResultColumn[reader.FieldCount];
        Func<string, Value>[] converters = new Func<string, Value>[columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            WireType type = _rules.TypeOf(reader.GetDataTypeOID(i));
            columns[i] = new ResultColumn(reader.GetName(i), type.Kind, type.Name);
            converters[i] = type.Convert;
        }

        List<Value[]> rows = [];
        while (rows.Count < limit && reader.Read())
        {
            Value[] cells = new Value[columns.Length];
            for (int i = 0; i < cells.Length; i++)
            {
                cells[i] = reader.IsDBNull(i) ? Value.None : converters[i](reader.GetString(i));
            }

            rows.Add(cells);
        }

        return new ResultTable(columns, rows);
    }

    /// <summary>Follows the transaction words that hooks and macros send as text.</summary>
    void NoteTransaction(string statement)
    {
        if (CommandTag.IsTransactionWord(statement))
        {
            ServerInTransaction = CommandTag.FirstWord(statement) is "BEGIN" or "START";
        }
    }

    public override void Begin()
    {
        _opened = true;
        if (_rules.Transactions && !ServerInTransaction)
        {
            Command("BEGIN");
            ServerInTransaction = true;
        }

        InTransaction = true;
    }

    public override void Commit()
    {
        InTransaction = false;
        if (ServerInTransaction)
        {
            ServerInTransaction = false;
            Command("COMMIT");
        }
    }

    public override void Rollback()
    {
        InTransaction = false;
        _opened = false;
        bool open = ServerInTransaction && IsUsable;
        ServerInTransaction = false;
        if (open)
        {
            Command("ROLLBACK");
        }
    }

    /// <summary>dbt opens a connection for each node, so the next one's first statement opens a transaction again.</summary>
    public override void Release()
    {
        base.Release();
        _opened = false;
    }

    void Command(string sql)
    {
        try
        {
            using NpgsqlCommand command = new(sql, _connection);
            _ = command.ExecuteNonQuery();
        }
        catch (NpgsqlException e)
        {
            throw _rules.Errors.Failure(e, sql, start: 0);
        }
        catch (Exception e) when (!IsUsable)
        {
            throw _rules.Errors.Lost(e);
        }
    }

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

        ResultTable shape = Execute($"select * from {table.Name} where false", fetch: true, limit: null, CancellationToken.None).Table;
        ResultColumn[] targets = [.. Targets(shape, columns)];
        string copy = $"COPY {table.Name} ({string.Join(", ", targets.Select(t => SeedHeader.Quoted(t.Name)))}) FROM STDIN";
        bool[] withoutZone = [.. targets.Select(t => t.TypeName == "DATETIME")];
        CopyText text = new(withoutZone, withoutZone.Contains(true) ? SessionZone() : TimeZoneInfo.Utc);
        try
        {
            using TextWriter writer = _connection.BeginTextImport(copy);
            StringBuilder line = new();
            foreach (Value[] row in rows)
            {
                cancellation.ThrowIfCancellationRequested();
                line.Clear();
                text.AppendRow(line, row);
                writer.Write(line);
            }
        }
        catch (NpgsqlException e)
        {
            throw _rules.Errors.Failure(e, copy, start: 0);
        }
    }

    /// <summary>The table's columns by the names asked for; a seed's header may be written in another case.</summary>
    static IEnumerable<ResultColumn> Targets(ResultTable shape, IReadOnlyList<Column> columns) => columns.Count == 0
        ? shape.Columns
        : columns.Select(c => shape.Columns.FirstOrDefault(k => k.Name == c.Name)
            ?? shape.Columns.FirstOrDefault(k => string.Equals(k.Name, SeedHeader.NameOf(c.Name), StringComparison.OrdinalIgnoreCase))
            ?? new ResultColumn(c.Name, ResultColumnKind.Text, ""));

    TimeZoneInfo SessionZone()
    {
        string name = Execute("show timezone", fetch: true, limit: null, CancellationToken.None).Table.Rows[0][0].ToString();
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone) ? zone : TimeZoneInfo.Utc;
    }

    public override void Cancel()
    {
        lock (_gate)
        {
            if (_rules.GivesUpWaiting)
            {
                _giveUp?.Cancel();
            }
            else
            {
                _running?.Cancel();
            }
        }
    }

    void SetRunning(NpgsqlCommand? command, CancellationTokenSource? giveUp)
    {
        lock (_gate)
        {
            _running = command;
            _giveUp = giveUp;
        }
    }

    protected override void Dispose(bool disposing)
    {
        _connection.Dispose();
        base.Dispose(disposing);
    }
}
