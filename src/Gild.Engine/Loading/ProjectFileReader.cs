using System.Text.RegularExpressions;
using Gild.Engine.Yaml;
using Gild.Jinja;
using Gild.Jinja.Values;

namespace Gild.Engine.Loading;

/// <summary>Reads and renders one dbt_project.yml.</summary>
static partial class ProjectFileReader
{
    public const string FileName = "dbt_project.yml";

    static readonly HashSet<string> KnownKeys = new(StringComparer.Ordinal)
    {
        "name", "version", "config-version", "profile", "project-root", "require-dbt-version",
        "source-paths", "model-paths", "macro-paths", "data-paths", "seed-paths", "test-paths", "analysis-paths",
        "docs-paths", "asset-paths", "function-paths", "snapshot-paths", "target-path", "log-path", "clean-targets",
        "packages-install-path", "quoting", "on-run-start", "on-run-end", "dispatch", "models", "seeds", "snapshots",
        "analyses", "sources", "tests", "data_tests", "unit_tests", "metrics", "semantic-models", "saved-queries",
        "exposures", "functions", "vars", "packages", "query-comment", "restrict-access", "dbt-cloud", "flags",
    };

    static readonly string[] MappingKeys =
    [
        "dbt-cloud", "models", "seeds", "snapshots", "analyses", "sources", "tests", "data_tests", "unit_tests", "metrics", "semantic-models",
        "saved-queries", "exposures", "functions",
    ];

    static readonly HashSet<string> ReservedNames = new(StringComparer.Ordinal)
    {
        "_sql_results", "adapter", "api", "column", "config", "context", "database", "env", "env_var", "exceptions",
        "execute", "flags", "fromjson", "fromyaml", "graph", "invocation_id", "load_agate_table", "load_result", "log",
        "model", "modules", "post_hooks", "pre_hooks", "ref", "render", "return", "run_started_at", "schema", "source",
        "sql", "sql_now", "store_result", "store_raw_result", "target", "this", "tojson", "toyaml",
        "try_or_compiler_error", "var", "write",
    };

    /// <summary>The file as YAML.</summary>
    /// <exception cref="GildException">When it is missing, is not YAML or holds no mapping.</exception>
    public static YamlMapping ReadFile(string directory, string shownAs, DiagnosticBag bag) =>
        ConfigFile.ReadMapping(Path.Combine(directory, FileName), shownAs, bag)
        ?? (File.Exists(Path.Combine(directory, FileName))
            ? throw new GildException(DbtKinds.Runtime, "P0304", $"{shownAs} does not parse to a dictionary: it is empty")
            : throw new GildException(DbtKinds.Runtime, "P0310", $"no {FileName} found at expected path {Path.Combine(directory, FileName)}",
                "run the command in the folder of a project, or name it with --project-dir"));

    /// <summary>Renders the file and checks its keys.</summary>
    public static ProjectConfig Read(YamlMapping file, JinjaEnvironment environment, Globals globals, bool versionCheck, DiagnosticBag bag)
    {
        using YamlRenderer renderer = new(environment, globals);
        DictValue rendered = renderer.RenderMapping(file, ShouldRender);
        if (rendered.TryGetValue("tests", out Value tests))
        {
            if (rendered.TryGetValue("data_tests", out _))
            {
                throw ConfigFile.Wrong(file.FindKey("tests") ?? file, "Invalid project config: cannot have both 'tests' and 'data_tests' defined",
                    "`data_tests` is the newer name of `tests`: merge them");
            }

            rendered.Remove("tests");
            rendered["data_tests"] = tests;
        }

        string name = CheckName(file, rendered);
        if (versionCheck)
        {
            DbtVersion.CheckRequirement(file, rendered, name);
        }

        CheckKeys(file, bag);
        CheckVersions(file, rendered);
        foreach (string key in MappingKeys)
        {
            ConfigFile.Dict(file, rendered, key);
        }

        return new ProjectConfig
        {
            Name = name,
            Version = rendered.TryGetValue("version", out Value version) && !version.IsNone ? version.ToString() : null,
            Profile = ConfigFile.Text(file, rendered, "profile"),
            ModelPaths = ConfigFile.TextList(file, rendered, "model-paths") ?? ConfigFile.TextList(file, rendered, "source-paths") ?? ["models"],
            SeedPaths = ConfigFile.TextList(file, rendered, "seed-paths") ?? ConfigFile.TextList(file, rendered, "data-paths") ?? ["seeds"],
            MacroPaths = ConfigFile.TextList(file, rendered, "macro-paths") ?? ["macros"],
            TestPaths = ConfigFile.TextList(file, rendered, "test-paths") ?? ["tests"],
            AnalysisPaths = ConfigFile.TextList(file, rendered, "analysis-paths") ?? ["analyses"],
            SnapshotPaths = ConfigFile.TextList(file, rendered, "snapshot-paths") ?? ["snapshots"],
            FunctionPaths = ConfigFile.TextList(file, rendered, "function-paths") ?? ["functions"],
            DocsPaths = ConfigFile.TextList(file, rendered, "docs-paths"),
            AssetPaths = ConfigFile.TextList(file, rendered, "asset-paths") ?? [],
            TargetPath = ConfigFile.Text(file, rendered, "target-path"),
            LogPath = ConfigFile.Text(file, rendered, "log-path"),
            PackagesInstallPath = ConfigFile.Text(file, rendered, "packages-install-path") ?? "dbt_packages",
            CleanTargets = ConfigFile.TextList(file, rendered, "clean-targets"),
            Vars = ConfigFile.Dict(file, rendered, "vars"),
            Dispatch = ReadDispatch(file, rendered),
            OnRunStart = ConfigFile.TextList(file, rendered, "on-run-start", single: true) ?? [],
            OnRunEnd = ConfigFile.TextList(file, rendered, "on-run-end", single: true) ?? [],
            QueryComment = rendered.TryGetValue("query-comment", out Value comment) ? comment : Value.Undefined,
            Quoting = ConfigFile.Dict(file, rendered, "quoting"),
            Flags = ConfigFile.Dict(file, rendered, "flags"),
            RestrictAccess = rendered.TryGetValue("restrict-access", out Value restrict) && restrict.IsTrue,
            File = file,
            Rendered = rendered,
            Raw = file.ToDict(),
        };
    }

    // Hooks, query comments and vars are rendered when they are used.
    static bool ShouldRender(KeyPath path)
    {
        switch (path.Text(0))
        {
            case "on-run-start" or "on-run-end" or "query-comment" or "vars":
                return false;
            case "seeds" or "models" or "snapshots" or "tests" or "data_tests":
                for (int i = 0; i < path.Count; i++)
                {
                    if (path.Text(i)?.TrimStart('+', ' ') is "pre-hook" or "post-hook" or "pre_hook" or "post_hook")
                    {
                        return false;
                    }
                }

                return true;
            default:
                return true;
        }
    }

    static void CheckKeys(YamlMapping file, DiagnosticBag bag)
    {
        foreach (YamlEntry entry in file.Entries)
        {
            string key = entry.KeyValue.ToString();
            if (!KnownKeys.Contains(key))
            {
                string? help = KnownKeys.Contains(key.Replace('_', '-')) ? $"did you mean `{key.Replace('_', '-')}`?" : NearestName.Help(key, KnownKeys);
                bag.Error(DbtKinds.Runtime, "P0311", $"Additional properties are not allowed ('{key}' was unexpected)",
                    entry.Key.Place(), help is null ? [] : [help]);
            }
        }

        Deprecated("source-paths", "model-paths");
        Deprecated("data-paths", "seed-paths");

        Moved("log-path", "logs", "--log-path", "DBT_LOG_PATH", "ConfigLogPathDeprecation");
        Moved("target-path", "target", "--target-path", "DBT_TARGET_PATH", "ConfigTargetPathDeprecation");

        void Moved(string key, string usual, string flag, string variable, string eventName)
        {
            if (file.Find(key) is { } value && value.AsText != usual)
            {
                bag.Warn(eventName, "P0312", $"The `{key}` config in `{FileName}` is deprecated", file.FindKey(key)!.Place(), $"use {flag} or {variable} instead");
            }
        }

        void Deprecated(string old, string current)
        {
            if (file.FindKey(old) is not { } key)
            {
                return;
            }

            if (file.Find(current) is not null)
            {
                throw ConfigFile.Wrong(key, $"`{old}` and `{current}` cannot both be defined", $"`{current}` is the newer name of `{old}`: remove `{old}`");
            }

            bag.Warn(old == "data-paths" ? "ConfigDataPathDeprecation" : "ConfigSourcePathDeprecation", "P0312",
                $"The `{old}` config has been renamed to `{current}`", key.Place());
        }
    }

    static void CheckVersions(YamlMapping file, DictValue rendered)
    {
        if (rendered.TryGetValue("config-version", out Value format) && !format.IsNone && !format.IsInteger)
        {
            throw ConfigFile.Wrong(file.Find("config-version")!, $"`config-version` must be a whole number, not {format}", "write `config-version: 2`, or leave the key out");
        }

        if (rendered.TryGetValue("version", out Value version) && !version.IsNone && !version.IsNumber && !VersionPattern().IsMatch(version.ToString()))
        {
            throw ConfigFile.Wrong(file.Find("version")!, $"`{version}` is no version of a project (at path ['version']: '{version}' is not valid under any of the given schemas)", "write a number, or three in quotes: version: '1.0.0'");
        }
    }

    static string CheckName(YamlMapping file, DictValue rendered)
    {
        string name = ConfigFile.Text(file, rendered, "name")
            ?? throw ConfigFile.Wrong(file, $"{FileName} has no `name`", "name the project: letters, digits and underscores");
        YamlNode place = file.Find("name") ?? file;
        if (!NamePattern().IsMatch(name))
        {
            throw ConfigFile.Wrong(place, $"`{name}` is no valid project name", "use letters, digits and underscores; begin with a letter or underscore");
        }

        return ReservedNames.Contains(name)
            ? throw ConfigFile.Wrong(place, $"`{name}` is a reserved word and cannot name a project")
            : name;
    }

    static Dictionary<string, IReadOnlyList<string>> ReadDispatch(YamlMapping file, DictValue rendered)
    {
        Dictionary<string, IReadOnlyList<string>> orders = new(StringComparer.Ordinal);
        if (!rendered.TryGetValue("dispatch", out Value value) || value.IsNone)
        {
            return orders;
        }

        YamlNode node = file.Find("dispatch")!;
        ListValue list = value.As<ListValue>() ?? throw ConfigFile.Wrong(node, "`dispatch` must be a list");
        for (int i = 0; i < list.Elements.Count; i++)
        {
            YamlNode place = node.AsSequence?.Items[i] ?? node;
            if (list.Elements[i].As<DictValue>() is not { } entry
                || !entry.TryGetValue("macro_namespace", out Value space)
                || !entry.TryGetValue("search_order", out Value order)
                || order.As<ListValue>() is not { } packages)
            {
                throw ConfigFile.Wrong(place, "an entry of `dispatch` needs `macro_namespace` and a list `search_order`");
            }

            orders.TryAdd(space.ToString(), [.. packages.Elements.Select(p => p.ToString())]);
        }

        return orders;
    }

    // A semantic version whose third number may be missing.
    [GeneratedRegex(@"^(0|[1-9]\d*)\.(0|[1-9]\d*)(\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?)?\z")]
    private static partial Regex VersionPattern();

    [GeneratedRegex(@"^[^\d\W]\w*\z")]
    private static partial Regex NamePattern();
}
