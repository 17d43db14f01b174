using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Values;

/// <summary>
/// An object with properties and methods for templates. Methods are called without an intermediate value; only code
/// that takes one without calling it (<c>{% set f = relation.render %}</c>) gets a bound function.
/// </summary>
public abstract class HostObject : JinjaObject
{
    /// <summary>A property; computed at each look.</summary>
    protected virtual bool TryGetProperty(string name, out Value value)
    {
        value = default;
        return false;
    }

    /// <summary>Whether <see cref="Invoke"/> knows this method.</summary>
    protected abstract bool HasMethod(string name);

    /// <summary>Calls a method for which <see cref="HasMethod"/> is true.</summary>
    protected abstract Value Invoke(RenderContext context, string name, Arguments arguments);

    public sealed override bool TryGetAttribute(string name, out Value value)
    {
        if (TryGetProperty(name, out value))
        {
            return true;
        }

        if (HasMethod(name))
        {
            value = new FunctionValue(name, (context, arguments) => Invoke(context, name, arguments));
            return true;
        }

        value = default;
        return false;
    }

    public sealed override bool TryCallMethod(RenderContext context, string name, Arguments arguments, out Value result)
    {
        if (HasMethod(name))
        {
            result = Invoke(context, name, arguments);
            return true;
        }

        result = default;
        return false;
    }
}
