namespace Gild.Engine.Adapters;

/// <summary>
/// What exists in the schemas that were asked for, kept true through the drops, renames and creations of this run.
/// Knows which views hang on a relation, so that what CASCADE takes away goes from here too. Safe for all threads.
/// </summary>
public sealed class RelationCache
{
    readonly Lock _lock = new();
    readonly Dictionary<Key, Relation> _relations = [];
    readonly HashSet<(string? Database, string? Schema)> _schemas = [];
    readonly Dictionary<Key, HashSet<Key>> _dependents = [];

    readonly record struct Key(string? Database, string? Schema, string Identifier);

    /// <summary>Whether the schema's relations are known.</summary>
    public bool Contains(string? database, string? schema)
    {
        lock (_lock)
        {
            return _schemas.Contains((Fold(database), Fold(schema)));
        }
    }

    /// <summary>Sets what a schema holds.</summary>
    public void AddSchema(string? database, string? schema, IEnumerable<Relation> relations)
    {
        lock (_lock)
        {
            _schemas.Add((Fold(database), Fold(schema)));
            foreach (Relation relation in relations)
            {
                _relations.TryAdd(KeyOf(relation), relation);
            }
        }
    }

    /// <summary>Notes that a schema was created (and is empty unless known).</summary>
    public void MarkSchema(string? database, string? schema)
    {
        lock (_lock)
        {
            _schemas.Add((Fold(database), Fold(schema)));
        }
    }

    public void DropSchema(string? database, string? schema)
    {
        lock (_lock)
        {
            (string? d, string? s) = (Fold(database), Fold(schema));
            _schemas.Remove((d, s));
            foreach (Key key in _relations.Keys.Where(k => k.Database == d && k.Schema == s).ToList())
            {
                DropWithDependents(key);
            }
        }
    }

    /// <summary>The relations of a schema.</summary>
    public IReadOnlyList<Relation> In(string? database, string? schema)
    {
        lock (_lock)
        {
            (string? d, string? s) = (Fold(database), Fold(schema));
            return [.. _relations.Where(r => r.Key.Database == d && r.Key.Schema == s).Select(r => r.Value)];
        }
    }

    public Relation? Find(string? database, string? schema, string identifier)
    {
        lock (_lock)
        {
            return _relations.GetValueOrDefault(new Key(Fold(database), Fold(schema), Fold(identifier)!));
        }
    }

    public void Add(Relation relation)
    {
        lock (_lock)
        {
            _relations[KeyOf(relation)] = relation;
        }
    }

    /// <summary>Forgets a relation and everything that hangs on it.</summary>
    public void Drop(Relation relation)
    {
        lock (_lock)
        {
            DropWithDependents(KeyOf(relation));
        }
    }

    public void Rename(Relation from, Relation to)
    {
        lock (_lock)
        {
            Key old = KeyOf(from);
            Key key = KeyOf(to);
            if (_relations.Remove(old, out Relation? moved))
            {
                _relations[key] = moved with { Database = to.Database, Schema = to.Schema, Identifier = to.Identifier };
            }
            else
            {
                _relations[key] = to with { Type = to.Type ?? from.Type };
            }

            if (_dependents.Remove(old, out HashSet<Key>? dependents))
            {
                _dependents[key] = dependents;
            }

            foreach (HashSet<Key> others in _dependents.Values)
            {
                if (others.Remove(old))
                {
                    others.Add(key);
                }
            }
        }
    }

    /// <summary>Notes that <paramref name="dependent"/> goes when <paramref name="referenced"/> is dropped.</summary>
    public void Link(Relation referenced, Relation dependent)
    {
        lock (_lock)
        {
            Key key = KeyOf(referenced);
            if (!_dependents.TryGetValue(key, out HashSet<Key>? dependents))
            {
                dependents = [];
                _dependents.Add(key, dependents);
            }

            dependents.Add(KeyOf(dependent));
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _relations.Clear();
            _schemas.Clear();
            _dependents.Clear();
        }
    }

    void DropWithDependents(Key key)
    {
        _relations.Remove(key);
        if (_dependents.Remove(key, out HashSet<Key>? dependents))
        {
            foreach (Key dependent in dependents)
            {
                DropWithDependents(dependent);
            }
        }
    }

    static Key KeyOf(Relation relation) => new(Fold(relation.Database), Fold(relation.Schema), Fold(relation.Identifier) ?? "");

    static string? Fold(string? part) => part?.ToLowerInvariant();
}
