using System.Globalization;
using Gild.Engine.Context;
using Gild.Engine.Yaml;
using Gild.Jinja.Values;

namespace Gild.Engine;

/// <summary>The run's flags by dbt's rule: command line, then environment, then the project's <c>flags:</c>, then the default.</summary>
public static class FlagSettings
{
    static readonly (string Name, Func<InvocationOptions, Value> Given, Value Default)[] Known =
    [
        ("CACHE_SELECTED_ONLY", o => Of(o.CacheSelectedOnly), false),
        ("DEBUG", o => Of(o.Debug), false),
        ("DEFER", o => Of(o.Defer), false),
        ("EMPTY", o => Of(o.Empty), false),
        ("FAIL_FAST", o => Of(o.FailFast), false),
        ("FAVOR_STATE", o => Of(o.FavorState), false),
        ("FULL_REFRESH", o => Of(o.FullRefresh), false),
        ("INDIRECT_SELECTION", o => o.IndirectSelection, "eager"),
        ("INTROSPECT", o => Of(o.Introspect), true),
        ("LOG_FORMAT", o => o.LogFormat, "default"),
        ("LOG_LEVEL", o => o.LogLevel, "info"),
        ("MACRO_DEBUGGING", o => Of(o.MacroDebugging), false),
        ("POPULATE_CACHE", o => Of(o.PopulateCache), true),
        ("PRINT", o => Of(o.Print), true),
        ("PRINTER_WIDTH", o => o.PrinterWidth is { } width ? Value.From((long)width) : default, Value.From(80L)),
        ("QUIET", o => Of(o.Quiet), false),
        ("SEND_ANONYMOUS_USAGE_STATS", _ => default, false),
        ("STATIC_PARSER", _ => default, true),
        ("STORE_FAILURES", o => Of(o.StoreFailures), false),
        ("USE_COLORS", o => Of(o.UseColors), true),
        ("VERSION_CHECK", o => Of(o.VersionCheck), true),
        ("WARN_ERROR", o => Of(o.WarnError), Value.None),
        ("WRITE_JSON", o => Of(o.WriteJson), true),
        ("PARTIAL_PARSE", _ => default, true),
        ("LOG_CACHE_EVENTS", _ => default, false),
        ("INJECT_EPHEMERAL_CTES", _ => default, true),
        ("SHOW", o => Of(o.Show), false),
        ("SHOW_ALL_DEPRECATIONS", _ => default, false),
        ("MACRO", o => o.Macro, Value.None),
        ("ARGS", o => string.IsNullOrWhiteSpace(o.ArgsText) ? default : Invocation.ReadArgument("--args", o.ArgsText), Value.None),
        ("THREADS", o => o.Threads is { } threads ? Value.From((long)threads) : default, Value.None),
        ("TARGET", o => o.Target, Value.None),
        ("PROFILE", o => o.Profile, Value.None),
        ("SELECT", o => ListOf(o.Select), Value.None),
        ("EXCLUDE", o => ListOf(o.Exclude), Value.None),
        ("SELECTOR", o => o.Selector, Value.None),
        ("RESOURCE_TYPES", o => ListOf(o.ResourceTypes), Value.None),
        ("EXCLUDE_RESOURCE_TYPES", o => ListOf(o.ExcludeResourceTypes), Value.None),
        ("STATE", o => o.State, Value.None),
        ("SAMPLE", o => o.Sample, Value.None),
        ("EVENT_TIME_START", o => o.EventTimeStart, Value.None),
        ("EVENT_TIME_END", o => o.EventTimeEnd, Value.None),
        ("SKIP_NODES_IF_ON_RUN_START_FAILS", _ => default, false),
        ("REQUIRE_BATCHED_EXECUTION_FOR_CUSTOM_MICROBATCH_STRATEGY", _ => default, false),
        ("STATE_MODIFIED_COMPARE_MORE_UNRENDERED_VALUES", _ => default, false),
        ("SOURCE_FRESHNESS_RUN_PROJECT_HOOKS", _ => default, true),
    ];

    static Value Of(bool? given) => given is { } value ? Value.From(value) : default;

    static Value ListOf(IReadOnlyList<string> words) => words.Count == 0 ? default : new ListValue(words.Select(w => Value.From(w)));

    /// <param name="projectFlags">The <c>flags:</c> of dbt_project.yml.</param>
    /// <exception cref="GildException">A variable or flag holds what it cannot mean.</exception>
    public static void Resolve(InvocationState invocation, DictValue projectFlags)
    {
        InvocationOptions options = invocation.Options;
        foreach ((Value key, Value value) in projectFlags.Entries)
        {
            invocation.Flags[key.ToString().ToUpperInvariant()] = value;
        }

        foreach ((string name, Func<InvocationOptions, Value> given, Value otherwise) in Known)
        {
            Value value = given(options);
            if (value.IsUndefined || (value.IsNone && !otherwise.IsNone))
            {
                value = FromEnvironment(options, name, otherwise);
            }

            if (value.IsUndefined && !invocation.Flags.TryGetValue(name, out value))
            {
                value = otherwise;
            }

            invocation.Flags[name] = value;
        }

        foreach ((string name, Value value) in options.OtherFlags)
        {
            invocation.Flags[name] = value;
        }

        invocation.Flags["WHICH"] = WhichOf(options.Command);
        invocation.Flags["PROJECT_DIR"] = options.ProjectDirectory ?? options.WorkingDirectory;
        invocation.Warnings = Warnings(invocation, projectFlags);
    }

    // Flags that only some commands have; there they are recorded, and with this value when nothing was said.
    static readonly Dictionary<string, (string[] Commands, Func<InvocationOptions, Value> Value)> s_ofCommands = new(StringComparer.Ordinal)
    {
        ["SELECT"] = (["build", "run", "test", "seed", "snapshot", "compile", "show", "clone", "list", "source freshness", "docs generate"], _ => new ListValue()),
        ["EXCLUDE"] = (["build", "run", "test", "seed", "snapshot", "compile", "show", "clone", "list", "source freshness", "docs generate"], _ => new ListValue()),
        ["RESOURCE_TYPES"] = (["build", "test", "clone", "list"], _ => new ListValue()),
        ["EXCLUDE_RESOURCE_TYPES"] = (["build", "test", "clone", "list"], _ => new ListValue()),
        ["EMPTY"] = (["build", "run", "snapshot", "compile"], _ => false),
        ["SHOW"] = (["build", "seed"], _ => false),
        ["INJECT_EPHEMERAL_CTES"] = (["compile"], _ => true),
        ["LIMIT"] = (["show"], o => Value.From((long)(o.Limit ?? DefaultLimit))),
        ["OUTPUT"] = (["show", "compile", "list"], o => o.Output ?? (o.Command == "list" ? "selector" : "text")),
        ["COMPILE"] = (["docs generate"], o => o.Compile ?? true),
        ["EMPTY_CATALOG"] = (["docs generate"], o => o.EmptyCatalog ?? false),
    };

    static readonly string[] s_silentWhenFalse =
        ["DEBUG", "FULL_REFRESH", "FAIL_FAST", "WARN_ERROR", "SINGLE_THREADED", "LOG_CACHE_EVENTS", "STORE_FAILURES", "USE_EXPERIMENTAL_PARSER"];

    /// <summary>Rows that <c>show</c> prints when nothing is said.</summary>
    public const int DefaultLimit = 5;

    /// <summary>The flags as artifacts and <c>invocation_args_dict</c> record them: those that the command has, and of some only when they are set.</summary>
    public static IEnumerable<KeyValuePair<string, Value>> ArgumentsOf(InvocationState invocation)
    {
        string command = invocation.Options.Command;
        foreach ((string name, Value value) in invocation.Flags)
        {
            bool own = !s_ofCommands.TryGetValue(name, out (string[] Commands, Func<InvocationOptions, Value>) rule) || rule.Commands.Contains(command);
            if (own && !value.IsNone && !(value.IsBool && !value.AsBool && s_silentWhenFalse.Contains(name)))
            {
                yield return new(name, value);
            }
        }

        foreach ((string name, (string[] commands, Func<InvocationOptions, Value> otherwise)) in s_ofCommands)
        {
            if (commands.Contains(command) && (!invocation.Flags.TryGetValue(name, out Value set) || set.IsNone))
            {
                yield return new(name, otherwise(invocation.Options));
            }
        }
    }

    static string WhichOf(string command) => command switch
    {
        "docs generate" => "generate",
        "source freshness" => "freshness",
        "ls" => "list",
        _ => command,
    };

    static Value FromEnvironment(InvocationOptions options, string name, Value otherwise)
    {
        // Only the commands that have the flag hear its variable.
        if (name == "STORE_FAILURES" && options.Command is not ("test" or "build"))
        {
            return default;
        }

        if (options.Environment("DBT_" + name) is not { Length: > 0 } text)
        {
            return default;
        }

        if (otherwise.IsInt64)
        {
            return long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long number)
                ? number
                : throw Wrong(name, text, "a whole number");
        }

        if (!otherwise.IsBool && name != "WARN_ERROR")
        {
            return text;
        }

        return text.ToLowerInvariant() switch
        {
            "true" or "1" or "t" or "yes" or "y" or "on" => true,
            "false" or "0" or "f" or "no" or "n" or "off" => false,
            _ => throw Wrong(name, text, "true or false"),
        };
    }

    static GildException Wrong(string name, string text, string expected) => new(
        DbtKinds.Usage, "C0710", $"the environment variable DBT_{name} is '{text}', where {expected} is expected");

    static readonly (string Older, string Newer)[] s_renamedKeys = [("include", "error"), ("exclude", "warn")];

    static WarnErrorOptions Warnings(InvocationState invocation, DictValue projectFlags)
    {
        string? text = invocation.Options.WarnErrorOptions ?? invocation.Options.Environment("DBT_WARN_ERROR_OPTIONS");
        Value given = text is { Length: > 0 }
            ? YamlReader.Read("--warn-error-options", text)?.ToValue() ?? Value.None
            : projectFlags.TryGetValue("warn_error_options", out Value fromProject) ? fromProject : Value.None;
        bool handlesAll = invocation.Flag("REQUIRE_ALL_WARNINGS_HANDLED_BY_WARN_ERROR");
        if (given.As<DictValue>() is not { } dict)
        {
            return given.IsNone
                ? new WarnErrorOptions { All = invocation.Flag("WARN_ERROR"), HandlesAll = handlesAll }
                : throw new GildException(DbtKinds.Usage, "C0711", "--warn-error-options must be a mapping with `error`, `warn` and `silence`");
        }

        bool single = invocation.Options.WarnError == true || invocation.Options.Environment("DBT_WARN_ERROR") is { Length: > 0 };
        if (text is { Length: > 0 } && single)
        {
            throw new GildException(DbtKinds.Usage, "C0711", "warn_error_options: not allowed with argument warn_error", "give --warn-error-options '{error: all, …}' alone");
        }

        // For `retry`, which takes them from the artifacts.
        invocation.Flags["WARN_ERROR_OPTIONS"] = given;
        foreach ((string older, string newer) in s_renamedKeys)
        {
            if (dict.TryGetValue(older, out _) && dict.TryGetValue(newer, out _))
            {
                throw new GildException(DbtKinds.Usage, "C0711", $"Only `{older}` or `{newer}` can be specified in `warn_error_options`, not both", $"`{newer}` is the newer name: merge them");
            }
        }

        HashSet<string> error = Names(dict, "error", "include", out bool all);
        return new WarnErrorOptions
        {
            All = all || invocation.Flag("WARN_ERROR"),
            HandlesAll = handlesAll,
            OlderKeys = [.. s_renamedKeys.Select(k => k.Older).Where(k => dict.TryGetValue(k, out _))],
            Include = error,
            Exclude = Names(dict, "warn", "exclude", out _),
            Silence = Names(dict, "silence", "silence", out _),
        };
    }

    static HashSet<string> Names(DictValue dict, string key, string older, out bool all)
    {
        all = false;
        if (!dict.TryGetValue(key, out Value value) && !dict.TryGetValue(older, out value))
        {
            return [];
        }

        if (value.TryGetText(out string text))
        {
            all = text is "all" or "*";
            return all ? [] : [text];
        }

        return value.IsNone ? [] : [.. ValueOps.Iterate(value).Select(v => v.ToString())];
    }
}
