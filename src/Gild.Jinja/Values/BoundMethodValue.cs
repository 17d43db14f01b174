using Gild.Jinja.Builtins;
using Gild.Jinja.Runtime;

namespace Gild.Jinja.Values;

/// <summary>A method taken off its object without calling it: <c>{% set f = x.append %}</c>.</summary>
sealed class BoundMethodValue(Value target, string name) : JinjaObject
{
    public string Name => name;

    public Value Target => target;

    /// <summary>Binds when the method exists.</summary>
    public static bool TryBind(Value target, string name, bool exists, out Value value)
    {
        value = exists ? new BoundMethodValue(target, name) : default(Value);
        return exists;
    }

    public override string TypeName => "builtin_function_or_method";

    public override bool IsCallable => true;

    public override Value Call(RenderContext context, Arguments arguments) =>
        Methods.TryCall(context, target, name, arguments, out Value result)
            ? result
            : throw JinjaException.AttributeError($"'{ValueText.TypeNameOf(target)}' object has no attribute '{name}'");

    public override string ToRepr() => target.AsObject is MarkupValue && StrMethods.IsMarkupOwn(name)
        ? $"<bound method Markup.{name} of {ValueText.ToRepr(target)}>"
        : $"<built-in method {name} of {ValueText.TypeNameOf(target)} object at 0x7f0000000000>";

    public override bool IsEqualTo(Value other) =>
        other.As<BoundMethodValue>() is { } method && method.Name == name && method.Target.IsSameAs(target);

    public override int HashCode => System.HashCode.Combine(name);
}
