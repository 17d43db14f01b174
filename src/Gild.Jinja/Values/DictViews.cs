namespace Gild.Jinja.Values;

/// <summary>What <c>dict.keys()</c> gives: a view that follows the dict.</summary>
sealed class DictKeysValue(DictValue dict) : JinjaObject
{
    public DictValue Dict => dict;

    public override string TypeName => "dict_keys";

    public override int? Length => dict.Count;

    public override IEnumerable<Value> Items => dict.Items;

    public override string ToRepr() => ValueText.ToRepr(this);

    public override bool Contains(Value value) => dict.Contains(value);

    public override bool IsEqualTo(Value other) => SetValue.AreEqualSets(this, other.AsObject);

    public override int HashCode => throw ValueOps.Unhashable(TypeName);

    public override bool TryCallMethod(Runtime.RenderContext context, string name, Runtime.Arguments arguments, out Value result) =>
        Builtins.DictMethods.TryCallView(this, name, arguments, out result);

    public override bool TryGetAttribute(string name, out Value value) => Builtins.DictMethods.TryGetViewAttribute(this, name, out value);
}

/// <summary>What <c>dict.values()</c> gives.</summary>
sealed class DictValuesValue(DictValue dict) : JinjaObject
{
    public DictValue Dict => dict;

    public override string TypeName => "dict_values";

    public override int? Length => dict.Count;

    public override IEnumerable<Value> Items => dict.Table.Values("dictionary");

    public override string ToRepr() => ValueText.ToRepr(this);
}

/// <summary>What <c>dict.items()</c> gives: pairs as tuples.</summary>
sealed class DictItemsValue(DictValue dict) : JinjaObject
{
    public DictValue Dict => dict;

    public override string TypeName => "dict_items";

    public override int? Length => dict.Count;

    public override IEnumerable<Value> Items
    {
        get
        {
            foreach (KeyValuePair<Value, Value> entry in dict.Entries)
            {
                yield return TupleValue.Over([entry.Key, entry.Value]);
            }
        }
    }

    public override string ToRepr() => ValueText.ToRepr(this);

    public override bool Contains(Value value) => value.As<TupleValue>() is { } pair && pair.Span.Length == 2
        && dict.TryGetValue(pair.Span[0], out Value found) && ValueOps.AreSameOrEqual(found, pair.Span[1]);

    public override bool IsEqualTo(Value other) => SetValue.AreEqualSets(this, other.AsObject);

    public override int HashCode => throw ValueOps.Unhashable(TypeName);

    public override bool TryCallMethod(Runtime.RenderContext context, string name, Runtime.Arguments arguments, out Value result) =>
        Builtins.DictMethods.TryCallView(this, name, arguments, out result);

    public override bool TryGetAttribute(string name, out Value value) => Builtins.DictMethods.TryGetViewAttribute(this, name, out value);
}
