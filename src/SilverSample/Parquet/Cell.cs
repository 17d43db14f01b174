using SilverSample.Values;

namespace SilverSample.Parquet;

/// <summary>The place of one value in the chunk DuckDB reads next: a column vector and a row.</summary>
readonly unsafe struct Cell(ColumnVector vector, int row)
{
    /// <summary>Writes NULL.</summary>
    public void Null() => vector.SetNull(row);

    /// <summary>Writes text given as UTF-8.</summary>
    public void Text(ReadOnlySpan<byte> utf8) => vector.SetText(row, utf8);

    /// <summary>Writes text, or NULL.</summary>
    public void Text(Utf8? text)
    {
        if (text is null)
        {
            vector.SetNull(row);
        }
        else
        {
            vector.SetText(row, text.Bytes);
        }
    }

    /// <summary>Writes a list of texts, or NULL.</summary>
    public void List(ReadOnlySpan<Utf8> items) => vector.SetList(row, items);

    /// <summary>Writes a 32-bit integer, or NULL.</summary>
    public void Integer(int? value) => vector.Set(row, value);

    /// <summary>Writes a 64-bit integer, or NULL.</summary>
    public void Long(long? value) => vector.Set(row, value);

    /// <summary>Writes a double, or NULL.</summary>
    public void Number(double? value) => vector.Set(row, value);

    /// <summary>Writes a boolean, or NULL.</summary>
    public void Flag(bool? value) => vector.Set(row, value);

    /// <summary>Writes a date given in days since 1970-01-01, or NULL.</summary>
    public void Date(int? days) => vector.Set(row, days);

    /// <summary>Writes a timestamp given in microseconds since 1970-01-01, or NULL.</summary>
    public void Timestamp(long? micros) => vector.Set(row, micros);
}
