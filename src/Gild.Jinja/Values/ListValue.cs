using System.Runtime.InteropServices;
using Gild.Jinja.Builtins;
using Gild.Jinja.Runtime;

namespace Gild.Jinja.Values;

/// <summary>Python's <c>list</c>.</summary>
public sealed class ListValue : JinjaObject
{
    public ListValue() => Elements = [];

    public ListValue(int capacity) => Elements = new List<Value>(capacity);

    public ListValue(IEnumerable<Value> elements) => Elements = [.. elements];

    ListValue(List<Value> elements) => Elements = elements;

    /// <summary>A list over elements that belong to it from now on.</summary>
    public static ListValue Over(List<Value> elements) => new(elements);

    public List<Value> Elements { get; }

    /// <summary>The elements; valid until the list changes.</summary>
    public ReadOnlySpan<Value> Span => CollectionsMarshal.AsSpan(Elements);

    public override string TypeName => "list";

    public override int? Length => Elements.Count;

    /// <summary>By index, so that a loop sees elements that are added while it runs, as in Python.</summary>
    public override IEnumerable<Value> Items
    {
        get
        {
            for (int i = 0; i < Elements.Count; i++)
            {
                yield return Elements[i];
            }
        }
    }

    public override string ToRepr() => ValueText.ToRepr(this);

    public override bool IsEqualTo(Value other) =>
        other.As<ListValue>() is { } list && ValueOps.AreSequencesEqual(Span, list.Span);

    public override int HashCode => throw ValueOps.Unhashable(TypeName);

    public override bool Contains(Value value) => ValueOps.IndexOf(Span, value) >= 0;

    public override bool TryGetItem(Value key, out Value value) => ValueOps.TryGetIndexed(Span, key, out value);

    public override bool TryGetAttribute(string name, out Value value) => Methods.TryGetBound(this, name, out value);

    public override bool TryCallMethod(RenderContext context, string name, Arguments arguments, out Value result) =>
        ListMethods.TryCall(context, this, name, arguments, out result);
}
