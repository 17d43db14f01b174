using Gild.Jinja.Builtins;
using Gild.Jinja.Runtime;

namespace Gild.Jinja.Values;

/// <summary>Python's <c>set</c>. Its order is that of insertion, where Python's depends on the hashes.</summary>
public sealed class SetValue : JinjaObject
{
    readonly ValueTable _table;

    public SetValue() => _table = new ValueTable(0);

    public SetValue(IEnumerable<Value> elements)
        : this()
    {
        foreach (Value element in elements)
        {
            Add(element);
        }
    }

    internal ValueTable Table => _table;

    public int Count => _table.Count;

    /// <summary>Adds an element; false when it was there.</summary>
    public bool Add(Value element) => _table.Add(element, Value.None);

    public bool Remove(Value element) => _table.Remove(element, out _);

    public override string TypeName => "set";

    public override int? Length => _table.Count;

    public override IEnumerable<Value> Items => _table.Keys("Set");

    public override string ToRepr() => ValueText.ToRepr(this);

    public override bool Contains(Value value) => _table.TryGet(value, out _);

    public override bool IsEqualTo(Value other) => AreEqualSets(this, other.AsObject);

    public override int HashCode => throw ValueOps.Unhashable(TypeName);

    public override bool TryGetAttribute(string name, out Value value) => Methods.TryGetBound(this, name, out value);

    public override bool TryCallMethod(RenderContext context, string name, Arguments arguments, out Value result) =>
        SetMethods.TryCall(this, name, arguments, out result);

    internal static bool IsSetLike(JinjaObject? target) => target is SetValue or DictKeysValue or DictItemsValue;

    internal static bool AreEqualSets(JinjaObject left, JinjaObject? right) =>
        IsSetLike(right) && left.Length == right!.Length && IsSubset(left, right);

    internal static bool IsSubset(JinjaObject left, JinjaObject right)
    {
        foreach (Value element in left.Items!)
        {
            if (!right.Contains(element))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary><c>&lt;</c>, <c>&lt;=</c> … of sets: inclusion.</summary>
    internal static bool CompareInclusion(ComparisonOperator op, JinjaObject left, JinjaObject right) => op switch
    {
        ComparisonOperator.Less => left.Length < right.Length && IsSubset(left, right),
        ComparisonOperator.LessOrEqual => left.Length <= right.Length && IsSubset(left, right),
        ComparisonOperator.Greater => left.Length > right.Length && IsSubset(right, left),
        _ => left.Length >= right.Length && IsSubset(right, left),
    };

    /// <summary>The difference of two sets; a view of keys or items takes anything that can be iterated.</summary>
    internal static Value? TrySubtract(Value left, Value right)
    {
        bool isView = left.AsObject is DictKeysValue or DictItemsValue;
        bool isOfView = right.AsObject is DictKeysValue or DictItemsValue;
        if (!(isView || isOfView || (left.AsObject is SetValue && right.AsObject is SetValue)))
        {
            return null;
        }

        SetValue difference = new(ValueOps.Iterate(left));
        foreach (Value element in ValueOps.Walk(right))
        {
            difference.Remove(element);
        }

        return difference;
    }
}
