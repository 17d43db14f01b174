using System.Globalization;
using Gild.Engine.Adapters;
using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;

namespace Gild.Engine.Running;

/// <summary>How a command runs its nodes.</summary>
public sealed record ScheduleRules
{
    /// <summary>Outcomes that skip what is downstream.</summary>
    public required IReadOnlySet<NodeStatus> Blocking { get; init; }

    /// <summary>The first failure ends the run.</summary>
    public bool FailFast { get; init; }

    /// <summary>Nodes are compiled and not run: no progress worth a line.</summary>
    public bool OnlyCompiles { get; init; }

    /// <summary>Runs one node on the session of its worker.</summary>
    public required Func<Node, WarehouseSession, NodeClock, NodeResult> Run { get; init; }

    /// <summary>dbt's words for a node, e.g. <c>sql view model gold.stg_jobs</c>.</summary>
    public required Func<Node, string> Describe { get; init; }

    /// <summary>What the same worker runs before a node, and whose failure skips it (a model's unit tests in a build); not in the queue.</summary>
    public Func<Node, IReadOnlyList<Node>> Before { get; init; } = _ => [];

    /// <summary>Compiles a node without running it; for what is next when --fail-fast ends the run (its SQL is written, as in dbt).</summary>
    public Action<Node, WarehouseSession> CompileOnly { get; init; } = (_, _) => { };

    /// <summary>The compiled code of a node that was compiled, for the result of one that then failed.</summary>
    public Func<Node, string?> CompiledCode { get; init; } = _ => null;

    /// <summary>Whether a node that starts now can be done before the run must end. The first node of a run starts in any case.</summary>
    public Func<Node, bool> Fits { get; init; } = _ => true;

    /// <summary>Results of an earlier invocation of the same run, by unique id: those nodes are not run again.</summary>
    public IReadOnlyDictionary<string, NodeResult> Earlier { get; init; } = new Dictionary<string, NodeResult>();

    /// <summary>Called by the worker as a node is done or interrupted, before what depends on it starts; not for skipped and earlier ones.</summary>
    public Action<NodeResult> Done { get; init; } = _ => { };

    /// <summary>Called after every result, under the scheduler's lock, with all results so far.</summary>
    public Action<IReadOnlyList<NodeResult>> AfterResult { get; init; } = _ => { };
}

/// <summary>
/// Runs nodes on worker threads in the order of the queue, one warehouse session per worker; skips what depends on a
/// failure; stops on cancellation with running statements cancelled on the server.
/// </summary>
public sealed class Scheduler(GraphQueue queue, ProjectManifest manifest, InvocationState invocation, ScheduleRules rules, int total)
{
    readonly object _lock = new();
    readonly List<NodeResult> _results = [];
    readonly Dictionary<string, NodeResult> _skips = new(StringComparer.Ordinal);
    readonly Dictionary<string, WarehouseSession> _running = new(StringComparer.Ordinal);
    int _index;
    int _started;
    int _inHand;
    bool _stopped;
    string? _stopReason;

    public bool Cancelled { get; private set; }

    /// <summary>Whether free nodes were left because they could not have been done in time.</summary>
    public bool LeftForLater { get; private set; }

    /// <summary>The node whose failure ended a fail-fast run, or null.</summary>
    public NodeResult? FailedFast { get; private set; }

    /// <summary>Results in order of completion.</summary>
    public IReadOnlyList<NodeResult> Run(int threads, Func<string, WarehouseSession> openSession, CancellationToken cancellation)
    {
        using CancellationTokenRegistration registration = cancellation.Register(() => Stop("the run was cancelled", true));
        int workers = Math.Max(1, Math.Min(threads, queue.Remaining));
        Thread[] pool = new Thread[workers];
        for (int i = 0; i < workers; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"Thread-{i + 1} (worker)");
            // Here, and not on the worker, for what the project's query comment may throw.
            WarehouseSession session = openSession(name);
            // Macros nest deeply, and so do their calls here.
            pool[i] = new Thread(() => Work(session), 16 * 1024 * 1024) { Name = name, IsBackground = true };
        }

        foreach (Thread worker in pool)
        {
            worker.Start();
        }

        foreach (Thread worker in pool)
        {
            worker.Join();
        }

        if (FailedFast is not null)
        {
            SkipRest();
        }

        return _results;
    }

    void Stop(string reason, bool cancelled)
    {
        List<WarehouseSession> sessions;
        lock (_lock)
        {
            _stopped = true;
            _stopReason ??= reason;
            Cancelled |= cancelled;
            sessions = [.. _running.Values];
            Monitor.PulseAll(_lock);
        }

        foreach (WarehouseSession session in sessions)
        {
            session.Cancel();
        }
    }

    void Work(WarehouseSession session)
    {
        using (session)
        {
            while (Take(out Node node))
            {
                RunBefore(node, session);
                Finish(RunOne(node, session), true);
            }

            CompileNext(session);
        }
    }

    void CompileNext(WarehouseSession session)
    {
        string id;
        lock (_lock)
        {
            if (FailedFast is null || Cancelled || _compiledNext || !queue.TryTake(out id) || _skips.ContainsKey(id))
            {
                return;
            }

            _compiledNext = true;
        }

        try
        {
            rules.CompileOnly(manifest.Nodes[id], session);
        }
        catch (Exception e) when (NodeError.IsExpected(e) || e is OperationCanceledException)
        {
            invocation.Report(new LogLine(LogLevel.Debug, $"{id} was not compiled: {e.Message}"));
        }
        finally
        {
            session.Release();
        }
    }

    bool _compiledNext;

    /// <summary>Runs what goes before a node. The first failure skips the rest of it and the node.</summary>
    void RunBefore(Node node, WarehouseSession session)
    {
        foreach (Node before in rules.Before(node))
        {
            lock (_lock)
            {
                if (_skips.TryGetValue(node.UniqueId, out NodeResult? skip))
                {
                    _skips.TryAdd(before.UniqueId, new NodeResult(before, NodeStatus.Skipped) { SkippedBecauseOf = skip.SkippedBecauseOf });
                }
            }

            NodeResult result = RunOne(before, session);
            Finish(result, false);
            if (rules.Blocking.Contains(result.Status) && result.Status != NodeStatus.Skipped)
            {
                lock (_lock)
                {
                    _skips.TryAdd(node.UniqueId, new NodeResult(node, NodeStatus.Skipped) { SkippedBecauseOf = before.UniqueId });
                }
            }
        }
    }

    bool Take(out Node node)
    {
        lock (_lock)
        {
            while (true)
            {
                if (_stopped || queue.Remaining == 0)
                {
                    node = null!;
                    return false;
                }

                if (TryTakeFitting(out node))
                {
                    return true;
                }

                if (_inHand == 0)
                {
                    // Nothing is free and nothing will be: the rest waits for another invocation.
                    Monitor.PulseAll(_lock);
                    return false;
                }

                Monitor.Wait(_lock);
            }
        }
    }

    bool TryTakeFitting(out Node node)
    {
        while (queue.TryTake(out string id))
        {
            node = manifest.Nodes[id];
            bool runs = !rules.Earlier.ContainsKey(id) && !_skips.ContainsKey(id);
            if (runs && _started > 0 && !rules.Fits(node))
            {
                LeftForLater = true;
                continue;
            }

            _started += runs && Counts(node) ? 1 : 0;
            _inHand++;
            return true;
        }

        node = null!;
        return false;
    }

    NodeResult RunOne(Node node, WarehouseSession session)
    {
        NodeResult? skip;
        int index = 0;
        bool counted = Counts(node);
        lock (_lock)
        {
            index = counted ? ++_index : _index;
            _skips.TryGetValue(node.UniqueId, out skip);
            if (rules.Earlier.TryGetValue(node.UniqueId, out NodeResult? earlier))
            {
                return earlier;
            }

            if (skip is null)
            {
                _running[node.UniqueId] = session;
            }
        }

        string description = rules.Describe(node);
        if (skip is not null)
        {
            ReportFinished(skip, index, description, counted);
            return skip;
        }

        if (counted)
        {
            invocation.Report(new NodeStarted(node, index, total, description) { IsCompilation = rules.OnlyCompiles });
        }

        NodeResult result = Guarded(node, session);
        lock (_lock)
        {
            _running.Remove(node.UniqueId);
        }

        ReportFinished(result, index, description, counted || result.Status.IsFailure());
        return result;
    }

    NodeResult Guarded(Node node, WarehouseSession session)
    {
        TimeProvider time = invocation.Options.Clock;
        NodeClock clock = new(time);
        long started = time.GetTimestamp();
        NodeResult result;
        session.Name = node.UniqueId;
        try
        {
            result = rules.Run(node, session, clock);
        }
        catch (OperationCanceledException)
        {
            result = new NodeResult(node, NodeStatus.Skipped) { Message = "Cancelled", IsInterrupted = true };
        }
        catch (Exception e) when (NodeError.IsExpected(e) || e is not OutOfMemoryException)
        {
            result = Failed(node, e);
        }
        finally
        {
            session.Release();
        }

        return result with { Timings = clock.Timings, Elapsed = time.GetElapsedTime(started), ThreadId = Thread.CurrentThread.Name ?? "MainThread" };
    }

    NodeResult Failed(Node node, Exception e)
    {
        // A statement that we cancelled ourselves is no failure of the node.
        lock (_lock)
        {
            if (_stopped && e is AdapterException && (Cancelled || FailedFast is not null))
            {
                return new NodeResult(node, NodeStatus.Skipped) { Message = _stopReason, IsInterrupted = true };
            }
        }

        (string kind, Diagnostic diagnostic) = NodeError.Of(e, node as CompilableNode);
        if (kind == "Unhandled Error")
        {
            invocation.Report(new LogLine(LogLevel.Debug, e.ToString()) { NodeId = node.UniqueId });
        }

        NodeStatus status = node.ResourceType == ResourceType.Source ? NodeStatus.RuntimeError : NodeStatus.Error;
        string? compiled = rules.CompiledCode(node);
        return new NodeResult(node, status)
        {
            Message = NodeError.Text(kind, diagnostic, node),
            Diagnostic = diagnostic,
            ErrorKind = kind,
            Compiled = compiled is not null,
            CompiledCode = compiled,
        };
    }

    void Finish(NodeResult result, bool queued)
    {
        bool failFast = false;
        if (result.IsReported && (result.IsInterrupted || result.Status != NodeStatus.Skipped) && !rules.Earlier.ContainsKey(result.Node.UniqueId))
        {
            rules.Done(result);
        }

        lock (_lock)
        {
            if (result.IsReported || result.Status.IsFailure())
            {
                _results.Add(result);
            }

            if (queued)
            {
                if (rules.Blocking.Contains(result.Status))
                {
                    SkipDescendants(result);
                }

                queue.Done(result.Node.UniqueId);
                _inHand--;
            }

            rules.AfterResult(_results);
            failFast = rules.FailFast && result.Status.IsFailure() && FailedFast is null;
            if (failFast)
            {
                FailedFast = result;
            }

            Monitor.PulseAll(_lock);
        }

        if (failFast)
        {
            Stop("another node failed and --fail-fast is set", false);
        }
    }

    /// <summary>With --fail-fast what has not run counts as skipped.</summary>
    void SkipRest()
    {
        foreach (Node node in queue.Left.Select(id => manifest.Nodes[id]))
        {
            _results.Add(new NodeResult(node, NodeStatus.Skipped) { SkippedBecauseOf = FailedFast!.Node.UniqueId, Message = "Skipping due to fail_fast" });
        }
    }

    void SkipDescendants(NodeResult cause)
    {
        foreach (string id in queue.Descendants(cause.Node.UniqueId))
        {
            Node node = manifest.Nodes[id];
            bool ephemeralCause = cause.Node is CompilableNode { IsEphemeral: true };
            string because = ephemeralCause
                ? $"Compilation Error in {id}, caused by compilation error in referenced ephemeral model {cause.Node.UniqueId}"
                : "";
            _skips.TryAdd(id, new NodeResult(node, NodeStatus.Skipped)
            {
                SkippedBecauseOf = cause.SkippedBecauseOf ?? cause.Node.UniqueId,
                Message = because.Length == 0 ? null : because,
                IsReported = Counts(node),
            });
        }
    }

    static bool Counts(Node node) => node is not CompilableNode { IsEphemeral: true };

    void ReportFinished(NodeResult result, int index, string description, bool counted)
    {
        if (!counted)
        {
            return;
        }

        invocation.Report(new NodeFinished(
            result.Node, index, total, description, result.Status, ShortMessage(result), (int?)result.Failures, result.Rows, result.Elapsed)
        {
            Diagnostic = result.Diagnostic,
            SkippedBecauseOf = result.SkippedBecauseOf,
            IsCompilation = rules.OnlyCompiles,
        });
    }

    static string ShortMessage(NodeResult result) => result.Status switch
    {
        NodeStatus.Fail or NodeStatus.Warn => result.Failures is { } failures
            ? string.Create(CultureInfo.InvariantCulture, $"{(result.Status == NodeStatus.Fail ? "FAIL" : "WARN")} {failures}") : result.Message ?? "",
        NodeStatus.Pass => "PASS",
        NodeStatus.Error or NodeStatus.RuntimeError => result.Diagnostic?.Message.Split('\n')[0] ?? result.Message ?? "ERROR",
        _ => result.Message ?? "",
    };
}
