using System.Collections.Frozen;
using Gild.Jinja.Values;

namespace Gild.Jinja.Runtime;

/// <summary>
/// Attributes that exist on Python's objects and that the sandbox keeps from templates. Nothing behind them exists here:
/// they are known only so that using one fails as Jinja2's sandbox does, with SecurityError.
/// </summary>
static class UnsafeAttributes
{
    static readonly FrozenSet<string> OfEveryObject = Set(
        "class delattr dir doc eq format ge getattribute getstate gt hash init init_subclass le lt ne new reduce reduce_ex "
        + "repr setattr sizeof str subclasshook");

    static readonly FrozenDictionary<string, FrozenSet<string>> OfTypes = new Dictionary<string, FrozenSet<string>>
    {
        ["str"] = Set("add contains getitem getnewargs iter len mod mul rmod rmul"),
        ["Markup"] = Set("add contains dict getitem getnewargs html html_format iter len mod module mul radd rmod rmul slots"),
        ["list"] = Set("add class_getitem contains delitem getitem iadd imul iter len mul reversed rmul setitem"),
        ["tuple"] = Set("add class_getitem contains getitem getnewargs iter len mul rmul"),
        ["dict"] = Set("class_getitem contains delitem getitem ior iter len or reversed ror setitem"),
        ["int"] = Set(
            "abs add and bool ceil divmod float floor floordiv getnewargs index int invert lshift mod mul neg or pos pow radd "
            + "rand rdivmod rfloordiv rlshift rmod rmul ror round rpow rrshift rshift rsub rtruediv rxor sub truediv trunc xor"),
        ["float"] = Set(
            "abs add bool ceil divmod float floor floordiv getformat getnewargs int mod mul neg pos pow radd rdivmod "
            + "rfloordiv rmod rmul round rpow rsub rtruediv sub truediv trunc"),
        ["NoneType"] = Set("bool"),
        ["range"] = Set("bool contains getitem iter len reversed"),
        ["function"] = Set(
            "annotations builtins call closure code defaults dict get globals kwdefaults module name qualname"),
        ["builtin_function_or_method"] = Set("call module name qualname self text_signature"),
        ["method"] = Set("call func get self"),
        ["Macro"] = Set("call dict module weakref"),
        ["LoopContext"] = Set("annotations call dict iter len module next weakref"),
        ["type"] = Set(
            "abstractmethods annotations base bases basicsize call dict dictoffset flags instancecheck itemsize module mro name or "
            + "prepare qualname ror subclasscheck subclasses text_signature weakrefoffset class_getitem contains delitem getitem ior "
            + "iter len reversed setitem"),
        ["TemplateReference"] = Set("dict getitem module weakref"),
        ["Cycler"] = Set("dict module next weakref"),
        ["Joiner"] = Set("call dict module weakref"),
        ["generator"] = Set("del iter name next qualname"),
        ["Undefined"] = Set(
            "add bool call complex contains div float floordiv getitem int iter len mod module mul neg pos pow radd rdiv "
            + "rfloordiv rmod rmul rpow rsub rtruediv slots sub truediv"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    static readonly FrozenDictionary<string, FrozenSet<string>> PrivateOfTypes = new Dictionary<string, FrozenSet<string>>
    {
        ["Macro"] = Names("_argument_count _async_invoke _default_autoescape _environment _func _invoke"),
        ["LoopContext"] = Names(
            "_after _before _current _iterable _iterator _last_changed_value _length _peek_next _recurse _to_iterator _undefined"),
        ["TemplateReference"] = Names("_TemplateReference__context"),
        ["type"] = Names("mro"),
        ["generator"] = Names("gi_frame gi_code"),
        ["Undefined"] = Names(
            "_fail_with_undefined_error _undefined_exception _undefined_hint _undefined_message _undefined_name _undefined_obj"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    static FrozenSet<string> Set(string words) => words.Split(' ').Select(word => $"__{word}__").ToFrozenSet(StringComparer.Ordinal);

    static FrozenSet<string> Names(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether Python has <paramref name="name"/> on a value of this kind, and the sandbox keeps it back.</summary>
    public static bool Exists(Value value, string name)
    {
        if (!name.StartsWith('_') && name is not ("mro" or "gi_frame" or "gi_code"))
        {
            return false;
        }

        if (value.As<NamespaceValue>() is { } ns)
        {
            // A namespace shows its own attributes and next to nothing else.
            return name is "__class__" or "_Namespace__attrs" || ns.TryGetAttribute(name, out _);
        }

        if (OfEveryObject.Contains(name))
        {
            return true;
        }

        string type = value.IsUndefined ? "Undefined" : ValueText.TypeNameOf(value);
        if (type == "bool")
        {
            type = "int";
        }

        return (OfTypes.TryGetValue(type, out FrozenSet<string>? special) && special.Contains(name))
            || (PrivateOfTypes.TryGetValue(type, out FrozenSet<string>? own) && own.Contains(name));
    }
}
