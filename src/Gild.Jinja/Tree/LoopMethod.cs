using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Tree;

/// <summary><c>loop.cycle</c> or <c>loop.changed</c> as a value.</summary>
sealed class LoopMethod(LoopObject loop, string name, Function function) : JinjaObject
{
    public override string TypeName => "method";

    public override bool IsCallable => true;

    public override Value Call(RenderContext context, Arguments arguments) => function(context, arguments);

    public override string ToRepr() => $"<bound method LoopContext.{name} of {loop.ToRepr()}>";
}
