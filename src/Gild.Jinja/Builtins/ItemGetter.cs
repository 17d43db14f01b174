using System.Numerics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Unicode;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>
/// What filters do with their <c>attribute</c> argument: a path of names and indices parted by dots, and with
/// <see cref="Several"/> a list of such paths parted by commas.
/// </summary>
sealed class ItemGetter
{
    readonly RenderContext _context;
    readonly Value[] _parts;
    readonly Value _otherwise;
    readonly bool _ignoreCase;

    /// <param name="attribute">None for the item itself.</param>
    /// <param name="otherwise">Stands for what is undefined; None for leaving it so.</param>
    public ItemGetter(RenderContext context, Value attribute, bool ignoreCase, Value otherwise)
    {
        _context = context;
        _ignoreCase = ignoreCase;
        _otherwise = otherwise;
        _parts = Parts(attribute);
    }

    public Value Get(Value item)
    {
        foreach (Value part in _parts)
        {
            item = _context.GetItem(item, part);
            if (!_otherwise.IsNone && item.IsUndefined)
            {
                item = _otherwise;
            }
        }

        return _ignoreCase ? IgnoreCase(item) : item;
    }

    /// <summary>Texts in lower case, anything else as it is.</summary>
    public static Value IgnoreCase(Value value)
    {
        if (value.AsString is { } text)
        {
            string lower = CaseMapping.ToLower(text);
            return ReferenceEquals(lower, text) ? value : Value.From(lower);
        }

        return value.As<MarkupValue>() is { } markup ? new MarkupValue(CaseMapping.ToLower(markup.Text)) : value;
    }

    /// <summary>The keys of a sort by one or several paths: each a list, as Python compares them.</summary>
    public static ItemGetter[] Several(RenderContext context, Value attribute, bool ignoreCase)
    {
        if (!attribute.TryGetText(out string text))
        {
            return [new ItemGetter(context, attribute, ignoreCase, Value.None)];
        }

        return Array.ConvertAll(text.Split(','), path => new ItemGetter(context, Value.From(path), ignoreCase, Value.None));
    }

    static Value[] Parts(Value attribute)
    {
        if (attribute.IsNone)
        {
            return [];
        }

        return attribute.TryGetText(out string text) ? Array.ConvertAll(text.Split('.'), Part) : [attribute];
    }

    /// <summary>Digits are an index.</summary>
    static Value Part(string part)
    {
        if (part.Length == 0)
        {
            return Value.From(part);
        }

        for (int i = 0; i < part.Length;)
        {
            if (!CharacterClasses.Is(CodePoints.At(part, i, out int width), CharacterClass.Digit))
            {
                return Value.From(part);
            }

            i += width;
        }

        return NumberText.TryParseInteger(part, 10, out BigInteger index)
            ? Value.From(index)
            : throw JinjaException.ValueError($"invalid literal for int() with base 10: {ValueText.ReprOf(part)}");
    }
}
