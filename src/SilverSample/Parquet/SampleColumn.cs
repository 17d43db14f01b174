using System.Text;

namespace SilverSample.Parquet;

/// <summary>Writes one cell of a row. Every call must write exactly one value or NULL.</summary>
delegate void CellWriter<TRow>(TRow row, Cell cell);

/// <summary>One column of a dataset: name, type and how a row fills it.</summary>
sealed class SampleColumn<TRow>(string name, ColumnType type, CellWriter<TRow> write)
{
    /// <summary>Column name as in silver-schema.md.</summary>
    public string Name { get; } = name;

    /// <summary>The name as zero-terminated UTF-8, for the C API.</summary>
    public byte[] NameUtf8 { get; } = Encoding.UTF8.GetBytes(name + "\0");

    /// <summary>Contract type.</summary>
    public ColumnType Type { get; } = type;

    /// <summary>Fills the column for one row.</summary>
    public CellWriter<TRow> Write { get; } = write;
}
