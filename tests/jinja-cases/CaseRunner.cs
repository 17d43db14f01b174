using System.Numerics;
using System.Text.Json;
using Gild.Jinja;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.JinjaCases;

/// <summary>The result of one case: the output, or the error's kind and line.</summary>
public readonly record struct CaseResult(string? Output, string? Error, int? Line, string? Message);

/// <summary>Runs cases of the conformance corpus: a template, a context of JSON values, lenient or strict undefined.</summary>
public sealed class CaseRunner
{
    readonly JinjaEnvironment _lenient = new();
    readonly JinjaEnvironment _strict = new(new JinjaOptions { Undefined = UndefinedBehavior.Strict });

    /// <summary>Runs the case in <paramref name="element"/>, which has the members of the corpus' contract.</summary>
    public CaseResult Run(JsonElement element)
    {
        bool strict = element.TryGetProperty("undefined", out JsonElement undefined) && undefined.GetString() == "strict";
        Dictionary<string, Value> context = new(StringComparer.Ordinal);
        if (element.TryGetProperty("context", out JsonElement values))
        {
            foreach (JsonProperty property in values.EnumerateObject())
            {
                context[property.Name] = ValueOf(property.Value);
            }
        }

        try
        {
            Template template = (strict ? _strict : _lenient).Compile(new SourceText("case", element.GetProperty("template").GetString()!));
            return new CaseResult(template.Render(new DictionaryGlobals(context)), null, null, null);
        }
        catch (JinjaException e)
        {
            return new CaseResult(null, e.Kind, e.Line, e.Message);
        }
    }

    /// <summary>A JSON value as a template sees it: a number with a point or an exponent is a float, any other an int.</summary>
    public static Value ValueOf(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Null:
                return Value.None;
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            case JsonValueKind.String:
                return element.GetString();
            case JsonValueKind.Number:
                string text = element.GetRawText();
                return text.AsSpan().IndexOfAny(".eE") >= 0 ? element.GetDouble() : Value.From(BigInteger.Parse(text));
            case JsonValueKind.Array:
                return Value.From(new ListValue(element.EnumerateArray().Select(ValueOf)));
            default:
                DictValue dict = new();
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    dict[property.Name] = ValueOf(property.Value);
                }

                return Value.From(dict);
        }
    }
}
