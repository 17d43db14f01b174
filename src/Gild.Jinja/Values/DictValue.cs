using Gild.Jinja.Builtins;
using Gild.Jinja.Runtime;

namespace Gild.Jinja.Values;

/// <summary>Python's <c>dict</c>: keeps the order of insertion; 1, 1.0 and True are one key.</summary>
public sealed class DictValue : JinjaObject
{
    readonly ValueTable _table;

    public DictValue() => _table = new ValueTable(0);

    public DictValue(int capacity) => _table = new ValueTable(capacity);

    internal DictValue(ValueTable table) => _table = table;

    internal ValueTable Table => _table;

    public int Count => _table.Count;

    /// <summary>An entry; reading one that is not there is a KeyError.</summary>
    public Value this[Value key]
    {
        get => _table.TryGet(key, out Value value) ? value : throw JinjaException.KeyError(ValueText.ToRepr(key));
        set => _table.Set(key, value);
    }

    /// <summary>An entry; reading one that is not there is a KeyError.</summary>
    public Value this[string key]
    {
        get => this[Value.From(key)];
        set => _table.Set(Value.From(key), value);
    }

    public bool TryGetValue(Value key, out Value value) => _table.TryGet(key, out value);

    public bool TryGetValue(string key, out Value value) => _table.TryGet(key, out value);

    public bool ContainsKey(Value key) => _table.TryGet(key, out _);

    public bool Remove(Value key) => _table.Remove(key, out _);

    public bool Remove(string key) => _table.Remove(Value.From(key), out _);

    public void Clear() => _table.Clear();

    /// <summary>A copy with the same keys and values.</summary>
    public DictValue Copy() => new(_table.Copy());

    /// <summary>The entries in order of insertion.</summary>
    /// <exception cref="JinjaException">RuntimeError when the size changes while they are enumerated.</exception>
    public IEnumerable<KeyValuePair<Value, Value>> Entries => _table.Entries("dictionary");

    public override string TypeName => "dict";

    public override bool IsMapping => true;

    public override int? Length => _table.Count;

    public override IEnumerable<Value> Items => _table.Keys("dictionary");

    public override string ToRepr() => ValueText.ToRepr(this);

    public override bool IsEqualTo(Value other) => other.As<DictValue>() is { } dict && _table.IsEqualTo(dict._table);

    public override int HashCode => throw ValueOps.Unhashable(TypeName);

    public override bool Contains(Value value) => _table.TryGet(value, out _);

    public override bool TryGetItem(Value key, out Value value) => _table.TryGetItem(key, out value);

    public override bool TryGetAttribute(string name, out Value value) => Methods.TryGetBound(this, name, out value);

    public override bool TryCallMethod(RenderContext context, string name, Arguments arguments, out Value result) =>
        DictMethods.TryCall(this, name, arguments, out result);
}
