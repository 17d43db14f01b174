using System.Numerics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>The filters over numbers.</summary>
static class NumberFilters
{
    static readonly Signature SizeParameters = new("do_filesizeformat", 1, "value", "binary");
    static readonly Signature FloatParameters = new("do_float", 1, "value", "default");
    static readonly Signature IntParameters = new("do_int", 1, "value", "default", "base");
    static readonly Signature RoundParameters = new("do_round", 1, "value", "precision", "method");

    static readonly string[] DecimalPrefixes = ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
    static readonly string[] BinaryPrefixes = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

    public static void Register(JinjaEnvironment environment)
    {
        environment.SetFilter("abs", Absolute);
        environment.SetFilter("filesizeformat", FileSize);
        environment.SetFilter("float", ToFloat);
        environment.SetFilter("int", ToInt);
        environment.SetFilter("round", Round);
    }

    static Value Absolute(RenderContext context, Arguments arguments)
    {
        Binding.Positional(arguments, "abs", 1, 1);
        Value value = arguments.Positional[0];
        value = value.AsObject?.ToNumber() ?? value;
        if (value.IsFloat)
        {
            return Value.From(Math.Abs(value.AsDouble));
        }

        return value.TryGetInteger(out BigInteger integer)
            ? Value.From(BigInteger.Abs(integer))
            : throw JinjaException.TypeError($"bad operand type for abs(): '{ValueText.TypeNameOf(value)}'");
    }

    static Value FileSize(RenderContext context, Arguments arguments)
    {
        SizeParameters.Check(arguments);
        double bytes = NumberConversion.ToFloat(arguments.Positional[0]);
        bool isBinary = arguments.Get(1, "binary", Value.False).IsTrue;
        int unit = isBinary ? 1024 : 1000;
        string[] prefixes = isBinary ? BinaryPrefixes : DecimalPrefixes;
        if (bytes == 1)
        {
            return Value.From("1 Byte");
        }

        if (bytes < unit)
        {
            return Value.From($"{ValueText.FormatInteger(NumberConversion.Truncate(bytes))} Bytes");
        }

        int index = 0;
        Value scale = Value.From(BigInteger.Pow(unit, 2));
        while (index < prefixes.Length - 1 && !ValueOps.IsLess(Value.From(bytes), scale))
        {
            index++;
            scale = Value.From(BigInteger.Pow(unit, index + 2));
        }

        return Value.From($"{ValueFormat.Format(Value.From(unit * bytes / ValueOps.ToFloat(scale)), ".1f")} {prefixes[index]}");
    }

    static Value ToFloat(RenderContext context, Arguments arguments)
    {
        FloatParameters.Check(arguments);
        return NumberConversion.TryToFloat(arguments.Positional[0], out double number)
            ? Value.From(number)
            : arguments.Get(1, "default", Value.From(0.0));
    }

    static Value ToInt(RenderContext context, Arguments arguments)
    {
        IntParameters.Check(arguments);
        Value value = arguments.Positional[0];
        if (value.IsInt64)
        {
            return value;
        }

        value = value.AsObject?.ToNumber() ?? value;
        if (value.TryGetInteger(out BigInteger integer))
        {
            return Value.From(integer);
        }

        Value otherwise = arguments.Get(1, "default", Value.From(0L));
        if (value.IsFloat)
        {
            return double.IsNaN(value.AsDouble) ? otherwise : Value.From(NumberConversion.Truncate(value.AsDouble));
        }

        if (value.TryGetText(out string text)
            && arguments.Get(2, "base", Value.From(10L)).TryGetInteger(out BigInteger numberBase)
            && NumberText.TryParseInteger(text, (int)BigInteger.Clamp(numberBase, -1, 99), out integer))
        {
            return Value.From(integer);
        }

        return NumberConversion.TryToFloat(value, out double number) && double.IsFinite(number)
            ? Value.From(NumberConversion.Truncate(number))
            : otherwise;
    }

    static Value Round(RenderContext context, Arguments arguments)
    {
        RoundParameters.Check(arguments);
        Value value = arguments.Positional[0];
        Value precision = arguments.Get(1, "precision", Value.From(0L));
        Value method = arguments.Get(2, "method", Value.From("common"));
        ValueOps.HashOf(method);
        method.TryGetText(out string name);
        if (name == "common")
        {
            return NumberConversion.Round(value, precision);
        }

        if (name is not ("ceil" or "floor"))
        {
            throw JinjaException.FilterArgument("method must be common, ceil or floor");
        }

        Value factor = ValueOps.Power(Value.From(10L), precision);
        Value scaled = ValueOps.Multiply(value.AsObject?.ToNumber() ?? value, factor);
        return ValueOps.Divide(RoundTo(scaled, name == "ceil"), ValueOps.Power(Value.From(10L), precision));
    }

    static Value RoundTo(Value value, bool up)
    {
        if (value.IsFloat)
        {
            return Value.From(NumberConversion.Truncate(up ? Math.Ceiling(value.AsDouble) : Math.Floor(value.AsDouble)));
        }

        return value.TryGetInteger(out BigInteger integer)
            ? Value.From(integer)
            : throw JinjaException.TypeError($"must be real number, not {ValueText.TypeNameOf(value)}");
    }
}
