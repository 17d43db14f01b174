using Gild.Engine.Adapters;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>
/// A worker's line to the warehouse: opened when the first statement is sent, begun when a statement asks for a
/// transaction, rolled back when a node leaves one open. Belongs to one thread; <see cref="Cancel"/> may come from any.
/// </summary>
public sealed class WarehouseSession(Adapter adapter, InvocationState invocation, CancellationToken cancellation) : IDisposable
{
    readonly Lock _lock = new();
    Connection? _connection;

    public Adapter Adapter { get; } = adapter;

    /// <summary>The unique id of the node that is served, or <c>master</c>.</summary>
    public string Name
    {
        get;
        set
        {
            field = value;
            if (_connection is { } connection)
            {
                connection.Node = Adapter.NodeIdOf(value);
            }
        }
    } = "master";

    /// <summary>The comment to put into every statement; empty for none.</summary>
    public string Comment { get; set; } = "";

    /// <summary>Whether the comment goes behind the statement.</summary>
    public bool AppendComment { get; set; }

    /// <summary>No statement may be sent (<c>--no-introspect</c>).</summary>
    public bool IsClosed { get; init; }

    public bool IsOpen => _connection is not null;

    public bool InTransaction => _connection?.InTransaction == true;

    public CancellationToken Cancellation => cancellation;

    Connection Opened()
    {
        if (_connection is { } open)
        {
            return open;
        }

        cancellation.ThrowIfCancellationRequested();
        Connection made = Adapter.Open(Name, cancellation);
        made.Node = Adapter.NodeIdOf(Name);
        lock (_lock)
        {
            _connection = made;
        }

        return made;
    }

    /// <summary>Opens the connection when it is not open.</summary>
    /// <exception cref="AdapterException">The warehouse cannot be reached.</exception>
    public Connection Open() => Opened();

    /// <exception cref="AdapterException">The warehouse refuses the statement.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public QueryResult Execute(string sql, bool autoBegin, bool fetch, int? limit)
    {
        if (IsClosed)
        {
            throw new GildException(DbtKinds.Runtime, "R0651", "connection never acquired for thread: a template asks the warehouse, which --no-introspect forbids", "compile without --no-introspect");
        }

        Connection connection = Opened();
        if (autoBegin && !connection.InTransaction)
        {
            invocation.Report(new StatementSent(Name, "BEGIN"));
            connection.Begin();
        }

        string sent = WithComment(sql);
        invocation.Report(new StatementSent(Name, sent));
        try
        {
            return connection.Execute(sent, fetch, limit, cancellation);
        }
        catch (AdapterException e) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellation);
        }
        catch (AdapterException e)
        {
            e.Statement = sent;
            throw;
        }
    }

    public void LoadRows(Relation table, IReadOnlyList<Column> columns, IReadOnlyList<Value[]> rows)
    {
        Connection connection = Opened();
        if (!connection.InTransaction)
        {
            invocation.Report(new StatementSent(Name, "BEGIN"));
            connection.Begin();
        }

        invocation.Report(new StatementSent(Name, $"-- load {rows.Count} rows into {table.Name}"));
        connection.LoadRows(table, columns, rows, cancellation);
    }

    /// <summary>Gives the session the node's settings that the adapter asks for (see <see cref="AdapterCapabilities.NodeSettings"/>).</summary>
    public void Configure(Func<string, string?> config)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (Adapter.Capabilities.NodeSettings.Any(s => config(s) is not null))
        {
            Opened().Configure(config);
        }
    }

    public void Begin()
    {
        Connection connection = Opened();
        if (!connection.InTransaction)
        {
            invocation.Report(new StatementSent(Name, "BEGIN"));
            connection.Begin();
        }
    }

    /// <summary>Commits when a transaction is open.</summary>
    public void Commit()
    {
        if (_connection is { InTransaction: true } connection)
        {
            invocation.Report(new StatementSent(Name, "COMMIT"));
            connection.Commit();
        }
    }

    /// <summary>Ends what a node left open.</summary>
    public void Release()
    {
        if (_connection is { } connection)
        {
            if (connection.InTransaction)
            {
                invocation.Report(new StatementSent(Name, "ROLLBACK"));
            }

            try
            {
                connection.Release();
            }
            catch (AdapterException)
            {
                // A connection that cannot roll back is of no more use; the server rolls back when it goes.
                Close();
            }
        }
    }

    public void Cancel()
    {
        lock (_lock)
        {
            _connection?.Cancel();
        }
    }

    public void Close()
    {
        Connection? closing;
        lock (_lock)
        {
            closing = _connection;
            _connection = null;
        }

        closing?.Dispose();
    }

    public void Dispose() => Close();

    string WithComment(string sql)
    {
        if (Comment.Length == 0)
        {
            return sql;
        }

        string text = $"/* {Comment.Trim()} */";
        if (!AppendComment)
        {
            return $"{text}\n{sql}";
        }

        string trimmed = sql.TrimEnd();
        return trimmed.EndsWith(';') ? $"{trimmed[..^1]}\n{text};" : $"{trimmed}\n{text}";
    }
}
