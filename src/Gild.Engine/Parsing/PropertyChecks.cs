using Gild.Engine.Yaml;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>
/// Warns of keys that dbt's schema does not know or wants elsewhere, as dbt does for the adapters that it validates projects of. For the
/// others dbt says nothing; there, only a key that looks like a misspelt one is told, as a note that never is an error.
/// </summary>
/// <param name="adapterType">The adapter of the project's target.</param>
/// <param name="bag">Takes the warnings.</param>
sealed class PropertyChecks(string adapterType, DiagnosticBag bag)
{
    static readonly HashSet<string> ValidatedAdapters = new(StringComparer.Ordinal) { "bigquery", "databricks", "redshift", "snowflake" };

    /// <summary>Whether dbt validates projects of this adapter.</summary>
    public bool Validates => _validates;

    readonly bool _validates = ValidatedAdapters.Contains(adapterType);

    /// <summary>Checks the elements of a list of a property file.</summary>
    /// <param name="list">The list's key: <c>models</c>, <c>sources</c> ...</param>
    /// <param name="elements">Its elements.</param>
    /// <param name="file">The path of the file, as messages show it.</param>
    public void CheckList(string list, YamlSequence elements, string file) => CheckElements(list, elements, list, file);

    /// <summary>Checks what a model's own <c>config()</c> calls say.</summary>
    public void CheckCalls(DictValue calls, Label place, string file)
    {
        if (!_validates)
        {
            return;
        }

        IReadOnlySet<string> known = PropertySchema.ConfigKeys("models");
        foreach (KeyValuePair<Value, Value> call in calls.Entries)
        {
            if (call.Key.AsString is { } key && !known.Contains(key.Replace('-', '_')))
            {
                CustomConfig(key, "", file, place, known);
            }
        }
    }

    /// <summary>Checks the hierarchical configs of dbt_project.yml: keys without <c>+</c>, and keys that no resource knows.</summary>
    public void CheckProject(YamlMapping project, string file)
    {
        foreach (YamlEntry entry in project.Entries)
        {
            string list = entry.KeyValue.ToString().Replace('-', '_');
            IReadOnlySet<string> known = PropertySchema.ConfigKeys(list == "tests" ? "data_tests" : list);
            if (_validates && known.Count > 0 && list is not ("groups" or "macros") && entry.Value.AsMapping is { } mapping)
            {
                CheckFolder(mapping, entry.KeyValue.ToString(), known, file);
            }
        }
    }

    void CheckFolder(YamlMapping folder, string path, IReadOnlySet<string> known, string file)
    {
        foreach (YamlEntry entry in folder.Entries)
        {
            string key = entry.KeyValue.ToString();
            string name = key.TrimStart('+').Replace('-', '_');
            string at = $"{path}.{key}";
            if (key.StartsWith('+'))
            {
                if (!known.Contains(name))
                {
                    CustomConfig(key, at, file, entry.Key.Place(), known);
                }
            }
            else if (entry.Value.AsMapping is { } inner)
            {
                CheckFolder(inner, at, known, file);
            }
            else if (known.Contains(name))
            {
                Say("MissingPlusPrefixDeprecation", $"Missing '+' prefix on `{key}` found at `{at}` in file `{file}`", key, at, file, entry.Key.Place(), $"write `+{key}`");
            }
            else if (!entry.Value.IsNull)
            {
                CustomConfig(key, at, file, entry.Key.Place(), known);
            }
        }
    }

    void CheckElements(string list, YamlSequence elements, string path, string file)
    {
        for (int i = 0; i < elements.Items.Count; i++)
        {
            if (elements.Items[i].AsMapping is { } element)
            {
                CheckElement(list, element, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}[{i}]"), file);
            }
        }
    }

    void CheckElement(string list, YamlMapping element, string path, string file)
    {
        IReadOnlySet<string> known = PropertySchema.ObjectKeys(list);
        foreach (YamlEntry entry in element.Entries)
        {
            string key = entry.KeyValue.ToString();
            if (key is "columns" or "tables" && entry.Value.AsSequence is { } inner)
            {
                CheckElements(key, inner, $"{path}.{key}", file);
            }
            else if (key == "config" && entry.Value.AsMapping is { } config)
            {
                CheckConfig(list, config, $"{path}.config", file);
            }
            else if (known.Count > 0 && !known.Contains(key))
            {
                UnknownProperty(list, key, path, file, entry.Key.Place(), known);
            }
        }
    }

    void CheckConfig(string list, YamlMapping config, string path, string file)
    {
        IReadOnlySet<string> known = PropertySchema.ConfigKeys(list);
        foreach (YamlEntry entry in config.Entries)
        {
            string key = entry.KeyValue.ToString();
            if (_validates && known.Count > 0 && !known.Contains(key.Replace('-', '_')))
            {
                CustomConfig(key, path, file, entry.Key.Place(), known);
            }
        }
    }

    void UnknownProperty(string list, string key, string path, string file, Label place, IReadOnlySet<string> known)
    {
        IReadOnlySet<string> configs = PropertySchema.ConfigKeys(list);
        if (!_validates)
        {
            // Older dbt and other adapters know more keys than the schema: a name in neither list, yet near to one.
            if (!configs.Contains(key) && NearestName.Help(key, known.Concat(configs)) is { } near)
            {
                bag.Warn("", "P0311", $"unknown key `{key}` at `{path}`: it has no effect", place, near);
            }
        }
        else if (list == "sources" && key == "overrides")
        {
            bag.Warn("SourceOverrideDeprecation", new Diagnostic("P0311", Severity.Warning,
                $"`overrides` is deprecated but was found on source `{path}` in file `{file}`")
            {
                Labels = [place],
                Help = ["disable the unwanted source with `enabled: false` instead"],
            }, ("source_name", path), ("file", file));
        }
        else if (configs.Contains(key))
        {
            Say("PropertyMovedToConfigDeprecation", $"Found `{key}` as a top-level property of `{path}` in file `{file}`", key, path, file, place,
                $"move it under `config:` of `{path}`");
        }
        else
        {
            Say("CustomKeyInObjectDeprecation", $"Custom key `{key}` found at `{path}` in file `{file}`: it has no effect", key, path, file, place,
                NearestName.Help(key, known) ?? "a key of your own belongs under `config: meta:`");
        }
    }

    void CustomConfig(string key, string path, string file, Label place, IReadOnlySet<string> known) => Say(
        "CustomKeyInConfigDeprecation", $"Custom key `{key}` found in `config`{(path.Length == 0 ? "" : $" at path `{path}`")} in file `{file}`",
        key, path, file, place, NearestName.Help(key, known) ?? "a key of your own belongs under `meta:`");

    void Say(string eventName, string message, string key, string path, string file, Label place, string help) => bag.Warn(
        eventName, new Diagnostic("P0311", Severity.Warning, message) { Labels = [place], Help = [help] },
        ("key", key), ("key_path", path), ("file", file));
}
