using Gild.Engine.Running;
using Gild.Engine.Artifacts;
using Gild.Engine.Context;
using Gild.Engine.Graph;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Commands;

/// <summary>The commands that run nodes: run, seed, snapshot, test, build, compile.</summary>
public sealed class NodeCommands(CommandScope scope)
{
    static readonly HashSet<ResourceType> Compilable =
    [
        ResourceType.Model, ResourceType.Test, ResourceType.Snapshot, ResourceType.Analysis, ResourceType.Seed, ResourceType.Function, ResourceType.UnitTest,
    ];

    static readonly HashSet<ResourceType> Buildable =
    [
        ResourceType.Model, ResourceType.Seed, ResourceType.Snapshot, ResourceType.Test, ResourceType.UnitTest, ResourceType.SavedQuery,
        ResourceType.Exposure, ResourceType.Function,
    ];

    IReadOnlyDictionary<string, NodeResult> _earlier = new Dictionary<string, NodeResult>();
    TimeBudget? _budget;

    readonly ThreadSlots _slots = new(scope.Threads);
    readonly NodeRunner _nodes = new(scope.Contexts, scope.Run, scope.Contexts.RunEnvironment, scope.Compiler);

    /// <summary>The run that <c>retry</c> takes up; null in any other command.</summary>
    public RetryPlan? Retried { get; init; }

    static HashSet<ResourceType> TypesOf(string command) => command switch
    {
        "run" => [ResourceType.Model],
        "seed" => [ResourceType.Seed],
        "snapshot" => [ResourceType.Snapshot],
        "test" => [ResourceType.Test, ResourceType.UnitTest],
        "clone" => [ResourceType.Model, ResourceType.Seed, ResourceType.Snapshot],
        "build" => Buildable,
        _ => Compilable,
    };

    /// <summary>Runs the command; the exit code.</summary>
    public int Run(string command)
    {
        IReadOnlySet<string> selected = Retried?.Known(scope.Manifest) ?? scope.Select(TypesOf(command));
        HashSet<string> chosen = new(selected.Where(Runs), StringComparer.Ordinal);
        int total = chosen.Count(id => scope.Manifest.Nodes[id] is not CompilableNode { IsEphemeral: true });
        scope.Run.SelectedResources = [.. chosen.Order(StringComparer.Ordinal)];
        if (total == 0 && chosen.Count == 0)
        {
            scope.Invocation.Warn("NothingToDo", new Gild.Jinja.Diagnostics.Diagnostic(
                "C0702", Gild.Jinja.Diagnostics.Severity.Warning, "Nothing to do. Try checking your model configs and model specification args"));
            WriteResults(command, [], TimeSpan.Zero);
            return 0;
        }

        scope.Invocation.Report(new RunStarted(command, total, scope.Threads, scope.Contexts.Project.TargetName));
        long started = scope.Options.Clock.GetTimestamp();
        bool executes = command is not "compile";
        bool hooks = command is not ("compile" or "clone");
        if (executes && scope.Options.Journal is { } journal)
        {
            _earlier = RunResultsReader.Read(journal.Finished, scope.Manifest);
        }

        List<NodeResult> results = [];
        if (executes)
        {
            WarehouseSetup setup = new(scope);
            setup.FillCache(chosen);
            setup.CreateSchemas(chosen);
            if (hooks)
            {
                results.AddRange(Hooks().Run("on-run-start", _ => { }));
            }
        }
        else if (scope.Invocation.Flag("INTROSPECT"))
        {
            new WarehouseSetup(scope).FillCache(chosen);
        }

        bool skips = results.Exists(r => r.Status.IsFailure()) && scope.Invocation.Flag("SKIP_NODES_IF_ON_RUN_START_FAILS");
        (bool cancelled, bool leftForLater, IReadOnlyList<NodeResult> nodes) =
            skips ? (false, false, SkipAll(chosen)) : RunNodes(command, chosen, total, results, started);
        results.AddRange(nodes);
        bool outOfTime = leftForLater || (cancelled && _budget is { IsOver: true });
        if (command == "compile" && !scope.Invocation.Flag("FAIL_FAST") && nodes.FirstOrDefault(r => r.Status == NodeStatus.Error) is { } failed)
        {
            // Code that does not compile is a failure of the command.
            throw new GildException(DbtKinds.Runtime, failed.Diagnostic!);
        }

        if (hooks && !cancelled && !outOfTime)
        {
            RunEnd(command, results, skips ? [] : nodes, started);
        }

        TimeSpan elapsed = scope.Options.Clock.GetElapsedTime(started);
        WriteResults(command, results, elapsed);
        scope.Invocation.Report(new RunFinished([.. results.Select(Summary)], elapsed, cancelled)
        {
            IsCompilation = command == "compile",
            Left = outOfTime ? total - nodes.Count(n => n.IsReported && !n.IsInterrupted) : 0,
        });
        return cancelled || outOfTime || results.Exists(r => r.Status.IsFailure()) ? 1 : 0;
    }

    ProjectHooks Hooks() => new(scope) { Earlier = _earlier, Done = Note };

    /// <summary>Puts what is done into the journal of the run, when it has one.</summary>
    void Note(NodeResult result)
    {
        if (result.IsInterrupted)
        {
            scope.Options.Journal?.AddInterrupted(result.Node, result.Elapsed);
        }
        else
        {
            scope.Options.Journal?.Add(result.Node, RunResultsWriter.Entry(result));
        }
    }

    /// <summary>Runs the hooks of <c>on-run-end</c>; they see the results of nodes, and of the hooks before that failed.</summary>
    void RunEnd(string command, List<NodeResult> results, IReadOnlyList<NodeResult> nodes, long started)
    {
        List<NodeResult> seen = nodes.Count == 0 ? [] : [.. results.Where(r => r.Node is not OperationNode || r.Status == NodeStatus.Error)];
        try
        {
            results.AddRange(Hooks().Run("on-run-end", names => AddHookNames(names, seen)));
        }
        catch (Exception e) when (NodeError.IsExpected(e))
        {
            // A hook that does not compile ends the command, but what the nodes did is kept.
            WriteResults(command, results, scope.Options.Clock.GetElapsedTime(started));
            throw;
        }
    }

    /// <summary>Every chosen node as skipped: an <c>on-run-start</c> hook failed and the project asks for that.</summary>
    List<NodeResult> SkipAll(HashSet<string> chosen) =>
        [.. chosen.Order(StringComparer.Ordinal)
            .Select(id => scope.Manifest.Nodes[id])
            .Where(node => node is not CompilableNode { IsEphemeral: true })
            .Select(node => new NodeResult(node, NodeStatus.Skipped) { Message = "Skipped: an on-run-start hook failed" })];

    bool Runs(string id)
    {
        Node node = scope.Manifest.Nodes[id];
        return node is not OperationNode;
    }

    (bool Cancelled, bool LeftForLater, IReadOnlyList<NodeResult> Results) RunNodes(
        string command, HashSet<string> chosen, int total, IReadOnlyList<NodeResult> before, long started)
    {
        // In a build a model's unit tests run just before it, on the same worker.
        ILookup<string, Node> unitTests = chosen.Select(id => scope.Manifest.Nodes[id])
            .Where(n => command == "build" && n is UnitTestNode unit && chosen.Contains(unit.TestedNode!))
            .OrderBy(n => n.UniqueId, StringComparer.Ordinal)
            .ToLookup(n => ((UnitTestNode)n).TestedNode!);
        HashSet<string> queued = [.. chosen];
        queued.ExceptWith(unitTests.SelectMany(g => g).Select(n => n.UniqueId));
        _budget = scope.Options.Deadline is { } end ? new TimeBudget(end, scope.Options.Clock, scope.Options.LastDurations) : null;
        Dag? tested = command == "build" ? BuildGraph.Of(scope.Dag, scope.Manifest) : null;
        if (scope.Invocation.Flag("WRITE_JSON"))
        {
            scope.WriteArtifact(
                scope.Target.PathOf("graph_summary.json"),
                stream => GraphSummaryWriter.Write(stream, scope.Manifest, scope.Dag, tested, scope.Invocation.InvocationId));
        }

        GraphQueue queue = new(tested ?? scope.Dag, queued, independent: command == "clone");
        Scheduler scheduler = new(queue, scope.Manifest, scope.Invocation, new ScheduleRules
        {
            Blocking = command == "build"
                ? new HashSet<NodeStatus> { NodeStatus.Error, NodeStatus.Fail, NodeStatus.Skipped, NodeStatus.PartialSuccess }
                : new HashSet<NodeStatus> { NodeStatus.Error, NodeStatus.PartialSuccess },
            FailFast = scope.Invocation.Flag("FAIL_FAST") || command == "compile",
            OnlyCompiles = command == "compile",
            Run = (node, session, clock) => RunNode(command, node, session, clock),
            Before = node => [.. unitTests[node.UniqueId]],
            Describe = node => NodeDescription.Of(node, scope.Contexts),
            CompileOnly = (node, session) =>
            {
                if (node is CompilableNode next and not SeedNode)
                {
                    scope.Compiler.Compile(next, session);
                }
            },
            CompiledCode = node => scope.Run.CompiledCode.GetValueOrDefault(node.UniqueId),
            Fits = node => _budget?.Fits(node.UniqueId) ?? true,
            Earlier = _earlier,
            Done = Note,
            AfterResult = done => WriteAfterNode(command, [.. before, .. done], started),
        }, total);
        IReadOnlyList<NodeResult> results = scheduler.Run(scope.Threads, scope.OpenSession, scope.Cancellation);
        return (scheduler.Cancelled, scheduler.LeftForLater, results);
    }

    DateTimeOffset _lastWrite = DateTimeOffset.MinValue;

    /// <summary>Results are on disk while the run goes on, but not more often than a small run needs.</summary>
    void WriteAfterNode(string command, List<NodeResult> results, long started)
    {
        DateTimeOffset now = scope.Options.Clock.GetUtcNow();
        if (command is not "compile" && now - _lastWrite > TimeSpan.FromMilliseconds(20L * results.Count))
        {
            _lastWrite = now;
            WriteResults(command, results, scope.Options.Clock.GetElapsedTime(started));
        }
    }

    /// <summary>Runs a node with one of the run's threads; batches of a model take the threads that are free.</summary>
    NodeResult RunNode(string command, Node node, WarehouseSession session, NodeClock clock)
    {
        _slots.Take(session.Cancellation);
        try
        {
            return RunWithSlot(command, node, session, clock);
        }
        finally
        {
            _slots.Release();
        }
    }

    NodeResult RunWithSlot(string command, Node node, WarehouseSession session, NodeClock clock)
    {
        scope.Comment.Set(session, node as CompilableNode);

        if (command == "compile")
        {
            return node is CompilableNode compilable and not SeedNode
                ? Compiled(compilable, session, clock)
                : new NodeResult(node, NodeStatus.Success);
        }

        if (command == "clone")
        {
            return node is CompilableNode cloned ? Clone(cloned, session, clock) : new NodeResult(node, NodeStatus.NoOp);
        }

        return node switch
        {
            TestNode test => new TestRunner(scope.Contexts, scope.Run, scope.Contexts.RunEnvironment, scope.Compiler, _nodes).Run(test, session, clock),
            ModelNode model when Microbatch.Applies(model, scope) => new Microbatch(scope, _nodes, _slots) { Retried = Retried }.Run(model, session, clock),
            UnitTestNode unit => new UnitTestRunner(scope, _nodes).Run(unit, session, clock),
            SeedNode seed => Seed(seed, session, clock),
            CompilableNode built => _nodes.Build(built, session, clock),
            _ => new NodeResult(node, NodeStatus.NoOp) { Message = "NO-OP", Failures = 0 },
        };
    }

    NodeResult Compiled(CompilableNode node, WarehouseSession session, NodeClock clock)
    {
        CompiledNode compiled = clock.Time("compile", () => scope.Compiler.Compile(node, session));
        return new NodeResult(node, NodeStatus.Success)
        {
            Compiled = true,
            CompiledCode = compiled.Code,
            RelationName = node.RelationName,
            IsReported = !node.IsEphemeral || (scope.Options.Select.Count > 0 && scope.Options.Command == "compile"),
        };
    }

    /// <summary>A clone; where the warehouse cannot clone, a view that reads the other relation.</summary>
    NodeResult Clone(CompilableNode node, WarehouseSession session, NodeClock clock)
    {
        if (node.IsEphemeral)
        {
            return new NodeResult(node, NodeStatus.Success) { IsReported = false };
        }

        scope.Run.Deferred.TryGetValue(node.UniqueId, out Adapters.Relation? earlier);
        string sql = earlier is null ? "" : $"select * from {earlier.Render()}";
        return clock.Time("execute", () => _nodes.Materialize(
            node, sql, session,
            names => names.Set("defer_relation", earlier is null ? Value.None : new RelationObject(earlier, scope.Adapter)),
            materialization: "clone"));
    }

    NodeResult Seed(SeedNode seed, WarehouseSession session, NodeClock clock)
    {
        NodeResult result = _nodes.Build(seed, session, clock);
        if (scope.Invocation.Flag("SHOW"))
        {
            Adapters.ResultTable table = scope.Run.ReadSeed(seed);
            scope.Invocation.Report(new ShowOutput(
                seed.Name, false, "text", new Adapters.ResultTable(table.Columns, [.. table.Rows.Take(10)])));
        }

        return result;
    }

    static bool HasPlace(Node node) => node is ModelNode or SeedNode or SnapshotNode or TestNode { RelationName: not null };

    void AddHookNames(NodeContext names, List<NodeResult> results)
    {
        List<CompilableNode> built = [.. results
            .Where(r => r.Status is not (NodeStatus.Error or NodeStatus.Fail or NodeStatus.Skipped) && HasPlace(r.Node))
            .Select(r => (CompilableNode)r.Node)];
        names.Set("schemas", new ListValue(built.Select(n => n.Schema).Distinct().Select(s => Value.From(s))));
        names.Set("database_schemas", new ListValue(built.Select(n => (n.Database, n.Schema)).Distinct()
            .Select(p => Value.From(new TupleValue([Value.From(p.Database), Value.From(p.Schema)])))));
        names.Set("results", new ListValue(results.Select(r => Value.From(new ResultObject(r, scope.Contexts)))));
    }

    void WriteResults(string command, List<NodeResult> results, TimeSpan elapsed)
    {
        if (scope.Invocation.Flag("WRITE_JSON") && command.Length > 0)
        {
            scope.WriteArtifact(scope.Target.PathOf("run_results.json"), stream => RunResultsWriter.Write(stream, Recorded(command, results), scope.Invocation, elapsed));
        }
    }

    /// <summary>What artifacts tell: an ephemeral model that did not compile shows in what it was read by, as in dbt.</summary>
    static List<NodeResult> Recorded(string command, List<NodeResult> results) =>
        command == "compile" ? results : [.. results.Where(r => r.Status != NodeStatus.Error || r.Node is not CompilableNode { IsEphemeral: true })];

    NodeResultSummary Summary(NodeResult result) => new(
        result.Node, result.Status, result.Message ?? "", result.Elapsed,
        result.Diagnostic ?? (result.Status is NodeStatus.Fail or NodeStatus.Warn ? Found(result) : null))
    {
        ErrorKind = result.ErrorKind,
        CompiledPath = result.CompiledPath ?? (scope.Compiler.Compiled.TryGetValue(result.Node.UniqueId, out CompiledNode? compiled)
            ? scope.Target.ProjectPath("compiled", compiled.Node, scope.Project.Root.RootDirectory) : null),
    };

    static Gild.Jinja.Diagnostics.Diagnostic Found(NodeResult result) => new(
        "R0603",
        result.Status == NodeStatus.Fail ? Gild.Jinja.Diagnostics.Severity.Error : Gild.Jinja.Diagnostics.Severity.Warning,
        result.Message ?? "the test found failures");
}
