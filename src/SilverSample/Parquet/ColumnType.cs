namespace SilverSample.Parquet;

/// <summary>The eight column types of the Silver contract (silver-schema.md, letters S A I L D B DT TS).</summary>
enum ColumnType
{
    /// <summary>UTF-8 text.</summary>
    Text,

    /// <summary>List of UTF-8 texts (three-level Parquet LIST).</summary>
    TextList,

    /// <summary>32-bit integer.</summary>
    Integer,

    /// <summary>64-bit integer.</summary>
    Long,

    /// <summary>64-bit floating point.</summary>
    Number,

    /// <summary>Boolean.</summary>
    Flag,

    /// <summary>Days since 1970-01-01.</summary>
    Date,

    /// <summary>Microseconds since 1970-01-01, UTC, stored without zone.</summary>
    Timestamp,
}
