namespace Gild.Jinja.Values;

/// <summary>
/// A walk over the items of a value, for <c>foreach</c>. Lists and generators, which are most of what filters meet, need no
/// interface call and no state of their own on the way.
/// </summary>
public struct ItemWalk : IDisposable
{
    readonly List<Value>? _list;
    readonly IteratorValue? _iterator;
    readonly IEnumerator<Value>? _others;
    Value _current;
    int _next;

    internal ItemWalk(Value value)
    {
        switch (value.AsObject)
        {
            case ListValue list:
                _list = list.Elements;
                break;
            case IteratorValue iterator:
                _iterator = iterator;
                break;
            default:
                _others = ValueOps.Iterate(value).GetEnumerator();
                break;
        }
    }

    public readonly Value Current => _current;

    public readonly ItemWalk GetEnumerator() => this;

    /// <summary>Elements that are added to a list during the walk are met, as in Python.</summary>
    public bool MoveNext()
    {
        if (_list is not null)
        {
            if (_next >= _list.Count)
            {
                return false;
            }

            _current = _list[_next++];
            return true;
        }

        if (_iterator is not null)
        {
            return _iterator.TryNext(out _current);
        }

        if (!_others!.MoveNext())
        {
            return false;
        }

        _current = _others.Current;
        return true;
    }

    public readonly void Dispose() => _others?.Dispose();
}
