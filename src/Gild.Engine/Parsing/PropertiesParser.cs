using System.Globalization;
using Gild.Engine.Loading;
using Gild.Engine.Manifest;
using Gild.Engine.Yaml;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>Reads property files into entries: shape checked, values rendered where dbt renders them.</summary>
public sealed class PropertiesParser(ParsingContext context)
{
    /// <summary>The lists that a property file may hold.</summary>
    public static readonly string[] Keys =
    [
        "models", "seeds", "snapshots", "sources", "macros", "analyses", "exposures", "metrics", "groups",
        "semantic_models", "saved_queries", "unit_tests", "data_tests", "functions",
    ];

    static readonly string[] OtherKeys = ["version", "anchors"];

    readonly PropertyChecks _checks = new(context.Adapter.Type, context.Bag);

    /// <summary>All entries of a file, in the file's order.</summary>
    /// <exception cref="GildException">Parsing Error when the file is not YAML or a list has the wrong shape.</exception>
    public List<PropertyEntry> Parse(ProjectFile file)
    {
        FileText text = ProjectFiles.Read(file);
        List<DuplicateKey> duplicates = [];
        YamlNode? top = YamlReader.Read(text.Source, duplicates);
        foreach (DuplicateKey duplicate in duplicates)
        {
            LinePosition position = duplicate.Again.Source.PositionOf(duplicate.Again.Span.Offset);
            context.Bag.Warn("DuplicateYAMLKeysDeprecation", "P0303", string.Create(CultureInfo.InvariantCulture,
                $"Duplicate key '{duplicate.Key}' at line {position.Line}, column {position.Column} in file `{file.OriginalPath}`: the later one counts"), duplicate.Again);
        }

        if (top is null || top.IsNull)
        {
            return [];
        }

        YamlMapping mapping = top.AsMapping ?? throw Wrong(top, $"Dictionary expected: the file holds {top.KindWord} where a mapping with lists such as `models:` belongs");
        CheckTopKeys(mapping);
        List<PropertyEntry> entries = [];
        using YamlRenderer renderer = new(context.Context.RunEnvironment, context.Context.ForSchemaYaml(file.Package.Name));
        foreach (string key in Keys)
        {
            if (mapping.Find(key) is { } list)
            {
                if (list.AsSequence is { } elements)
                {
                    _checks.CheckList(key, elements, file.OriginalPath);
                }

                ReadList(file, key, list, renderer, entries);
            }
        }

        return entries;
    }

    void ReadList(ProjectFile file, string key, YamlNode node, YamlRenderer renderer, List<PropertyEntry> entries)
    {
        YamlSequence list = node.AsSequence
            ?? throw Wrong(node, $"'{key}' is not a list but {node.KindWord}", $"begin each element with `- name: ...`");
        foreach (YamlNode item in list.Items)
        {
            YamlMapping element = item.AsMapping ?? throw Wrong(item, $"an element of '{key}' is {item.KindWord}, not a mapping", "write `- name: ...`");
            if (element.Find("name") is null && key == "data_tests")
            {
                // Such a list may stand there only to be read elsewhere, by a YAML anchor.
                context.Bag.Warn("ValidationWarning", "P0306", $"Unable to parse 'data_tests' section of file '{file.OriginalPath}': Entry did not contain a name", item.Place(), "add `name: ...`: a singular test is described by the name of its file");
                continue;
            }

            if (element.Find("name") is null)
            {
                throw Wrong(item, $"an element of '{key}' has no name", "add `name: ...`");
            }

            foreach (YamlEntry entry in element.Entries)
            {
                if (entry.KeyValue.AsString is null)
                {
                    throw Wrong(entry.Key, $"a key of '{key}' must be a text");
                }
            }

            DictValue data = renderer.RenderMapping(element, path => ShouldRender(key, path, 0));
            if (!data.TryGetValue("name", out Value name) || !name.TryGetText(out _))
            {
                throw Wrong(element.Find("name")!, $"the name of an element of '{key}' must be a text", "put it in quotes");
            }

            PropertyShapes.Check(key, element, data);
            entries.Add(Normalize(new PropertyEntry(file, key, element, WithDefaults(data))));
        }
    }

    static DictValue WithDefaults(DictValue data)
    {
        if (data.TryGetValue("config", out Value config) && config.IsNone)
        {
            data.Remove("config");
        }

        return data;
    }

    // Keys that have moved under `config` over the years may still stand beside it, but not in both places.
    static PropertyEntry Normalize(PropertyEntry entry)
    {
        if (entry.Data.TryGetValue("config", out Value config) && config.As<DictValue>() is null)
        {
            throw entry.Error("P0306", $"`config` of '{entry.Name}' must be a mapping", "config");
        }

        RenameTests(entry, entry.Data, entry.Node);
        if (entry.Key is "models" or "seeds" or "snapshots" or "analyses" or "functions" or "data_tests")
        {
            foreach (string key in (ReadOnlySpan<string>)["meta", "docs", "group", "contract", "access"])
            {
                MoveIntoConfig(entry, key);
            }
        }

        return entry;
    }

    static void MoveIntoConfig(PropertyEntry entry, string key)
    {
        if (!entry.Data.TryGetValue(key, out Value value))
        {
            return;
        }

        if (entry.Config.TryGetValue(key, out _))
        {
            throw entry.Error("P0307", $"`{key}` of '{entry.Name}' stands both beside and under `config`", key, "keep the one under `config`");
        }

        entry.Config[key] = value;
        entry.Data.Remove(key);
    }

    static void RenameTests(PropertyEntry entry, DictValue data, YamlMapping node)
    {
        Rename(data, node);
        foreach (string inner in (ReadOnlySpan<string>)["columns", "versions", "tables"])
        {
            if (data.ListOf(inner) is not { } items)
            {
                continue;
            }

            for (int i = 0; i < items.Count; i++)
            {
                if (items[i].As<DictValue>() is { } item && node.Find(inner)?.AsSequence?.Items[i].AsMapping is { } itemNode)
                {
                    RenameTests(entry, item, itemNode);
                }
            }
        }

        void Rename(DictValue owner, YamlMapping place)
        {
            if (!owner.TryGetValue("tests", out Value tests) || !tests.IsTrue)
            {
                return;
            }

            if (owner.TryGetValue("data_tests", out _))
            {
                throw new GildException(DbtKinds.Parsing, new Diagnostic("P0308", Severity.Error, "Invalid test config: cannot have both 'tests' and 'data_tests' defined")
                {
                    Labels = [(place.FindKey("tests") ?? place).Place()],
                    Help = ["`data_tests` is the newer name of `tests`: merge the two lists"],
                });
            }

            owner["data_tests"] = tests;
            owner.Remove("tests");
        }
    }

    void CheckTopKeys(YamlMapping top)
    {
        foreach (YamlEntry entry in top.Entries)
        {
            string key = entry.KeyValue.ToString();
            if (Array.IndexOf(Keys, key) < 0 && Array.IndexOf(OtherKeys, key) < 0)
            {
                context.Bag.Warn(_checks.Validates ? "CustomTopLevelKeyDeprecation" : "", "P0311", $"unknown key `{key}`: it has no effect", entry.Key.Place(),
                    NearestName.Help(key, Keys) is { } help ? [help] : []);
            }
        }
    }

    static GildException Wrong(YamlNode node, string message, params string[] help) =>
        new(DbtKinds.Parsing, new Diagnostic("P0306", Severity.Error, message) { Labels = [node.Place()], Help = help });

    /// <summary>Whether dbt renders the value at a path of an element, or leaves it for later.</summary>
    static bool ShouldRender(string list, KeyPath path, int from)
    {
        string? first = path.Text(from);
        string? last = path.Text(path.Count - 1);
        switch (list)
        {
            case "sources":
                if (first is "description" or "loaded_at_query" || (first == "config" && path.Text(from + 1) == "loaded_at_query"))
                {
                    return false;
                }

                return first != "tables" || !IsLate(path, from + 2);
            case "macros":
                return first == "arguments" ? !IsLate(path, from + 1) : !IsLate(path, from);
            case "metrics":
                return last != "filter" && path.Text(path.Count - 2) != "filter" && !IsLate(path, from);
            case "saved_queries":
                return !(first == "query_params" && path.Text(from + 1) == "where") && !IsLate(path, from);
            default:
                return !IsLate(path, from);
        }
    }

    // Descriptions wait for docs blocks; tests are rendered with their own names; hooks when they run.
    static bool IsLate(KeyPath path, int from)
    {
        int count = path.Count - from;
        string? first = path.Text(from);
        string? second = path.Text(from + 1);
        string? third = path.Text(from + 2);
        return (count >= 1 && IsLateKey(first))
            || (count == 2 && IsLateKey(second))
            || (count >= 2 && first == "config" && IsLateConfig(second))
            || (count == 5 && path.Text(from + 4) == "description")
            || (count >= 3 && HasInner(first) && IsLateInner(third));
    }

    static bool HasInner(string? key) => key is "columns" or "dimensions" or "measures" or "entities";

    static bool IsLateConfig(string? key) => key is "pre_hook" or "post_hook" or "pre-hook" or "post-hook" or "loaded_at_query";

    static bool IsLateInner(string? key) => key is "tests" or "data_tests" or "description";

    static bool IsLateKey(string? key) => key is "tests" or "data_tests" or "description" or "loaded_at_query";
}
