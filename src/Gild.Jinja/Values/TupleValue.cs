using Gild.Jinja.Builtins;
using Gild.Jinja.Runtime;

namespace Gild.Jinja.Values;

/// <summary>Python's <c>tuple</c>. With field names it is a namedtuple, as <c>groupby</c> makes them.</summary>
public sealed class TupleValue : JinjaObject
{
    readonly Value[] _elements;
    readonly string[]? _fields;

    public TupleValue(params ReadOnlySpan<Value> elements) => _elements = elements.ToArray();

    TupleValue(Value[] elements, string[]? fields = null)
    {
        _elements = elements;
        _fields = fields;
    }

    public static TupleValue Empty { get; } = new([], null);

    /// <summary>A tuple over an array that nobody changes any more.</summary>
    public static TupleValue Over(Value[] elements) => new(elements, null);

    /// <summary>A namedtuple: its elements are attributes too.</summary>
    public static TupleValue Named(string[] fields, Value[] elements) => new(elements, fields);

    /// <summary>Whether this is a namedtuple.</summary>
    public bool IsNamed => _fields is not null;

    public IReadOnlyList<Value> Elements => _elements;

    public ReadOnlySpan<Value> Span => _elements;

    public override string TypeName => "tuple";

    public override int? Length => _elements.Length;

    public override IEnumerable<Value> Items => _elements;

    public override string ToRepr() => ValueText.ToRepr(this);

    public override bool IsEqualTo(Value other) =>
        other.As<TupleValue>() is { } tuple && ValueOps.AreTuplesEqual(_elements, tuple._elements);

    public override int HashCode
    {
        get
        {
            HashCode hash = default;
            foreach (Value element in _elements)
            {
                hash.Add(ValueOps.HashOf(element));
            }

            return hash.ToHashCode();
        }
    }

    public override bool Contains(Value value) => ValueOps.IndexOf(_elements, value) >= 0;

    public override bool TryGetItem(Value key, out Value value) => ValueOps.TryGetIndexed(_elements, key, out value);

    public override bool TryGetAttribute(string name, out Value value)
    {
        int field = _fields is null ? -1 : Array.IndexOf(_fields, name);
        if (field >= 0)
        {
            value = _elements[field];
            return true;
        }

        return Methods.TryGetBound(this, name, out value);
    }

    public override bool TryCallMethod(RenderContext context, string name, Arguments arguments, out Value result) =>
        ListMethods.TryCall(this, name, arguments, out result);
}
