using Gild.Jinja.Values;

namespace Gild.Engine.Loading;

/// <summary><c>target</c> for commands that read no profile, such as <c>deps</c>: every key is an empty text, as in dbt.</summary>
sealed class UnknownTarget : JinjaObject
{
    public static UnknownTarget Instance { get; } = new();

    public override string TypeName => "dict";

    public override bool TryGetAttribute(string name, out Value value)
    {
        value = Value.EmptyString;
        return true;
    }

    public override bool TryGetItem(Value key, out Value value)
    {
        value = Value.EmptyString;
        return true;
    }

    public override string ToRepr() => "{}";
}
