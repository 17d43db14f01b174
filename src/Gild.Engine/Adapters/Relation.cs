namespace Gild.Engine.Adapters;

/// <summary>What a relation is in the warehouse; dbt's words.</summary>
public enum RelationType
{
    Table,
    View,
    Cte,
    MaterializedView,
    External,
    Ephemeral,
    Function,
}

/// <summary>Which parts of a relation's name are quoted when it is rendered.</summary>
public readonly record struct QuotePolicy(bool Database, bool Schema, bool Identifier)
{
    public static QuotePolicy All => new(true, true, true);
}

/// <summary>Which parts of a relation's name are rendered.</summary>
public readonly record struct IncludePolicy(bool Database, bool Schema, bool Identifier)
{
    public static IncludePolicy All => new(true, true, true);
}

/// <summary>How a name fits a relation.</summary>
public enum NameMatch
{
    None,

    /// <summary>The same but for upper and lower case.</summary>
    ByCase,

    Exact,
}

/// <summary>
/// A place in the warehouse: database, schema and identifier with quoting, and what stands there when that is known.
/// Immutable.
/// </summary>
public sealed record Relation
{
    public string? Database { get; init; }

    public string? Schema { get; init; }

    public string? Identifier { get; init; }

    /// <summary>What stands there; null when unknown.</summary>
    public RelationType? Type { get; init; }

    public QuotePolicy Quoting { get; init; } = QuotePolicy.All;

    public IncludePolicy Including { get; init; } = IncludePolicy.All;

    /// <summary>Whether a materialization of this run made it, so that its unquoted parts are known only up to case.</summary>
    public bool DbtCreated { get; init; }

    /// <summary>The quote character of the adapter.</summary>
    public char QuoteCharacter { get; init; } = '"';

    /// <summary>Rows at most (<c>--empty</c>: 0), wrapped around the name as a subquery; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Whether a subquery around the name needs an alias.</summary>
    public bool RequireAlias { get; init; } = true;

    /// <summary>A filter on event time rendered as a subquery (sample mode, microbatch); null for none.</summary>
    public EventTimeFilter? Filter { get; init; }

    /// <summary>What stands in SQL for a source outside of the warehouse, in place of a name; null for what has a name.</summary>
    public string? External { get; init; }

    /// <summary>The name alone, as it stands in SQL.</summary>
    public string Name => External ?? string.Join('.', Parts());

    /// <summary>The relation as it stands in SQL: the name, or a subquery when a limit or a filter applies.</summary>
    public string Render()
    {
        if (Limit is null && Filter is null)
        {
            return Name;
        }

        // The limit stands inside the filter: it is there to read little, not to give a sample of a certain size.
        string text = Limit is { } limit
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"(select * from {Name}{(limit == 0 ? " where false" : "")} limit {limit}){Alias("limit")}")
            : Name;
        return Filter is null ? text : $"(select * from {text} where {Filter.Render()}){Alias("et_filter")}";
    }

    string Alias(string purpose) => RequireAlias ? $" _dbt_{purpose}_subq_{Identifier}" : "";

    /// <summary>Whether the parts that are not null are this relation's; a match that differs by case alone is no match but is told apart.</summary>
    public NameMatch Match(string? database, string? schema, string? identifier)
    {
        bool exact = Same(database, Database, Quoting.Database) && Same(schema, Schema, Quoting.Schema) && Same(identifier, Identifier, Quoting.Identifier);
        bool near = Near(database, Database) && Near(schema, Schema) && Near(identifier, Identifier);
        return exact ? NameMatch.Exact : near ? NameMatch.ByCase : NameMatch.None;
    }

    bool Same(string? wanted, string? part, bool quoted) => wanted is null
        || string.Equals(wanted, part, DbtCreated && !quoted ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    bool Near(string? wanted, string? part) => wanted is null
        || string.Equals(wanted.Trim(QuoteCharacter), part?.Trim(QuoteCharacter), StringComparison.OrdinalIgnoreCase);

    IEnumerable<string> Parts()
    {
        if (Including.Database && Database is not null)
        {
            yield return Quoting.Database ? Quote(Database) : Database;
        }

        if (Including.Schema && Schema is not null)
        {
            yield return Quoting.Schema ? Quote(Schema) : Schema;
        }

        if (Including.Identifier && Identifier is not null)
        {
            yield return Quoting.Identifier ? Quote(Identifier) : Identifier;
        }
    }

    string Quote(string part) =>
        QuoteCharacter + part.Replace(QuoteCharacter.ToString(), new string(QuoteCharacter, 2), StringComparison.Ordinal) + QuoteCharacter;

    public override string ToString() => Render();
}

/// <summary><c>column &gt;= start and column &lt; end</c>; either bound may be missing.</summary>
public sealed record EventTimeFilter(string Column, string? Start, string? End)
{
    public string Render() => string.Join(" and ", Bounds());

    IEnumerable<string> Bounds()
    {
        if (Start is not null)
        {
            yield return $"{Column} >= '{Start}'";
        }

        if (End is not null)
        {
            yield return $"{Column} < '{End}'";
        }
    }
}
