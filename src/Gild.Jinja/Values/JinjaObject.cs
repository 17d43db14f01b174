using Gild.Jinja.Runtime;

namespace Gild.Jinja.Values;

/// <summary>
/// Something a template can look into, iterate or call: the engine's own containers and whatever the host hands over.
/// Nothing else of .NET is reachable from a template.
/// </summary>
public abstract class JinjaObject
{
    /// <summary>The Python type name used in messages and by <c>__class__</c>-like output, e.g. <c>list</c>.</summary>
    public abstract string TypeName { get; }

    /// <summary><c>object.name</c>. False means "no such attribute"; the caller then tries <see cref="TryGetItem"/>.</summary>
    public virtual bool TryGetAttribute(string name, out Value value)
    {
        value = default;
        return false;
    }

    /// <summary><c>object[key]</c>. False means "no such item"; the caller then tries <see cref="TryGetAttribute"/>.</summary>
    public virtual bool TryGetItem(Value key, out Value value)
    {
        value = default;
        return false;
    }

    /// <summary><c>{% set object.name = value %}</c>; false means that this object does not take assignments.</summary>
    public virtual bool TrySetAttribute(string name, Value value) => false;

    /// <summary>Whether <see cref="TrySetAttribute"/> takes assignments, as Jinja2's namespace does.</summary>
    public virtual bool AcceptsAttributes => false;

    public virtual bool IsCallable => false;

    /// <summary><c>object(...)</c>.</summary>
    /// <exception cref="JinjaException">TypeError when the object cannot be called or the arguments do not fit.</exception>
    public virtual Value Call(RenderContext context, Arguments arguments) =>
        throw JinjaException.TypeError($"'{TypeName}' object is not callable");

    /// <summary>
    /// <c>object.name(...)</c> without making a bound method first. False means "no such method": the caller falls back
    /// to <see cref="TryGetAttribute"/> and <see cref="Call"/>.
    /// </summary>
    public virtual bool TryCallMethod(RenderContext context, string name, Arguments arguments, out Value result)
    {
        result = default;
        return false;
    }

    /// <summary>Whether the test <c>is mapping</c> holds: Python's dict and whatever calls itself a Mapping.</summary>
    public virtual bool IsMapping => false;

    /// <summary>Number of items, or <see langword="null"/> for an object without a length.</summary>
    public virtual int? Length => null;

    /// <summary>The items of a <c>for</c> loop, or <see langword="null"/> for an object that cannot be iterated.</summary>
    public virtual IEnumerable<Value>? Items => null;

    /// <summary>Python's truth: by default true unless the length is zero.</summary>
    public virtual bool IsTrue => Length is not 0;

    /// <summary>The number that an object of the host stands for (dbt's Decimal), for arithmetic filters, formats and JSON; null for others.</summary>
    public virtual Value? ToNumber() => null;

    /// <summary>Python's <c>str()</c>.</summary>
    public virtual string ToText() => ToRepr();

    /// <summary>Python's <c>repr()</c>.</summary>
    public virtual string ToRepr() => $"<{TypeName} object>";

    /// <summary><c>value in object</c>; by default over <see cref="Items"/>.</summary>
    public virtual bool Contains(Value value)
    {
        if (Items is not { } items)
        {
            throw JinjaException.TypeError($"argument of type '{TypeName}' is not iterable");
        }

        foreach (Value item in items)
        {
            if (item.Equals(value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Python's <c>==</c> with another value; identity by default.</summary>
    public virtual bool IsEqualTo(Value other) => ReferenceEquals(other.AsObject, this);

    /// <summary>Python's <c>hash()</c>; identity by default.</summary>
    /// <exception cref="JinjaException">TypeError for unhashable types.</exception>
    public virtual int HashCode => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    /// <summary>
    /// Three-way order against another value, or <see langword="null"/> when Python would raise TypeError for <c>&lt;</c>.
    /// </summary>
    public virtual int? CompareTo(Value other) => null;

    /// <summary><c>self op other</c> (or <c>other op self</c> when <paramref name="reflected"/>) for host types such as dates; null when not supported.</summary>
    public virtual Value? Operate(BinaryOperator op, Value other, bool reflected) => null;

    public sealed override string ToString() => ToText();

    public sealed override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public sealed override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

/// <summary>The arithmetic operators of the template language.</summary>
public enum BinaryOperator : byte
{
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    Power,
}
