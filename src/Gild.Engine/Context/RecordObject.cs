using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>
/// What is a dataclass in dbt: fields by name, and <c>to_dict()</c>. The methods of a dict work as well.
/// </summary>
/// <param name="isLenient">Unknown fields are none instead of undefined, as in the configuration of a node.</param>
public sealed class RecordObject(string typeName, DictValue fields, bool isLenient = false) : DictLikeObject
{
    public override string TypeName => typeName;

    public override int? Length => fields.Count;

    public override IEnumerable<Value> Items => fields.Items!;

    public override bool Contains(Value value) => fields.Contains(value);

    public override string ToRepr() => ToDict().ToRepr();

    protected override bool TryGetProperty(string name, out Value value)
    {
        if (fields.TryGetValue(name, out value))
        {
            return true;
        }

        value = Value.None;
        return isLenient && !HasMethod(name);
    }

    protected override bool HasMethod(string name) => name is "to_dict" or "get" or "keys" or "values" or "items";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments) =>
        name == "to_dict" ? ToDict() : fields.TryCallMethod(context, name, arguments, out Value result) ? result : Value.None;

    public override DictValue ToDict()
    {
        DictValue dict = new();
        foreach ((Value key, Value value) in fields.Entries)
        {
            dict[key] = value.As<DictLikeObject>() is { } inner ? inner.ToDict() : value;
        }

        return dict;
    }
}
