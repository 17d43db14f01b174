using SilverSample.Parquet;
using SilverSample.Values;

namespace SilverSample.Ai;

/// <summary>Collects the distinct items of one array cell and writes them, cut to what the row may keep.</summary>
sealed class ListBuilder
{
    readonly Utf8[] _items = new Utf8[64];
    int _count;

    [ThreadStatic]
    static ListBuilder? t_current;

    /// <summary>An empty builder of this thread.</summary>
    public static ListBuilder Start()
    {
        var builder = t_current ??= new ListBuilder();
        builder._count = 0;
        return builder;
    }

    /// <summary>Number of items.</summary>
    public int Count => _count;

    /// <summary>Adds an item unless the list has it.</summary>
    public bool Add(Utf8 item)
    {
        foreach (var known in _items.AsSpan(0, _count))
        {
            if (ReferenceEquals(known, item) || known.Text == item.Text)
            {
                return false;
            }
        }

        _items[_count++] = item;
        return true;
    }

    /// <summary>Adds the member at <paramref name="place"/>, or the next one that the list lacks.</summary>
    public void AddNext(Utf8[] members, int place)
    {
        for (var n = 0; n < members.Length && !Add(members[(place + n) % members.Length]); n++)
        {
        }
    }

    /// <summary>Writes the list, with at most <paramref name="most"/> items.</summary>
    public void WriteTo(Cell cell, int most) => cell.List(_items.AsSpan(0, Math.Min(_count, most)));
}
