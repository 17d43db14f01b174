using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>
/// The filters of Jinja2. Here: their registration and those that take any value; the others are in TextFilters,
/// HtmlFilters, NumberFilters, SequenceFilters and SelectionFilters.
/// </summary>
static class Filters
{
    static readonly Signature Default = new("do_default", 1, "value", "default_value", "boolean");
    static readonly Signature AttributeParameters = new("do_attr", 2, "obj", "name");
    static readonly Signature StringParameters = new("soft_str", 1, "s");
    static readonly Signature PrintParameters = new("do_pprint", 1, "value");
    static readonly Signature JsonParameters = new("do_tojson", 1, "value", "indent");

    /// <summary>Registers all filters of Jinja2.</summary>
    public static void Register(JinjaEnvironment environment)
    {
        environment.SetFilter("default", OrDefault);
        environment.SetFilter("d", OrDefault);
        environment.SetFilter("attr", Attribute);
        environment.SetFilter("string", ToStringFilter);
        environment.SetFilter("pprint", PrettyPrinted);
        environment.SetFilter("tojson", ToJson);
        TextFilters.Register(environment);
        HtmlFilters.Register(environment);
        NumberFilters.Register(environment);
        SequenceFilters.Register(environment);
        SelectionFilters.Register(environment);
    }

    /// <summary>A text as it is, str or Markup; anything else as its <c>str()</c>.</summary>
    public static string SoftText(Value value, out bool isMarkup)
    {
        isMarkup = value.AsObject is MarkupValue;
        return ValueText.ToText(value);
    }

    /// <summary>A text of the kind that a filter was given.</summary>
    public static Value Like(bool isMarkup, string text) => isMarkup ? new MarkupValue(text) : Value.From(text);

    /// <summary>What Python raises for <c>value.name</c> where there is no such attribute.</summary>
    public static JinjaException NoAttribute(Value value, string name) => value.IsUndefined
        ? ValueOps.UndefinedUse(value)
        : JinjaException.AttributeError($"'{ValueText.TypeNameOf(value)}' object has no attribute '{name}'");

    static Value OrDefault(RenderContext context, Arguments arguments)
    {
        Default.Check(arguments);
        Value value = arguments.Positional[0];
        bool isReplaced = value.IsUndefined || (arguments.Get(2, "boolean", Value.False).IsTrue && !value.IsTrue);
        return isReplaced ? arguments.Get(1, "default_value", Value.EmptyString) : value;
    }

    static Value Attribute(RenderContext context, Arguments arguments)
    {
        AttributeParameters.Check(arguments);
        Value target = arguments.Positional[0];
        Value name = arguments.Require(1, "name", "do_attr");
        if (!name.TryGetText(out string text))
        {
            ValueOps.FailIfStrict(name);
            throw JinjaException.TypeError("attribute name must be string, not '" + ValueText.TypeNameOf(name) + "'");
        }

        if (target.IsUndefined && !text.StartsWith("__", StringComparison.Ordinal))
        {
            return context.GetAttribute(target, text);
        }

        if (text.StartsWith('_') && UnsafeAttributes.Exists(target, text))
        {
            return context.GetAttribute(target, text);
        }

        bool isFound = target.AsObject is { } owner
            ? owner.TryGetAttribute(text, out Value value)
            : Methods.TryGetBound(target, text, out value);
        return isFound ? value : context.UndefinedFor(text, ValueText.TypeNameOf(target));
    }

    static Value ToStringFilter(RenderContext context, Arguments arguments)
    {
        StringParameters.Check(arguments);
        Value value = arguments.Positional[0];
        return value.TryGetText(out _) ? value : Value.From(ValueText.ToText(value));
    }

    static Value PrettyPrinted(RenderContext context, Arguments arguments)
    {
        PrintParameters.Check(arguments);
        return Value.From(PrettyPrint.Format(arguments.Positional[0]));
    }

    static Value ToJson(RenderContext context, Arguments arguments)
    {
        JsonParameters.Check(arguments);
        Value indent = arguments.Get(1, "indent", Value.None);
        string? unit = null;
        // A text is written before the encoder looks at its indentation.
        if (!indent.IsNone && !arguments.Positional[0].TryGetText(out _))
        {
            unit = indent.TryGetText(out string given) ? given : ValueOps.Multiply(Value.From(" "), indent).AsString;
        }

        return new MarkupValue(JsonWriter.WriteHtmlSafe(
            arguments.Positional[0], new JsonOptions { SortKeys = true, Indent = unit }));
    }
}
