using Gild.Engine.Adapters;
using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Running;

/// <summary>What is done before nodes run: schemas made, the relation cache filled, the query comment set.</summary>
public sealed class WarehouseSetup(CommandScope scope)
{
    /// <summary>Lists the schemas of the project's nodes into the cache; of the chosen ones only, when asked so.</summary>
    public void FillCache(IReadOnlySet<string> chosen)
    {
        if (!(scope.Invocation.Flags.TryGetValue("POPULATE_CACHE", out Value populate) ? populate.IsTrue : true))
        {
            return;
        }

        bool chosenOnly = scope.Invocation.Flag("CACHE_SELECTED_ONLY");
        List<(string? Database, string Schema)> schemas = [.. scope.Manifest.Nodes.Values
            .OfType<CompilableNode>()
            .Where(n => n.ResourceType is ResourceType.Model or ResourceType.Seed or ResourceType.Snapshot && !n.IsEphemeral)
            .Where(n => !chosenOnly || chosen.Contains(n.UniqueId))
            .Select(n => (n.Database, n.Schema))
            .Distinct()];
        if (schemas.Count == 0)
        {
            return;
        }

        ForEachParallel(schemas, (schema, session) => List(schema.Database, schema.Schema, session));
        using WarehouseSession master = scope.OpenSession("master");
        NodeContext names = scope.Contexts.ForRun(null, scope.Manifest.ProjectName, scope.Run, master);
        using RenderContext context = new(scope.Contexts.RunEnvironment, scope.Cancellation);
        new AdapterObject(names).LinkRelations(context, schemas.Select(s => s.Schema.ToLowerInvariant()).ToHashSet());
        master.Release();
    }

    void List(string? database, string schema, WarehouseSession session)
    {
        session.Name = $"list_{database}_{schema}";
        NodeContext names = scope.Contexts.ForRun(null, scope.Manifest.ProjectName, scope.Run, session);
        using RenderContext context = new(scope.Contexts.RunEnvironment, scope.Cancellation);
        Relation place = new()
        {
            Database = database,
            Schema = schema,
            Quoting = scope.Contexts.Project.Quoting,
            Including = new IncludePolicy(true, true, false),
            QuoteCharacter = scope.Adapter.QuoteCharacter,
        };
        scope.Run.Cache.AddSchema(database, schema, new AdapterObject(names).ListWithoutCaching(context, place));
        session.Release();
    }

    /// <summary>Makes the schemas that the chosen nodes go to and that do not exist.</summary>
    public void CreateSchemas(IReadOnlySet<string> chosen)
    {
        List<(string? Database, string Schema)> wanted = [.. chosen
            .Select(id => scope.Manifest.Nodes[id])
            .OfType<CompilableNode>()
            .Where(NeedsSchema)
            .Select(n => (n.Database, n.Schema))
            .Distinct()];
        if (wanted.Count == 0)
        {
            return;
        }

        using WarehouseSession session = scope.OpenSession("master");
        NodeContext names = scope.Contexts.ForRun(null, scope.Manifest.ProjectName, scope.Run, session);
        using RenderContext context = new(scope.Contexts.RunEnvironment, scope.Cancellation);
        AdapterObject adapter = new(names);
        foreach (IGrouping<string?, (string? Database, string Schema)> database in wanted.GroupBy(w => w.Database))
        {
            HashSet<string> present = new(adapter.SchemaNames(context, database.Key), StringComparer.OrdinalIgnoreCase);
            foreach ((_, string schema) in database.Where(w => !present.Contains(w.Schema)))
            {
                Relation place = new()
                {
                    Database = database.Key,
                    Schema = schema,
                    Quoting = scope.Contexts.Project.Quoting,
                    Including = scope.Adapter.DefaultIncluding,
                    QuoteCharacter = scope.Adapter.QuoteCharacter,
                };
                context.CallMethod(adapter, "create_schema", new Arguments([adapter.Wrap(place)]));
            }
        }

        session.Release();
    }

    static bool NeedsSchema(CompilableNode node) => node switch
    {
        TestNode test => test.RelationName is not null,
        _ => node.ResourceType is ResourceType.Model or ResourceType.Seed or ResourceType.Snapshot or ResourceType.Function && !node.IsEphemeral,
    };

    void ForEachParallel<T>(List<T> items, Action<T, WarehouseSession> action)
    {
        int next = -1;
        Exception? failure = null;
        Thread[] workers = new Thread[Math.Clamp(scope.Threads, 1, items.Count)];
        for (int w = 0; w < workers.Length; w++)
        {
            WarehouseSession session = scope.OpenSession("master");
            workers[w] = new Thread(
                () =>
                {
                    using WarehouseSession own = session;
                    for (int i = Interlocked.Increment(ref next); i < items.Count && failure is null; i = Interlocked.Increment(ref next))
                    {
                        try
                        {
                            action(items[i], own);
                        }
                        catch (Exception e)
                        {
                            Interlocked.CompareExchange(ref failure, e, null);
                        }
                    }
                },
                16 * 1024 * 1024)
            { IsBackground = true };
            workers[w].Start();
        }

        foreach (Thread worker in workers)
        {
            worker.Join();
        }

        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(failure).Throw();
        }
    }
}
