using Gild.Jinja.Runtime;

namespace Gild.Jinja.Values;

/// <summary>A Python class as templates see it: called to make an instance, printed as <c>&lt;class '...'&gt;</c>.</summary>
public sealed class ClassValue(string qualifiedName, Function construct, IReadOnlyDictionary<string, Value>? members = null) : JinjaObject
{
    public override string TypeName => "type";

    public override bool IsCallable => true;

    public override Value Call(RenderContext context, Arguments arguments) => construct(context, arguments);

    public override string ToRepr() => $"<class '{qualifiedName}'>";

    public override bool TryGetAttribute(string name, out Value value)
    {
        value = default;
        return members is not null && members.TryGetValue(name, out value);
    }
}
