using System.Text;
using Gild.Engine.Adapters;
using Gild.Jinja.Values;
using Npgsql;

namespace Gild.Adapters.Postgres;

/// <summary>
/// One session. As with psycopg2, under which dbt-postgres runs, the first statement opens a transaction unless the profile says
/// <c>autocommit</c>; after a commit, statements stand for themselves until <see cref="Begin"/>. A COMMIT that a hook sends as text ends
/// the server's transaction but not dbt's idea of it: what follows stands for itself too, as it does there. Several statements in one text
/// succeed or fail together.
/// </summary>
sealed class PostgresConnection : Connection
{
    readonly NpgsqlConnection _connection;
    readonly bool _autocommit;
    readonly Lock _gate = new();
    NpgsqlCommand? _running;
    bool _opened;
    bool _serverInTransaction;

    internal PostgresConnection(NpgsqlConnection connection, bool autocommit)
    {
        _connection = connection;
        _autocommit = autocommit;
    }

    public override QueryResult Execute(string sql, bool fetch, int? limit, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!_autocommit && !_opened && !InTransaction)
        {
            Begin();
        }

        _opened = true;
        List<Statement> statements = StatementSplitter.Split(sql);
        bool together = statements.Count > 1 && !_serverInTransaction
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

    QueryResult RunAll(List<Statement> statements, string sql, bool fetch, int? limit, CancellationToken cancellation)
    {
        QueryResult result = new(new AdapterResponse("", "", -1), ResultTable.Empty);
        for (int i = 0; i < statements.Count; i++)
        {
            bool last = i + 1 == statements.Count;
            result = RunOne(statements[i], sql, fetch && last, limit ?? int.MaxValue, cancellation);
            NoteTransaction(statements[i].Text);
        }

        return result;
    }

    QueryResult RunOne(Statement statement, string sql, bool fetch, int limit, CancellationToken cancellation)
    {
        using NpgsqlCommand command = new(statement.Text, _connection) { AllResultTypesAreUnknown = true };
        SetRunning(command);
        using CancellationTokenRegistration registration = cancellation.Register(Cancel);
        try
        {
            using NpgsqlDataReader reader = command.ExecuteReader();
            ResultTable table = fetch && reader.FieldCount > 0 ? ReadRows(reader, limit) : ResultTable.Empty;
            // The server's answer comes after the rows.
            while (reader.NextResult())
            {
            }

            return new QueryResult(CommandTag.ResponseOf(KindOf(command), statement.Text), table);
        }
        catch (OperationCanceledException e)
        {
            cancellation.ThrowIfCancellationRequested();
            throw PostgresErrors.StatementCancelled(e);
        }
        catch (NpgsqlException e)
        {
            cancellation.ThrowIfCancellationRequested();
            throw PostgresErrors.Failure(e, sql, statement.Start);
        }
        finally
        {
            SetRunning(null);
        }
    }

    /// <summary>Kind and count of the statement, which the batch interface would tell without a warning and cannot read as text.</summary>
#pragma warning disable CS0618
    static NpgsqlBatchCommand? KindOf(NpgsqlCommand command) => command.Statements is [var statement, ..] ? statement : null;
#pragma warning restore CS0618

    static ResultTable ReadRows(NpgsqlDataReader reader, int limit)
    {
        ResultColumn[] columns = new ResultColumn[reader.FieldCount];
        Func<string, Value>[] converters = new Func<string, Value>[columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            uint oid = reader.GetDataTypeOID(i);
            columns[i] = new ResultColumn(reader.GetName(i), PostgresTypes.KindOf(oid), PostgresTypes.NameOf(oid));
            converters[i] = PostgresTypes.ConverterOf(oid);
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
            _serverInTransaction = CommandTag.FirstWord(statement) is "BEGIN" or "START";
        }
    }

    public override void Begin()
    {
        _opened = true;
        if (!_autocommit && !_serverInTransaction)
        {
            Command("BEGIN");
            _serverInTransaction = true;
        }

        InTransaction = true;
    }

    public override void Commit()
    {
        InTransaction = false;
        if (_serverInTransaction)
        {
            _serverInTransaction = false;
            Command("COMMIT");
        }
    }

    public override void Rollback()
    {
        InTransaction = false;
        _opened = false;
        if (_serverInTransaction && _connection.State == System.Data.ConnectionState.Open)
        {
            _serverInTransaction = false;
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
            throw PostgresErrors.Failure(e, sql, start: 0);
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
        string copy = $"COPY {table.Name} ({string.Join(", ", targets.Select(t => Quoted(t.Name)))}) FROM STDIN";
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
            throw PostgresErrors.Failure(e, copy, start: 0);
        }
    }

    /// <summary>The table's columns by the names asked for; a seed's header may be written in another case.</summary>
    static IEnumerable<ResultColumn> Targets(ResultTable shape, IReadOnlyList<Column> columns) => columns.Count == 0
        ? shape.Columns
        : columns.Select(c => shape.Columns.FirstOrDefault(k => k.Name == c.Name)
            ?? shape.Columns.FirstOrDefault(k => string.Equals(k.Name, c.Name, StringComparison.OrdinalIgnoreCase))
            ?? new ResultColumn(c.Name, ResultColumnKind.Text, ""));

    static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    TimeZoneInfo SessionZone()
    {
        string name = Execute("show timezone", fetch: true, limit: null, CancellationToken.None).Table.Rows[0][0].ToString();
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone) ? zone : TimeZoneInfo.Utc;
    }

    public override void Cancel()
    {
        lock (_gate)
        {
            _running?.Cancel();
        }
    }

    void SetRunning(NpgsqlCommand? command)
    {
        lock (_gate)
        {
            _running = command;
        }
    }

    protected override void Dispose(bool disposing)
    {
        _connection.Dispose();
        base.Dispose(disposing);
    }
}
