using System.Text.Json;
using Gild.Engine.Adapters;
using Gild.Engine.Context;
using Gild.Engine.Graph;
using Gild.Engine.Manifest;

namespace Gild.Engine.Running;

/// <summary>Where an earlier state has the relations that this target may lack (<c>--defer</c>, <c>clone</c>).</summary>
public static class Deferral
{
    public static Dictionary<string, Relation> Relations(PreviousState state, ProjectManifest manifest, ContextFactory contexts)
    {
        Dictionary<string, Relation> relations = new(StringComparer.Ordinal);
        foreach ((string id, JsonElement node) in state.Nodes)
        {
            if (manifest.Nodes.TryGetValue(id, out Node? current) && current is ModelNode or SeedNode or SnapshotNode or FunctionNode && Of(node, contexts, current is FunctionNode) is { } relation)
            {
                relations[id] = relation;
            }
        }

        return relations;
    }

    static Relation? Of(JsonElement node, ContextFactory contexts, bool isFunction)
    {
        JsonElement config = node.TryGetProperty("config", out JsonElement found) ? found : default;
        if (PreviousState.Text(config, "materialized") == "ephemeral" || PreviousState.Text(node, "schema") is not { } schema)
        {
            return null;
        }

        return new Relation
        {
            Database = PreviousState.Text(node, "database"),
            Schema = schema,
            Identifier = PreviousState.Text(node, "alias") ?? PreviousState.Text(node, "name"),
            Quoting = isFunction ? contexts.Adapter.DefaultQuoting : contexts.Project.Quoting,
            Including = contexts.Adapter.DefaultIncluding,
            QuoteCharacter = contexts.Adapter.QuoteCharacter,
        };
    }
}
