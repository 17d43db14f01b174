using Gild.Jinja.Runtime;

namespace Gild.Jinja.Values;

/// <summary>A <see cref="Function"/> as a value, under the name that messages show.</summary>
public sealed class FunctionValue(string name, Function function) : JinjaObject
{
    public string Name { get; } = name;

    public Function Function { get; } = function;

    public override string TypeName => "function";

    public override bool IsCallable => true;

    public override Value Call(RenderContext context, Arguments arguments) => Function(context, arguments);

    public override string ToRepr() => $"<function {Name}>";
}
