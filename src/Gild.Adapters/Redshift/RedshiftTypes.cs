using Gild.Adapters.Postgres;

namespace Gild.Adapters.Redshift;

/// <summary>
/// Redshift's types by OID: the driver's names for them, which dbt-redshift shows and contracts compare. Cells are read as PostgreSQL's; those of
/// Redshift alone (SUPER, GEOMETRY, VARBYTE, HLLSKETCH, the two intervals) are the server's text.
/// </summary>
static class RedshiftTypes
{
    static readonly Dictionary<uint, string> Names = new()
    {
        [16] = "BOOLEAN",
        [17] = "BYTES",
        [18] = "CHAR",
        [19] = "NAME",
        [20] = "BIGINT",
        [21] = "SMALLINT",
        [23] = "INTEGER",
        [25] = "TEXT",
        [26] = "OID",
        [700] = "REAL",
        [701] = "FLOAT",
        [702] = "ABSTIME",
        [705] = "UNKNOWN",
        [1042] = "BPCHAR",
        [1043] = "STRING",
        [1082] = "DATE",
        [1083] = "TIME",
        [1114] = "TIMESTAMP",
        [1184] = "TIMESTAMPTZ",
        [1186] = "INTERVAL",
        [1188] = "INTERVALY2M",
        [1190] = "INTERVALD2S",
        [1266] = "TIMETZ",
        [1700] = "NUMERIC",
        [2935] = "HLLSKETCH",
        [3000] = "GEOMETRY",
        [3001] = "GEOGRAPHY",
        [4000] = "SUPER",
        [6551] = "VARBYTE",
    };

    internal static WireType Of(uint oid)
    {
        WireType type = PostgresTypes.Of(oid);
        return Names.TryGetValue(oid, out string? name) ? type with { Name = name } : type;
    }
}
