using System.Collections.Concurrent;
using Gild.Engine.Manifest;
using Gild.Jinja;
using Gild.Jinja.Diagnostics;

namespace Gild.Engine.Context;

/// <summary>
/// Finds macros by dbt's rules. The one place that knows the order: the node's package, the root project, package names,
/// internal packages (the adapter's own before its parents' and <c>dbt</c>). Safe for all threads.
/// </summary>
public sealed class MacroNamespace
{
    /// <summary>The namespace under which all internal packages are reached (<c>dbt.x</c>).</summary>
    public const string InternalNamespace = "dbt";

    readonly Dictionary<string, Dictionary<string, MacroNode>> _packages = new(StringComparer.Ordinal);
    readonly Dictionary<string, MacroNode> _internal = new(StringComparer.Ordinal);
    readonly List<string> _packageOrder = [];
    readonly HashSet<string> _internalNames;
    readonly IReadOnlyDictionary<string, IReadOnlyList<string>> _dispatchOrder;
    readonly HashSet<string> _dependencies;
    readonly IReadOnlyList<string> _prefixes;
    readonly IReadOnlyList<string> _internalPackages;
    readonly Dictionary<string, List<MacroNode>> _materializations = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<MacroNode, MacroDefinition> _compiled = new();
    readonly JinjaEnvironment _environment;

    /// <param name="all">Every macro, test and materialization of all packages.</param>
    /// <param name="rootPackage">Name of the root project.</param>
    /// <param name="internalPackages">The adapter's own package first, <c>dbt</c> last.</param>
    /// <param name="packageNames">All packages of the project, the root first (internal ones may be among them).</param>
    /// <param name="dispatchOrder">The <c>dispatch:</c> config: search order by macro namespace.</param>
    /// <param name="dispatchNames">Prefixes to try before <c>default</c>: the adapter's name, then its parents'.</param>
    /// <param name="environment">Compiles bodies on their first use.</param>
    public MacroNamespace(
        IEnumerable<MacroNode> all,
        string rootPackage,
        IReadOnlyList<string> internalPackages,
        IReadOnlyList<string> packageNames,
        IReadOnlyDictionary<string, IReadOnlyList<string>> dispatchOrder,
        IReadOnlyList<string> dispatchNames,
        JinjaEnvironment environment)
    {
        RootPackage = rootPackage;
        _environment = environment;
        _internalPackages = internalPackages;
        _internalNames = new HashSet<string>(internalPackages, StringComparer.Ordinal);
        _dispatchOrder = dispatchOrder;
        _dependencies = new HashSet<string>(packageNames, StringComparer.Ordinal) { InternalNamespace };
        _dependencies.UnionWith(internalPackages);
        _prefixes = [.. dispatchNames, "default"];

        foreach (MacroNode macro in all)
        {
            if (macro.Block == "materialization")
            {
                MaterializationsNamed(macro).Add(macro);
            }

            if (_internalNames.Contains(macro.PackageName))
            {
                AddInternal(macro);
            }
            else
            {
                AddTo(macro);
            }
        }
    }

    public string RootPackage { get; }

    /// <summary>Whether a package's materialization replaces the built-in one of its name without the root project saying so.</summary>
    public bool PackagesOverrideBuiltIns { get; init; }

    /// <summary>Adapter prefixes of <c>dispatch</c>, <c>default</c> last.</summary>
    public IReadOnlyList<string> Prefixes => _prefixes;

    /// <summary>Packages with macros that can be named in templates (<c>my_package.macro()</c>), internal ones apart.</summary>
    public IReadOnlyList<string> PackageNames => _packageOrder;

    public bool IsPackage(string name) => name == InternalNamespace || _packages.ContainsKey(name);

    public bool IsInternal(string package) => _internalNames.Contains(package);

    /// <summary>A bare name as seen from code of <paramref name="package"/>.</summary>
    public bool TryFind(string name, string package, out MacroNode macro) =>
        TryFindInPackage(package, name, out macro)
        || TryFindInPackage(RootPackage, name, out macro)
        || _internal.TryGetValue(name, out macro!);

    /// <summary><c>package.name</c>; <c>dbt</c> reaches all internal packages.</summary>
    public bool TryFindInPackage(string package, string name, out MacroNode macro)
    {
        if (package == InternalNamespace)
        {
            return _internal.TryGetValue(name, out macro!);
        }

        if (_packages.TryGetValue(package, out Dictionary<string, MacroNode>? macros))
        {
            return macros.TryGetValue(name, out macro!);
        }

        macro = null!;
        return false;
    }

    /// <summary>
    /// A name as dbt looks for what a text calls: in <paramref name="package"/>, in the root project, in all other packages (the last that has it), and
    /// at last among the internal ones. Code that runs sees less: see <see cref="TryFind"/>.
    /// </summary>
    public bool TryFindAnywhere(string package, string name, out MacroNode macro) =>
        TryFindInPackage(package, name, out macro)
        || TryFindInPackage(RootPackage, name, out macro)
        || TryFindInLastPackage(name, out macro)
        || _internal.TryGetValue(name, out macro!);

    bool TryFindInLastPackage(string name, out MacroNode macro)
    {
        for (int i = _packageOrder.Count - 1; i >= 0; i--)
        {
            if (_packages[_packageOrder[i]].TryGetValue(name, out macro!))
            {
                return true;
            }
        }

        macro = null!;
        return false;
    }

    /// <summary>The macros of a package by name.</summary>
    public IEnumerable<string> NamesOf(string package) =>
        package == InternalNamespace ? _internal.Keys
        : _packages.TryGetValue(package, out Dictionary<string, MacroNode>? macros) ? macros.Keys
        : [];

    /// <summary>Bare names visible from <paramref name="package"/>.</summary>
    public IEnumerable<string> NamesFrom(string package) =>
        NamesOf(package).Concat(NamesOf(RootPackage)).Concat(_packageOrder).Append(InternalNamespace).Concat(_internal.Keys);

    /// <summary><c>adapter.dispatch(name, macro_namespace)</c> as called from code of <paramref name="package"/>.</summary>
    /// <exception cref="JinjaException">Kind <c>CompilationError</c>: nothing found, with the names that were tried.</exception>
    /// <param name="name">The macro's name without prefix.</param>
    /// <param name="macroNamespace">The package to search, by the order that the project gives for it; null for what the code itself sees.</param>
    /// <param name="package">The package of the code.</param>
    /// <param name="further">Where to look last when there is no namespace; null for nowhere.</param>
    public MacroNode FindDispatch(string name, string? macroNamespace, string package, string? further = null)
    {
        if (name.Contains('.', StringComparison.Ordinal))
        {
            string[] parts = name.Split('.', 2);
            throw CompilationError(
                $"In adapter.dispatch, got a macro name of \"{name}\", but \".\" is not a valid macro name component. "
                + $"Did you mean `adapter.dispatch(\"{parts[1]}\", macro_namespace=\"{parts[0]}\")`?");
        }

        List<string> attempts = [];
        foreach (string? searched in SearchOrder(macroNamespace))
        {
            foreach (string prefix in _prefixes)
            {
                string candidate = $"{prefix}__{name}";
                if (searched is null ? TryFind(candidate, package, out MacroNode macro) : TryFindInDispatchPackage(searched, candidate, out macro))
                {
                    return macro;
                }

                if (searched is null && further is not null && TryFindInPackage(further, candidate, out macro))
                {
                    return macro;
                }

                attempts.Add(searched is null ? candidate : $"{searched}.{candidate}");
            }
        }

        string tried = string.Join(", ", attempts.Select(a => $"'{a}'"));
        throw CompilationError(
            $"In dispatch: No macro named '{name}' found within namespace: '{macroNamespace ?? "None"}'\n    Searched for: {tried}");
    }

    /// <summary>
    /// The macro of a materialization: the nearest adapter first, among equals the root project before packages before internal ones. A package
    /// may not take over a built-in materialization by itself: the root project must do that, unless <see cref="PackagesOverrideBuiltIns"/>.
    /// </summary>
    /// <param name="name">The materialization.</param>
    /// <param name="overrides">Whether the answer is such a replacement.</param>
    public MacroNode? FindMaterialization(string name, out bool overrides)
    {
        List<MacroNode> candidates = [.. _prefixes.SelectMany(adapter =>
            (_materializations.TryGetValue($"materialization_{name}_{adapter}", out List<MacroNode>? list) ? list : []).OrderBy(Nearness))];
        bool builtIn = candidates.Exists(m => IsInternal(m.PackageName));
        MacroNode? found = candidates.Find(m => PackagesOverrideBuiltIns || !builtIn || !IsImported(m));
        overrides = found is not null && builtIn && IsImported(found);
        return found;
    }

    bool IsImported(MacroNode macro) => macro.PackageName != RootPackage && !IsInternal(macro.PackageName);

    int Nearness(MacroNode macro) => macro.PackageName == RootPackage ? -2 : IsInternal(macro.PackageName) ? Position(macro.PackageName) : -1;

    /// <summary>Adapters for which a materialization exists, for messages.</summary>
    public IEnumerable<string> AdaptersOfMaterialization(string name)
    {
        string prefix = $"materialization_{name}_";
        return _materializations.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).Select(k => k[prefix.Length..]);
    }

    /// <summary>Names of all materializations, for "did you mean".</summary>
    public IEnumerable<string> MaterializationNames =>
        _materializations.Values.Select(list => list[0].BlockName).Distinct(StringComparer.Ordinal);

    /// <summary>The compiled macro; compiled on first use.</summary>
    /// <exception cref="JinjaException">The body does not compile.</exception>
    public MacroDefinition Definition(MacroNode macro) => _compiled.GetOrAdd(macro, Compile);

    MacroDefinition Compile(MacroNode macro)
    {
        LinePosition start = macro.Source.PositionOf(macro.Span.Offset);
        SourceText text = new(
            macro.Source.Path,
            macro.Source.Text.Substring(macro.Span.Offset, macro.Span.Length),
            start.Line,
            start.Column);
        Template template = _environment.Compile(text);
        return template.Macros.Count > 0
            ? template.Macros[0]
            : throw JinjaException.Syntax($"no {macro.Block} found in the text of '{macro.Name}'");
    }

    IEnumerable<string?> SearchOrder(string? macroNamespace)
    {
        if (macroNamespace is null)
        {
            return [null];
        }

        if (_dispatchOrder.TryGetValue(macroNamespace, out IReadOnlyList<string>? order) && order.Count > 0)
        {
            return order;
        }

        return _dependencies.Contains(macroNamespace) ? [RootPackage, macroNamespace] : [null];
    }

    // A search order may name packages that are not installed: nothing is found there.
    bool TryFindInDispatchPackage(string package, string name, out MacroNode macro) =>
        _internalNames.Contains(package) ? _internal.TryGetValue(name, out macro!) : TryFindInPackage(package, name, out macro);

    void AddTo(MacroNode macro)
    {
        if (!_packages.TryGetValue(macro.PackageName, out Dictionary<string, MacroNode>? macros))
        {
            macros = new Dictionary<string, MacroNode>(StringComparer.Ordinal);
            _packages.Add(macro.PackageName, macros);
            _packageOrder.Add(macro.PackageName);
        }

        macros[macro.Name] = macro;
    }

    void AddInternal(MacroNode macro)
    {
        if (!_internal.TryGetValue(macro.Name, out MacroNode? present) || Position(macro.PackageName) <= Position(present.PackageName))
        {
            _internal[macro.Name] = macro;
        }
    }

    List<MacroNode> MaterializationsNamed(MacroNode macro)
    {
        if (!_materializations.TryGetValue(macro.Name, out List<MacroNode>? list))
        {
            list = [];
            _materializations.Add(macro.Name, list);
        }

        return list;
    }

    int Position(string internalPackage)
    {
        for (int i = 0; i < _internalPackages.Count; i++)
        {
            if (_internalPackages[i] == internalPackage)
            {
                return i;
            }
        }

        return int.MaxValue;
    }

    static JinjaException CompilationError(string message) => new("CompilationError", message);
}
