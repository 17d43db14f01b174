using Gild.Engine.Running;
using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Commands;

/// <summary><c>list</c>: what is selected, as selectors, names, paths or JSON.</summary>
public sealed class ListCommand(CommandScope scope)
{
    static readonly HashSet<ResourceType> Types =
    [
        ResourceType.Model, ResourceType.Snapshot, ResourceType.Seed, ResourceType.Test, ResourceType.Source, ResourceType.Exposure,
        ResourceType.Metric, ResourceType.SavedQuery, ResourceType.SemanticModel, ResourceType.UnitTest, ResourceType.Function,
    ];

    static readonly string[] DefaultKeys =
        ["alias", "name", "package_name", "depends_on", "tags", "config", "resource_type", "source_name", "original_file_path", "unique_id"];

    public int Run()
    {
        IReadOnlySet<string> selected = scope.Select(scope.Options.Models.Count > 0 ? ModelsAlone() : Types);
        if (selected.Count == 0)
        {
            scope.Invocation.Warn("NoNodesSelected", new Gild.Jinja.Diagnostics.Diagnostic(
                "C0702", Gild.Jinja.Diagnostics.Severity.Warning, "No nodes selected!"));
            return 0;
        }

        string format = scope.Options.Output ?? "selector";
        foreach (string id in selected.Order(StringComparer.Ordinal))
        {
            foreach (string line in Lines(scope.Manifest.Nodes[id], format))
            {
                scope.Invocation.Report(new ListLine(line));
            }
        }

        return 0;
    }

    HashSet<ResourceType> ModelsAlone()
    {
        string? other = scope.Options.Select.Count > 0 ? "--select" : scope.Options.ResourceTypes.Count > 0 ? "--resource-type" : null;
        return other is null
            ? [ResourceType.Model]
            : throw new GildException(
                DbtKinds.Runtime, "C0715", $"--models and {other} exclude each other", "--models takes models alone; use --select to choose among all nodes");
    }

    IEnumerable<string> Lines(Node node, string format) => format switch
    {
        "selector" or "text" => [Selector(node)],
        "name" => [node is SourceNode source ? $"{source.SourceName}.{source.Name}" : SearchName(node)],
        "path" => [node.OriginalFilePath],
        "json" => [Json(node)],
        _ => throw new GildException(DbtKinds.Usage, "C0714", $"list has no output '{format}'", "use selector, name, path or json"),
    };

    static string SearchName(Node node) => node is ModelNode { Version: { IsNone: false, IsUndefined: false } } model ? $"{model.Name}.v{model.Version}" : node.Name;

    static string Selector(Node node) => node switch
    {
        SourceNode source => $"source:{source.PackageName}.{source.SourceName}.{source.Name}",
        ExposureNode => $"exposure:{node.PackageName}.{node.Name}",
        SemanticNode { ResourceType: ResourceType.Metric } => $"metric:{node.PackageName}.{node.Name}",
        SemanticNode { ResourceType: ResourceType.SavedQuery } => $"saved_query:{node.PackageName}.{node.Name}",
        SemanticNode => $"semantic_model:{node.PackageName}.{node.Name}",
        UnitTestNode => $"unit_test:{node.PackageName}.{node.Name}",
        _ => string.Join('.', node.Fqn),
    };

    string Json(Node node)
    {
        DictValue view = ViewOf(node);
        IReadOnlyList<string> keys = scope.Options.OutputKeys.Count > 0 ? scope.Options.OutputKeys : DefaultKeys;
        DictValue shown = new();
        foreach ((Value key, Value value) in view.Entries)
        {
            if (keys.Contains(key.ToString()))
            {
                shown[key] = value.IsUndefined ? Value.None : value;
            }
        }

        foreach (string nested in keys.Where(k => k.Contains('.', StringComparison.Ordinal)))
        {
            if (Nested(view, nested) is { } found)
            {
                shown[nested] = found;
            }
        }

        return JsonText.Write(shown, false);
    }

    static Value? Nested(DictValue view, string path)
    {
        Value value = view;
        foreach (string part in path.Split('.'))
        {
            if (value.As<DictValue>() is not { } dict || !dict.TryGetValue(part, out value))
            {
                return null;
            }
        }

        return value;
    }

    static DictValue ViewOf(Node node) => node is CompilableNode compilable
        ? NodeView.Of(compilable, null)
        : NodeView.OfAny(node);
}
