using System.Numerics;
using System.Text;
using Gild.Jinja.Values;

namespace Gild.Adapters.DuckDb;

/// <summary>
/// Reads one column of a result. A chunk's vector is bound, then its rows are read; nested types read their children's vectors.
/// The layouts are those of duckdb.h.
/// </summary>
abstract unsafe class VectorReader
{
    ulong* _validity;

    protected byte* Data { get; private set; }

    internal virtual void Bind(nint vector)
    {
        Data = (byte*)DuckDbNative.VectorData(vector);
        _validity = (ulong*)DuckDbNative.VectorValidity(vector);
    }

    internal Value Read(long row) => IsNull(row) ? Value.None : ReadCell(row);

    /// <summary>Appends the cell as it stands inside a JSON text.</summary>
    internal void WriteJson(StringBuilder json, long row)
    {
        if (IsNull(row))
        {
            json.Append("null");
        }
        else
        {
            WriteJsonCell(json, row);
        }
    }

    protected abstract Value ReadCell(long row);

    protected virtual void WriteJsonCell(StringBuilder json, long row) => HostValues.AppendJson(json, ReadCell(row));

    bool IsNull(long row) => _validity is not null && (_validity[row >> 6] & (1UL << (int)(row & 63))) == 0;

    /// <summary>The reader for a column of this type.</summary>
    /// <exception cref="Gild.Engine.Adapters.AdapterException">For a type that has no form in templates.</exception>
    internal static VectorReader For(nint type, string column, TimeZoneInfo zone) => DuckDbNative.TypeId(type) switch
    {
        DuckDbType.Boolean => new Scalar<byte>(v => v != 0),
        DuckDbType.TinyInt => new Scalar<sbyte>(v => (long)v),
        DuckDbType.SmallInt => new Scalar<short>(v => (long)v),
        DuckDbType.Integer => new Scalar<int>(v => (long)v),
        DuckDbType.BigInt => new Scalar<long>(v => v),
        DuckDbType.UTinyInt => new Scalar<byte>(v => (long)v),
        DuckDbType.USmallInt => new Scalar<ushort>(v => (long)v),
        DuckDbType.UInteger => new Scalar<uint>(v => (long)v),
        DuckDbType.UBigInt => new Scalar<ulong>(v => Value.From(new BigInteger(v))),
        DuckDbType.HugeInt => new Scalar<Int128>(v => Value.From((BigInteger)v)),
        DuckDbType.UHugeInt => new Scalar<UInt128>(v => Value.From((BigInteger)v)),
        DuckDbType.Float => new FloatReader<float>(v => double.Parse(
            v.ToString("R", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture)),
        DuckDbType.Double => new FloatReader<double>(v => v),
        DuckDbType.Decimal => DecimalFor(type),
        DuckDbType.Date => new Scalar<int>(DuckDbTypes.Date),
        DuckDbType.Time => new Scalar<long>(v => HostValues.TimeText(v)),
        DuckDbType.TimeNanos => new Scalar<long>(v => HostValues.TimeText(v / 1000)),
        DuckDbType.TimeTz => new Scalar<ulong>(DuckDbTypes.TimeTz),
        DuckDbType.Timestamp => new Scalar<long>(v => DuckDbTypes.Timestamp(v, null)),
        DuckDbType.TimestampSeconds => new Scalar<long>(v => DuckDbTypes.TimestampSeconds(v)),
        DuckDbType.TimestampMillis => new Scalar<long>(v => DuckDbTypes.TimestampMillis(v)),
        DuckDbType.TimestampNanos => new Scalar<long>(v => DuckDbTypes.TimestampNanos(v)),
        DuckDbType.TimestampTz => new Scalar<long>(v => DuckDbTypes.Timestamp(v, zone)),
        DuckDbType.Interval => new Scalar<DuckDbInterval>(v => HostValues.IntervalText((v.Months * 30L) + v.Days, v.Micros)),
        DuckDbType.Uuid => new Scalar<UInt128>(DuckDbTypes.Uuid),
        DuckDbType.Varchar => new TextReader(bytes => Encoding.UTF8.GetString(bytes)),
        DuckDbType.Blob or DuckDbType.Geometry => new TextReader(HostValues.BytesText),
        DuckDbType.Bit => new TextReader(DuckDbTypes.Bits),
        DuckDbType.Enum => EnumFor(type),
        DuckDbType.List => new ListReader(ForChild(DuckDbNative.ListChildType(type), column, zone)),
        DuckDbType.Array => new ArrayReader(ForChild(DuckDbNative.ArrayChildType(type), column, zone), (long)DuckDbNative.ArraySize(type)),
        DuckDbType.Struct => StructFor(type, column, zone),
        DuckDbType.Map => new MapReader(
            ForChild(DuckDbNative.MapKeyType(type), column, zone), ForChild(DuckDbNative.MapValueType(type), column, zone)),
        DuckDbType.Union => UnionFor(type, column, zone),
        DuckDbType.SqlNull => new Scalar<byte>(_ => Value.None),
        _ => throw new Engine.Adapters.AdapterException(
            $"Column {column} has the type {DuckDbTypes.NameOf(type)}, which cannot be read here; cast it to varchar."),
    };

    static VectorReader ForChild(nint type, string column, TimeZoneInfo zone)
    {
        try
        {
            return For(type, column, zone);
        }
        finally
        {
            DuckDbNative.DestroyLogicalType(ref type);
        }
    }

    static VectorReader DecimalFor(nint type)
    {
        int scale = DuckDbNative.DecimalScale(type);
        return DuckDbNative.DecimalInternalType(type) switch
        {
            DuckDbType.SmallInt => new DecimalReader<short>(v => v, scale),
            DuckDbType.Integer => new DecimalReader<int>(v => v, scale),
            DuckDbType.BigInt => new DecimalReader<long>(v => v, scale),
            _ => new DecimalReader<Int128>(v => (BigInteger)v, scale),
        };
    }

    static VectorReader EnumFor(nint type)
    {
        Value[] members = new Value[DuckDbNative.EnumSize(type)];
        for (int i = 0; i < members.Length; i++)
        {
            members[i] = DuckDbNative.TakeText(DuckDbNative.EnumValue(type, (ulong)i)) ?? "";
        }

        return DuckDbNative.EnumInternalType(type) switch
        {
            DuckDbType.UTinyInt => new Scalar<byte>(v => members[v]),
            DuckDbType.USmallInt => new Scalar<ushort>(v => members[v]),
            _ => new Scalar<uint>(v => members[v]),
        };
    }

    static StructReader StructFor(nint type, string column, TimeZoneInfo zone)
    {
        int count = (int)DuckDbNative.StructChildCount(type);
        string[] names = new string[count];
        VectorReader[] fields = new VectorReader[count];
        for (int i = 0; i < count; i++)
        {
            names[i] = DuckDbNative.TakeText(DuckDbNative.StructChildName(type, (ulong)i)) ?? "";
            fields[i] = ForChild(DuckDbNative.StructChildType(type, (ulong)i), column, zone);
        }

        return new StructReader(names, fields);
    }

    static UnionReader UnionFor(nint type, string column, TimeZoneInfo zone)
    {
        VectorReader[] members = new VectorReader[(int)DuckDbNative.UnionMemberCount(type)];
        for (int i = 0; i < members.Length; i++)
        {
            members[i] = ForChild(DuckDbNative.UnionMemberType(type, (ulong)i), column, zone);
        }

        return new UnionReader(members);
    }

    sealed class Scalar<T>(Func<T, Value> convert) : VectorReader where T : unmanaged
    {
        protected override Value ReadCell(long row) => convert(((T*)Data)[row]);
    }

    sealed class FloatReader<T>(Func<T, double> convert) : VectorReader where T : unmanaged
    {
        protected override Value ReadCell(long row) => HostValues.Decimal(convert(((T*)Data)[row]));

        protected override void WriteJsonCell(StringBuilder json, long row) =>
            HostValues.AppendJson(json, convert(((T*)Data)[row]));
    }

    sealed class DecimalReader<T>(Func<T, BigInteger> convert, int scale) : VectorReader where T : unmanaged
    {
        protected override Value ReadCell(long row) => HostValues.Decimal(convert(((T*)Data)[row]), scale);

        protected override void WriteJsonCell(StringBuilder json, long row) =>
            json.Append(HostValues.DecimalText(convert(((T*)Data)[row]), scale));
    }

    /// <summary>A decoder of the bytes of one cell.</summary>
    delegate string BytesDecoder(ReadOnlySpan<byte> bytes);

    /// <summary><c>duckdb_string_t</c>: 16 bytes; up to 12 bytes of text stand inside, longer ones behind a pointer.</summary>
    sealed class TextReader(BytesDecoder decode) : VectorReader
    {
        const int Size = 16;
        const uint LargestInline = 12;

        protected override Value ReadCell(long row)
        {
            byte* cell = Data + (row * Size);
            uint length = *(uint*)cell;
            byte* text = length <= LargestInline ? cell + 4 : *(byte**)(cell + 8);
            return decode(new ReadOnlySpan<byte>(text, checked((int)length)));
        }
    }

    /// <summary><c>duckdb_list_entry</c>.</summary>
    readonly record struct ListEntry(ulong Offset, ulong Length);

    /// <summary>A type whose cells are JSON texts.</summary>
    abstract class NestedReader : VectorReader
    {
        protected override Value ReadCell(long row)
        {
            StringBuilder json = new();
            WriteJsonCell(json, row);
            return json.ToString();
        }

        protected static void WriteList(StringBuilder json, VectorReader items, long offset, long length)
        {
            json.Append('[');
            for (long i = 0; i < length; i++)
            {
                json.Append(i == 0 ? "" : ", ");
                items.WriteJson(json, offset + i);
            }

            json.Append(']');
        }
    }

    sealed class ListReader(VectorReader items) : NestedReader
    {
        internal override void Bind(nint vector)
        {
            base.Bind(vector);
            items.Bind(DuckDbNative.ListChild(vector));
        }

        protected override void WriteJsonCell(StringBuilder json, long row)
        {
            ListEntry entry = ((ListEntry*)Data)[row];
            WriteList(json, items, (long)entry.Offset, (long)entry.Length);
        }
    }

    sealed class ArrayReader(VectorReader items, long size) : NestedReader
    {
        internal override void Bind(nint vector)
        {
            base.Bind(vector);
            items.Bind(DuckDbNative.ArrayChild(vector));
        }

        protected override void WriteJsonCell(StringBuilder json, long row) => WriteList(json, items, row * size, size);
    }

    sealed class StructReader(string[] names, VectorReader[] fields) : NestedReader
    {
        internal override void Bind(nint vector)
        {
            base.Bind(vector);
            for (int i = 0; i < fields.Length; i++)
            {
                fields[i].Bind(DuckDbNative.StructChild(vector, (ulong)i));
            }
        }

        protected override void WriteJsonCell(StringBuilder json, long row)
        {
            json.Append('{');
            for (int i = 0; i < fields.Length; i++)
            {
                json.Append(i == 0 ? "" : ", ");
                HostValues.AppendJsonText(json, names[i]);
                json.Append(": ");
                fields[i].WriteJson(json, row);
            }

            json.Append('}');
        }
    }

    /// <summary>A map is stored as a list of structs of key and value.</summary>
    sealed class MapReader(VectorReader keys, VectorReader values) : NestedReader
    {
        internal override void Bind(nint vector)
        {
            base.Bind(vector);
            nint entries = DuckDbNative.ListChild(vector);
            keys.Bind(DuckDbNative.StructChild(entries, 0));
            values.Bind(DuckDbNative.StructChild(entries, 1));
        }

        protected override void WriteJsonCell(StringBuilder json, long row)
        {
            ListEntry entry = ((ListEntry*)Data)[row];
            json.Append('{');
            for (ulong i = 0; i < entry.Length; i++)
            {
                json.Append(i == 0 ? "" : ", ");
                HostValues.AppendJsonText(json, keys.Read((long)(entry.Offset + i)).ToString());
                json.Append(": ");
                values.WriteJson(json, (long)(entry.Offset + i));
            }

            json.Append('}');
        }
    }

    /// <summary>A union is stored as a struct: the tag, then one vector for each member.</summary>
    sealed class UnionReader(VectorReader[] members) : VectorReader
    {
        byte* _tags;

        internal override void Bind(nint vector)
        {
            base.Bind(vector);
            _tags = (byte*)DuckDbNative.VectorData(DuckDbNative.StructChild(vector, 0));
            for (int i = 0; i < members.Length; i++)
            {
                members[i].Bind(DuckDbNative.StructChild(vector, (ulong)i + 1));
            }
        }

        protected override Value ReadCell(long row) => members[_tags[row]].Read(row);

        protected override void WriteJsonCell(StringBuilder json, long row) => members[_tags[row]].WriteJson(json, row);
    }
}
