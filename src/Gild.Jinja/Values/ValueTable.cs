using System.Numerics;

namespace Gild.Jinja.Values;

/// <summary>
/// The hash table of dicts and sets: entries in order of insertion, open to removal, found by Python's equality and
/// hash. Buckets hold entry numbers plus one; collisions are chained through the entries.
/// </summary>
sealed class ValueTable
{
    const int Removed = -2;

    struct Entry
    {
        public Value Key;
        public Value Value;
        public int Hash;
        /// <summary>Next entry of the bucket or -1; <see cref="Removed"/> when this one is gone.</summary>
        public int Next;
    }

    int[] _buckets;
    Entry[] _entries;
    int _used;

    public ValueTable(int capacity)
    {
        if (capacity == 0)
        {
            _buckets = [];
            _entries = [];
            return;
        }

        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, 4));
        _buckets = new int[size];
        _entries = new Entry[size];
    }

    public int Count { get; private set; }

    public bool TryGet(Value key, out Value value) => TryFind(key, ValueOps.HashOf(key), out value);

    public bool TryGet(string key, out Value value)
    {
        if (_buckets.Length > 0)
        {
            int hash = ValueOps.HashOf(key);
            for (int i = _buckets[BucketOf(hash)] - 1; i >= 0; i = _entries[i].Next)
            {
                ref Entry entry = ref _entries[i];
                if (entry.Hash == hash && entry.Key.TryGetText(out string text) && text == key)
                {
                    value = entry.Value;
                    return true;
                }
            }
        }

        value = default;
        return false;
    }

    /// <summary><see cref="TryGet(Value, out Value)"/> where an unhashable key is just not found: Jinja2's subscription.</summary>
    public bool TryGetItem(Value key, out Value value)
    {
        if (key.AsString is { } text)
        {
            return TryGet(text, out value);
        }

        if (!ValueOps.IsHashable(key))
        {
            value = default;
            return false;
        }

        return TryGet(key, out value);
    }

    /// <summary>Adds or replaces; a replaced entry keeps its place and its key. True when the key is new.</summary>
    public bool Set(Value key, Value value)
    {
        int hash = ValueOps.HashOf(key);
        int at = Find(key, hash);
        if (at >= 0)
        {
            _entries[at].Value = value;
            return false;
        }

        Insert(key, value, hash);
        return true;
    }

    /// <summary>Adds unless the key is there; false when it is.</summary>
    public bool Add(Value key, Value value)
    {
        int hash = ValueOps.HashOf(key);
        if (Find(key, hash) >= 0)
        {
            return false;
        }

        Insert(key, value, hash);
        return true;
    }

    public bool Remove(Value key, out Value value)
    {
        int hash = ValueOps.HashOf(key);
        int at = Find(key, hash);
        if (at < 0)
        {
            value = default;
            return false;
        }

        value = _entries[at].Value;
        RemoveAt(at, hash);
        return true;
    }

    /// <summary>Takes the newest entry off; false when there is none.</summary>
    public bool RemoveLast(out Value key, out Value value)
    {
        for (int i = _used - 1; i >= 0; i--)
        {
            if (_entries[i].Next != Removed)
            {
                key = _entries[i].Key;
                value = _entries[i].Value;
                RemoveAt(i, _entries[i].Hash);
                _used = i;
                return true;
            }
        }

        key = value = default;
        return false;
    }

    /// <summary>Takes the oldest entry off; false when there is none.</summary>
    public bool RemoveFirst(out Value key)
    {
        for (int i = 0; i < _used; i++)
        {
            if (_entries[i].Next != Removed)
            {
                key = _entries[i].Key;
                RemoveAt(i, _entries[i].Hash);
                return true;
            }
        }

        key = default;
        return false;
    }

    public void Clear()
    {
        _buckets = [];
        _entries = [];
        _used = 0;
        Count = 0;
    }

    public ValueTable Copy()
    {
        ValueTable copy = new(Count);
        for (int i = 0; i < _used; i++)
        {
            if (_entries[i].Next != Removed)
            {
                copy.Insert(_entries[i].Key, _entries[i].Value, _entries[i].Hash);
            }
        }

        return copy;
    }

    /// <summary>The next entry at or after <paramref name="position"/>, which moves behind it.</summary>
    public bool Next(ref int position, out Value key, out Value value)
    {
        while (position < _used)
        {
            ref Entry entry = ref _entries[position++];
            if (entry.Next != Removed)
            {
                key = entry.Key;
                value = entry.Value;
                return true;
            }
        }

        key = value = default;
        return false;
    }

    /// <summary>The entries, watching for changes as Python's iterators do.</summary>
    public IEnumerable<KeyValuePair<Value, Value>> Entries(string owner)
    {
        int count = Count;
        int left = count;
        int position = 0;
        while (true)
        {
            if (Count != count)
            {
                throw new JinjaException("RuntimeError", $"{owner} changed size during iteration");
            }

            if (!Next(ref position, out Value key, out Value value))
            {
                yield break;
            }

            if (left-- == 0)
            {
                throw new JinjaException("RuntimeError", $"{owner} keys changed during iteration");
            }

            yield return new KeyValuePair<Value, Value>(key, value);
        }
    }

    public IEnumerable<Value> Keys(string owner)
    {
        foreach (KeyValuePair<Value, Value> entry in Entries(owner))
        {
            yield return entry.Key;
        }
    }

    public IEnumerable<Value> Values(string owner)
    {
        foreach (KeyValuePair<Value, Value> entry in Entries(owner))
        {
            yield return entry.Value;
        }
    }

    /// <summary>The entries, newest first.</summary>
    public IEnumerable<KeyValuePair<Value, Value>> Reversed()
    {
        int count = Count;
        for (int i = _used - 1; i >= 0; i--)
        {
            if (Count != count)
            {
                throw new JinjaException("RuntimeError", "dictionary changed size during iteration");
            }

            if (i < _used && _entries[i].Next != Removed)
            {
                yield return new KeyValuePair<Value, Value>(_entries[i].Key, _entries[i].Value);
            }
        }
    }

    /// <summary>Same keys with equal values.</summary>
    public bool IsEqualTo(ValueTable other)
    {
        if (Count != other.Count)
        {
            return false;
        }

        ValueOps.GuardDepth();
        for (int i = 0; i < _used; i++)
        {
            ref Entry entry = ref _entries[i];
            if (entry.Next != Removed
                && !(other.TryFind(entry.Key, entry.Hash, out Value value) && ValueOps.AreSameOrEqual(entry.Value, value)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The high bits of a product, so that hashes with equal low bits spread.</summary>
    int BucketOf(int hash) => (int)((uint)hash * 2654435769u >> (32 - BitOperations.Log2((uint)_buckets.Length)));

    bool TryFind(Value key, int hash, out Value value)
    {
        int at = Find(key, hash);
        value = at < 0 ? default : _entries[at].Value;
        return at >= 0;
    }

    int Find(Value key, int hash)
    {
        if (_buckets.Length == 0)
        {
            return -1;
        }

        int i = _buckets[BucketOf(hash)] - 1;
        while (i >= 0)
        {
            ref Entry entry = ref _entries[i];
            if (entry.Hash == hash && ValueOps.AreSameOrEqual(entry.Key, key))
            {
                return i;
            }

            i = entry.Next;
        }

        return -1;
    }

    void Insert(Value key, Value value, int hash)
    {
        if (_used == _entries.Length)
        {
            Resize();
        }

        int bucket = BucketOf(hash);
        _entries[_used] = new Entry { Key = key, Value = value, Hash = hash, Next = _buckets[bucket] - 1 };
        _buckets[bucket] = ++_used;
        Count++;
    }

    void RemoveAt(int at, int hash)
    {
        int bucket = BucketOf(hash);
        int next = _entries[at].Next;
        int i = _buckets[bucket] - 1;
        if (i == at)
        {
            _buckets[bucket] = next + 1;
        }
        else
        {
            while (_entries[i].Next != at)
            {
                i = _entries[i].Next;
            }

            _entries[i].Next = next;
        }

        _entries[at] = new Entry { Next = Removed };
        Count--;
    }

    /// <summary>Makes room for one more entry and closes the gaps of removed ones.</summary>
    void Resize()
    {
        ValueTable larger = new(Math.Max(4, Count * 2));
        for (int i = 0; i < _used; i++)
        {
            if (_entries[i].Next != Removed)
            {
                larger.Insert(_entries[i].Key, _entries[i].Value, _entries[i].Hash);
            }
        }

        _buckets = larger._buckets;
        _entries = larger._entries;
        _used = larger._used;
    }
}
