using Gild.Jinja.Values;

namespace Gild.Jinja.Runtime;

/// <summary>A function of the host or of the language, callable from templates.</summary>
/// <param name="context">The state of the running render.</param>
/// <param name="arguments">The arguments; only valid during the call.</param>
public delegate Value Function(RenderContext context, Arguments arguments);

/// <summary>
/// The arguments of one call, positional ones first: no allocation, valid only while the call runs.
/// Typed getters follow Python's rules for binding by position or by name and its messages for what does not fit.
/// </summary>
public readonly ref struct Arguments
{
    /// <summary>Arguments without names, in order.</summary>
    public ReadOnlySpan<Value> Positional { get; }

    /// <summary>Names of the keyword arguments, parallel to <see cref="KeywordValues"/>.</summary>
    public ReadOnlySpan<string> KeywordNames { get; }

    /// <summary>Values of the keyword arguments.</summary>
    public ReadOnlySpan<Value> KeywordValues { get; }

    public Arguments(ReadOnlySpan<Value> positional)
        : this(positional, default, default)
    {
    }

    public Arguments(ReadOnlySpan<Value> positional, ReadOnlySpan<string> keywordNames, ReadOnlySpan<Value> keywordValues)
    {
        Positional = positional;
        KeywordNames = keywordNames;
        KeywordValues = keywordValues;
    }

    /// <summary>Number of positional arguments.</summary>
    public int Count => Positional.Length;

    /// <summary>The argument called <paramref name="name"/>, if it was given by name.</summary>
    public bool TryGetKeyword(string name, out Value value)
    {
        for (int i = 0; i < KeywordNames.Length; i++)
        {
            if (string.Equals(KeywordNames[i], name, StringComparison.Ordinal))
            {
                value = KeywordValues[i];
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>The argument at <paramref name="index"/> or called <paramref name="name"/>; false when absent.</summary>
    public bool TryGet(int index, string name, out Value value)
    {
        if (index < Positional.Length)
        {
            value = Positional[index];
            return true;
        }

        return TryGetKeyword(name, out value);
    }

    /// <summary>The argument at <paramref name="index"/> or called <paramref name="name"/>, else <paramref name="otherwise"/>.</summary>
    public Value Get(int index, string name, Value otherwise) => TryGet(index, name, out Value value) ? value : otherwise;

    /// <summary>A required argument.</summary>
    /// <exception cref="JinjaException">TypeError when it is missing.</exception>
    public Value Require(int index, string name, string function) => TryGet(index, name, out Value value)
        ? value
        : throw JinjaException.TypeError($"{function}() missing 1 required positional argument: '{name}'");

    /// <summary>Checks the number of positional arguments and the names of the others against a signature.</summary>
    /// <exception cref="JinjaException">TypeError for too many arguments, an unknown name, or one given twice.</exception>
    public void CheckSignature(string function, ReadOnlySpan<string> parameters)
    {
        if (Positional.Length > parameters.Length)
        {
            throw JinjaException.TypeError(
                $"{function}() takes {parameters.Length} positional arguments but {Positional.Length} were given");
        }

        foreach (string name in KeywordNames)
        {
            int index = parameters.IndexOf(name);
            if (index < 0)
            {
                throw JinjaException.TypeError($"{function}() got an unexpected keyword argument '{name}'");
            }

            if (index < Positional.Length)
            {
                throw JinjaException.TypeError($"{function}() got multiple values for argument '{name}'");
            }
        }
    }
}
