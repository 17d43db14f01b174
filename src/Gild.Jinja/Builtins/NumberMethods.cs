using System.Collections.Frozen;
using System.Numerics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>The methods of <c>int</c>, <c>bool</c> and <c>float</c>.</summary>
static class NumberMethods
{
    public static readonly FrozenSet<string> IntNames =
        FrozenSet.Create("bit_length", "bit_count", "conjugate", "as_integer_ratio", "to_bytes", "from_bytes");

    public static readonly FrozenSet<string> FloatNames =
        FrozenSet.Create("as_integer_ratio", "is_integer", "hex", "conjugate", "fromhex");

    public static bool TryGetAttribute(Value number, string name, out Value value)
    {
        switch (name)
        {
            case "real":
                value = ValueOps.Positive(number);
                return true;
            case "imag":
                value = number.IsFloat ? Value.From(0.0) : Value.From(0L);
                return true;
            case "numerator" when !number.IsFloat:
                value = ValueOps.Positive(number);
                return true;
            case "denominator" when !number.IsFloat:
                value = Value.From(1L);
                return true;
            default:
                value = default;
                return false;
        }
    }

    public static bool TryCall(Value number, string name, Arguments arguments, out Value result)
    {
        if (!(number.IsFloat ? FloatNames : IntNames).Contains(name))
        {
            result = default;
            return false;
        }

        result = number.IsFloat
            ? CallFloat(number.AsDouble, name, arguments)
            : CallInteger(ValueOps.Integer(number), name, arguments);
        return true;
    }

    static Value CallInteger(BigInteger number, string name, Arguments arguments)
    {
        switch (name)
        {
            case "to_bytes":
                return ToBytes(number, arguments);
            case "from_bytes":
                return FromBytes(arguments);
        }

        Binding.Positional(arguments, name, 0, 0);
        return name switch
        {
            "bit_length" => Value.From(number.IsZero ? 0L : (long)BigInteger.Abs(number).GetBitLength()),
            "bit_count" => Value.From(BigInteger.PopCount(BigInteger.Abs(number))),
            "as_integer_ratio" => TupleValue.Over([Value.From(number), Value.From(1L)]),
            _ => Value.From(number),
        };
    }

    static Value CallFloat(double number, string name, Arguments arguments)
    {
        if (name == "fromhex")
        {
            Binding.Positional(arguments, name, 1, 1);
            return Value.From(HexFloat.Parse(Binding.Text(arguments.Positional[0], name)));
        }

        Binding.Positional(arguments, name, 0, 0);
        return name switch
        {
            "is_integer" => Value.From(double.IsFinite(number) && Math.Floor(number) == number),
            "hex" => Value.From(HexFloat.Format(number)),
            "as_integer_ratio" => Ratio(number),
            _ => Value.From(number),
        };
    }

    static Value Ratio(double number)
    {
        if (!double.IsFinite(number))
        {
            throw double.IsNaN(number)
                ? JinjaException.ValueError("cannot convert NaN to integer ratio")
                : JinjaException.Overflow("cannot convert Infinity to integer ratio");
        }

        (BigInteger mantissa, int exponent) = FloatText.Split(Math.Abs(number));
        BigInteger numerator = exponent > 0 ? mantissa << exponent : mantissa;
        BigInteger denominator = exponent < 0 ? BigInteger.One << -exponent : BigInteger.One;
        BigInteger common = BigInteger.GreatestCommonDivisor(numerator, denominator);
        numerator /= common;
        return TupleValue.Over([Value.From(number < 0 ? -numerator : numerator), Value.From(denominator / common)]);
    }

    static Value ToBytes(BigInteger number, Arguments arguments)
    {
        arguments.CheckSignature("to_bytes", ["length", "byteorder", "signed"]);
        long length = Binding.Size(arguments.Get(0, "length", Value.From(1L)));
        bool isBig = IsBigEndian(arguments.Get(1, "byteorder", Value.From("big")));
        bool isSigned = arguments.Get(2, "signed", Value.False).IsTrue;
        if (length < 0)
        {
            throw JinjaException.ValueError("length argument must be non-negative");
        }

        ValueOps.GuardSize(length);
        if (number.Sign < 0 && !isSigned)
        {
            throw JinjaException.Overflow("can't convert negative int to unsigned");
        }

        byte[] minimal = number.ToByteArray(isUnsigned: !isSigned, isBigEndian: false);
        int needed = number.IsZero ? 0 : minimal.Length;
        if (needed > length)
        {
            throw JinjaException.Overflow("int too big to convert");
        }

        byte[] bytes = new byte[length];
        bytes.AsSpan().Fill(number.Sign < 0 ? (byte)0xFF : (byte)0);
        minimal.AsSpan(0, needed).CopyTo(bytes);
        if (isBig)
        {
            Array.Reverse(bytes);
        }

        return new BytesValue(bytes);
    }

    static Value FromBytes(Arguments arguments)
    {
        arguments.CheckSignature("from_bytes", ["bytes", "byteorder", "signed"]);
        Value source = arguments.Require(0, "bytes", "from_bytes");
        bool isBig = IsBigEndian(arguments.Get(1, "byteorder", Value.From("big")));
        bool isSigned = arguments.Get(2, "signed", Value.False).IsTrue;
        return source.As<BytesValue>() is { } bytes
            ? Value.From(new BigInteger(bytes.Span, isUnsigned: !isSigned, isBigEndian: isBig))
            : throw JinjaException.TypeError($"cannot convert '{ValueText.TypeNameOf(source)}' object to bytes");
    }

    static bool IsBigEndian(Value order) => Binding.Text(order, "byteorder") switch
    {
        "big" => true,
        "little" => false,
        _ => throw JinjaException.ValueError("byteorder must be either 'little' or 'big'"),
    };
}
