using System.Collections.Concurrent;
using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Engine.Parsing;
using Gild.Jinja;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Runtime;

namespace Gild.Engine.Running;

/// <summary>A node's SQL.</summary>
/// <param name="Code">With ephemeral models in front.</param>
/// <param name="Ctes">What was put in front, by unique id.</param>
public sealed record CompiledNode(CompilableNode Node, string Code, IReadOnlyList<KeyValuePair<string, string>> Ctes);

/// <summary>Renders nodes with <c>execute = true</c> and puts ephemeral models in front. Safe for all threads.</summary>
public sealed class Compiler(ContextFactory contexts, RunState run, JinjaEnvironment environment, TargetFolder target)
{
    sealed record Ephemeral(string Code, IReadOnlyList<KeyValuePair<string, string>> Ctes);

    readonly ConcurrentDictionary<string, CompiledNode> _compiled = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, Ephemeral> _ephemeral = new(StringComparer.Ordinal);

    readonly ConcurrentDictionary<string, CompiledPlaces> _places = new(StringComparer.Ordinal);

    /// <summary>
    /// The place of a node's own code that the warehouse refused, or null. The code of a generic test is a macro of
    /// somebody else: its place would not help.
    /// </summary>
    public Label? PlaceOf(CompilableNode node, Adapters.AdapterException e) =>
        node is not TestNode { Generic: not null } && _places.TryGetValue(node.UniqueId, out CompiledPlaces? places) ? places.Find(e) : null;

    /// <summary>Everything compiled so far.</summary>
    public IReadOnlyDictionary<string, CompiledNode> Compiled => _compiled;

    /// <exception cref="JinjaException">The code raises.</exception>
    /// <exception cref="Adapters.AdapterException">A query of the code fails.</exception>
    public CompiledNode Compile(CompilableNode node, WarehouseSession? session, EventTimeWindow? window = null)
    {
        if (node is SeedNode)
        {
            return new CompiledNode(node, "", []);
        }

        if (node is ModelNode model)
        {
            ModelContract.ResolveTargets(model, run.Manifest.Refs, id => run.Deferred.TryGetValue(id, out Adapters.Relation? elsewhere) ? elsewhere.Name : null);
        }

        NodeContext names = contexts.ForRun(node, node.PackageName, run, session, window: window);
        string code = Render(node, names, session, out OutputMap map);
        List<KeyValuePair<string, string>> ctes = Collect(names.EphemeralRefs, session, []);
        Span inserted = default;
        string injected = node.Language == "python" || !contexts.Invocation.Flag("INJECT_EPHEMERAL_CTES") ? code : CteInjection.Inject(code, [.. ctes.Select(c => c.Value)], out inserted);
        _places[node.UniqueId] = new CompiledPlaces(injected, inserted, map);
        CompiledNode compiled = new(node, injected, ctes);
        if (node.IsEphemeral)
        {
            _ephemeral.TryAdd(node.UniqueId, new Ephemeral(code, ctes));
        }

        run.CompiledCode[node.UniqueId] = injected;
        _compiled[node.UniqueId] = compiled;
        if (node.ResourceType is not (ResourceType.Snapshot or ResourceType.Seed))
        {
            target.Write("compiled", node, injected);
        }

        return compiled;
    }

    /// <summary>Renders code without writing it, for unit tests and inline queries.</summary>
    public CompiledNode CompileWith(CompilableNode node, NodeContext names, WarehouseSession? session)
    {
        string code = Render(node, names, session, out _);
        List<KeyValuePair<string, string>> ctes = Collect(names.EphemeralRefs, session, []);
        return new CompiledNode(node, CteInjection.Inject(code, [.. ctes.Select(c => c.Value)]), ctes);
    }

    string Render(CompilableNode node, NodeContext names, WarehouseSession? session, out OutputMap map)
    {
        using RenderContext context = new(environment, session?.Cancellation ?? default);
        context.Host = contexts.Invocation.Options.Clock;
        if (node is ModelNode { Language: "python" })
        {
            // The user's own code is no template; what it needs of dbt is written behind it.
            return $"{node.RawCode}\n\n{contexts.CompileText("{{ py_script_postfix(model) }}", node.OriginalFilePath).RenderWithMap(context, names, out map)}";
        }

        return contexts.TemplateOf(node).RenderWithMap(context, names, out map);
    }

    /// <summary>The ephemeral models behind <paramref name="ids"/>, each once, dependencies first.</summary>
    List<KeyValuePair<string, string>> Collect(List<string> ids, WarehouseSession? session, HashSet<string> path)
    {
        List<KeyValuePair<string, string>> ctes = [];
        foreach (string id in ids)
        {
            CompilableNode node = (CompilableNode)run.Manifest.Nodes[id];
            if (!path.Add(id))
            {
                throw new GildException(DbtKinds.Runtime, "P0402", $"Found a cycle of ephemeral models: {string.Join(" --> ", path)} --> {id}");
            }

            Ephemeral part = _ephemeral.GetOrAdd(id, _ => CompileEphemeral(node, session, path));
            foreach (KeyValuePair<string, string> cte in part.Ctes)
            {
                Add(ctes, cte);
            }

            Add(ctes, new(id, $" __dbt__cte__{node.Alias} as (\n{part.Code}\n)"));
            path.Remove(id);
        }

        return ctes;
    }

    Ephemeral CompileEphemeral(CompilableNode node, WarehouseSession? session, HashSet<string> path)
    {
        NodeContext names = contexts.ForRun(node, node.PackageName, run, session);
        string code = Render(node, names, session, out _);
        List<KeyValuePair<string, string>> ctes = Collect(names.EphemeralRefs, session, path);
        string injected = CteInjection.Inject(code, [.. ctes.Select(c => c.Value)]);
        run.CompiledCode[node.UniqueId] = injected;
        _compiled[node.UniqueId] = new CompiledNode(node, injected, ctes);
        target.Write("compiled", node, injected);
        return new Ephemeral(code, ctes);
    }

    static void Add(List<KeyValuePair<string, string>> ctes, KeyValuePair<string, string> cte)
    {
        if (!ctes.Exists(c => c.Key == cte.Key))
        {
            ctes.Add(cte);
        }
    }
}
