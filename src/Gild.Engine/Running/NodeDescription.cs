using Gild.Engine.Context;
using Gild.Engine.Manifest;

namespace Gild.Engine.Running;

/// <summary>dbt's words for a node.</summary>
public static class NodeDescription
{
    /// <summary>Where a node is built: <c>schema.alias</c>, with the database when it is another than the target's.</summary>
    public static string Place(CompilableNode node, ContextFactory contexts) =>
        node.Database is not null && node.Database != contexts.Adapter.Target.Database
            ? $"{node.Database}.{node.Schema}.{node.Alias}"
            : $"{node.Schema}.{node.Alias}";

    public static string Of(Node node, ContextFactory contexts)
    {
        string Place(CompilableNode n) => NodeDescription.Place(n, contexts);
        return node switch
        {
            ModelNode model when Microbatch.IsConfigured(model) => $"{model.Language} microbatch model {Place(model)}",
            ModelNode model => $"{model.Language} {model.Config.Materialized} model {Place(model)}",
            SeedNode seed => $"seed file {Place(seed)}",
            SnapshotNode snapshot => $"snapshot {Place(snapshot)}",
            FunctionNode function => $"function {Place(function)}",
            TestNode test => $"test {test.Name}",
            UnitTestNode unit => $"unit_test {unit.ModelName}::{unit.Name}",
            SourceNode source => $"source {source.SourceName}.{source.Name}",
            _ => $"{node.ResourceType.Word()} {node.Name}",
        };
    }
}
