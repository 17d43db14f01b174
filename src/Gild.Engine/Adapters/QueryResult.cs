using Gild.Jinja.Values;

namespace Gild.Engine.Adapters;

/// <summary>What the warehouse answers to a statement.</summary>
/// <param name="Message">As dbt prints it, e.g. <c>SELECT 42</c>, <c>CREATE VIEW</c>, <c>OK</c>.</param>
/// <param name="Code">The command without its count.</param>
/// <param name="RowsAffected">Rows touched, or null when the warehouse does not say.</param>
/// <param name="QueryId">The warehouse's id of the query, when it has one.</param>
public sealed record AdapterResponse(string Message, string? Code = null, long? RowsAffected = null, string? QueryId = null);

/// <summary>The kinds that agate knows; type inference and seeds go by these.</summary>
public enum ResultColumnKind
{
    Text,
    Integer,
    Number,
    Boolean,
    Date,
    DateTime,
    Time,
}

/// <summary>A column of a result.</summary>
/// <param name="TypeName">The warehouse's own name of the type.</param>
public sealed record ResultColumn(string Name, ResultColumnKind Kind, string TypeName)
{
    /// <summary>What the name of a type begins with that is known by its number alone.</summary>
    public const string UnknownType = "unknown type_code ";
}

/// <summary>Columns and rows, each cell a template value (None for null).</summary>
public sealed class ResultTable(IReadOnlyList<ResultColumn> columns, IReadOnlyList<Value[]> rows)
{
    public static ResultTable Empty { get; } = new([], []);

    public IReadOnlyList<ResultColumn> Columns { get; } = columns;

    public IReadOnlyList<Value[]> Rows { get; } = rows;
}

/// <summary>Response and, when asked for, the rows.</summary>
public sealed record QueryResult(AdapterResponse Response, ResultTable Table);
