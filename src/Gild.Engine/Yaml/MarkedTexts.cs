using Gild.Jinja;
using Gild.Jinja.Values;

namespace Gild.Engine.Yaml;

/// <summary>
/// The texts that <c>as_text</c>, <c>as_bool</c>, <c>as_number</c> and <c>as_native</c> made while one value was rendered. Such a text is like any other
/// (one that is not empty is true, whatever it says) until it is the whole result: then it becomes what its filter says.
/// </summary>
public sealed class MarkedTexts
{
    List<(string Text, string Filter)>? _marked;

    /// <summary>The text of a value, marked by a filter's name.</summary>
    public Value Mark(Value value, string filter)
    {
        string text = new(value.ToString().AsSpan());
        (_marked ??= []).Add((text, filter));
        return text;
    }

    /// <summary>The result of a render: a marked text as its type, anything else as it is.</summary>
    /// <exception cref="JinjaException">The text is not of the type that its filter names.</exception>
    public Value Typed(Value result)
    {
        if (_marked is null || result.AsString is not { } text || _marked.Find(m => ReferenceEquals(m.Text, text)) is not { Filter: { } filter })
        {
            return result;
        }

        Value literal = filter == "as_text" ? default : PythonLiteral.Read(text);
        return filter switch
        {
            "as_bool" when !literal.IsBool => throw JinjaException.Runtime($"Could not convert value '{text}' into type 'bool'"),
            "as_number" when !(literal.IsInteger || literal.IsFloat) => throw JinjaException.Runtime($"Could not convert value '{text}' into type 'number'"),
            _ => literal.IsUndefined ? result : literal,
        };
    }
}
