using System.Collections.Frozen;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>The methods and attributes of Python's types; each type has its own file beside this one.</summary>
public static class Methods
{
    /// <summary><c>target.method(...)</c>. False when the type has no such method; the caller decides what that means.</summary>
    public static bool TryCall(RenderContext context, Value target, string method, Arguments arguments, out Value result)
    {
        if (target.IsString)
        {
            return StrMethods.TryCall(context, target, method, arguments, out result);
        }

        if (target.IsObject)
        {
            return target.AsObject!.TryCallMethod(context, method, arguments, out result);
        }

        if (target.IsNumber)
        {
            return NumberMethods.TryCall(target, method, arguments, out result);
        }

        result = default;
        return false;
    }

    /// <summary><c>target.name</c> of a built-in type: a plain attribute or a bound method.</summary>
    public static bool TryGetBound(Value target, string name, out Value value)
    {
        if (target.IsNumber && NumberMethods.TryGetAttribute(target, name, out value))
        {
            return true;
        }

        FrozenSet<string>? names = NamesOf(target);
        if (names is null)
        {
            value = default;
            return target.IsObject && target.AsObject!.TryGetAttribute(name, out value);
        }

        return BoundMethodValue.TryBind(target, name, names.Contains(name), out value);
    }

    /// <summary>The names of the methods of a built-in type, for hints; null for other objects.</summary>
    public static FrozenSet<string>? NamesOf(Value target)
    {
        if (target.IsString)
        {
            return StrMethods.Names;
        }

        return target.AsObject switch
        {
            null => target.IsFloat ? NumberMethods.FloatNames : target.IsNumber ? NumberMethods.IntNames : null,
            MarkupValue => StrMethods.MarkupNames,
            ListValue => ListMethods.Names,
            TupleValue => ListMethods.TupleNames,
            DictValue => DictMethods.Names,
            SetValue => SetMethods.Names,
            _ => null,
        };
    }
}
