using System.Text.RegularExpressions;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>A <c>ref(...)</c> or <c>source(...)</c> with constant arguments, read from a text of YAML.</summary>
public sealed partial record StaticReference(RefCall? Ref, SourceCall? Source, Value? Metric = null)
{
    /// <summary>Reads <c>ref('a')</c>, <c>ref('pkg', 'a', v=2)</c>, <c>source('s', 't')</c> or <c>metric('m')</c>; null for anything else.</summary>
    public static StaticReference? Read(string text)
    {
        if (CallPattern().Match(text) is not { Success: true } call)
        {
            return null;
        }

        List<string> positional = [];
        Value version = Value.None;
        foreach (Match argument in ArgumentPattern().Matches(call.Groups["args"].Value))
        {
            string value = argument.Groups["text"].Success ? argument.Groups["text"].Value : argument.Groups["bare"].Value;
            if (argument.Groups["name"].Success)
            {
                version = argument.Groups["text"].Success ? value : Yaml.YamlScalars.Resolve(value);
            }
            else
            {
                positional.Add(value);
            }
        }

        return (call.Groups["function"].Value, positional.Count) switch
        {
            ("ref", 1) => new StaticReference(new RefCall(null, positional[0], version, default), null),
            ("ref", 2) => new StaticReference(new RefCall(positional[0], positional[1], version, default), null),
            ("source", 2) => new StaticReference(null, new SourceCall(positional[0], positional[1], default)),
            ("metric", 1 or 2) => new StaticReference(null, null, new ListValue(positional.Select(p => (Value)p))),
            _ => null,
        };
    }

    [GeneratedRegex(@"^\s*(?:\{\{\s*)?(?<function>ref|source|metric)\s*\((?<args>[^()]*)\)\s*(?:\}\}\s*)?\z")]
    private static partial Regex CallPattern();

    [GeneratedRegex("""(?:(?<name>v|version)\s*=\s*)?(?:'(?<text>[^']*)'|"(?<text>[^"]*)"|(?<bare>[\w.]+))""")]
    private static partial Regex ArgumentPattern();
}
