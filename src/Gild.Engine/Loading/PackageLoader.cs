using Gild.Engine.Yaml;
using Gild.Jinja;
using Gild.Jinja.Values;

namespace Gild.Engine.Loading;

/// <summary>Finds the packages that <c>deps</c> has installed.</summary>
static class PackageLoader
{
    /// <summary>Reads the dbt_project.yml of every installed package.</summary>
    /// <exception cref="GildException">When packages are asked for and not all are installed.</exception>
    public static List<ProjectPackage> Load(
        string root, ProjectConfig project, JinjaEnvironment environment, Globals globals, LoadOptions options, DiagnosticBag bag)
    {
        using YamlRenderer renderer = new(environment, globals);
        int wanted = Wanted(root, renderer, bag).Count;
        string folder = Path.GetFullPath(project.PackagesInstallPath, root);
        string[] installed = Directory.Exists(folder)
            ? [.. Directory.GetDirectories(folder).Where(d => !Path.GetFileName(d).StartsWith("__", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
            : [];
        if (options.RequirePackages && wanted > 0 && installed.Length < wanted)
        {
            throw new GildException(DbtKinds.Compilation, "P0340",
                $"{wanted} package(s) are asked for in packages.yml, and {installed.Length} installed in {project.PackagesInstallPath}",
                "run `deps` to install them");
        }

        List<ProjectPackage> packages = [];
        foreach (string directory in installed)
        {
            string shown = Path.Combine(project.PackagesInstallPath, Path.GetFileName(directory), ProjectFileReader.FileName);
            if (!File.Exists(Path.Combine(directory, ProjectFileReader.FileName)))
            {
                throw new GildException(DbtKinds.Runtime, "P0341",
                    $"no {ProjectFileReader.FileName} found at expected path {Path.Combine(directory, ProjectFileReader.FileName)}",
                    "each package of packages.yml must hold one; run `deps` again");
            }

            YamlMapping file = ProjectFileReader.ReadFile(directory, shown, bag);
            ProjectConfig config = ProjectFileReader.Read(file, environment, globals, options.VersionCheck, bag);
            if (config.Name == project.Name || packages.Exists(p => p.Name == config.Name))
            {
                throw new GildException(DbtKinds.Compilation, "P0342", $"two projects are called '{config.Name}': one of them in {directory}",
                    "rename one of them, or remove it from packages.yml");
            }

            packages.Add(new ProjectPackage(config.Name, directory, config));
        }

        return packages;
    }

    /// <summary>
    /// The entries of packages.yml, or of dependencies.yml. Only packages.yml holds templates; dependencies.yml is taken as it stands, as in dbt.
    /// </summary>
    /// <exception cref="GildException">Runtime Error when both hold packages, or an entry is malformed.</exception>
    internal static List<PackageSpec> Wanted(string root, YamlRenderer renderer, DiagnosticBag bag)
    {
        const string ownFile = "packages.yml";
        const string dependenciesFile = "dependencies.yml";
        YamlMapping? packages = ConfigFile.ReadMapping(Path.Combine(root, ownFile), ownFile, bag);
        YamlNode? inPackages = packages?.Find("packages");
        YamlNode? inDependencies = ConfigFile.ReadMapping(Path.Combine(root, dependenciesFile), dependenciesFile, bag)?.Find("packages");
        if (inPackages is not null && inDependencies is not null)
        {
            throw ConfigFile.Wrong(inDependencies, "`packages` cannot be specified in both packages.yml and dependencies.yml");
        }

        if (packages?.FindKey("projects") is { } projects)
        {
            throw ConfigFile.Wrong(projects, "`projects` cannot be specified in packages.yml", "it belongs into dependencies.yml");
        }

        return inPackages is not null ? Read(inPackages, ownFile, node => renderer.Render(node))
            : Read(inDependencies, dependenciesFile, static node => node.ToValue());
    }

    /// <summary>The list of packages of one file; none for an absent one.</summary>
    internal static List<PackageSpec> Read(YamlNode? list, string shownAs, Func<YamlNode, Value> read)
    {
        if (list is null || list.IsNull)
        {
            return [];
        }

        YamlSequence packages = list.AsSequence ?? throw ConfigFile.Wrong(list, $"`packages` of {shownAs} must be a list");
        return [.. packages.Items.Select(item => PackageSpec.Read(item,
            read(item).As<DictValue>() ?? throw ConfigFile.Wrong(item, $"an entry of `packages` in {shownAs} must be a mapping")))];
    }
}
