using Gild.Engine.Graph;

namespace Gild.Engine.Running;

/// <summary>
/// The nodes of a run in the order of their dependencies. What is free goes by its level in the graph of the chosen
/// nodes, then by unique id, as in dbt: with one thread the order is fixed. Not safe for threads; the scheduler locks.
/// </summary>
public sealed class GraphQueue
{
    readonly Dictionary<string, int> _waiting = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<string>> _children = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> _levels = new(StringComparer.Ordinal);
    readonly PriorityQueue<string, (int Level, string Id)> _free = new(Comparer<(int Level, string Id)>.Create(static (a, b) =>
        a.Level != b.Level ? a.Level.CompareTo(b.Level) : string.CompareOrdinal(a.Id, b.Id)));

    /// <param name="dag">The whole graph.</param>
    /// <param name="chosen">The nodes to run; paths through nodes left out still order them.</param>
    /// <param name="extraEdges">Further edges (build: tests before what is downstream of the tested node).</param>
    public GraphQueue(Dag dag, IReadOnlySet<string> chosen, IEnumerable<(string From, string To)>? extraEdges = null)
    {
        Dictionary<string, HashSet<string>> parents = ChosenParents(dag, chosen);
        foreach ((string from, string to) in extraEdges ?? [])
        {
            parents[to].Add(from);
        }

        foreach (string id in chosen)
        {
            _children[id] = [];
        }

        foreach ((string id, HashSet<string> above) in parents)
        {
            _waiting[id] = above.Count;
            foreach (string parent in above)
            {
                _children[parent].Add(id);
            }
        }

        SetLevels();
        foreach ((string id, int count) in _waiting)
        {
            if (count == 0)
            {
                _free.Enqueue(id, (_levels[id], id));
            }
        }

        Remaining = chosen.Count;
    }

    /// <summary>Nodes that are not done.</summary>
    public int Remaining { get; private set; }

    public bool TryTake(out string id) => _free.TryDequeue(out id!, out _);

    /// <summary>Children within the run.</summary>
    public IReadOnlyList<string> Children(string id) => _children[id];

    public void Done(string id)
    {
        Remaining--;
        foreach (string child in _children[id])
        {
            if (--_waiting[child] == 0)
            {
                _free.Enqueue(child, (_levels[child], child));
            }
        }
    }

    /// <summary>Everything below a node within the run.</summary>
    public IEnumerable<string> Descendants(string id)
    {
        HashSet<string> seen = [];
        Stack<string> next = new(_children[id]);
        while (next.TryPop(out string? child))
        {
            if (seen.Add(child))
            {
                foreach (string grandchild in _children[child])
                {
                    next.Push(grandchild);
                }
            }
        }

        return seen;
    }

    /// <summary>For every chosen node the chosen nodes it reads, through any number of nodes left out.</summary>
    static Dictionary<string, HashSet<string>> ChosenParents(Dag dag, IReadOnlySet<string> chosen)
    {
        Dictionary<string, HashSet<string>> through = new(StringComparer.Ordinal);
        Dictionary<string, HashSet<string>> parents = new(StringComparer.Ordinal);
        foreach (string id in dag.TopologicalOrder())
        {
            HashSet<string> above = new(StringComparer.Ordinal);
            foreach (string parent in dag.Parents(id))
            {
                if (chosen.Contains(parent))
                {
                    above.Add(parent);
                }
                else
                {
                    above.UnionWith(through[parent]);
                }
            }

            if (chosen.Contains(id))
            {
                parents[id] = above;
            }
            else
            {
                through[id] = above;
            }
        }

        return parents;
    }

    void SetLevels()
    {
        Dictionary<string, int> left = new(_waiting, StringComparer.Ordinal);
        List<string> front = [.. left.Where(w => w.Value == 0).Select(w => w.Key)];
        for (int level = 0; front.Count > 0; level++)
        {
            List<string> next = [];
            foreach (string id in front)
            {
                _levels[id] = level;
                foreach (string child in _children[id])
                {
                    if (--left[child] == 0)
                    {
                        next.Add(child);
                    }
                }
            }

            front = next;
        }

        if (_levels.Count < _waiting.Count)
        {
            throw new GildException(
                DbtKinds.Runtime, "P0402", $"Found a cycle among: {string.Join(", ", _waiting.Keys.Where(k => !_levels.ContainsKey(k)).Order(StringComparer.Ordinal))}");
        }
    }
}
