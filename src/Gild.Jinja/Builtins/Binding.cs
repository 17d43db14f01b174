using System.Numerics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>Python's rules for the arguments of built-in functions: how many, by which names, of which type.</summary>
static class Binding
{
    /// <summary>Checks a function that takes arguments by position only.</summary>
    /// <exception cref="JinjaException">TypeError.</exception>
    public static void Positional(Arguments arguments, string function, int fewest, int most)
    {
        if (arguments.KeywordNames.Length > 0)
        {
            throw JinjaException.TypeError($"{function}() takes no keyword arguments");
        }

        if (arguments.Count < fewest || arguments.Count > most)
        {
            string wanted = fewest == most ? $"exactly {fewest}"
                : arguments.Count < fewest ? $"at least {fewest}" : $"at most {most}";
            string noun = wanted.EndsWith(" 1", StringComparison.Ordinal) ? "argument" : "arguments";
            throw JinjaException.TypeError($"{function}() takes {wanted} {noun} ({arguments.Count} given)");
        }
    }

    /// <summary>An optional argument by position.</summary>
    public static Value At(Arguments arguments, int index, Value otherwise) =>
        index < arguments.Count ? arguments.Positional[index] : otherwise;

    /// <summary>A text: str or Markup.</summary>
    /// <exception cref="JinjaException">TypeError.</exception>
    public static string Text(Value value, string function) => value.TryGetText(out string text)
        ? text
        : throw JinjaException.TypeError($"{function}() argument must be str, not {ValueText.TypeNameOf(value)}");

    /// <summary>An integer as Python's <c>__index__</c> gives it; bool counts, float does not.</summary>
    /// <exception cref="JinjaException">TypeError.</exception>
    public static BigInteger Integer(Value value) => value.TryGetInteger(out BigInteger integer)
        ? integer
        : throw JinjaException.TypeError($"'{ValueText.TypeNameOf(value)}' object cannot be interpreted as an integer");

    /// <summary>An integer of machine size.</summary>
    /// <exception cref="JinjaException">TypeError, or OverflowError when it is too large.</exception>
    public static long Size(Value value)
    {
        BigInteger integer = Integer(value);
        return integer >= long.MinValue && integer <= long.MaxValue
            ? (long)integer
            : throw JinjaException.Overflow("Python int too large to convert to C ssize_t");
    }

    /// <summary>A flag of a function written in C: an integer, not any object with a truth.</summary>
    /// <exception cref="JinjaException">TypeError.</exception>
    public static bool Flag(Value value) => !Integer(value).IsZero;
}

/// <summary>The parameters of a function that Python code defines.</summary>
sealed class Signature(string function, int required, params string[] parameters)
{
    public string Function => function;

    /// <exception cref="JinjaException">TypeError for too many, unknown, doubled or missing arguments.</exception>
    public void Check(Arguments arguments)
    {
        if (arguments.KeywordNames.IsEmpty && arguments.Count >= required && arguments.Count <= parameters.Length)
        {
            return;
        }

        arguments.CheckSignature(function, parameters);
        for (int i = arguments.Count; i < required; i++)
        {
            arguments.Require(i, parameters[i], function);
        }
    }
}
