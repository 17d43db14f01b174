namespace Gild.Engine.Adapters;

/// <summary>dbt's words for what a relation is.</summary>
public static class RelationTypes
{
    public static string Word(this RelationType type) => type switch
    {
        RelationType.Table => "table",
        RelationType.View => "view",
        RelationType.Cte => "cte",
        RelationType.MaterializedView => "materialized_view",
        RelationType.External => "external",
        RelationType.Ephemeral => "ephemeral",
        RelationType.Function => "function",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>The type of a word, or null when there is none of that name.</summary>
    public static RelationType? Parse(string word) => word switch
    {
        "table" => RelationType.Table,
        "view" => RelationType.View,
        "cte" => RelationType.Cte,
        "materialized_view" => RelationType.MaterializedView,
        "external" => RelationType.External,
        "ephemeral" => RelationType.Ephemeral,
        "function" => RelationType.Function,
        _ => null,
    };
}
