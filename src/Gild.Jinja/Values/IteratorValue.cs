using System.Collections;

namespace Gild.Jinja.Values;

/// <summary>
/// Something that gives its items once: a generator, as <c>map</c> and <c>select</c> make them, or an iterator. Nothing
/// is computed before it is asked for.
/// </summary>
public sealed class IteratorValue(IEnumerable<Value> source, string typeName = "generator", string? function = null)
    : JinjaObject, IEnumerable<Value>, IEnumerator<Value>
{
    readonly IEnumerator<Value> _enumerator = source.GetEnumerator();
    bool _isRunning;

    public override string TypeName => typeName;

    /// <summary>Itself: whoever takes an item, it is gone for all.</summary>
    public override IEnumerable<Value> Items => this;

    Value IEnumerator<Value>.Current => _enumerator.Current;

    object IEnumerator.Current => _enumerator.Current;

    IEnumerator<Value> IEnumerable<Value>.GetEnumerator() => this;

    IEnumerator IEnumerable.GetEnumerator() => this;

    bool IEnumerator.MoveNext() => MoveNext();

    void IEnumerator.Reset() => throw new NotSupportedException("A generator gives its items once.");

    // A loop that ends early leaves the rest to the next one.
    void IDisposable.Dispose()
    {
    }

    /// <summary>Takes the next item; false at the end.</summary>
    public bool TryNext(out Value item)
    {
        bool hasItem = MoveNext();
        item = hasItem ? _enumerator.Current : default;
        return hasItem;
    }

    bool MoveNext()
    {
        if (_isRunning)
        {
            throw JinjaException.ValueError("generator already executing");
        }

        _isRunning = true;
        try
        {
            return _enumerator.MoveNext();
        }
        finally
        {
            _isRunning = false;
        }
    }

    public override string ToRepr() => function is null
        ? $"<{typeName} object at 0x7f0000000000>"
        : $"<generator object {function} at 0x7f0000000000>";
}
