using Gild.Engine.Running;
using Gild.Engine.Adapters;
using Gild.Engine.Artifacts;
using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Commands;

/// <summary><c>show</c>: the first rows of nodes or of a query; and <c>compile</c> where it prints.</summary>
public sealed class ShowCommand(CommandScope scope)
{
    static readonly HashSet<ResourceType> Types =
        [ResourceType.Model, ResourceType.Test, ResourceType.Snapshot, ResourceType.Analysis, ResourceType.Seed, ResourceType.Function];

    public int Run() => Each(Chosen(), (node, session, clock) =>
    {
        if (node is SeedNode seed)
        {
            return Seed(seed, session, clock);
        }

        CompiledNode compiled = clock.Time("compile", () => scope.Compiler.Compile(node, session));
        string sql = ShownSql(node, compiled.Code, session);
        Report(node, clock.Time("execute", () => session.Execute(sql, false, true, null).Table));
        return Shown(node, sql);
    });

    /// <param name="node">What was shown or compiled.</param>
    /// <param name="sql">The SQL of it: for rows with the limit, as it was sent.</param>
    static NodeResult Shown(CompilableNode node, string sql) => new(node, NodeStatus.Success)
    {
        Compiled = true,
        CompiledCode = sql,
        RelationName = node.RelationName,
    };

    /// <summary>A seed is loaded and shown as its file has it, whole.</summary>
    NodeResult Seed(SeedNode seed, WarehouseSession session, NodeClock clock)
    {
        new WarehouseSetup(scope).CreateSchemas(new HashSet<string> { seed.UniqueId });
        NodeResult result = new NodeRunner(scope.Contexts, scope.Run, scope.Contexts.RunEnvironment, scope.Compiler).Build(seed, session, clock);
        Report(seed, scope.Run.ReadSeed(seed));
        return result;
    }

    /// <summary>Whether the first word of <c>--select</c> names the node.</summary>
    public bool IsNamed(CompilableNode node) => scope.Options.Select is [string first, ..] && first.Contains(node.Name, StringComparison.Ordinal);

    /// <summary>Only nodes that the first word of --select names are printed; what came along with them is not.</summary>
    void Report(CompilableNode node, ResultTable table)
    {
        if (scope.Options.Inline is not null || scope.Options.Select.Count == 0 || IsNamed(node))
        {
            scope.Invocation.Report(new ShowOutput(NameOf(node), scope.Options.Inline is not null, scope.Options.Output ?? "text", table));
        }
    }

    /// <summary>Compiles and prints: an inline query, or one chosen node.</summary>
    public int Compile(IReadOnlyList<CompilableNode> nodes) => Each(nodes, (node, session, clock) =>
    {
        CompiledNode compiled = clock.Time("compile", () => scope.Compiler.Compile(node, session));
        scope.Invocation.Report(new CompiledOutput(NameOf(node), scope.Options.Inline is not null, scope.Options.Output ?? "text", compiled.Code));
        return Shown(node, compiled.Code);
    });

    string? NameOf(CompilableNode node) => scope.Options.Inline is not null ? null
        : node is ModelNode { Version: { IsNone: false } version } ? $"{node.Name}.v{version}"
        : node.Name;

    /// <summary><c>show --inline-direct</c>: sends the text as it is, without Jinja and without reading the project's nodes.</summary>
    public static int Direct(string sql, WarehouseSession session, InvocationState invocation)
    {
        InvocationOptions options = invocation.Options;
        int limit = options.Limit ?? FlagSettings.DefaultLimit;
        try
        {
            ResultTable table = session.Execute(sql, false, true, limit < 0 ? null : limit).Table;
            invocation.Report(new ShowOutput(null, true, options.Output ?? "text", table));
            return 0;
        }
        catch (AdapterException e)
        {
            (string kind, Diagnostic diagnostic) = NodeError.Of(e, null);
            throw new GildException(kind, diagnostic, e);
        }
        finally
        {
            session.Release();
        }
    }

    int Each(IReadOnlyList<CompilableNode> nodes, Func<CompilableNode, WarehouseSession, NodeClock, NodeResult> action)
    {
        TimeProvider time = scope.Options.Clock;
        long started = time.GetTimestamp();
        List<NodeResult> results = [];
        if (scope.Invocation.Flag("INTROSPECT"))
        {
            new WarehouseSetup(scope).FillCache(nodes.Select(n => n.UniqueId).ToHashSet());
        }

        using WarehouseSession session = scope.OpenSession("show");
        foreach (CompilableNode node in nodes)
        {
            NodeClock clock = new(time);
            long began = time.GetTimestamp();
            try
            {
                session.Name = node.UniqueId;
                results.Add(action(node, session, clock) with
                {
                    Timings = clock.Timings,
                    Elapsed = time.GetElapsedTime(began),
                });
            }
            catch (Exception e) when (NodeError.IsExpected(e))
            {
                (string kind, Diagnostic diagnostic) = NodeError.Of(e, node);
                // What cannot be shown or compiled is a failure of the command, not of a node.
                throw scope.Options.Inline is not null && kind is DbtKinds.Compilation or DbtKinds.Parsing
                    ? new GildException(kind, diagnostic with { Message = $"Error parsing inline query: {diagnostic.Message}" }, e)
                    : new GildException(DbtKinds.Runtime, diagnostic with { Message = $"{kind} in {node.ResourceType.Word()} {node.Name}: {diagnostic.Message}" }, e);
            }
            finally
            {
                session.Release();
            }
        }

        if (scope.Invocation.Flag("WRITE_JSON"))
        {
            scope.WriteArtifact(
                scope.Target.PathOf("run_results.json"),
                stream => RunResultsWriter.Write(stream, results, scope.Invocation, time.GetElapsedTime(started)));
        }

        return results.Exists(r => r.Status.IsFailure()) ? 1 : 0;
    }

    /// <summary>The inline query as a node, or the nodes that were selected.</summary>
    public IReadOnlyList<CompilableNode> Chosen()
    {
        if (scope.Options.Inline is { } sql)
        {
            return [InlineNode(sql)];
        }

        if (scope.Options.Select.Count == 0 && scope.Options.Selector is null && scope.Options.Command == "show")
        {
            throw new GildException(DbtKinds.Usage, "C0717", "Either --select or --inline must be passed to show");
        }

        return [.. scope.Select(Types).Order(StringComparer.Ordinal).Select(id => scope.Manifest.Nodes[id]).OfType<CompilableNode>()];
    }

    OperationNode InlineNode(string sql)
    {
        OperationNode node = new()
        {
            UniqueId = $"sql_operation.{scope.Manifest.ProjectName}.inline_query",
            ResourceType = ResourceType.SqlOperation,
            Name = "inline_query",
            PackageName = scope.Manifest.ProjectName,
            Path = "sql/inline_query",
            OriginalFilePath = "from remote system.sql",
            RawCode = sql,
            Source = new SourceText("--inline", sql),
            Fqn = [scope.Manifest.ProjectName, "sql", "inline_query"],
            Alias = "inline_query",
            Schema = scope.Adapter.Target.Schema,
            Database = scope.Adapter.Target.Database,
        };
        return node;
    }

    string ShownSql(CompilableNode node, string code, WarehouseSession session)
    {
        int limit = scope.Options.Limit ?? FlagSettings.DefaultLimit;
        if (node is SeedNode)
        {
            code = "select * from " + RelationFactory.Of(node, scope.Contexts).Render();
        }

        NodeContext names = scope.Contexts.ForRun(node, node.PackageName, scope.Run, session);
        using RenderContext context = new(scope.Contexts.RunEnvironment, scope.Cancellation);
        Value header = node.Config.Values.TryGetValue("sql_header", out Value set) ? set : Value.None;
        string sql = names.CallMacro(context, "get_show_sql", new Arguments([code, header, limit < 0 ? Value.None : Value.From((long)limit)])).ToString();
        const string LimitMacro = "macro.dbt.get_limit_subquery_sql";
        if (node is ModelNode && !node.DependsOnMacros.Contains(LimitMacro))
        {
            node.DependsOnMacros.Add(LimitMacro);
        }

        return sql;
    }
}
