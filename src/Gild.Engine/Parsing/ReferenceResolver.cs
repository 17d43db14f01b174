using Gild.Engine.Loading;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>Turns refs, sources, metrics and functions into unique ids; checks access and groups.</summary>
public sealed class ReferenceResolver(ParsingContext context, RefLookup refs, IReadOnlyDictionary<string, Node> nodes)
{
    /// <summary>Fills <c>DependsOnNodes</c>: sources, then refs, metrics, functions, as dbt does.</summary>
    /// <exception cref="GildException">Compilation Error for what is not there; of a test, a warning instead.</exception>
    public void Resolve(Node node)
    {
        foreach (SourceCall call in node.Sources)
        {
            ResolveSource(node, call);
        }

        foreach (RefCall call in node.Refs)
        {
            ResolveRef(node, call);
        }

        foreach (Value call in node.Metrics)
        {
            ResolveNamed(node, call, "metric");
        }

        foreach (Value call in node.Functions)
        {
            ResolveNamed(node, call, "function");
        }
    }

    void ResolveSource(Node node, SourceCall call)
    {
        if (refs.FindSource(call.Source, call.Table, node.PackageName, out bool disabled) is { } found)
        {
            Add(node, found.UniqueId);
            return;
        }

        string target = $"{call.Source}.{call.Table}";
        IEnumerable<string> known = refs.Sources.Select(s => $"{s.SourceName}.{s.Name}");
        Missing(node, "source", target, null, disabled, PlaceOf(node, call.Span), NearestName.Help(target, known)
            ?? (disabled ? null : $"describe it in a property file: sources: - name: {call.Source}, tables: - name: {call.Table}"));
    }

    void ResolveRef(Node node, RefCall call)
    {
        Node? found = refs.Find(call.Package, call.Name, call.Version, node.PackageName, out bool disabled);
        if (found is null)
        {
            string version = call.Version.IsNone || call.Version.IsUndefined ? "" : $" with version '{call.Version}'";
            Missing(node, "node", call.Name + version, call.Package, disabled, PlaceOf(node, call.Span), NearestName.Help(call.Name, refs.Names));
            return;
        }

        CheckAccess(node, found, call.Span);
        if (!refs.Packages.OwnFirst && node.PackageName != context.Project.Root.Name && found.PackageName == context.Project.Root.Name && call.Package != context.Project.Root.Name)
        {
            context.Bag.Warn("PackageNodeDependsOnRootProjectNode", new Diagnostic("P0472", Severity.Warning,
                $"the node '{node.Name}' in package '{node.PackageName}' depends on the root project node '{found.Name}'")
            {
                Labels = PlaceOf(node, call.Span) is { } place ? [place] : [],
                Help = refs.Find(node.PackageName, call.Name, call.Version, node.PackageName, out _) is null ? []
                    : ["the package has a node of that name too: the flag `require_ref_searches_node_package_before_root` lets packages read their own first"],
            }, ("node_name", node.Name), ("package_name", node.PackageName), ("root_project_unique_id", found.UniqueId));
        }

        Add(node, found.UniqueId);
    }

    void ResolveNamed(Node node, Value call, string kind)
    {
        IReadOnlyList<Value> parts = call.As<ListValue>()?.Elements ?? (IReadOnlyList<Value>?)call.As<TupleValue>()?.Elements ?? [call];
        string name = parts[^1].ToString();
        string? package = parts.Count > 1 ? parts[0].ToString() : null;
        IEnumerable<string> packages = package is not null ? [package]
            : [.. refs.Packages.Of(node.PackageName).OfType<string>(), .. context.Project.Packages.Select(p => p.Name)];
        foreach (string candidate in packages)
        {
            if (nodes.TryGetValue($"{kind}.{candidate}.{name}", out Node? found))
            {
                Add(node, found.UniqueId);
                return;
            }
        }

        IEnumerable<string> known = nodes.Values.Where(n => n.ResourceType.Word() == kind).Select(n => n.Name);
        Missing(node, kind, name, package, false, null, NearestName.Help(name, known));
    }

    void CheckAccess(Node node, Node target, Span call)
    {
        if (target is not ModelNode model || node.ResourceType == ResourceType.UnitTest)
        {
            return;
        }

        bool restricts = context.Project.FindPackage(model.PackageName)?.Config.RestrictAccess == true;
        bool otherPackage = node.PackageName != model.PackageName;
        if (model.Access == "private" && node.ResourceType != ResourceType.SqlOperation
            && (string.IsNullOrEmpty(node.Group) || node.Group != model.Group || (restricts && otherPackage)))
        {
            throw Refused(node, model, "private", model.Group is null ? "no group" : $"the '{model.Group}' group", PlaceOf(node, call));
        }

        if (model.Access == "protected" && restricts && otherPackage)
        {
            throw Refused(node, model, "protected", $"the '{model.PackageName}' package", PlaceOf(node, call));
        }
    }

    static GildException Refused(Node node, ModelNode model, string access, string scope, Label? place) => new(DbtKinds.Parsing,
        new Diagnostic("P0471", Severity.Error, $"Node {node.UniqueId} attempted to reference node {model.UniqueId}, which is not allowed because the referenced node is {access} to {scope}.")
        {
            Labels = place is null ? [] : [place],
            Help = [access == "private" ? $"put {node.Name} into the group '{model.Group}', or make {model.Name} protected or public" : $"make {model.Name} public"],
        });

    void Missing(Node node, string kind, string target, string? package, bool disabled, Label? place, string? help)
    {
        string where = package is null ? "" : $" in package '{package}'";
        string message = $"{Title(node)} '{node.UniqueId}' ({node.OriginalFilePath}) depends on a {kind} named '{target}'{where} which {(disabled ? "is disabled" : "was not found")}";
        node.Config.Values["enabled"] = false;
        if (node.ResourceType != ResourceType.Test)
        {
            throw new GildException(DbtKinds.Compilation, new Diagnostic("P0470", Severity.Error, message)
            {
                Labels = place is null ? [] : [place],
                Help = help is null ? [] : [help],
            });
        }

        if (!disabled)
        {
            context.Bag.Warn("NodeNotFoundOrDisabled", "P0470", message, place, help is null ? [] : [help]);
        }
    }

    static string Title(Node node) => node.ResourceType.Word() is { Length: > 0 } word ? char.ToUpperInvariant(word[0]) + word[1..] : "Node";

    Label? PlaceOf(Node node, Span span) => node is TestNode { Generic: { } generic } && TestPlace(node, generic.Place) is { } declared ? declared
        : node is CompilableNode { Source: var source } && span.Length > 0 && span.End <= source.Text.Length
        ? new Label(source, span)
        : node is CompilableNode compilable ? new Label(compilable.Source, default) : null;

    /// <summary>Reads the property file of a generic test once more: thousands of tests do without its text, and few have something to tell.</summary>
    Label? TestPlace(Node test, Span place)
    {
        string root = context.Project.FindPackage(test.PackageName)?.RootDirectory ?? "";
        return ConfigFile.ReadText(Path.Combine(root, test.OriginalFilePath)) is { } text && place.Length > 0 && place.End <= text.Length
            ? new Label(new SourceText(test.OriginalFilePath, text), place)
            : null;
    }

    static void Add(Node node, string id)
    {
        if (!node.DependsOnNodes.Contains(id))
        {
            node.DependsOnNodes.Add(id);
        }
    }
}
