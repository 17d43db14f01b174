namespace Gild.Engine.Manifest;

/// <summary>The words dbt uses for resource types.</summary>
public static class ResourceTypes
{
    public static string Word(this ResourceType type) => type switch
    {
        ResourceType.Model => "model",
        ResourceType.Seed => "seed",
        ResourceType.Snapshot => "snapshot",
        ResourceType.Test => "test",
        ResourceType.Analysis => "analysis",
        ResourceType.Operation => "operation",
        ResourceType.SqlOperation => "sql_operation",
        ResourceType.Source => "source",
        ResourceType.Exposure => "exposure",
        ResourceType.Metric => "metric",
        ResourceType.SemanticModel => "semantic_model",
        ResourceType.SavedQuery => "saved_query",
        ResourceType.UnitTest => "unit_test",
        ResourceType.Function => "function",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
