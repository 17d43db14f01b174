using System.Text;
using Gild.Engine.Yaml;
using Gild.Jinja;
using Gild.Jinja.Values;

namespace Gild.Engine.Loading;

/// <summary>What <c>deps</c> was told.</summary>
/// <param name="Lock">Only resolve and write package-lock.yml.</param>
/// <param name="Upgrade">Resolve again although the lock file is current.</param>
/// <param name="Add">NAME@VERSION to write into packages.yml first; null for none.</param>
/// <param name="AddFrom">Where <paramref name="Add"/> comes from: hub, git or local.</param>
public sealed record PackageInstallOptions(bool Lock, bool Upgrade, string? Add = null, string AddFrom = "hub");

/// <summary><c>deps</c>: resolves the packages of packages.yml, writes package-lock.yml, and installs what it names.</summary>
public sealed class PackageInstaller
{
    const string LockFile = "package-lock.yml";

    readonly string _root;
    readonly YamlRenderer _renderer;
    readonly DiagnosticBag _bag;
    readonly PackageDownloads _downloads;
    readonly Action<string> _progress;
    readonly string _projectName;
    readonly HashSet<string> _warned = new(StringComparer.Ordinal);

    PackageInstaller(LoadOptions options, ProjectConfig project, YamlRenderer renderer, DiagnosticBag bag, PackageDownloads downloads, Action<string> progress)
    {
        _root = Path.GetFullPath(options.ProjectDirectory);
        _projectName = project.Name;
        _renderer = renderer;
        _bag = bag;
        _downloads = downloads;
        _progress = progress;
    }

    /// <param name="options">Where the project is.</param>
    /// <param name="environment">Renders packages.yml.</param>
    /// <param name="bag">Takes warnings.</param>
    /// <param name="install">What the command was told.</param>
    /// <param name="progress">Told one line for each package.</param>
    /// <param name="cancellation">Stops downloads.</param>
    /// <exception cref="GildException">Dependency Error when a package cannot be found, brought or combined with the others.</exception>
    public static void Run(
        LoadOptions options, JinjaEnvironment environment, DiagnosticBag bag, PackageInstallOptions install, Action<string> progress, CancellationToken cancellation)
    {
        LoadedProject project = ProjectLoader.Load(options with { RequirePackages = false, RequireProfile = false }, environment, bag);
        string scratch = Directory.CreateTempSubdirectory("gild-deps-").FullName;
        try
        {
            using YamlRenderer renderer = new(environment, ConfigGlobals.Create(project.Environment, options.Vars, UnknownTarget.Instance, allowSecrets: true));
            using PackageDownloads downloads = new(scratch, options.Environment, options.VersionCheck, bag, cancellation);
            new PackageInstaller(options, project.Root.Config, renderer, bag, downloads, progress).Run(install, project.Root.Config.PackagesInstallPath);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    void Run(PackageInstallOptions install, string installPath)
    {
        if (install.Add is not null)
        {
            _progress(PackagesFile.Add(_root, install.Add, install.AddFrom, _bag));
        }

        List<PackageSpec> wanted = ReadPackages(_root);
        string lockPath = Path.Combine(_root, LockFile);
        string hash = PackageSpec.Hash(wanted);
        if (install.Upgrade || install.Lock || LockedHash(lockPath) != hash)
        {
            if (wanted.Count == 0)
            {
                _progress("Warning: No packages were found in packages.yml");
                return;
            }

            File.WriteAllText(lockPath, LockText(Resolve(wanted), hash));
        }

        if (!install.Lock)
        {
            Install(PackageLoader.Read(ConfigFile.ReadMapping(lockPath, LockFile, _bag)?.Find("packages"), LockFile, node => _renderer.Render(node)), Path.GetFullPath(installPath, _root));
        }
    }

    void Install(List<PackageSpec> locked, string folder)
    {
        if (Directory.Exists(folder))
        {
            RemoveInstalled(folder);
        }

        Directory.CreateDirectory(folder);
        foreach (PackageSpec spec in locked)
        {
            (string from, _) = Bring(spec);
            string target = Path.Combine(folder, spec.Name ?? NameOf(from, spec));
            _progress($"Installing {spec.Location}");
            if (spec.Source == PackageSource.Local)
            {
                Link(from, target);
            }
            else
            {
                Copy(from, target);
            }

            _progress($"Installed from {spec}");
        }
    }

    // Breadth first, as dbt does; requirements of one package from several places add up.
    List<PackageSpec> Resolve(List<PackageSpec> wanted)
    {
        Dictionary<string, PackageSpec> final = new(StringComparer.Ordinal);
        List<string> order = [];
        List<PackageSpec> pending = wanted;
        for (int round = 0; pending.Count > 0; round++)
        {
            if (round > 50)
            {
                throw new GildException(DbtKinds.Dependency, "P0348", "the packages depend on each other in a circle", $"among them: {string.Join(", ", pending)}");
            }

            List<PackageSpec> next = [];
            foreach (PackageSpec spec in pending)
            {
                string key = spec.Key;
                bool known = final.TryGetValue(key, out PackageSpec? before);
                PackageSpec merged = known ? before! with { Versions = [.. before!.Versions.Concat(spec.Versions).Distinct()] } : spec;
                if (!known)
                {
                    order.Add(key);
                }
                else if (merged.Versions.Count == before!.Versions.Count)
                {
                    continue;
                }

                if (merged.Source == PackageSource.Git && merged.Versions.Count > 1)
                {
                    throw new GildException(DbtKinds.Dependency, "P0343", $"git dependencies should contain exactly one version. {merged.Location} contains: {string.Join(", ", merged.Versions)}",
                        "ask for the same revision everywhere");
                }

                final[key] = merged;
                (string folder, PackageSpec pinned) = Bring(merged);
                final[key] = merged with { Name = NameOf(folder, pinned) };
                next.AddRange(ReadPackages(folder));
            }

            pending = next;
        }

        List<PackageSpec> resolved = [.. order.Select(key => Bring(final[key]).Pinned with { Name = final[key].Name })];
        CheckNames(resolved);
        return resolved;
    }

    void CheckNames(List<PackageSpec> resolved)
    {
        HashSet<string> names = new(StringComparer.Ordinal) { _projectName };
        foreach (PackageSpec spec in resolved)
        {
            if (!names.Add(spec.Name!))
            {
                throw new GildException(DbtKinds.Runtime, "P0342", $"Found duplicate project \"{spec.Name}\": {spec}",
                    "This occurs when a dependency has the same project name as some other dependency or the root project");
            }
        }
    }

    (string Folder, PackageSpec Pinned) Bring(PackageSpec spec)
    {
        switch (spec.Source)
        {
            case PackageSource.Local:
                string folder = Path.GetFullPath(spec.Location, _root);
                return Directory.Exists(folder) ? (folder, spec)
                    : throw new GildException(DbtKinds.Runtime, "P0341", $"the local package {spec.Location} does not exist: no {ProjectFileReader.FileName} found at expected path {Path.Combine(folder, ProjectFileReader.FileName)}",
                        "each `local` of packages.yml must name the folder of a project");
            case PackageSource.Git:
                (string clone, string commit) = _downloads.Git(spec);
                if (spec.Versions is [] or ["main"] or ["master"] && spec.WarnsUnpinned && _warned.Add(spec.Key))
                {
                    string what = spec.Versions is [string branch] ? $"pinned to the \"{branch}\" branch" : "not pinned, using HEAD (default branch)";
                    _bag.Warn("DepsUnpinned", "P0349", $"The git package \"{spec.Location}\" is {what}. This can introduce breaking changes into your project without warning!", null,
                        $"write revision: {commit}, or warn-unpinned: false");
                }

                return (clone, spec with { Versions = [commit] });
            case PackageSource.Tarball:
                return (_downloads.Archive(spec.Location), spec);
            default:
                (SemanticVersion version, string archive) = _downloads.FindOnHub(spec);
                return (_downloads.Archive(archive), spec with { Versions = [version.ToString()] });
        }
    }

    string NameOf(string folder, PackageSpec spec)
    {
        if (!File.Exists(Path.Combine(folder, ProjectFileReader.FileName)))
        {
            throw new GildException(DbtKinds.Runtime, "P0341",
                $"no {ProjectFileReader.FileName} found at expected path {Path.Combine(folder, ProjectFileReader.FileName)}",
                $"the package {spec.Location} of packages.yml holds no project there");
        }

        YamlMapping file = ProjectFileReader.ReadFile(folder, $"{spec.Location}/{ProjectFileReader.FileName}", _bag);
        return file.Find("name") is { } node ? _renderer.Render(node).ToString()
            : throw ConfigFile.Wrong(file, $"the package {spec.Location} has no `name` in its {ProjectFileReader.FileName}");
    }

    List<PackageSpec> ReadPackages(string folder) => PackageLoader.Wanted(folder, _renderer, _bag);

    string? LockedHash(string lockPath) => ConfigFile.ReadMapping(lockPath, LockFile, _bag)?.Find("sha1_hash")?.AsText;

    static string LockText(List<PackageSpec> resolved, string hash)
    {
        StringBuilder text = new("packages:\n");
        foreach (PackageSpec spec in resolved)
        {
            SortedDictionary<string, string> fields = new(StringComparer.Ordinal) { ["name"] = spec.Name! };
            string source = spec.Source == PackageSource.Hub ? "package" : spec.Source.ToString().ToLowerInvariant();
            fields[source] = spec.Source is PackageSource.Git or PackageSource.Tarball && spec.Unrendered.TryGetValue(source, out Value raw) ? raw.ToString() : spec.Location;
            if (spec.Versions.Count > 0)
            {
                fields[spec.Source == PackageSource.Git ? "revision" : "version"] = spec.Versions[0];
            }

            if (spec.Subdirectory is not null)
            {
                fields["subdirectory"] = spec.Subdirectory;
            }

            string lead = "  - ";
            foreach (KeyValuePair<string, string> field in fields)
            {
                text.Append(lead).Append(field.Key).Append(": ").Append(Quoted(field.Value)).Append('\n');
                lead = "    ";
            }
        }

        return text.Append("sha1_hash: ").Append(hash).Append('\n').ToString();
    }

    // Quotes what YAML would read as something else than this text.
    internal static string Quoted(string text) => YamlScalars.Resolve(text).IsString && text.IndexOfAny(['#', ':', '{', '[', '\'', '"', '&', '*', '!', '%', '@', '`']) < 0 && text.Trim() == text
        || (text.Contains("://", StringComparison.Ordinal) && !text.Contains(": ", StringComparison.Ordinal) && !text.Contains('#', StringComparison.Ordinal))
            ? text
            : "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    static void RemoveInstalled(string folder)
    {
        foreach (string entry in Directory.EnumerateFileSystemEntries(folder))
        {
            // A link to a local package goes, its target stays.
            if (new FileInfo(entry).LinkTarget is not null || new DirectoryInfo(entry).LinkTarget is not null)
            {
                File.Delete(entry);
            }
            else if (Directory.Exists(entry))
            {
                Directory.Delete(entry, recursive: true);
            }
            else
            {
                File.Delete(entry);
            }
        }
    }

    static void Link(string from, string target)
    {
        try
        {
            Directory.CreateSymbolicLink(target, from);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Copy(from, target);
        }
    }

    // Everything but the history of a git checkout.
    static void Copy(string from, string target)
    {
        Directory.CreateDirectory(target);
        foreach (string file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
        }

        foreach (string directory in Directory.EnumerateDirectories(from))
        {
            if (Path.GetFileName(directory) != ".git")
            {
                Copy(directory, Path.Combine(target, Path.GetFileName(directory)));
            }
        }
    }
}
