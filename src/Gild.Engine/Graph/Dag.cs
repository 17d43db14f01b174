using Gild.Engine.Manifest;

namespace Gild.Engine.Graph;

/// <summary>The graph of a manifest: an edge goes from what is read to what reads it.</summary>
public sealed class Dag
{
    readonly Dictionary<string, string[]> _parents;
    readonly Dictionary<string, List<string>> _children = new(StringComparer.Ordinal);

    Dag(Dictionary<string, string[]> parents)
    {
        _parents = parents;
        foreach (string id in parents.Keys)
        {
            _children[id] = [];
        }

        foreach ((string id, string[] reads) in parents)
        {
            foreach (string read in reads)
            {
                _children[read].Add(id);
            }
        }
    }

    /// <summary>All unique ids, in the manifest's order.</summary>
    public IReadOnlyCollection<string> Ids => _parents.Keys;

    /// <summary>Builds the graph; edges to what the manifest does not hold are left out.</summary>
    public static Dag Build(ProjectManifest manifest)
    {
        Dictionary<string, string[]> parents = new(manifest.Nodes.Count, StringComparer.Ordinal);
        foreach (Node node in manifest.NodesInOrder)
        {
            parents[node.UniqueId] = [.. node.DependsOnNodes.Where(manifest.Nodes.ContainsKey).Distinct()];
        }

        return new Dag(parents);
    }

    /// <summary>The same graph with more parents: for each id what it also waits for.</summary>
    public Dag With(IReadOnlyDictionary<string, List<string>> parents)
    {
        Dictionary<string, string[]> more = new(_parents, StringComparer.Ordinal);
        foreach ((string id, List<string> added) in parents)
        {
            more[id] = [.. _parents[id].Union(added, StringComparer.Ordinal)];
        }

        return new Dag(more);
    }

    public IReadOnlyList<string> Parents(string id) => _parents.TryGetValue(id, out string[]? parents) ? parents : [];

    public IReadOnlyList<string> Children(string id) => _children.TryGetValue(id, out List<string>? children) ? children : [];

    /// <summary>Everything above <paramref name="id"/>, at most <paramref name="depth"/> edges away; without itself.</summary>
    public IReadOnlySet<string> Ancestors(string id, int? depth = null) => Reach([id], Parents, depth);

    /// <summary>Everything below <paramref name="id"/>, at most <paramref name="depth"/> edges away; without itself.</summary>
    public IReadOnlySet<string> Descendants(string id, int? depth = null) => Reach([id], Children, depth);

    public IReadOnlySet<string> Ancestors(IEnumerable<string> ids, int? depth = null) => Reach(ids, Parents, depth);

    public IReadOnlySet<string> Descendants(IEnumerable<string> ids, int? depth = null) => Reach(ids, Children, depth);

    /// <summary>Parents before children; among what is free to go, the manifest's order.</summary>
    /// <exception cref="GildException">When there is a cycle; the message shows its path.</exception>
    public IReadOnlyList<string> TopologicalOrder()
    {
        Dictionary<string, int> waiting = new(_parents.Count, StringComparer.Ordinal);
        Queue<string> free = new();
        foreach ((string id, string[] parents) in _parents)
        {
            waiting[id] = parents.Length;
            if (parents.Length == 0)
            {
                free.Enqueue(id);
            }
        }

        List<string> order = new(_parents.Count);
        while (free.TryDequeue(out string? id))
        {
            order.Add(id);
            foreach (string child in _children[id])
            {
                if (--waiting[child] == 0)
                {
                    free.Enqueue(child);
                }
            }
        }

        return order.Count == _parents.Count ? order : throw Cycle(waiting.Where(w => w.Value > 0).Select(w => w.Key));
    }

    /// <exception cref="GildException">When there is a cycle; the message shows its path.</exception>
    public void CheckAcyclic() => TopologicalOrder();

    GildException Cycle(IEnumerable<string> candidates)
    {
        HashSet<string> open = [.. candidates];
        // Walk up among what could not be ordered until a node comes again.
        List<string> walk = [];
        string at = open.First();
        while (!walk.Contains(at))
        {
            walk.Add(at);
            at = _parents[at].First(open.Contains);
        }

        List<string> cycle = [.. walk[walk.IndexOf(at)..], at];
        cycle.Reverse();
        return new GildException(DbtKinds.Runtime, "P0402", $"Found a cycle: {string.Join(" --> ", cycle)}",
            "one of these must stop reading the next one");
    }

    static HashSet<string> Reach(IEnumerable<string> from, Func<string, IReadOnlyList<string>> step, int? depth)
    {
        HashSet<string> start = new(from, StringComparer.Ordinal);
        HashSet<string> seen = new(StringComparer.Ordinal);
        List<string> front = [.. start];
        for (int d = 0; front.Count > 0 && (depth is null || d < depth); d++)
        {
            List<string> next = [];
            foreach (string id in front)
            {
                foreach (string other in step(id))
                {
                    if (seen.Add(other))
                    {
                        next.Add(other);
                    }
                }
            }

            front = next;
        }

        seen.ExceptWith(start);
        return seen;
    }
}
