using SilverSample.Values;

namespace SilverSample.Parquet;

/// <summary>
/// One column of the current data chunk, written in place. Bound to a chunk by <see cref="Attach"/> and valid until
/// the chunk is handed back.
/// </summary>
sealed unsafe class ColumnVector(ColumnType type)
{
    /// <summary>Longest text that lives inside the 16-byte string slot itself.</summary>
    const int InlineLength = 12;

    nint _vector;
    byte* _data;
    ulong* _validity;
    nint _child;
    byte* _childData;
    ulong _childCount;
    ulong _childCapacity;

    /// <summary>Points the writer at a vector of a fresh chunk.</summary>
    public void Attach(nint vector)
    {
        _vector = vector;
        _data = (byte*)DuckDbNative.VectorGetData(vector);
        _validity = null;
        _childCount = 0;
        _childCapacity = 0;
        if (type == ColumnType.TextList)
        {
            _child = DuckDbNative.ListGetChild(vector);
        }
    }

    /// <summary>Ends the chunk: a list column tells DuckDB how many items it holds.</summary>
    public void Complete()
    {
        if (type == ColumnType.TextList)
        {
            Check(DuckDbNative.ListSetSize(_vector, _childCount));
        }
    }

    public void SetNull(int row)
    {
        if (_validity is null)
        {
            DuckDbNative.VectorEnsureValidityWritable(_vector);
            _validity = DuckDbNative.VectorGetValidity(_vector);
        }

        _validity[row >> 6] &= ~(1UL << (row & 63));
        if (type == ColumnType.TextList)
        {
            ((ulong*)_data)[2 * row] = _childCount;
            ((ulong*)_data)[(2 * row) + 1] = 0;
        }
    }

    public void SetText(int row, ReadOnlySpan<byte> utf8) => SetText(_vector, _data, (ulong)row, utf8);

    public void SetList(int row, ReadOnlySpan<Utf8> items)
    {
        var needed = _childCount + (ulong)items.Length;
        if (needed > _childCapacity)
        {
            _childCapacity = Math.Max(needed, Math.Max(2048, _childCapacity * 2));
            Check(DuckDbNative.ListReserve(_vector, _childCapacity));
            _childData = (byte*)DuckDbNative.VectorGetData(_child);
        }

        ((ulong*)_data)[2 * row] = _childCount;
        ((ulong*)_data)[(2 * row) + 1] = (ulong)items.Length;
        foreach (var item in items)
        {
            SetText(_child, _childData, _childCount++, item.Bytes);
        }
    }

    public void Set<T>(int row, T? value)
        where T : unmanaged
    {
        if (value is { } known)
        {
            ((T*)_data)[row] = known;
        }
        else
        {
            SetNull(row);
        }
    }

    static void SetText(nint vector, byte* data, ulong row, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length <= InlineLength)
        {
            // duckdb_string_t: four bytes of length, then up to twelve bytes of text, the rest zero.
            var slot = new Span<byte>(data + (16 * row), 16);
            slot.Clear();
            *(uint*)(data + (16 * row)) = (uint)utf8.Length;
            utf8.CopyTo(slot[4..]);
            return;
        }

        fixed (byte* text = utf8)
        {
            DuckDbNative.VectorAssignString(vector, row, text, (ulong)utf8.Length);
        }
    }

    static void Check(int state)
    {
        if (state != DuckDbNative.Success)
        {
            throw new SampleException("DuckDB could not grow a list column.");
        }
    }
}
