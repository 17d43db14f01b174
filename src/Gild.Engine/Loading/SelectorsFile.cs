using Gild.Engine.Yaml;
using Gild.Jinja;
using Gild.Jinja.Values;

namespace Gild.Engine.Loading;

/// <summary>selectors.yml, its short forms written out as dbt writes them into the manifest.</summary>
public sealed class SelectorsFile
{
    const string FileName = "selectors.yml";

    static readonly string[] FileKeys = ["selectors", "version"];
    static readonly string[] SelectorKeys = ["name", "definition", "description", "default"];
    static readonly string[] IndirectModes = ["eager", "cautious", "buildable", "empty"];

    readonly Dictionary<string, DictValue> _selectors = new(StringComparer.Ordinal);
    readonly Dictionary<string, Value> _definitions = new(StringComparer.Ordinal);

    /// <summary>The selectors as the manifest shows them: short forms are written out, but for those in an <c>exclude</c> beside a method.</summary>
    public IReadOnlyDictionary<string, DictValue> Selectors => _selectors;

    /// <summary>What each selects, all short forms written out.</summary>
    public IReadOnlyDictionary<string, Value> Definitions => _definitions;

    /// <summary>The selector with <c>default: true</c>, or null.</summary>
    public string? Default { get; private set; }

    /// <exception cref="GildException">Runtime Error for a file of the wrong shape.</exception>
    public static SelectorsFile Read(LoadedProject project, JinjaEnvironment environment, DiagnosticBag bag)
    {
        SelectorsFile result = new();
        YamlMapping? file = ConfigFile.ReadMapping(Path.Combine(project.Root.RootDirectory, FileName), FileName, bag);
        if (file is null)
        {
            return result;
        }

        CheckKeys(file, FileKeys);
        YamlNode node = file.Find("selectors") ?? throw ConfigFile.Wrong(file, $"{FileName} has no `selectors`");
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

    static void CheckKeys(YamlMapping mapping, string[] known)
    {
        foreach (YamlEntry entry in mapping.Entries.Where(e => !known.Contains(e.KeyValue.ToString())))
        {
            throw ConfigFile.Wrong(entry.Key, $"unknown key `{entry.KeyValue}`", NearestName.Help(entry.KeyValue.ToString(), known) ?? $"its keys are {string.Join(", ", known)}");
        }
    }

    void Add(YamlMapping node, DictValue selector)
    {
        CheckKeys(node, SelectorKeys);
        string name = selector.TryGetValue("name", out Value value) && value.TryGetText(out string text) ? text : throw ConfigFile.Wrong(node, "a selector has no `name`");
        if (!selector.TryGetValue("definition", out Value definition) || definition.IsNone)
        {
            throw ConfigFile.Wrong(node, $"selector '{name}' has no `definition`");
        }

        if (definition.As<DictValue>() is { Count: > 1 } top && (top.ContainsKey("union") || top.ContainsKey("intersection")))
        {
            throw ConfigFile.Wrong(node, $"selector '{name}' has {string.Join(", ", top.Entries.Select(e => e.Key))} side by side: at its top stands a single union or intersection");
        }

        // The later of two selectors of a name counts, as in dbt.
        _definitions[name] = Expand(definition, node);
        selector["definition"] = Shown(definition);
        _selectors[name] = selector;

        if (selector.TryGetValue("default", out Value isDefault) && isDefault.IsTrue)
        {
            Default = Default is null ? name : throw ConfigFile.Wrong(node, $"selectors '{Default}' and '{name}' are both the default");
        }
    }

    Value Expand(Value definition, YamlMapping place)
    {
        if (definition.TryGetText(out string text))
        {
            CheckMethod(SelectorText.Read(text).Method, place);
            return SelectorText.ToDict(text);
        }

        DictValue dict = definition.As<DictValue>() ?? throw ConfigFile.Wrong(place, "a selector's definition is a text or a mapping");
        foreach (string set in (ReadOnlySpan<string>)["union", "intersection"])
        {
            if (dict.TryGetValue(set, out Value parts))
            {
                ListValue expanded = ExpandAll(parts, place);
                return expanded.Elements.Count(IsExclude) > 1
                    ? throw ConfigFile.Wrong(place, $"a set of a selector can have one `exclude` only: this {set} has several", "merge their lists")
                    : new DictValue { [set] = expanded };
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
            CheckMethod(first.Key.ToString(), place);
            return new DictValue { ["method"] = first.Key, ["value"] = first.Value.ToString() };
        }

        if (!dict.TryGetValue("method", out Value method) || !dict.TryGetValue("value", out Value value))
        {
            throw ConfigFile.Wrong(place, $"a selector's definition has one key, or `method` and `value`; this one has {string.Join(", ", dict.Entries.Select(e => e.Key))}");
        }

        if (method.AsString == "selector")
        {
            return _definitions.TryGetValue(value.ToString(), out Value known)
                ? known
                : throw ConfigFile.Wrong(place, $"Existing selector definition for {value} not found.", "a selector can use those defined above it");
        }

        CheckMethod(method.ToString(), place);
        if (dict.TryGetValue("indirect_selection", out Value indirect) && !IndirectModes.Contains(indirect.ToString()))
        {
            throw ConfigFile.Wrong(place, $"'{indirect}' is no mode of indirect selection", $"one of {string.Join(", ", IndirectModes)}");
        }

        if (!dict.TryGetValue("exclude", out Value exclude))
        {
            return dict;
        }

        DictValue criterion = dict.Copy();
        criterion["exclude"] = ExpandAll(exclude, place);
        return criterion;
    }

    ListValue ExpandAll(Value parts, YamlMapping place) => new((parts.As<ListValue>() ?? throw ConfigFile.Wrong(place, "union, intersection and exclude hold lists"))
        .Elements.Select(p => Expand(p, place)));

    static bool IsExclude(Value part) => part.As<DictValue>() is { Count: 1 } dict && dict.ContainsKey("exclude");

    static void CheckMethod(string method, YamlMapping place)
    {
        string name = method.Split('.')[0];
        if (!SelectorText.Methods.Contains(name))
        {
            throw ConfigFile.Wrong(place, $"'{name}' is not a valid method name", NearestName.Help(name, SelectorText.Methods) ?? $"methods are: {string.Join(", ", SelectorText.Methods)}");
        }
    }

    /// <summary>A definition as the manifest has it.</summary>
    Value Shown(Value definition)
    {
        if (definition.TryGetText(out string text))
        {
            return SelectorText.ToDict(text);
        }

        DictValue dict = definition.As<DictValue>()!;
        foreach (string set in (ReadOnlySpan<string>)["union", "intersection"])
        {
            if (dict.TryGetValue(set, out Value parts))
            {
                return new DictValue { [set] = ShownAll(parts) };
            }
        }

        KeyValuePair<Value, Value> first = dict.Entries.First();
        return first.Key.AsString == "exclude" ? new DictValue { ["exclude"] = ShownAll(first.Value) }
            : dict.Count == 1 ? new DictValue { ["method"] = first.Key, ["value"] = ShownAll(first.Value) }
            : first is { Key.AsString: "method", Value.AsString: "selector" } ? _selectors[dict["value"].ToString()]["definition"]
            : dict;
    }

    Value ShownAll(Value value) => value.As<ListValue>() is { } list ? new ListValue(list.Elements.Select(Shown)) : value;
}
