using Gild.Engine.Graph;

namespace Gild.Engine.Running;

/// <summary>
/// The nodes of a run in the order of their dependencies: first come, first served; what becomes free at the same time
/// goes by its level in the graph of the chosen nodes, then by unique id, as in dbt. With one thread the order is fixed.
/// Not safe for threads; the scheduler locks.
/// </summary>
public sealed class GraphQueue
{
    readonly Dictionary<string, int> _waiting = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<string>> _children = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> _levels = new(StringComparer.Ordinal);
    readonly Queue<string> _free = new();

    /// <param name="dag">The whole graph.</param>
    /// <param name="chosen">The nodes to run; paths through nodes left out still order them.</param>
    /// <param name="independent">No node waits for another (clone); a failure still skips what is below and has not run.</param>
    public GraphQueue(Dag dag, IReadOnlySet<string> chosen, bool independent = false)
    {
        Dictionary<string, HashSet<string>> parents = ChosenParents(dag, chosen);
        foreach (string id in chosen)
        {
            _children[id] = [];
        }

        foreach ((string id, HashSet<string> above) in parents)
        {
            _waiting[id] = independent ? 0 : above.Count;
            foreach (string parent in above)
            {
                _children[parent].Add(id);
            }
        }

        if (independent)
        {
            _levels = chosen.ToDictionary(id => id, _ => 0, StringComparer.Ordinal);
        }
        else
        {
            SetLevels();
        }

        Enqueue(_waiting.Where(w => w.Value == 0).Select(w => w.Key));
        Remaining = chosen.Count;
    }

    /// <summary>Nodes that are not done.</summary>
    public int Remaining { get; private set; }

    public bool TryTake(out string id) => _free.TryDequeue(out id!);

    /// <summary>Children within the run.</summary>
    public IReadOnlyList<string> Children(string id) => _children[id];

    public void Done(string id)
    {
        Remaining--;
        _done.Add(id);
        List<string> freed = [];
        foreach (string child in _children[id])
        {
            if (_waiting[child] > 0 && --_waiting[child] == 0)
            {
                freed.Add(child);
            }
        }

        Enqueue(freed);
    }

    readonly HashSet<string> _done = new(StringComparer.Ordinal);

    /// <summary>What has not been done, by level and unique id.</summary>
    public IEnumerable<string> Left => _waiting.Keys.Where(id => !_done.Contains(id)).OrderBy(id => _levels[id]).ThenBy(id => id, StringComparer.Ordinal);

    void Enqueue(IEnumerable<string> ids)
    {
        foreach (string id in ids.OrderBy(id => _levels[id]).ThenBy(id => id, StringComparer.Ordinal))
        {
            _free.Enqueue(id);
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
