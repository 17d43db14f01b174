using Gild.Engine.Manifest;

namespace Gild.Engine.Graph;

/// <summary>
/// The graph of a build: data tests stand before what is downstream of everything they read, so that nothing is built on data that
/// failed its tests. All tests count, chosen or not. Exposures, functions and unit tests wait for no test.
/// </summary>
public static class BuildGraph
{
    public static Dag Of(Dag dag, ProjectManifest manifest)
    {
        Dictionary<string, List<string>> edges = new(StringComparer.Ordinal);
        foreach (TestNode test in manifest.NodesInOrder.OfType<TestNode>())
        {
            IReadOnlyList<string> tested = dag.Parents(test.UniqueId);
            foreach (string waiting in tested.Count == 1 ? Below(tested[0], dag, manifest) : BelowAll(tested, dag, manifest))
            {
                if (!edges.TryGetValue(waiting, out List<string>? tests))
                {
                    edges.Add(waiting, tests = []);
                }

                tests.Add(test.UniqueId);
            }
        }

        return dag.With(edges);
    }

    static bool Waits(string id, ProjectManifest manifest) =>
        manifest.Nodes[id] is ModelNode or SeedNode or SnapshotNode or AnalysisNode or OperationNode;

    /// <summary>The nearest nodes below that wait for tests; what is below them waits for them.</summary>
    static HashSet<string> Below(string tested, Dag dag, ProjectManifest manifest)
    {
        HashSet<string> nearest = new(StringComparer.Ordinal);
        HashSet<string> seen = new(StringComparer.Ordinal);
        Stack<string> next = new(dag.Children(tested));
        while (next.TryPop(out string? child))
        {
            if (!seen.Add(child))
            {
                continue;
            }

            if (Waits(child, manifest))
            {
                nearest.Add(child);
            }
            else
            {
                foreach (string grandchild in dag.Children(child))
                {
                    next.Push(grandchild);
                }
            }
        }

        return nearest;
    }

    /// <summary>The nearest nodes that are below each of several.</summary>
    static HashSet<string> BelowAll(IReadOnlyList<string> tested, Dag dag, ProjectManifest manifest)
    {
        if (tested.Count == 0)
        {
            return [];
        }

        HashSet<string> common = new(dag.Descendants(tested[0]), StringComparer.Ordinal);
        foreach (string other in tested.Skip(1))
        {
            common.IntersectWith(dag.Descendants(other));
        }

        common.RemoveWhere(id => !Waits(id, manifest));
        return [.. common.Where(id => !dag.Parents(id).Any(common.Contains))];
    }
}
