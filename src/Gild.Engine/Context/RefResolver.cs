using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>Finds what a <c>ref()</c>, <c>source()</c> or <c>function()</c> means by dbt's search order over packages.</summary>
public sealed class RefResolver
{
    readonly Dictionary<string, List<CompilableNode>> _byName = new(StringComparer.Ordinal);
    readonly Dictionary<(string, string), List<SourceNode>> _sources = [];
    readonly Dictionary<string, List<FunctionNode>> _functions = new(StringComparer.Ordinal);
    readonly PackageOrder _packages;

    public RefResolver(ProjectManifest manifest)
    {
        _packages = manifest.Refs.Packages;
        foreach (Node node in manifest.Nodes.Values)
        {
            switch (node)
            {
                case FunctionNode function:
                    Add(_functions, function.Name, function);
                    break;
                case ModelNode or SeedNode or SnapshotNode:
                    Add(_byName, node.Name, (CompilableNode)node);
                    break;
                case SourceNode source:
                    if (!_sources.TryGetValue((source.SourceName, source.Name), out List<SourceNode>? list))
                    {
                        _sources.Add((source.SourceName, source.Name), list = []);
                    }

                    list.Add(source);
                    break;
            }
        }
    }

    static void Add<T>(Dictionary<string, List<T>> map, string name, T node)
    {
        if (!map.TryGetValue(name, out List<T>? list))
        {
            map.Add(name, list = []);
        }

        list.Add(node);
    }

    /// <summary>The node, or null. Without a version a versioned model means its latest.</summary>
    /// <param name="package">The package written in the call, or null.</param>
    /// <param name="from">The package whose code asks.</param>
    public CompilableNode? Find(string? package, string name, Value version, string from)
    {
        if (!_byName.TryGetValue(name, out List<CompilableNode>? candidates))
        {
            return null;
        }

        foreach (string? searched in Packages(package, from))
        {
            CompilableNode? found = candidates.Find(n => (searched is null || n.PackageName == searched) && Fits(n, version));
            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }

    public SourceNode? FindSource(string source, string table, string from)
    {
        if (!_sources.TryGetValue((source, table), out List<SourceNode>? candidates))
        {
            return null;
        }

        foreach (string? searched in Packages(null, from))
        {
            if (candidates.Find(s => searched is null || s.PackageName == searched) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    public FunctionNode? FindFunction(string? package, string name, string from)
    {
        if (!_functions.TryGetValue(name, out List<FunctionNode>? candidates))
        {
            return null;
        }

        foreach (string? searched in Packages(package, from))
        {
            if (candidates.Find(f => searched is null || f.PackageName == searched) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Names of everything that can be referred to, for hints.</summary>
    public IEnumerable<string> Names => _byName.Keys;

    static bool Fits(CompilableNode node, Value version)
    {
        if (node is not ModelNode model || model.Version.IsNone || model.Version.IsUndefined)
        {
            return version.IsNone || version.IsUndefined;
        }

        Value wanted = version.IsNone || version.IsUndefined ? model.LatestVersion : version;
        return wanted.ToString() == model.Version.ToString();
    }

    string?[] Packages(string? package, string from) => package is not null ? [package] : _packages.Of(from);
}
