using System.Globalization;
using Gild.Jinja.Values;

namespace Gild.Engine.Manifest;

/// <summary>Finds models, seeds, snapshots, and sources by the names that code uses, in dbt's order of packages.</summary>
public sealed class RefLookup
{
    readonly Dictionary<string, List<Node>> _nodes = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<Node>> _disabled = new(StringComparer.Ordinal);

    /// <summary>The order in which packages are searched.</summary>
    public PackageOrder Packages { get; }

    public RefLookup(PackageOrder packages, IEnumerable<Node> enabled, IEnumerable<Node> disabled)
    {
        Packages = packages;
        AllDisabled = [.. disabled];
        Fill(_nodes, enabled);
        Fill(_disabled, AllDisabled);
    }

    /// <summary>Every disabled node.</summary>
    public IReadOnlyList<Node> AllDisabled { get; }

    /// <summary>All names, for "did you mean".</summary>
    public IEnumerable<string> Names => _nodes.Keys.Where(k => !k.Contains('\0', StringComparison.Ordinal));

    /// <summary>A ref as written in code of <paramref name="fromPackage"/>; null when there is none or it is disabled.</summary>
    public Node? Find(string? package, string name, Value version, string fromPackage, out bool isDisabled)
    {
        isDisabled = false;
        if (package is not null)
        {
            return FindIn(_nodes, package, name, version) ?? Disabled(package, name, version, out isDisabled);
        }

        foreach (string? candidate in Packages.Of(fromPackage))
        {
            if (FindIn(_nodes, candidate, name, version) is { } found)
            {
                return found;
            }
        }

        return Disabled(null, name, version, out isDisabled);
    }

    /// <summary>A source table as seen from code of <paramref name="fromPackage"/>.</summary>
    public SourceNode? FindSource(string source, string table, string fromPackage, out bool isDisabled)
    {
        string key = SourceKey(source, table);
        isDisabled = false;
        if (_nodes.TryGetValue(key, out List<Node>? found))
        {
            return (SourceNode)Packages.Of(fromPackage).Select(p => found.Find(n => p is null || n.PackageName == p)).First(n => n is not null)!;
        }

        isDisabled = _disabled.ContainsKey(key);
        return null;
    }

    /// <summary>All versions of a model, oldest first.</summary>
    public IReadOnlyList<ModelNode> VersionsOf(string package, string name) => _nodes.TryGetValue(name, out List<Node>? nodes)
        ? [.. nodes.OfType<ModelNode>().Where(m => m.PackageName == package && !m.Version.IsNone)]
        : [];

    /// <summary>Source names and tables, for "did you mean".</summary>
    public IEnumerable<SourceNode> Sources => _nodes.Where(e => e.Key.Contains('\0', StringComparison.Ordinal)).SelectMany(e => e.Value).OfType<SourceNode>();

    /// <summary>Disabled nodes of a name.</summary>
    public IReadOnlyList<Node> DisabledNamed(string name) => _disabled.TryGetValue(name, out List<Node>? nodes) ? nodes : [];

    static Node? FindIn(Dictionary<string, List<Node>> nodes, string? package, string name, Value version)
    {
        if (!nodes.TryGetValue(name, out List<Node>? named))
        {
            return null;
        }

        foreach (Node node in named)
        {
            if ((package is null || node.PackageName == package) && HasVersion(node, version))
            {
                return node;
            }
        }

        return null;
    }

    Node? Disabled(string? package, string name, Value version, out bool isDisabled)
    {
        isDisabled = FindIn(_disabled, package, name, version) is not null;
        return null;
    }

    static bool HasVersion(Node node, Value version)
    {
        if (node is not ModelNode { Version: var own } model || own.IsNone)
        {
            return version.IsNone || version.IsUndefined;
        }

        // Without a version, a ref means the latest one.
        return SameVersion(version.IsNone || version.IsUndefined ? model.LatestVersion : version, own);
    }

    /// <summary>Versions are equal as texts, or as numbers (1 and 1.0).</summary>
    public static bool SameVersion(Value one, Value other) =>
        string.Equals(one.ToString(), other.ToString(), StringComparison.Ordinal)
        || (double.TryParse(one.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double a)
            && double.TryParse(other.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double b) && a == b);

    /// <summary>Orders versions as numbers where both are, else as texts.</summary>
    public static int CompareVersions(Value one, Value other) =>
        double.TryParse(one.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double a)
        && double.TryParse(other.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double b)
            ? a.CompareTo(b)
            : string.CompareOrdinal(one.ToString(), other.ToString());

    static string SourceKey(string source, string table) => source + "\0" + table;

    static void Fill(Dictionary<string, List<Node>> names, IEnumerable<Node> nodes)
    {
        foreach (Node node in nodes)
        {
            string? key = node switch
            {
                SourceNode source => SourceKey(source.SourceName, source.Name),
                ModelNode or SeedNode or SnapshotNode => node.Name,
                _ => null,
            };
            if (key is null)
            {
                continue;
            }

            if (!names.TryGetValue(key, out List<Node>? list))
            {
                names[key] = list = [];
            }

            list.Add(node);
        }
    }
}
