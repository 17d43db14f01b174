using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Gild.Engine.Manifest;
using Gild.Engine.Yaml;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>What a generic test is attached to.</summary>
/// <param name="Entry">The element of the property file.</param>
/// <param name="Name">Name of the model, seed or snapshot; source and table joined by <c>_</c> for a source table.</param>
/// <param name="ModelText">The <c>ref(...)</c> or <c>source(...)</c> that the test reads.</param>
/// <param name="Version">Version of a versioned model, else none.</param>
/// <param name="Table">For a source: its table.</param>
public sealed record TestTarget(PropertyEntry Entry, string Name, string ModelText, Value Version, string? Table);

/// <summary>One entry of a <c>data_tests</c> list, taken apart: arguments, config, and names to the letter of dbt's.</summary>
public sealed partial class GenericTestSpec
{
    static readonly string[] ConfigKeys =
    [
        "severity", "tags", "enabled", "where", "limit", "warn_if", "error_if", "fail_calc", "store_failures",
        "store_failures_as", "meta", "database", "schema", "alias",
    ];

    GenericTestSpec(TestTarget target, Label place, string name, string? @namespace)
    {
        Target = target;
        Place = place;
        Name = name;
        Namespace = @namespace;
    }

    public TestTarget Target { get; }

    public Label Place { get; }

    /// <summary>The test: <c>unique</c>.</summary>
    public string Name { get; }

    /// <summary>The package it is called with, or null.</summary>
    public string? Namespace { get; }

    /// <summary>Arguments of the test macro, <c>model</c> and <c>column_name</c> among them; unrendered.</summary>
    public DictValue Arguments { get; private init; } = new();

    /// <summary>Its config, rendered.</summary>
    public DictValue Config { get; private init; } = new();

    public string? ColumnName { get; private init; }

    public string Description { get; private init; } = "";

    /// <summary>The name of the node: given by the user or made from test, target and arguments.</summary>
    public string FullName { get; private set; } = "";

    /// <summary>The same, at most 63 characters long.</summary>
    public string ShortName { get; private set; } = "";

    /// <summary>The last ten characters of a hash over name and arguments; part of the unique id.</summary>
    public string Hash { get; private set; } = "";

    /// <summary>Takes an entry apart.</summary>
    /// <param name="target">What is tested.</param>
    /// <param name="test">A name, or a dict of a name and its arguments.</param>
    /// <param name="columnName">The tested column, quoted if it must be.</param>
    /// <param name="place">Where the entry stands.</param>
    /// <param name="renderer">Renders configs.</param>
    /// <param name="bag">Takes warnings.</param>
    /// <param name="nestsArguments">Whether arguments may be nested under <c>arguments:</c>; without, that is a name like any other.</param>
    /// <exception cref="GildException">Parsing Error for an entry of the wrong shape.</exception>
    public static GenericTestSpec Read(TestTarget target, Value test, string? columnName, YamlNode place, YamlRenderer renderer, DiagnosticBag bag, bool nestsArguments = true)
    {
        (string fullName, DictValue arguments) = Split(test, place, target);
        if (TestNamePattern().Match(fullName) is not { Success: true } match)
        {
            throw Wrong(place, target, $"'{fullName}' is no name of a test", "write the name of a test, or package.test");
        }

        if (columnName is not null)
        {
            arguments["column_name"] = columnName;
        }

        MergeArguments(arguments, fullName, target, place, bag, nestsArguments);
        if (arguments.TryGetValue("model", out _))
        {
            throw Wrong(place, target, "'model' cannot be an argument of a test: it is given to every test");
        }

        arguments["model"] = "{{ get_where_subquery(" + target.ModelText + ") }}";
        DictValue config = TakeConfig(arguments, place, target, renderer);
        string description = arguments.TextOf("description") ?? "";
        arguments.Remove("description");
        string? given = arguments.TryGetValue("name", out Value name) ? name.ToString() : null;
        arguments.Remove("name");
        GenericTestSpec spec = new(target, place.Place(), match.Groups["name"].Value, match.Groups["space"].Success ? match.Groups["space"].Value : null)
        {
            Arguments = arguments,
            Config = config,
            ColumnName = columnName,
            Description = description,
        };
        spec.SetNames(given);
        return spec;
    }

    /// <summary>The macro's name as code calls it.</summary>
    public string MacroName => Namespace is null ? "test_" + Name : $"{Namespace}.test_{Name}";

    /// <summary>The code of the node, as dbt writes it.</summary>
    public string RawCode()
    {
        string config = string.Join(",", Config.Entries.Select(e => $"{e.Key}=" + (e.Value.AsString is { } text
            ? "\"" + text.Replace("\"", "\\\"", StringComparison.Ordinal) + "\""
            : ValueText.ToText(e.Value))));
        return $"{{{{ {MacroName}(**_dbt_generic_test_kwargs) }}}}" + (config.Length == 0 ? "" : $"{{{{ config({config}) }}}}");
    }

    static (string Name, DictValue Arguments) Split(Value test, YamlNode place, TestTarget target)
    {
        if (test.TryGetText(out string plain))
        {
            return (plain, new DictValue());
        }

        if (test.As<DictValue>() is not { } dict)
        {
            throw Wrong(place, target, $"a test must be a name or a mapping, not {ValueText.ToRepr(test)}");
        }

        if (dict.TryGetValue("test_name", out Value testName))
        {
            DictValue rest = dict.Copy();
            rest.Remove("test_name");
            return (testName.ToString(), rest);
        }

        if (dict.Count != 1)
        {
            throw Wrong(place, target, $"a test must be a mapping of one name, got {dict.Count} keys",
                "indent the arguments of the test below its name");
        }

        KeyValuePair<Value, Value> only = dict.Entries.First();
        string name = only.Key.AsString ?? throw Wrong(place, target, $"the name of a test must be a text, not {only.Key}");
        return only.Value.As<DictValue>() is { } arguments
            ? (name, arguments.Copy())
            : throw Wrong(place, target, $"the arguments of test '{name}' must be a mapping, not {ValueText.ToRepr(only.Value)}");
    }

    // `arguments:` is nested since dbt 1.10.5; the flag of that name, on by default, says whether it means anything.
    static void MergeArguments(DictValue arguments, string test, TestTarget target, YamlNode place, DiagnosticBag bag, bool nests)
    {
        string file = target.Entry.File.OriginalPath;
        Value nested = arguments.ValueOf("arguments");
        if (!nests)
        {
            if (arguments.ContainsKey("arguments"))
            {
                bag.Warn("ArgumentsPropertyInGenericTestDeprecation", new Diagnostic("P0425", Severity.Warning,
                    $"`arguments` of test `{test}` on '{target.Name}' is taken as an argument of that name")
                {
                    Labels = [place.Place()],
                    Help = ["set the flag require_generic_test_arguments_property to true to nest arguments under it"],
                }, ("test_name", test));
            }

            return;
        }

        arguments.Remove("arguments");
        foreach (string key in arguments.Entries.Select(e => e.Key.AsString).OfType<string>().Where(k => Array.IndexOf(ConfigKeys, k) >= 0))
        {
            bag.Warn("PropertyMovedToConfigDeprecation", new Diagnostic("P0425", Severity.Warning,
                $"Found `{key}` as a top-level property of `data_tests.{test}` on '{target.Name}' in file `{file}`")
            {
                Labels = [place.Place()],
                Help = [$"move it under `config:` of the test"],
            }, ("key", key), ("file", file), ("key_path", $"data_tests.{test}.{key}"));
        }

        if (nested.As<DictValue>() is { Count: > 0 } dict)
        {
            foreach (KeyValuePair<Value, Value> entry in dict.Entries)
            {
                arguments[entry.Key] = entry.Value;
            }
        }
        else if (arguments.Entries.Any(e => e.Key.AsString is { } key && key is not ("config" or "column_name" or "description" or "name") && Array.IndexOf(ConfigKeys, key) < 0))
        {
            bag.Warn("MissingArgumentsPropertyInGenericTestDeprecation", new Diagnostic("P0425", Severity.Warning,
                $"arguments of test `{test}` on '{target.Name}' stand beside its config")
            {
                Labels = [place.Place()],
                Help = ["nest them under `arguments:`"],
            }, ("test_name", $"`{test}` defined on '{target.Name}' ({file})"));
        }
    }

    // Config keys may stand under `config` or, as in old projects, beside the arguments.
    static DictValue TakeConfig(DictValue arguments, YamlNode place, TestTarget target, YamlRenderer renderer)
    {
        DictValue? nested = arguments.TryGetValue("config", out Value given)
            ? given.As<DictValue>()?.Copy() ?? (given.IsNone ? new DictValue() : throw Wrong(place, target, "`config` of a test must be a mapping"))
            : null;
        arguments.Remove("config");
        DictValue config = new();
        foreach (string key in ConfigKeys)
        {
            Value beside = arguments.ValueOf(key);
            arguments.Remove(key);
            if (beside.IsTrue && nested?.TryGetValue(key, out _) == true)
            {
                throw Wrong(place, target, $"Test cannot have the same key at the top-level and in config: '{key}'", "keep the one under `config`");
            }

            Value value = beside;
            if (!beside.IsTrue && nested is not null && nested.TryGetValue(key, out Value inner))
            {
                value = inner;
                nested.Remove(key);
            }

            Put(config, key, value, place, renderer);
        }

        foreach (KeyValuePair<Value, Value> entry in nested?.Entries ?? [])
        {
            Put(config, entry.Key.ToString(), entry.Value, place, renderer);
        }

        return config;
    }

    static void Put(DictValue config, string key, Value value, YamlNode place, YamlRenderer renderer)
    {
        Value rendered = value.AsString is { } text ? renderer.RenderText(text, place) : value;
        if (!rendered.IsNone)
        {
            config[key] = rendered;
        }
    }

    void SetNames(string? given)
    {
        if (given is not null)
        {
            ShortName = FullName = given;
        }
        else
        {
            string type = (Namespace is null ? "" : Namespace + "_") + (Target.Table is null ? "" : "source_") + Name;
            string target = Target.Version.IsTrue ? $"{Target.Name}_v{Target.Version}" : Target.Name;
            (ShortName, FullName) = Synthesize(type, target, Arguments);
            if (ShortName != FullName && !Config.TryGetValue("alias", out _))
            {
                Config["alias"] = ShortName;
            }
        }

        DictValue metadata = new() { ["kwargs"] = Hashable(Arguments), ["name"] = Name, ["namespace"] = Namespace ?? "None" };
        Hash = Md5(FullName + ValueText.ToRepr(metadata))[^10..];
    }

    static (string Short, string Full) Synthesize(string type, string target, DictValue arguments)
    {
        List<string> parts = [];
        foreach (KeyValuePair<Value, Value> argument in arguments.Entries.OrderBy(e => e.Key.ToString(), StringComparer.Ordinal))
        {
            if (argument.Key.AsString == "model")
            {
                continue;
            }

            IEnumerable<Value> values = argument.Value.As<DictValue>() is { } dict ? dict.Entries.Select(e => e.Value)
                : argument.Value.As<ListValue>() is { } list ? list.Elements
                : [argument.Value];
            parts.AddRange(values.Select(v => NotWordPattern().Replace(ValueText.ToText(v), "_")));
        }

        string identifier = $"{type}_{target}";
        string full = $"{identifier}_{string.Join("__", parts)}";
        return (full.Length >= 64 ? $"{(identifier.Length > 30 ? identifier[..30] : identifier)}_{Md5(full)}" : full, full);
    }

    static Value Hashable(Value value)
    {
        if (value.As<DictValue>() is { } dict)
        {
            DictValue sorted = new();
            foreach (KeyValuePair<Value, Value> entry in dict.Entries.OrderBy(e => e.Key.ToString(), StringComparer.Ordinal))
            {
                sorted[entry.Key] = Hashable(entry.Value);
            }

            return sorted;
        }

        return value.As<ListValue>() is { } list ? new ListValue(list.Elements.Select(Hashable)) : ValueText.ToText(value);
    }

    // dbt names and ids are built on MD5; nothing here is a secret.
#pragma warning disable CA5351
    static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    static GildException Wrong(YamlNode place, TestTarget target, string message, params string[] help) => new(DbtKinds.Parsing,
        new Diagnostic("P0424", Severity.Error, $"invalid test on '{target.Name}' in {target.Entry.File.OriginalPath}: {message}")
        {
            Labels = [place.Place()],
            Help = help,
        });

    [GeneratedRegex(@"^(?:(?<space>[a-zA-Z_][0-9a-zA-Z_]*)\.)?(?<name>[a-zA-Z_][0-9a-zA-Z_]*)")]
    private static partial Regex TestNamePattern();

    [GeneratedRegex("[^0-9a-zA-Z_]+")]
    private static partial Regex NotWordPattern();
}
