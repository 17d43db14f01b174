namespace Gild.Jinja.Values;

/// <summary>How undefined names behave.</summary>
public enum UndefinedBehavior : byte
{
    /// <summary>jinja2.Undefined: prints as nothing, fails when it is looked into, called or calculated with.</summary>
    Lenient,
    /// <summary>jinja2.StrictUndefined: fails on any use but <c>is defined</c>.</summary>
    Strict,
    /// <summary>dbt's: attributes, items and calls of an undefined are undefined again; prints as nothing.</summary>
    Chainable,
}

/// <summary>An undefined that knows what was looked for, so that the message can say it.</summary>
public sealed class UndefinedValue(UndefinedBehavior behavior, string? name, string? ownerType = null, string? hint = null) : JinjaObject
{
    public UndefinedBehavior Behavior { get; } = behavior;

    /// <summary>The name, attribute or key that was missing.</summary>
    public string? Name { get; } = name;

    /// <summary>The type name of the object in which it was looked for; null for a plain variable.</summary>
    public string? OwnerType { get; } = ownerType;

    public string? Hint { get; } = hint;

    public override string TypeName => "Undefined";

    public override bool IsTrue => Behavior == UndefinedBehavior.Strict ? throw Error() : false;

    /// <summary>Whether the attribute exists in Python and is kept from templates: using it raises SecurityError.</summary>
    public bool IsUnsafe { get; init; }

    /// <summary>The UndefinedError (or SecurityError) that using this value raises.</summary>
    public JinjaException Error() => IsUnsafe
        ? JinjaException.Security(Message)
        : new JinjaException("UndefinedError", Message) { UnknownName = OwnerType is null && Hint is null ? Name : null };

    public string Message => Hint ?? (OwnerType is null
        ? $"'{Name}' is undefined"
        : $"'{OwnerType} object' has no attribute '{Name}'");
}
