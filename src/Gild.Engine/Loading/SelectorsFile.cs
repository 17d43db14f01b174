using Gild.Engine.Yaml;
using Gild.Jinja;
using Gild.Jinja.Values;

namespace Gild.Engine.Loading;

/// <summary>selectors.yml, its short forms written out as dbt writes them into the manifest.</summary>
public sealed class SelectorsFile
{
    const string FileName = "selectors.yml";

    readonly Dictionary<string, DictValue> _selectors = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, DictValue> Selectors => _selectors;

    /// <summary>The selector with <c>default: true</c>, or null.</summary>
    public string? Default { get; private set; }

    /// <exception cref="GildException">Runtime Error for a file of the wrong shape.</exception>
    public static SelectorsFile Read(LoadedProject project, JinjaEnvironment environment, DiagnosticBag bag)
    {
        SelectorsFile result = new();
        YamlMapping? file = ConfigFile.ReadMapping(Path.Combine(project.Root.RootDirectory, FileName), FileName, bag);
        if (file?.Find("selectors") is not { } node || node.IsNull)
        {
            return result;
        }

        YamlSequence list = node.AsSequence ?? throw ConfigFile.Wrong(node, "`selectors` must be a list");
        using YamlRenderer renderer = new(environment,
            ConfigGlobals.Create(project.Environment, project.Vars.CommandLine, project.Profile is null ? UnknownTarget.Instance : ProjectLoader.TargetOf(project.Profile), allowSecrets: false));
        foreach (YamlNode item in list.Items)
        {
            YamlMapping mapping = item.AsMapping ?? throw ConfigFile.Wrong(item, "a selector must be a mapping with `name` and `definition`");
            result.Add(mapping, renderer.RenderMapping(mapping));
        }

        return result;
    }

    void Add(YamlMapping node, DictValue selector)
    {
        string name = selector.TryGetValue("name", out Value value) && value.TryGetText(out string text) ? text : throw ConfigFile.Wrong(node, "a selector has no `name`");
        if (!selector.TryGetValue("definition", out Value definition) || definition.IsNone)
        {
            throw ConfigFile.Wrong(node, $"selector '{name}' has no `definition`");
        }

        selector["definition"] = Expand(definition, node);
        if (!_selectors.TryAdd(name, selector))
        {
            throw ConfigFile.Wrong(node, $"two selectors are called '{name}'");
        }

        if (selector.TryGetValue("default", out Value isDefault) && isDefault.IsTrue)
        {
            Default = Default is null ? name : throw ConfigFile.Wrong(node, $"selectors '{Default}' and '{name}' are both the default");
        }
    }

    Value Expand(Value definition, YamlMapping place)
    {
        if (definition.TryGetText(out string text))
        {
            return SelectorText.ToDict(text);
        }

        DictValue dict = definition.As<DictValue>() ?? throw ConfigFile.Wrong(place, "a selector's definition is a text or a mapping");
        foreach (string set in (ReadOnlySpan<string>)["union", "intersection"])
        {
            if (dict.TryGetValue(set, out Value parts))
            {
                return new DictValue { [set] = ExpandAll(parts, place) };
            }
        }

        if (dict.Count == 0)
        {
            throw ConfigFile.Wrong(place, "a selector's definition is empty");
        }

        KeyValuePair<Value, Value> first = dict.Entries.First();
        if (first.Key.AsString == "exclude")
        {
            return new DictValue { ["exclude"] = ExpandAll(first.Value, place) };
        }

        if (dict.Count == 1)
        {
            return new DictValue { ["method"] = first.Key, ["value"] = first.Value.ToString() };
        }

        if (dict.TryGetValue("method", out Value method) && method.AsString == "selector")
        {
            string name = dict.TryGetValue("value", out Value value) ? value.ToString() : "";
            return _selectors.TryGetValue(name, out DictValue? known)
                ? known["definition"]
                : throw ConfigFile.Wrong(place, $"Existing selector definition for {name} not found.", "a selector can use those defined above it");
        }

        if (dict.TryGetValue("exclude", out Value exclude))
        {
            dict["exclude"] = ExpandAll(exclude, place);
        }

        return dict;
    }

    ListValue ExpandAll(Value parts, YamlMapping place) => new((parts.As<ListValue>() ?? throw ConfigFile.Wrong(place, "union, intersection and exclude hold lists"))
        .Elements.Select(p => Expand(p, place)));
}
