using Gild.Jinja.Values;

namespace Gild.Engine.Adapters;

/// <summary>A table of a source as its property file describes it, for adapters that read sources from elsewhere.</summary>
/// <param name="Properties">Its meta, and above it those of its configs that dbt does not know itself.</param>
public sealed record SourceTable(
    string Name, string Identifier, string Schema, string? Database, IReadOnlyList<string> Tags, DictValue Properties);

/// <summary>A source that is no table of the warehouse.</summary>
/// <param name="Text">What stands for it in SQL: a quoted path, or a call of a table function.</param>
/// <param name="Refusal">Why it cannot be read; null when it can.</param>
public sealed record ExternalSource(string Text, string? Refusal = null);
