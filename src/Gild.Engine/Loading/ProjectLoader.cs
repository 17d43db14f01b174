using Gild.Engine.Yaml;
using Gild.Jinja;
using Gild.Jinja.Values;

namespace Gild.Engine.Loading;

/// <summary>Finds and reads a project, its profile and its packages.</summary>
public static class ProjectLoader
{
    /// <param name="options">Where to look and what the command line says.</param>
    /// <param name="environment">With dbt's filters and the functions that need no project.</param>
    /// <param name="bag">Takes warnings.</param>
    /// <exception cref="GildException">When there is nothing to go on with.</exception>
    public static LoadedProject Load(LoadOptions options, JinjaEnvironment environment, DiagnosticBag bag)
    {
        string root = Path.GetFullPath(options.ProjectDirectory);
        EnvironmentLookup lookup = new(options.Environment);
        YamlMapping file = ProjectFileReader.ReadFile(root, ProjectFileReader.FileName, bag);

        // The profile comes first: `target` is known to the templates of dbt_project.yml.
        LoadedProfile? profile = options.RequireProfile
            ? ProfileLoader.Load(options, ProfileName(file, environment, lookup, options.Vars), environment, lookup, bag)
            : null;
        Globals globals = ConfigGlobals.Create(lookup, options.Vars, profile is null ? UnknownTarget.Instance : TargetOf(profile), allowSecrets: false, requiresVars: options.RequireProfile);
        ProjectConfig config = ProjectFileReader.Read(file, environment, globals, options.VersionCheck, bag);
        if (profile is { Flags.Count: > 0 })
        {
            if (config.Flags.Count > 0)
            {
                throw new GildException(DbtKinds.Runtime, "P0324",
                    $"Do not specify both 'config' in {ProfileLoader.FileName} and 'flags' in {ProjectFileReader.FileName}", $"move all of them to 'flags' in {ProjectFileReader.FileName}");
            }

            bag.Warn("ProjectFlagsMovedDeprecation", "P0324",
                $"User config should be moved from the 'config' key in {ProfileLoader.FileName} to the 'flags' key in {ProjectFileReader.FileName}.");
        }

        Globals packageGlobals = ConfigGlobals.Create(lookup, options.Vars, UnknownTarget.Instance, allowSecrets: true);
        List<ProjectPackage> installed = options.RequirePackages
            ? PackageLoader.Load(root, config, environment, profile is null ? packageGlobals : globals, options, bag)
            : [];

        ProjectPackage self = new(config.Name, root, config);
        VarLookup vars = new(options.Vars, config.Name, config.Vars);
        foreach (ProjectPackage package in installed)
        {
            vars.Add(package.Name, package.Config.Vars);
        }

        return new LoadedProject
        {
            Root = self,
            Packages = [self, .. installed],
            Profile = profile,
            Vars = vars,
            Environment = lookup,
            TargetPath = Path.GetFullPath(options.TargetPath ?? options.Environment("DBT_TARGET_PATH") ?? config.TargetPath ?? "target", root),
            LogPath = Path.GetFullPath(options.LogPath ?? options.Environment("DBT_LOG_PATH") ?? config.LogPath ?? "logs", root),
        };
    }

    /// <summary>The profile alone; where no project file can be read it is the one among the options, or the only one there is.</summary>
    /// <exception cref="GildException">There is none of that name, or it is not valid.</exception>
    public static LoadedProfile LoadProfile(LoadOptions options, JinjaEnvironment environment, DiagnosticBag bag)
    {
        EnvironmentLookup lookup = new(options.Environment);
        string? name;
        try
        {
            name = ProfileName(ProjectFileReader.ReadFile(Path.GetFullPath(options.ProjectDirectory), ProjectFileReader.FileName, bag), environment, lookup, options.Vars);
        }
        catch (GildException)
        {
            // What is wrong with the project file is said where that is checked.
            name = null;
        }

        return ProfileLoader.Load(options, name ?? ProfileLoader.OnlyName(options, bag), environment, lookup, bag);
    }

    /// <summary>The folder where profiles.yml is looked for.</summary>
    /// <exception cref="GildException">Usage Error: the folder that was given does not exist.</exception>
    public static string ProfilesDirectory(LoadOptions options) => ProfileLoader.FindDirectory(options);

    /// <summary>What <c>target</c> shows in templates: the output without secrets, and dbt's own keys.</summary>
    public static DictValue TargetOf(LoadedProfile profile)
    {
        DictValue target = new();
        foreach (KeyValuePair<Value, Value> entry in profile.Output.Entries)
        {
            if (entry.Key.AsString is { } key && !IsSecret(key))
            {
                target[key] = entry.Value;
            }
        }

        if (target.TryGetValue("dbname", out Value database) && !target.TryGetValue("database", out _))
        {
            target["database"] = database;
        }

        target["threads"] = (long)profile.Threads;
        target["name"] = profile.TargetName;
        target["target_name"] = profile.TargetName;
        target["profile_name"] = profile.Name;
        return target;
    }

    static bool IsSecret(string key) =>
        key is "password" or "pass" or "token" or "secret" || key.Contains("secret", StringComparison.OrdinalIgnoreCase)
        || key.Contains("private_key", StringComparison.OrdinalIgnoreCase) || key.EndsWith("_token", StringComparison.OrdinalIgnoreCase);

    static string? ProfileName(YamlMapping file, JinjaEnvironment environment, EnvironmentLookup lookup, DictValue vars)
    {
        if (file.Find("profile") is not { IsNull: false } node)
        {
            return null;
        }

        using YamlRenderer renderer = new(environment, ConfigGlobals.Create(lookup, vars, null, allowSecrets: false));
        return renderer.Render(node).ToString();
    }
}
