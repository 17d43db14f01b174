namespace Gild.Jinja.Values;

/// <summary>
/// Something that gives its items once: a generator, as <c>map</c> and <c>select</c> make them, or an iterator. Nothing
/// is computed before it is asked for.
/// </summary>
public sealed class IteratorValue(IEnumerable<Value> source, string typeName = "generator", string? function = null) : JinjaObject
{
    readonly IEnumerator<Value> _enumerator = source.GetEnumerator();
    bool _isRunning;

    public override string TypeName => typeName;

    public override IEnumerable<Value> Items
    {
        get
        {
            while (TryNext(out Value item))
            {
                yield return item;
            }
        }
    }

    /// <summary>Takes the next item; false at the end.</summary>
    public bool TryNext(out Value item)
    {
        if (_isRunning)
        {
            throw JinjaException.ValueError("generator already executing");
        }

        _isRunning = true;
        try
        {
            bool hasItem = _enumerator.MoveNext();
            item = hasItem ? _enumerator.Current : default;
            return hasItem;
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
