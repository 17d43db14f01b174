using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gild.Engine.Yaml;
using Gild.Jinja.Values;

namespace Gild.Engine.Loading;

/// <summary>Where a package comes from.</summary>
public enum PackageSource
{
    Local,
    Git,
    Tarball,
    Hub,
}

/// <summary>One entry of packages.yml or package-lock.yml.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Location">Folder, repository, address, or <c>owner/name</c> on the hub.</param>
/// <param name="Versions">Requirements (hub) or the revision (git); empty for none.</param>
/// <param name="Subdirectory">Folder inside a git repository, or null.</param>
/// <param name="Name">The project's name when the entry tells it.</param>
/// <param name="Prerelease">Whether pre-releases may be taken (hub).</param>
/// <param name="Written">The entry, its templates rendered.</param>
public sealed record PackageSpec(
    PackageSource Source, string Location, IReadOnlyList<string> Versions, string? Subdirectory, string? Name, bool Prerelease, DictValue Written)
{
    static readonly Dictionary<PackageSource, string[]> Keys = new()
    {
        [PackageSource.Local] = ["local", "name"],
        [PackageSource.Git] = ["git", "revision", "warn-unpinned", "subdirectory", "name"],
        [PackageSource.Tarball] = ["tarball", "name"],
        [PackageSource.Hub] = ["package", "version", "install_prerelease", "name"],
    };

    /// <summary>The entry before its templates were rendered; what dbt hashes and writes to the lock, so that no secret stands there.</summary>
    public DictValue Unrendered { get; init; } = Written;

    /// <summary>Whether a revision that moves (none, main, master) is worth a warning.</summary>
    public bool WarnsUnpinned => !Written.TryGetValue("warn-unpinned", out Value warn) || !warn.IsBool || warn.AsBool;

    /// <summary>What makes two entries the same package: a repository is the same with and without <c>.git</c>.</summary>
    public string Key => $"{Source}:{(Source == PackageSource.Git && Location.EndsWith(".git", StringComparison.Ordinal) ? Location[..^4] : Location)}:{Subdirectory}";

    /// <summary>How messages call it.</summary>
    public override string ToString() => Source switch
    {
        PackageSource.Local => $"<local @ {Location}>",
        PackageSource.Git => $"{Location} (revision {(Versions.Count > 0 ? Versions[0] : "HEAD")})",
        _ => Versions.Count > 0 ? $"{Location} {string.Join(", ", Versions)}" : Location,
    };

    /// <exception cref="GildException">Runtime Error for an entry of the wrong shape.</exception>
    internal static PackageSpec Read(YamlNode node, DictValue entry)
    {
        string? Text(string key) => entry.TryGetValue(key, out Value value) && !value.IsNone ? value.ToString() : null;
        (PackageSource source, string? location) = Text("local") is { } local ? (PackageSource.Local, local)
            : Text("git") is { } git ? (PackageSource.Git, git)
            : Text("tarball") is { } tarball ? (PackageSource.Tarball, tarball)
            : Text("package") is { } hub ? (PackageSource.Hub, hub)
            : (PackageSource.Local, (string?)null);
        if (string.IsNullOrEmpty(location))
        {
            throw Malformed(node, Text("private") is null ? "an entry of `packages` names no package" : "private packages need the dbt platform",
                "write `- package: owner/name` with a version, `- git: URL`, `- tarball: URL` or `- local: FOLDER`");
        }

        foreach (string key in entry.Entries.Select(e => e.Key.ToString()).Where(k => !Keys[source].Contains(k)))
        {
            throw Malformed(node.AsMapping?.FindKey(key) ?? node, $"`{key}` is no key of this kind of package",
                NearestName.Help(key, Keys[source]) ?? $"it has {string.Join(", ", Keys[source])}");
        }

        List<string> versions = [];
        if (entry.TryGetValue(source == PackageSource.Git ? "revision" : "version", out Value version) && !version.IsNone)
        {
            versions.AddRange(version.As<ListValue>() is { } list ? list.Elements.Select(v => v.ToString()) : [version.ToString()]);
        }

        if (source == PackageSource.Hub && versions.Count == 0)
        {
            throw ConfigFile.Wrong(node, $"the hub package {location} has no `version`", "write for example version: [\">=1.0.0\", \"<2.0.0\"]");
        }

        return new PackageSpec(source, location, versions, Text("subdirectory"), Text("name"),
            entry.TryGetValue("install_prerelease", out Value pre) && pre.IsTrue, entry)
        {
            Unrendered = node.ToValue().As<DictValue>() ?? entry,
        };
    }

    // What cannot be read of packages.yml is an error of the whole project.
    static GildException Malformed(YamlNode node, string message, string help) =>
        ConfigFile.Wrong(node, $"{message}: the packages of this {ProjectFileReader.FileName} (packages.yml, dependencies.yml) are malformed", help);

    /// <summary>dbt's hash over the entries of packages.yml, by which package-lock.yml is known to be current.</summary>
    public static string Hash(IEnumerable<PackageSpec> specs)
    {
        IEnumerable<string> texts = specs.Select(s => s.HashText()).Order(StringComparer.Ordinal);
        // dbt compares lock files by SHA-1; nothing here is a secret.
#pragma warning disable CA5350
        return Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(string.Join('\n', texts))));
#pragma warning restore CA5350
    }

    string HashText()
    {
        SortedDictionary<string, string> fields = new(StringComparer.Ordinal) { ["unrendered"] = Json(Unrendered) };
        switch (Source)
        {
            case PackageSource.Local:
                fields["local"] = Json(Location);
                break;
            case PackageSource.Git:
                fields["git"] = Json(Location);
                fields["revision"] = Versions.Count > 0 ? Json(Versions[0]) : "null";
                fields["subdirectory"] = Json(Subdirectory);
                fields["warn-unpinned"] = Written.TryGetValue("warn-unpinned", out Value warn) ? Json(warn) : "null";
                break;
            case PackageSource.Tarball:
                fields["tarball"] = Json(Location);
                break;
            default:
                fields["package"] = Json(Location);
                fields["version"] = Written.TryGetValue("version", out Value version) ? Json(version) : "null";
                fields["install_prerelease"] = Prerelease ? "true" : "false";
                break;
        }

        if (Name is not null)
        {
            fields["name"] = Json(Name);
        }

        return "{" + string.Join(", ", fields.Select(f => $"\"{f.Key}\": {f.Value}")) + "}";
    }

    static string Json(Value value)
    {
        if (value.As<DictValue>() is { } dict)
        {
            return "{" + string.Join(", ", dict.Entries.OrderBy(e => e.Key.ToString(), StringComparer.Ordinal).Select(e => $"{Json(e.Key.ToString())}: {Json(e.Value)}")) + "}";
        }

        if (value.As<ListValue>() is { } list)
        {
            return "[" + string.Join(", ", list.Elements.Select(Json)) + "]";
        }

        return value.IsNone ? "null"
            : value.IsBool ? value.AsBool ? "true" : "false"
            : value.TryGetText(out string text) ? JsonText(text)
            : value.ToString();
    }

    static string JsonText(string text)
    {
        StringBuilder json = new("\"");
        foreach (char c in text)
        {
            json.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' or > '~' => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture),
                _ => c.ToString(),
            });
        }

        return json.Append('"').ToString();
    }
}
