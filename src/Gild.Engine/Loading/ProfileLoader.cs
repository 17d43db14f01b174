using System.Globalization;
using Gild.Engine.Yaml;
using Gild.Jinja;
using Gild.Jinja.Values;

namespace Gild.Engine.Loading;

/// <summary>Finds profiles.yml, chooses a profile and a target, and renders that target.</summary>
static class ProfileLoader
{
    public const string FileName = "profiles.yml";

    /// <param name="projectProfile">The profile that dbt_project.yml names, rendered.</param>
    /// <exception cref="GildException">Usage Error for a folder that does not exist, else Runtime Error.</exception>
    public static LoadedProfile Load(
        LoadOptions options, string? projectProfile, JinjaEnvironment environment, EnvironmentLookup lookup, DiagnosticBag bag)
    {
        string directory = FindDirectory(options);
        string path = Path.Combine(directory, FileName);
        string name = options.Profile ?? projectProfile ?? throw new GildException(DbtKinds.Runtime, "P0320",
            "no profile was specified for this project",
            "add `profile: NAME` to dbt_project.yml, or pass --profile NAME", $"profiles are defined in {path}");
        YamlMapping? file = ConfigFile.ReadMapping(path, FileName, bag);
        if (file is null)
        {
            throw new GildException(DbtKinds.Runtime, "P0321",
                File.Exists(path) ? $"{path} is empty" : $"no {FileName} found: looked for it in {directory}",
                $"define the profile `{name}` there, or name the folder with --profiles-dir");
        }

        if (file.Find(name) is not { } node)
        {
            string known = string.Join(", ", ProfileNames(file));
            string? near = NearestName.Help(name, ProfileNames(file));
            throw new GildException(DbtKinds.Runtime, "P0322", $"Could not find profile named '{name}'",
                [.. near is null ? Array.Empty<string>() : [near], $"{path} defines: {(known.Length == 0 ? "nothing" : known)}"]);
        }

        YamlMapping profile = node.AsMapping ?? throw ConfigFile.Wrong(node, $"profile {name} in {FileName} is {(node.IsNull ? "empty" : "no mapping")}");
        using YamlRenderer renderer = new(environment, ConfigGlobals.Create(lookup, options.Vars, null, allowSecrets: true));
        string target = ChooseTarget(options, profile, renderer);
        YamlMapping output = FindOutput(profile, name, target);
        DictValue rendered = RenderOutput(output, renderer);
        if (!rendered.TryGetValue("type", out Value type) || !type.TryGetText(out _))
        {
            throw ConfigFile.Wrong(output, $"required field \"type\" not found in profile {name} and target {target}",
                "name the adapter: type: duckdb, type: postgres ...");
        }

        return new LoadedProfile(name, target, rendered, Threads(options, output, rendered), directory)
        {
            Flags = file.Find("config")?.AsMapping?.ToDict() ?? new DictValue(),
        };
    }

    /// <summary>The name of the only profile; null when there are several or none.</summary>
    public static string? OnlyName(LoadOptions options, DiagnosticBag bag)
    {
        string path = Path.Combine(FindDirectory(options), FileName);
        return ConfigFile.ReadMapping(path, FileName, bag) is { } file && ProfileNames(file).Take(2).ToArray() is [string only] ? only : null;
    }

    static IEnumerable<string> ProfileNames(YamlMapping file) =>
        file.Entries.Select(e => e.KeyValue.ToString()).Where(n => n != "config");

    /// <summary><c>--profiles-dir</c>, then DBT_PROFILES_DIR, then the project, then <c>~/.dbt</c>.</summary>
    public static string FindDirectory(LoadOptions options)
    {
        string? given = options.ProfilesDirectory ?? NonEmpty(options.Environment("DBT_PROFILES_DIR"));
        if (given is not null)
        {
            string full = Path.GetFullPath(given, options.WorkingDirectory);
            return Directory.Exists(full)
                ? full
                : throw new GildException(DbtKinds.Usage, "P0323", $"Invalid value for '--profiles-dir': Path '{given}' does not exist: dbt looked for a profiles.yml file in {given}",
                    options.ProfilesDirectory is null ? "it comes from DBT_PROFILES_DIR" : "name the folder that holds profiles.yml");
        }

        foreach (string directory in (string[])[options.WorkingDirectory, options.ProjectDirectory])
        {
            if (File.Exists(Path.Combine(directory, FileName)))
            {
                return directory;
            }
        }

        string home = options.Environment("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.Combine(home, ".dbt");
    }

    static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    static string ChooseTarget(LoadOptions options, YamlMapping profile, YamlRenderer renderer)
    {
        if (options.Target is { } given)
        {
            return given;
        }

        return profile.Find("target") is { IsNull: false } node ? renderer.Render(node).ToString() : "default";
    }

    static YamlMapping FindOutput(YamlMapping profile, string name, string target)
    {
        YamlMapping outputs = profile.Find("outputs") switch
        {
            YamlMapping mapping => mapping,
            { } other => throw ConfigFile.Wrong(other, $"`outputs` of profile '{name}' must be a mapping of targets"),
            null => throw ConfigFile.Wrong(profile, $"outputs not specified in profile '{name}'"),
        };
        string[] names = [.. outputs.Entries.Select(e => e.KeyValue.ToString())];
        int index = Array.IndexOf(names, target);
        if (index < 0)
        {
            string? near = NearestName.Help(target, names);
            throw ConfigFile.Wrong(outputs, $"The profile '{name}' does not have a target named '{target}'.",
                [.. near is null ? Array.Empty<string>() : [near], $"its targets are: {string.Join(", ", names)}"]);
        }

        return outputs.Entries[index].Value.AsMapping
            ?? throw ConfigFile.Wrong(outputs.Entries[index].Value, $"output '{target}' of profile '{name}' is misconfigured in {FileName}");
    }

    static DictValue RenderOutput(YamlMapping output, YamlRenderer renderer)
    {
        DictValue rendered = new();
        foreach (YamlEntry entry in output.Entries)
        {
            try
            {
                rendered[entry.KeyValue] = renderer.Render(entry.Value);
            }
            catch (GildException) when (entry.KeyValue.AsString is "password" or "pass")
            {
                // A password may hold what looks like a template.
                rendered[entry.KeyValue] = entry.Value.ToValue();
            }
            catch (GildException e) when (e.DbtKind == DbtKinds.Compilation)
            {
                throw new GildException(DbtKinds.Runtime, e.Diagnostic, e);
            }
        }

        return rendered;
    }

    static int Threads(LoadOptions options, YamlMapping output, DictValue rendered)
    {
        if (options.Threads is { } given)
        {
            return given;
        }

        if (!rendered.TryGetValue("threads", out Value value) || value.IsNone)
        {
            return 1;
        }

        if (value.IsInt64 && value.AsInt64 is > 0 and < 10_000)
        {
            return (int)value.AsInt64;
        }

        return value.TryGetText(out string text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw ConfigFile.Wrong(output.Find("threads") ?? output, $"`threads` must be a number of 1 or more, not {value}");
    }
}
