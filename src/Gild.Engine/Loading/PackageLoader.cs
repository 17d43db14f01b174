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
        int wanted = CountWanted(root, environment, globals, bag);
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

    static int CountWanted(string root, JinjaEnvironment environment, Globals globals, DiagnosticBag bag)
    {
        YamlMapping? packages = ConfigFile.ReadMapping(Path.Combine(root, "packages.yml"), "packages.yml", bag);
        YamlMapping? dependencies = ConfigFile.ReadMapping(Path.Combine(root, "dependencies.yml"), "dependencies.yml", bag);
        YamlNode? inPackages = packages?.Find("packages");
        YamlNode? inDependencies = dependencies?.Find("packages");
        if (inPackages is not null && inDependencies is not null)
        {
            throw ConfigFile.Wrong(inDependencies, "`packages` cannot be specified in both packages.yml and dependencies.yml");
        }

        if (packages?.FindKey("projects") is { } projects)
        {
            throw ConfigFile.Wrong(projects, "`projects` cannot be specified in packages.yml", "it belongs into dependencies.yml");
        }

        if (inPackages is not null)
        {
            using YamlRenderer renderer = new(environment, globals);
            return renderer.Render(inPackages).As<ListValue>()?.Elements.Count ?? 0;
        }

        return inDependencies?.AsSequence?.Items.Count ?? 0;
    }
}
