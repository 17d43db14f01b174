using System.Globalization;
using System.Numerics;
using System.Text;
using Gild.Engine.Adapters;
using Gild.Jinja.Values;

namespace Gild.Adapters.Postgres;

/// <summary>
/// PostgreSQL's types by OID (pg_type.dat): psycopg2's names for them, which dbt-postgres shows and compares, and cells from the server's
/// text form.
/// </summary>
static class PostgresTypes
{
    sealed record TypeFacts(string Name, ResultColumnKind Kind, Func<string, Value> Convert, uint ArrayOid = 0, string? ArrayName = null);

    static readonly Dictionary<uint, TypeFacts> Scalars = new()
    {
        [16] = new("BOOLEAN", ResultColumnKind.Boolean, t => t == "t", 1000, "BOOLEANARRAY"),
        [20] = new("LONGINTEGER", ResultColumnKind.Integer, Integer, 1016, "LONGINTEGERARRAY"),
        [21] = new("INTEGER", ResultColumnKind.Integer, Integer, 1005, "INTEGERARRAY"),
        [23] = new("INTEGER", ResultColumnKind.Integer, Integer, 1007, "INTEGERARRAY"),
        [26] = new("ROWID", ResultColumnKind.Integer, Integer, 1028, "ROWIDARRAY"),
        [700] = new("FLOAT", ResultColumnKind.Number, Float, 1021, "FLOATARRAY"),
        [701] = new("FLOAT", ResultColumnKind.Number, Float, 1022, "FLOATARRAY"),
        [1700] = new("DECIMAL", ResultColumnKind.Number, Numeric, 1231, "DECIMALARRAY"),
        [1082] = new("DATE", ResultColumnKind.Date, Date, 1182, "DATEARRAY"),
        [1083] = new("TIME", ResultColumnKind.Text, Time, 1183, "TIMEARRAY"),
        [1266] = new("TIME", ResultColumnKind.Text, Time, 1270, "TIMEARRAY"),
        [1114] = new("DATETIME", ResultColumnKind.DateTime, Timestamp, 1115, "DATETIMEARRAY"),
        [1184] = new("DATETIMETZ", ResultColumnKind.DateTime, Timestamp, 1185, "DATETIMETZARRAY"),
        [1186] = new("INTERVAL", ResultColumnKind.Text, t => PostgresInterval.ToPython(t), 1187, "INTERVALARRAY"),
        [17] = new("BINARY", ResultColumnKind.Text, Bytes, 1001, "BINARYARRAY"),
        [25] = new("STRING", ResultColumnKind.Text, t => t, 1009, "STRINGARRAY"),
        [1042] = new("STRING", ResultColumnKind.Text, t => t, 1014, "STRINGARRAY"),
        [1043] = new("STRING", ResultColumnKind.Text, t => t, 1015, "STRINGARRAY"),
        [18] = new("STRING", ResultColumnKind.Text, t => t, 1002, "STRINGARRAY"),
        [19] = new("STRING", ResultColumnKind.Text, t => t, 1003, "STRINGARRAY"),
        [114] = new("JSON", ResultColumnKind.Text, Json, 199, "JSONARRAY"),
        [3802] = new("JSONB", ResultColumnKind.Text, Json, 3807, "JSONBARRAY"),
        [2950] = new("unknown type_code 2950", ResultColumnKind.Text, t => t, 2951, "unknown type_code 2951"),
    };

    static readonly Dictionary<uint, TypeFacts> Arrays = Scalars.Values.ToDictionary(
        s => s.ArrayOid, s => new TypeFacts(s.ArrayName!, ResultColumnKind.Text, t => PostgresArray.ToJson(t, s.Convert)));

    /// <summary>The type of an OID; an unknown one is a text that is named by its number.</summary>
    internal static WireType Of(uint oid) => (Scalars.GetValueOrDefault(oid) ?? Arrays.GetValueOrDefault(oid)) is { } facts
        ? new WireType(facts.Name, facts.Kind, facts.Convert)
        : new WireType(string.Create(CultureInfo.InvariantCulture, $"unknown type_code {oid}"), ResultColumnKind.Text, t => t);

    static Value Integer(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    static Value Float(string text) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => HostValues.Decimal(double.Parse(text, CultureInfo.InvariantCulture)),
    };

    static Value Numeric(string text)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        int scale = point < 0 ? 0 : text.Length - point - 1;
        return BigInteger.TryParse(
            text.Replace(".", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger unscaled)
            ? HostValues.Decimal(unscaled, scale)
            : Float(text);
    }

    static Value Date(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            ? HostValues.Date(date)
            : text;

    /// <summary><c>2020-01-02 03:04:05.678+01</c>; what Python's datetime cannot hold (infinity, BC) is a text.</summary>
    static Value Timestamp(string text)
    {
        int sign = text.LastIndexOfAny(['+', '-']);
        TimeSpan? offset = null;
        string local = text;
        if (sign > "yyyy-MM-dd".Length)
        {
            offset = Offset(text[sign..]);
            local = text[..sign];
        }

        return DateTime.TryParseExact(
            local, ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFF"], CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime moment)
            ? HostValues.Timestamp(moment, offset)
            : text;
    }

    /// <summary><c>+01</c>, <c>-03:30</c>, <c>+00:00:20</c>.</summary>
    static TimeSpan Offset(string text)
    {
        string[] parts = text[1..].Split(':');
        TimeSpan size = new(
            int.Parse(parts[0], CultureInfo.InvariantCulture),
            parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0,
            parts.Length > 2 ? int.Parse(parts[2], CultureInfo.InvariantCulture) : 0);
        return text[0] == '-' ? -size : size;
    }

    /// <summary>Python prints six digits of a second or none, and minutes of every offset.</summary>
    static Value Time(string text)
    {
        int sign = text.IndexOfAny(['+', '-']);
        string time = sign < 0 ? text : text[..sign];
        string offset = sign < 0 ? "" : text[sign..].Contains(':', StringComparison.Ordinal) ? text[sign..] : text[sign..] + ":00";
        int point = time.IndexOf('.', StringComparison.Ordinal);
        return (point < 0 ? time : time[..point] + time[point..].PadRight(7, '0')) + offset;
    }

    static Value Bytes(string text) =>
        HostValues.BytesText(text.StartsWith("\\x", StringComparison.Ordinal) ? Convert.FromHexString(text.AsSpan(2)) : Encoding.UTF8.GetBytes(text));

    /// <summary>psycopg2 reads JSON and dbt writes objects and lists back as text; scalars stay what they are.</summary>
    static Value Json(string text)
    {
        using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(text);
        return PostgresJson.ToValue(document.RootElement);
    }
}
