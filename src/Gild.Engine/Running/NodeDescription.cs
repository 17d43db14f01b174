using Gild.Engine.Context;
using Gild.Engine.Manifest;

namespace Gild.Engine.Running;

/// <summary>dbt's words for a node.</summary>
public static class NodeDescription
{
    public static string Of(Node node, ContextFactory contexts)
    {
        string Place(CompilableNode n)
        {
            bool elsewhere = n.Database is not null && n.Database != contexts.Adapter.Target.Database;
            return elsewhere ? $"{n.Database}.{n.Schema}.{n.Alias}" : $"{n.Schema}.{n.Alias}";
        }

        return node switch
        {
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
