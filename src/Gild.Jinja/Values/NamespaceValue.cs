namespace Gild.Jinja.Values;

/// <summary>What <c>namespace()</c> makes: attributes that templates may assign, across scopes.</summary>
public sealed class NamespaceValue : JinjaObject
{
    public NamespaceValue() => Attributes = new DictValue();

    public NamespaceValue(DictValue attributes) => Attributes = attributes;

    /// <summary>The attributes; keys that are no texts cannot be reached by a template.</summary>
    public DictValue Attributes { get; }

    public override string TypeName => "Namespace";

    public override bool AcceptsAttributes => true;

    public override string ToRepr() => ValueText.ToRepr(this);

    public override bool TryGetAttribute(string name, out Value value) => Attributes.TryGetValue(name, out value);

    public override bool TrySetAttribute(string name, Value value)
    {
        Attributes[name] = value;
        return true;
    }
}
