using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine.Adapters;

/// <summary>How a warehouse differs, as data.</summary>
public sealed record AdapterCapabilities
{
    /// <summary>Longest identifier in bytes.</summary>
    public required int MaxIdentifierLength { get; init; }

    /// <summary>Whether DDL can be rolled back.</summary>
    public bool TransactionalDdl { get; init; }

    /// <summary>Whether the warehouse folds unquoted names to lower case.</summary>
    public bool FoldsToLowerCase { get; init; } = true;

    /// <summary>Whether two names may differ by case alone, so that a relation must be found by its exact name.</summary>
    public bool CaseSensitiveNames { get; init; } = true;

    /// <summary>Whether MERGE exists.</summary>
    public bool Merge { get; init; }

    /// <summary>Whether the warehouse's own records tell when a table was last written to (dbt: TableLastModifiedMetadata).</summary>
    public bool TableLastModified { get; init; }

    /// <summary>Whether several batches of one microbatch model may run at once.</summary>
    public bool ConcurrentBatches { get; init; }

    /// <summary>Kinds of relation that can be renamed (dbt: renameable_relations).</summary>
    public IReadOnlyList<RelationType> Renameable { get; init; } = [];

    /// <summary>Kinds of relation that <c>create or replace</c> works on (dbt: replaceable_relations).</summary>
    public IReadOnlyList<RelationType> Replaceable { get; init; } = [];

    /// <summary>Whether <c>drop_relation</c> runs in a transaction of its own, one drop at a time in the process (see <see cref="ConcurrentDrops"/>).</summary>
    public bool DropsInOwnTransaction { get; init; }

    /// <summary>Whether drops in transactions of their own may run side by side.</summary>
    public bool ConcurrentDrops { get; init; }

    /// <summary>Configurations of a node that a session takes over before the node runs, e.g. <c>query_group</c>.</summary>
    public IReadOnlyList<string> NodeSettings { get; init; } = [];

    /// <summary>Constraint support by kind (check, not_null, unique, primary_key, foreign_key): enforced, not_enforced or not_supported.</summary>
    public IReadOnlyDictionary<string, string> Constraints { get; init; } = new Dictionary<string, string>();
}

/// <summary>What a profile's output says, read by the adapter. Passwords stay inside the adapter: templates never see them.</summary>
public sealed record AdapterTarget(string Type, string Database, string Schema, int Threads)
{
    /// <summary>Keys of the output that may be shown (<c>debug</c>, <c>target</c> in templates); never secrets.</summary>
    public IReadOnlyList<KeyValuePair<string, Value>> Visible { get; init; } = [];
}

/// <summary>
/// A warehouse. It speaks the wire and knows types; every statement that the warehouse sees comes from a macro,
/// but for transaction words, cancel and bulk load.
/// </summary>
public abstract class Adapter : IDisposable
{
    /// <summary>dbt's name of the adapter: <c>duckdb</c>, <c>postgres</c>, <c>redshift</c>.</summary>
    public abstract string Type { get; }

    /// <summary>The names that <c>adapter.dispatch</c> tries before <c>default</c>, own first: redshift, postgres.</summary>
    public abstract IReadOnlyList<string> DispatchNames { get; }

    /// <summary>Embedded macro packages, own first: name (dbt_redshift) and files.</summary>
    public abstract IReadOnlyList<MacroPackage> MacroPackages { get; }

    public abstract AdapterCapabilities Capabilities { get; }

    public abstract AdapterTarget Target { get; }

    /// <summary>Strategies that incremental models may name, besides the user's own.</summary>
    public virtual IReadOnlyList<string> IncrementalStrategies { get; } = ["append", "delete+insert", "merge", "microbatch"];

    /// <summary>Quotes the database in rendered relations by default (dbt: default quote policy).</summary>
    public virtual QuotePolicy DefaultQuoting => QuotePolicy.All;

    public virtual IncludePolicy DefaultIncluding => IncludePolicy.All;

    /// <summary>dbt's name for the class of this warehouse's relations, which packages look at.</summary>
    public virtual string RelationClassName => $"{char.ToUpperInvariant(Type[0])}{Type[1..]}Relation";

    public virtual char QuoteCharacter => '"';

    /// <summary>Whether a subquery in FROM needs an alias; where it does not, none is made up, so that the user's own stands alone.</summary>
    public virtual bool RequireAlias => true;

    /// <summary>Answers that macros may ask for as <c>adapter.NAME()</c> beside those that every adapter has.</summary>
    public virtual IReadOnlyDictionary<string, Value> Answers { get; } = new Dictionary<string, Value>();

    /// <summary>Methods <c>adapter.NAME(...)</c> that the macro <c>TYPE__NAME</c> answers, beside those that every adapter has.</summary>
    public virtual IReadOnlySet<string> MacroMethods { get; } = new HashSet<string>();

    /// <summary>What stands in SQL for a source that is no table of the warehouse; null for one that is.</summary>
    /// <exception cref="Gild.Jinja.JinjaException">When the source describes a place that cannot be read.</exception>
    public virtual ExternalSource? External(SourceTable source) => null;

    /// <summary>The name of the table that a foreign key points to, as a constraint of this warehouse may have it.</summary>
    public virtual string ForeignTable(string name) => name;

    /// <summary>Why relations of that database cannot be used, or null when they can (dbt: verify_database).</summary>
    public virtual string? RefusalOf(string database) => null;

    /// <summary>The SQL type for a seed or query column of this kind (dbt: convert_type).</summary>
    public virtual string ConvertType(ResultColumnKind kind) => kind switch
    {
        ResultColumnKind.Integer => "integer",
        ResultColumnKind.Number => "float8",
        ResultColumnKind.Boolean => "boolean",
        ResultColumnKind.Date => "date",
        ResultColumnKind.DateTime => "timestamp without time zone",
        ResultColumnKind.Time => "time",
        _ => "text",
    };

    /// <summary>As <see cref="ConvertType(ResultColumnKind)"/>, for warehouses whose types depend on the values.</summary>
    public virtual string ConvertType(ResultTable table, int column)
    {
        ArgumentNullException.ThrowIfNull(table);
        return ConvertType(table.Columns[column].Kind);
    }

    /// <summary>The type for a text of <paramref name="size"/> characters (Column.string_type).</summary>
    public virtual string StringType(int size) => $"character varying({size})";

    /// <summary>dbt's Column.translate_type: the adapter's spelling of a generic type name.</summary>
    public virtual string TranslateType(string name) => string.Equals(name, "string", StringComparison.OrdinalIgnoreCase) ? "TEXT" : name;

    /// <summary>Told, from any thread, when something is tried again. Set before the first connection is opened.</summary>
    public Action<RetryNotice>? Retrying { get; set; }

    /// <summary>Opens a connection. Called from worker threads; the name is the node's unique id or <c>master</c>.</summary>
    /// <exception cref="AdapterException">When the warehouse cannot be reached or refuses.</exception>
    public abstract Connection Open(string name, CancellationToken cancellation);

    /// <summary>The node that a connection serves, by the name of the session; null for those that serve none.</summary>
    public static string? NodeIdOf(string connectionName)
    {
        ArgumentNullException.ThrowIfNull(connectionName);
        return connectionName.Contains('.', StringComparison.Ordinal) ? connectionName : null;
    }

    /// <summary>Short checks of <c>debug</c> beyond opening a connection, name and result. May be empty.</summary>
    public virtual IEnumerable<KeyValuePair<string, string>> Describe(Connection connection) => [];

    protected virtual void Dispose(bool disposing)
    {
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }
}

/// <summary>One session with the warehouse; used by one thread at a time. <see cref="Cancel"/> may come from any thread.</summary>
public abstract class Connection : IDisposable
{
    /// <summary>Unique id of the node that is served, for notices; null for none.</summary>
    public string? Node { get; set; }

    /// <summary>Whether a transaction that we began is open.</summary>
    public bool InTransaction { get; protected set; }

    /// <summary>Runs one text, which may hold several statements; the last one's response and rows are returned.</summary>
    /// <param name="fetch">Whether rows are wanted.</param>
    /// <param name="limit">Rows at most; null for all.</param>
    /// <exception cref="AdapterException">When the warehouse refuses it; carries code, detail and position.</exception>
    public abstract QueryResult Execute(string sql, bool fetch, int? limit, CancellationToken cancellation);

    public abstract void Begin();

    public abstract void Commit();

    public abstract void Rollback();

    /// <summary>A node is about to run on this session: takes over those of its configurations that the adapter names as node settings.</summary>
    /// <param name="config">A configuration's value by its name; null when it is not set.</param>
    public virtual void Configure(Func<string, string?> config)
    {
    }

    /// <summary>A node is done with this session: what it left open is rolled back.</summary>
    public virtual void Release()
    {
        if (InTransaction)
        {
            Rollback();
        }
    }

    /// <summary>Loads rows into an existing table by the fastest way the warehouse has; cells in column order.</summary>
    public abstract void LoadRows(Relation table, IReadOnlyList<Column> columns, IReadOnlyList<Value[]> rows, CancellationToken cancellation);

    /// <summary>Stops the running statement on the server; safe to call when none runs.</summary>
    public abstract void Cancel();

    protected virtual void Dispose(bool disposing)
    {
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }
}

/// <summary>An embedded package of macros: files by path, e.g. <c>macros/adapters/relation.sql</c>.</summary>
public sealed record MacroPackage(string Name, IReadOnlyList<KeyValuePair<string, string>> Files);

/// <summary>The warehouse refused something or could not be reached.</summary>
public sealed class AdapterException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The warehouse's error code (SQLSTATE or the like), when it has one.</summary>
    public string? SqlState { get; init; }

    /// <summary>The warehouse's own detail and hint lines.</summary>
    public string? Detail { get; init; }

    public string? Hint { get; init; }

    /// <summary>Offset (UTF-16 units, from 0) in the statement that was sent, when the warehouse tells.</summary>
    public int? Position { get; init; }

    /// <summary>The text that was sent, into which <see cref="Position"/> points; set by the session that sent it.</summary>
    public string? Statement { get; set; }

    /// <summary>The place of the model that wrote the failing part; set where the compiled node is known.</summary>
    public Label? Place { get; set; }

    /// <summary>Whether the session ended with the failure, so that what it did since its last commit is undone or unknown.</summary>
    public bool ConnectionLost { get; init; }

    /// <summary>dbt's class of the failure: <c>Database Error</c>, <c>Runtime Error</c>.</summary>
    public string Kind { get; init; } = "Database Error";
}
