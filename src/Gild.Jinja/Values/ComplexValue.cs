using System.Numerics;

namespace Gild.Jinja.Values;

/// <summary>Python's <c>complex</c>, which templates reach only by a fractional power of a negative number.</summary>
sealed class ComplexValue(Complex number) : JinjaObject
{
    public static Value Power(double number, double exponent)
    {
        // Polar form, as CPython computes it.
        double length = Math.Pow(Math.Abs(number), exponent);
        double angle = Math.Atan2(0, number) * exponent;
        return new ComplexValue(new Complex(length * Math.Cos(angle), length * Math.Sin(angle)));
    }

    public override string TypeName => "complex";

    public override bool IsTrue => number != Complex.Zero;

    public override string ToRepr()
    {
        string imaginary = Part(number.Imaginary);
        bool hasReal = number.Real != 0 || double.IsNegative(number.Real);
        if (!hasReal)
        {
            return imaginary + "j";
        }

        string sign = imaginary.StartsWith('-') ? "" : "+";
        return $"({Part(number.Real)}{sign}{imaginary}j)";
    }

    public override bool TryGetAttribute(string name, out Value value)
    {
        value = name switch
        {
            "real" => Value.From(number.Real),
            "imag" => Value.From(number.Imaginary),
            _ => default,
        };
        return name is "real" or "imag";
    }

    public override bool IsEqualTo(Value other) =>
        other.As<ComplexValue>() is { } complex ? complex.Number == number
        : other.IsNumber && number.Imaginary == 0 && ValueOps.AreEqual(Value.From(number.Real), other);

    public override int HashCode => number.Imaginary == 0 ? ValueOps.HashOf(Value.From(number.Real)) : number.GetHashCode();

    public override Value? Operate(BinaryOperator op, Value other, bool reflected)
    {
        Complex second;
        if (other.As<ComplexValue>() is { } complex)
        {
            second = complex.Number;
        }
        else if (other.IsNumber)
        {
            second = ValueOps.ToFloat(other);
        }
        else
        {
            return null;
        }

        (Complex left, Complex right) = reflected ? (second, number) : (number, second);
        return op switch
        {
            BinaryOperator.Add => new ComplexValue(left + right),
            BinaryOperator.Subtract => new ComplexValue(left - right),
            BinaryOperator.Multiply => new ComplexValue(left * right),
            BinaryOperator.Divide when right == Complex.Zero => throw JinjaException.ZeroDivision("complex division by zero"),
            BinaryOperator.Divide => new ComplexValue(left / right),
            BinaryOperator.Power => new ComplexValue(Complex.Pow(left, right)),
            _ => null,
        };
    }

    Complex Number => number;

    /// <summary>A part without <c>.0</c>, as complex numbers show it.</summary>
    static string Part(double part)
    {
        string text = FloatText.Repr(part);
        return text.EndsWith(".0", StringComparison.Ordinal) ? text[..^2] : text;
    }
}
