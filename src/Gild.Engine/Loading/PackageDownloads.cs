using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace Gild.Engine.Loading;

/// <summary>Brings packages from git repositories, archives and the package hub into a folder of this machine.</summary>
sealed class PackageDownloads(string folder, Func<string, string?> environment, bool versionCheck, DiagnosticBag bag, CancellationToken cancellation) : IDisposable
{
    const string DefaultHub = "https://hub.getdbt.com/";

    readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    readonly Dictionary<string, string> _fetched = new(StringComparer.Ordinal);
    readonly HashSet<string> _moved = new(StringComparer.Ordinal);

    /// <summary>The best version on the hub that meets all requirements, and where its archive is.</summary>
    /// <exception cref="GildException">Dependency Error: not on the hub, no version fits, or no network.</exception>
    public (SemanticVersion Version, string Archive) FindOnHub(PackageSpec spec)
    {
        string hub = environment("DBT_PACKAGE_HUB_URL") is { Length: > 0 } url ? url.TrimEnd('/') + "/" : DefaultHub;
        using JsonDocument document = Json($"{hub}api/v1/{spec.Location}.json") ?? throw Unknown(spec.Location, hub);
        WarnOfMove(spec.Location, document.RootElement);
        List<(SemanticVersion Version, JsonElement Entry)> known = [];
        if (document.RootElement.TryGetProperty("versions", out JsonElement versions) && versions.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in versions.EnumerateObject())
            {
                if (SemanticVersion.TryParse(property.Name) is { } version)
                {
                    known.Add((version, property.Value.Clone()));
                }
            }
        }

        bool prerelease = spec.Prerelease || spec.Versions.Any(v => v.Any(char.IsAsciiLetter));
        IEnumerable<(SemanticVersion Version, JsonElement Entry)> fitting = known
            .Where(v => (prerelease || v.Version.Prerelease.Length == 0) && spec.Versions.All(v.Version.Meets) && SuitsUs(v.Entry));
        (SemanticVersion? best, JsonElement entry) = fitting.OrderByDescending(v => v.Version).FirstOrDefault();
        if (best is null && Conflict(known.Select(v => v.Version), spec) is { } conflict)
        {
            throw conflict;
        }

        if (best is null)
        {
            throw Failure("P0345", $"Could not find a matching compatible version for package {spec.Location}: it requires {string.Join(", ", spec.Versions)}",
                $"the hub has {(known.Count == 0 ? "none" : string.Join(", ", known.Select(v => v.Version).Order().TakeLast(10)))}");
        }

        return entry.TryGetProperty("downloads", out JsonElement downloads) && downloads.TryGetProperty("tarball", out JsonElement tarball)
            ? (best, tarball.GetString()!)
            : throw Failure("P0345", $"the hub has no archive of {spec.Location} {best}");
    }

    // The hub goes on to serve a package under its old name, and tells the owner or the name that it has now.
    void WarnOfMove(string package, JsonElement entry)
    {
        string[] parts = package.Split('/');
        string current = $"{Now("redirectnamespace", parts[0])}/{Now("redirectname", parts[^1])}";
        if (current != package && _moved.Add(package))
        {
            bag.Warn("PackageRedirectDeprecation", "P0350", $"the package `{package}` has moved: it is `{current}` now", null, $"write `package: {current}` in packages.yml");
        }

        string Now(string key, string before) =>
            entry.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } name ? name : before;
    }

    GildException Unknown(string package, string hub)
    {
        using JsonDocument? index = Json($"{hub}api/v1/index.json");
        IEnumerable<string> known = index is { RootElement.ValueKind: JsonValueKind.Array }
            ? index.RootElement.EnumerateArray().Select(static e => e.ToString())
            : [];
        return Failure("P0345", $"Package {package} was not found in the package index", NearestName.Help(package, known) ?? "check its name at the package hub");
    }

    /// <summary>Downloads and unpacks an archive; the folder that holds its dbt_project.yml.</summary>
    public string Archive(string url)
    {
        if (_fetched.TryGetValue(url, out string? done))
        {
            return done;
        }

        string target = Path.Combine(folder, $"archive-{_fetched.Count}");
        Directory.CreateDirectory(target);
        try
        {
            using Stream stream = url.StartsWith("file://", StringComparison.Ordinal)
                ? File.OpenRead(new Uri(url).LocalPath)
                : _http.GetStreamAsync(new Uri(url), cancellation).GetAwaiter().GetResult();
            using GZipStream unzipped = new(stream, CompressionMode.Decompress);
            Unpack(unzipped, target, url);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException or TaskCanceledException or UriFormatException)
        {
            throw Failure("P0346", $"cannot download {url}: {e.Message}", NetworkHelp);
        }

        string root = File.Exists(Path.Combine(target, ProjectFileReader.FileName)) ? target
            : Directory.GetDirectories(target).FirstOrDefault(d => File.Exists(Path.Combine(d, ProjectFileReader.FileName)))
            ?? throw Failure("P0346", $"the archive {url} holds no {ProjectFileReader.FileName}");
        _fetched[url] = root;
        return root;
    }

    /// <summary>
    /// Unpacks files and folders. What would lie or point outside of the folder is refused; a link to a file of the archive becomes
    /// a copy of it, so that nothing is ever written or read through a link.
    /// </summary>
    static void Unpack(Stream archive, string target, string url)
    {
        List<(string From, string To)> links = [];
        using TarReader reader = new(archive);
        while (reader.GetNextEntry() is { } entry)
        {
            string path = Inside(target, target, entry.Name, entry.Name, url);
            switch (entry.EntryType)
            {
                case TarEntryType.Directory:
                    Directory.CreateDirectory(path);
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    entry.ExtractToFile(path, overwrite: true);
                    break;
                case TarEntryType.SymbolicLink:
                    links.Add((Inside(target, Path.GetDirectoryName(path)!, entry.LinkName, entry.Name, url), path));
                    break;
                case TarEntryType.HardLink:
                    links.Add((Inside(target, target, entry.LinkName, entry.Name, url), path));
                    break;
                default:
                    break;
            }
        }

        foreach ((string from, string to) in links.Where(link => File.Exists(link.From)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(from, to, overwrite: true);
        }
    }

    /// <summary>The place of <paramref name="name"/> seen from a folder, which must lie within <paramref name="target"/>.</summary>
    static string Inside(string target, string from, string name, string entry, string url)
    {
        string path = Path.GetFullPath(name, from);
        return (path + Path.DirectorySeparatorChar).StartsWith(Path.GetFullPath(target) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw Failure("P0346", $"the archive {url} holds {entry}, which lies or points outside of its folder", "do not use this package");
    }

    /// <summary>Clones a repository and checks a revision out; the folder, and the commit it is at.</summary>
    public (string Folder, string Commit) Git(PackageSpec spec)
    {
        string revision = spec.Versions.Count > 0 ? spec.Versions[0] : "HEAD";
        string key = $"{spec.Location}@{revision}";
        if (!_fetched.TryGetValue(key, out string? clone))
        {
            clone = Path.Combine(folder, $"git-{_fetched.Count}");
            RunGit(folder, spec, "clone", "--quiet", "--", spec.Location, clone);
            if (revision != "HEAD")
            {
                RunGit(clone, spec, "checkout", "--quiet", "--detach", Resolve(clone, spec, revision));
            }

            _fetched[key] = clone;
        }

        return (spec.Subdirectory is null ? clone : Path.Combine(clone, spec.Subdirectory), RunGit(clone, spec, "rev-parse", "HEAD").Trim());
    }

    public void Dispose() => _http.Dispose();

    const string NetworkHelp = "check the address and the network; behind a proxy set HTTPS_PROXY";

    static string Resolve(string clone, PackageSpec spec, string revision)
    {
        // A branch is known as origin's; tags and commits by themselves.
        try
        {
            return RunGit(clone, spec, "rev-parse", "--verify", "--quiet", $"origin/{revision}^{{commit}}").Trim();
        }
        catch (GildException)
        {
            return RunGit(clone, spec, "rev-parse", "--verify", $"{revision}^{{commit}}").Trim();
        }
    }

    static string RunGit(string directory, PackageSpec spec, params string[] arguments)
    {
        ProcessStartInfo start = new("git", arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? output
                : throw Failure("P0347", $"git cannot bring {spec.Location}: {errors.GetAwaiter().GetResult().Trim()}", "check the address, the revision and your access to it");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw Failure("P0347", $"git cannot be started: {e.Message}", "install git, or name the package as a tarball");
        }
    }

    // Null where the hub has no such page.
    JsonDocument? Json(string url)
    {
        try
        {
            using HttpResponseMessage response = _http.GetAsync(new Uri(url), cancellation).GetAwaiter().GetResult();
            if (response.StatusCode == System.Net.HttpStatusCode.NotFound)
            {
                return null;
            }

            response.EnsureSuccessStatusCode();
            using Stream stream = response.Content.ReadAsStream(cancellation);
            return JsonDocument.Parse(stream);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException)
        {
            throw Failure("P0346", $"cannot read {url}: {e.Message}", NetworkHelp);
        }
    }

    /// <summary>Requirements that exclude each other, whatever the hub has: each is met by something, all by nothing.</summary>
    static GildException? Conflict(IEnumerable<SemanticVersion> known, PackageSpec spec)
    {
        SemanticVersion[] versions = [.. known];
        return spec.Versions.Count > 1 && spec.Versions.All(required => versions.Any(v => v.Meets(required))) && !versions.Any(v => spec.Versions.All(v.Meets))
            ? Failure("P0344", $"Version error for package {spec.Location}: no version meets all of {string.Join(", ", spec.Versions)}",
                "several packages ask for it: choose versions of them that agree")
            : null;
    }

    bool SuitsUs(JsonElement entry)
    {
        if (!versionCheck || !entry.TryGetProperty("require_dbt_version", out JsonElement required))
        {
            return true;
        }

        SemanticVersion ours = SemanticVersion.TryParse(DbtVersion.Current)!;
        IEnumerable<string?> requirements = required.ValueKind == JsonValueKind.Array ? required.EnumerateArray().Select(e => e.GetString())
            : required.ValueKind == JsonValueKind.String ? required.GetString()!.Split(',') : [];
        return requirements.All(r => string.IsNullOrWhiteSpace(r) || ours.Meets(r));
    }

    static GildException Failure(string code, string message, params string[] help) => new(DbtKinds.Dependency, code, message, help);
}
