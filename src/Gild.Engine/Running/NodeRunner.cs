using Gild.Engine.Adapters;
using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Running;

/// <summary>Builds one node: finds its materialization, runs it, takes the warehouse's answer. Stateless; for all threads.</summary>
public sealed class NodeRunner(ContextFactory contexts, RunState run, JinjaEnvironment environment, Compiler compiler)
{
    /// <summary>Compiles and builds a model, seed, snapshot or function.</summary>
    public NodeResult Build(CompilableNode node, WarehouseSession session, NodeClock clock)
    {
        CompiledNode compiled = clock.Time("compile", () => compiler.Compile(node, session));
        if (node.IsEphemeral)
        {
            return new NodeResult(node, NodeStatus.Success) { IsReported = false, CompiledCode = compiled.Code, Compiled = true };
        }

        return clock.Time("execute", () => Materialize(node, compiled.Code, session, null));
    }

    /// <summary>Runs the materialization with <paramref name="code"/> as <c>sql</c>.</summary>
    public NodeResult Materialize(CompilableNode node, string code, WarehouseSession session, Action<NodeContext>? prepare,
        EventTimeWindow? window = null, Action<DictValue>? takeMain = null, string? materialization = null)
    {
        NodeContext names = contexts.ForRun(node, node.PackageName, run, session, window: window);
        names.Set("sql", code);
        names.Set("compiled_code", code);
        prepare?.Invoke(names);
        MacroNode macro = FindMaterialization(node, materialization);
        session.Configure(node.Config.Text);
        using RenderContext context = new(environment, session.Cancellation);
        context.Host = contexts.Invocation.Options.Clock;
        Value returned;
        try
        {
            returned = names.Materialize(macro, context, countCalls: node is FunctionNode || materialization == "clone");
        }
        catch (Exception e) when ((e as AdapterException ?? e.InnerException as AdapterException) is { } refused)
        {
            refused.Place = compiler.PlaceOf(node, refused);
            throw;
        }

        foreach (Relation relation in Relations(returned, node))
        {
            run.Cache.Add(relation with { DbtCreated = true });
        }

        if (materialization == "clone" && !names.TryGetResult("main", out _))
        {
            return new NodeResult(node, NodeStatus.Success) { Message = "No-op", RelationName = node.RelationName };
        }

        if (!names.TryGetResult("main", out Value main) || main.As<DictValue>() is not { } result)
        {
            throw new GildException(DbtKinds.Runtime, "R0620", "main is not being called during running model");
        }

        takeMain?.Invoke(result);
        return new NodeResult(node, NodeStatus.Success)
        {
            Message = result["response"].ToString(),
            Response = result["response"].As<ResponseObject>()?.ToDict() ?? new DictValue(),
            CompiledCode = code,
            Compiled = node is not SeedNode,
            RelationName = node.RelationName,
        };
    }

    internal MacroNode FindMaterialization(CompilableNode node, string? materialization = null)
    {
        string name = materialization ?? node.ResourceType switch
        {
            ResourceType.Test => "test",
            ResourceType.Function => "function",
            ResourceType.UnitTest => "unit",
            _ => node.Config.Materialized,
        };
        if (contexts.Macros.FindMaterialization(name, out bool overrides) is { } macro)
        {
            if (overrides)
            {
                contexts.Invocation.Warn("PackageMaterializationOverrideDeprecation", new Gild.Jinja.Diagnostics.Diagnostic(
                    "R0691", Gild.Jinja.Diagnostics.Severity.Warning, $"Installed package '{macro.PackageName}' is overriding the built-in materialization '{name}'")
                {
                    Help = [$"say so in the project: {{% materialization {name}, default %}}{{{{ return({macro.PackageName}.{macro.Name}()) }}}}{{% endmaterialization %}}"],
                });
            }

            CheckLanguage(macro, name, node);
            return macro;
        }

        List<string> others = [.. contexts.Macros.AdaptersOfMaterialization(name)];
        string? near = Gild.Jinja.Diagnostics.NearestName.Find(name, contexts.Macros.MaterializationNames);
        string help = others.Count > 0 ? $"it exists for: {string.Join(", ", others)}"
            : near is not null ? $"a materialization with a similar name exists: `{near}`"
            : $"known materializations: {string.Join(", ", contexts.Macros.MaterializationNames.Order(StringComparer.Ordinal))}";
        throw new GildException(
            DbtKinds.Compilation, "R0621", $"No materialization '{name}' was found for adapter {contexts.Adapter.Type}! (searched types 'default' and '{contexts.Adapter.Type}')", help);
    }

    static void CheckLanguage(MacroNode macro, string name, CompilableNode node)
    {
        if (node is ModelNode or FunctionNode && macro.SupportedLanguages is { } languages && !languages.Contains(node.Language))
        {
            throw new GildException(
                DbtKinds.Runtime, "R0623", $"Materialization \"{name}\" only supports languages [{string.Join(", ", languages.Select(l => $"'{l}'"))}]; got \"{node.Language}\"",
                node.Language == "python" ? ["Python models are read and listed, not run: write it in SQL, or leave it out with --exclude"] : []);
        }
    }

    static IEnumerable<Relation> Relations(Value returned, CompilableNode node)
    {
        if (returned.IsString)
        {
            throw new GildException(
                DbtKinds.Compilation, "R0622",
                $"The materialization (\"{node.Config.Materialized}\") did not explicitly return a list of relations to add to the cache.",
                "end it with {{ return({'relations': [target_relation]}) }}");
        }

        if (returned.As<DictValue>() is not { } dict || !dict.TryGetValue("relations", out Value relations) || relations.As<ListValue>() is not { } list)
        {
            throw new GildException(
                DbtKinds.Compilation, "R0622",
                $"Invalid return value from materialization, expected a dict with key \"relations\", got: {(returned.IsNone ? "None" : ValueText.ToRepr(returned))}");
        }

        foreach (Value item in list.Elements)
        {
            yield return item.As<RelationObject>()?.Relation ?? throw new GildException(
                DbtKinds.Compilation, "R0622", $"Invalid return value from materialization, \"relations\" contains a {ValueText.TypeNameOf(item)} where relations are expected");
        }
    }
}

/// <summary>Notes when a node's phases ran.</summary>
public sealed class NodeClock(TimeProvider time)
{
    readonly List<Timing> _timings = [];

    public IReadOnlyList<Timing> Timings => _timings;

    public T Time<T>(string name, Func<T> phase)
    {
        DateTimeOffset started = time.GetUtcNow();
        try
        {
            return phase();
        }
        finally
        {
            _timings.Add(new Timing(name, started, time.GetUtcNow()));
        }
    }
}
