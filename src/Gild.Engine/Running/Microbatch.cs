using System.Globalization;
using System.Text.RegularExpressions;
using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Engine.Values;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine.Running;

/// <summary>
/// Builds a model of the microbatch strategy one window of event time at a time; windows that fail leave the others
/// standing, and <c>retry</c> takes up the failed ones alone.
/// </summary>
/// <param name="scope">The command.</param>
/// <param name="nodes">Runs materializations.</param>
/// <param name="slots">The threads of the run; the caller holds one of them.</param>
public sealed partial class Microbatch(CommandScope scope, NodeRunner nodes, ThreadSlots slots)
{
    /// <summary>Whether a model is built in batches: a project's own microbatch macro runs as any strategy does unless its flag says otherwise.</summary>
    public static bool Applies(ModelNode model, CommandScope scope) =>
        IsConfigured(model) && (scope.Invocation.Flag("REQUIRE_BATCHED_EXECUTION_FOR_CUSTOM_MICROBATCH_STRATEGY")
            || !scope.Contexts.Macros.TryFindInPackage(scope.Project.Root.Name, "get_incremental_microbatch_sql", out _));

    /// <summary>Whether the configs ask for the strategy.</summary>
    public static bool IsConfigured(ModelNode model) =>
        model.Config.Materialized == "incremental" && model.Config.Text("incremental_strategy") == "microbatch";

    /// <summary>The run that <c>retry</c> takes up; null in any other command.</summary>
    public RetryPlan? Retried { get; init; }

    DateTimeOffset StartedAt => Retried?.StartedAt ?? scope.Invocation.StartedAt;

    /// <summary>A batch and what became of it.</summary>
    sealed record Batch(BatchWindow Window, int Index)
    {
        public NodeStatus Status { get; set; } = NodeStatus.Skipped;

        public Diagnostic? Diagnostic { get; set; }

        public (string, string) Texts => (InvocationState.TimeText(Window.Start), InvocationState.TimeText(Window.End));
    }

    public NodeResult Run(ModelNode model, WarehouseSession session, NodeClock clock)
    {
        BatchSize size = BatchSizes.Parse(model.Config.Text("batch_size"))
            ?? throw Wrong(model, $"'batch_size' must be one of hour, day, month, year, but is '{model.Config.Text("batch_size")}'");
        if (model.Config.Text("event_time") is null)
        {
            throw Wrong(model, "it has no 'event_time' column");
        }

        bool incremental = IsIncremental(model, session);
        RetriedBatches? left = Retried?.Batches.GetValueOrDefault(model.UniqueId);
        IReadOnlyList<BatchWindow> windows = left?.Left
            ?? BatchSizes.Split(Start(model, size, incremental), End(size), size);
        Batch[] batches = [.. windows.Select((w, i) => new Batch(w, i))];
        if (batches.Length > 0)
        {
            // The first batch makes the table and is the trial of the others: when it fails they are left, as dbt leaves them.
            RunOne(batches[0], incremental, session, clock, concurrent: false);
            if (batches[0].Status == NodeStatus.Success)
            {
                bool concurrent = IsConcurrent(model) && scope.Threads > 1;
                RunOthers(batches, session, clock, (batch, its, time) => RunOne(batch, true, its, time, concurrent && batch.Index < batches.Length - 1), concurrent);
            }
            else
            {
                foreach (Batch skipped in batches[1..])
                {
                    Finished(model, skipped, size, batches.Length, "", TimeSpan.Zero);
                }
            }
        }

        return Outcome(
            model, [.. batches.Where(b => b.Status == NodeStatus.Success).Select(b => b.Texts)], [.. batches.Where(b => b.Status != NodeStatus.Success).Select(b => b.Texts)],
            left?.Done ?? []) with
        {
            Diagnostic = batches.FirstOrDefault(b => b.Diagnostic is not null)?.Diagnostic,
        };

        void RunOne(Batch batch, bool grows, WarehouseSession its, NodeClock time, bool concurrent)
        {
            scope.Invocation.Report(new BatchStarted(model, Describe(model, batch, size), batch.Index + 1, batches.Length) { Concurrent = concurrent });
            RunBatch(model, batch, size, batches.Length, grows, its, time);
        }
    }

    /// <summary>
    /// The batches behind the first: those in the middle side by side where that may be, on as many threads of the run as are free; the last,
    /// whose post-hooks end the model, when all others are done.
    /// </summary>
    void RunOthers(Batch[] batches, WarehouseSession session, NodeClock clock, Action<Batch, WarehouseSession, NodeClock> run, bool concurrent)
    {
        int next = 1;
        int last = batches.Length - 1;
        int helpers = concurrent ? Math.Min(scope.Threads - 1, last - 2) : 0;
        Thread[] threads = new Thread[Math.Max(0, helpers)];
        Exception? failure = null;
        for (int i = 0; i < threads.Length; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{Thread.CurrentThread.Name} batch {i + 1}");
            threads[i] = new Thread(() => Help(name), 16 * 1024 * 1024) { Name = name, IsBackground = true };
            threads[i].Start();
        }

        Take(session, clock);
        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }

        if (last > 0)
        {
            run(batches[last], session, clock);
        }

        void Take(WarehouseSession its, NodeClock time)
        {
            for (int i = Interlocked.Increment(ref next) - 1; i < last && failure is null; i = Interlocked.Increment(ref next) - 1)
            {
                run(batches[i], its, time);
            }
        }

        void Help(string name)
        {
            bool held = false;
            try
            {
                using WarehouseSession own = scope.OpenSession(name);
                own.Comment = session.Comment;
                own.AppendComment = session.AppendComment;
                while (Volatile.Read(ref next) < last && failure is null)
                {
                    session.Cancellation.ThrowIfCancellationRequested();
                    if (!(held = slots.TryTake()))
                    {
                        continue;
                    }

                    int i = Interlocked.Increment(ref next) - 1;
                    if (i < last)
                    {
                        run(batches[i], own, new NodeClock(scope.Options.Clock));
                    }

                    slots.Release();
                    held = false;
                }
            }
            catch (Exception e)
            {
                // The worker that has the model in hand ends with it.
                Interlocked.CompareExchange(ref failure, e, null);
            }
            finally
            {
                if (held)
                {
                    slots.Release();
                }
            }
        }
    }

    /// <summary>By the config where there is one, else whether no batch can read what another wrote.</summary>
    bool IsConcurrent(ModelNode model) => scope.Adapter.Capabilities.ConcurrentBatches
        && (model.Config.Values.ValueOf("concurrent_batches") is { IsBool: true } given ? given.IsTrue : !ThisPattern().IsMatch(model.RawCode));

    [GeneratedRegex(@"\{[\{%](?:(?!\}\}|%\}).)*\bthis\b", RegexOptions.Singleline)]
    private static partial Regex ThisPattern();

    static GildException Wrong(ModelNode model, string what) => new(
        DbtKinds.Parsing, "P0470", $"Microbatch model '{model.Name}' is not configured completely: {what}", "set event_time, batch_size and begin");

    static NodeResult Outcome(ModelNode model, List<(string, string)> successful, List<(string, string)> failed, IReadOnlyList<(string, string)> before)
    {
        int total = successful.Count + failed.Count;
        (NodeStatus status, string message) = failed.Count == 0 ? (NodeStatus.Success, "SUCCESS")
            : successful.Count == 0 ? (NodeStatus.Error, "ERROR")
            : (NodeStatus.PartialSuccess, string.Create(CultureInfo.InvariantCulture, $"PARTIAL SUCCESS ({successful.Count}/{total})"));
        return new NodeResult(model, status)
        {
            Message = message,
            Failures = 0,
            Compiled = true,
            RelationName = model.RelationName,
            Batches = new BatchResults([.. before, .. successful], failed),
        };
    }

    bool IsIncremental(ModelNode model, WarehouseSession session)
    {
        bool full = model.Config.FullRefresh ?? scope.Invocation.Flag("FULL_REFRESH");
        NodeContext names = scope.Contexts.ForRun(model, model.PackageName, scope.Run, session);
        using Gild.Jinja.Runtime.RenderContext context = new(scope.Contexts.RunEnvironment, session.Cancellation);
        Adapters.Relation? existing = new AdapterObject(names).GetRelation(context, model.Database, model.Schema, model.Alias);
        session.Release();
        return existing is { Type: Adapters.RelationType.Table } && !full;
    }

    void RunBatch(ModelNode model, Batch batch, BatchSize size, int total, bool incremental, WarehouseSession session, NodeClock clock)
    {
        BatchWindow window = batch.Window;
        (DateTimeOffset from, DateTimeOffset to) = scope.Invocation.Sample?.Within(window.Start, window.End) ?? (window.Start, window.End);
        EventTimeWindow filter = new(SampleWindow.SqlText(from), SampleWindow.SqlText(to));
        long started = scope.Options.Clock.GetTimestamp();
        string message;
        try
        {
            ModelNode node = BatchNode(model, window, size, isFirst: batch.Index == 0, isLast: batch.Index == total - 1);
            string code = clock.Time("compile", () => Compile(node, model, filter, incremental, session));
            message = clock.Time("execute", () => nodes.Materialize(node, code, session, names => AddBatch(names, node, window, size, incremental), filter)).Message ?? "";
            batch.Status = NodeStatus.Success;
        }
        catch (Exception e) when (NodeError.IsExpected(e))
        {
            session.Cancellation.ThrowIfCancellationRequested();
            (_, Diagnostic diagnostic) = NodeError.Of(e, model);
            batch.Status = NodeStatus.Error;
            batch.Diagnostic = diagnostic;
            message = diagnostic.Message;
        }
        finally
        {
            session.Release();
        }

        Finished(model, batch, size, total, message, scope.Options.Clock.GetElapsedTime(started));
    }

    void Finished(ModelNode model, Batch batch, BatchSize size, int total, string message, TimeSpan elapsed) =>
        scope.Invocation.Report(new BatchFinished(model, Describe(model, batch, size), batch.Index + 1, total, batch.Status, message, elapsed));

    string Describe(ModelNode model, Batch batch, BatchSize size) => $"batch {size.Text(batch.Window.Start)} of {NodeDescription.Place(model, scope.Contexts)}";

    /// <summary>The model with a file of its own per batch.</summary>
    static ModelNode BatchNode(ModelNode model, BatchWindow window, BatchSize size, bool isFirst, bool isLast)
    {
        string folder = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(model.OriginalFilePath) ?? "", model.Name);
        string file = $"{model.Name}_{size.Text(window.Start)}.sql";
        DictValue config = model.Config.Values.Copy();
        config["__dbt_internal_microbatch_event_time_start"] = DateTimeValue.FromUtc(window.Start);
        config["__dbt_internal_microbatch_event_time_end"] = DateTimeValue.FromUtc(window.End);
        if (!isFirst)
        {
            config[ConfigMerge.PreHook] = new ListValue();
        }

        if (!isLast)
        {
            config[ConfigMerge.PostHook] = new ListValue();
        }

        ModelNode batch = new()
        {
            UniqueId = model.UniqueId,
            ResourceType = model.ResourceType,
            Name = model.Name,
            PackageName = model.PackageName,
            Path = file,
            OriginalFilePath = System.IO.Path.Combine(folder, file),
            RawCode = model.RawCode,
            Source = model.Source,
            Fqn = model.Fqn,
            Config = new NodeConfig(config),
            Tags = model.Tags,
            Meta = model.Meta,
            Description = model.Description,
            Database = model.Database,
            Schema = model.Schema,
            Alias = model.Alias,
            RelationName = model.RelationName,
            ContractEnforced = model.ContractEnforced,
            Constraints = model.Constraints,
            Version = model.Version,
            LatestVersion = model.LatestVersion,
            Access = model.Access,
        };
        batch.DependsOnNodes.AddRange(model.DependsOnNodes);
        foreach ((string name, NodeColumn column) in model.Columns)
        {
            batch.Columns[name] = column;
        }

        return batch;
    }

    string Compile(ModelNode batch, ModelNode model, EventTimeWindow filter, bool incremental, WarehouseSession session)
    {
        NodeContext names = scope.Contexts.ForRun(batch, batch.PackageName, scope.Run, session, window: filter);
        AddBatch(names, batch, new BatchWindow(
            batch.Config.Values["__dbt_internal_microbatch_event_time_start"].As<DateTimeValue>()!.Utc,
            batch.Config.Values["__dbt_internal_microbatch_event_time_end"].As<DateTimeValue>()!.Utc), BatchSizes.Parse(model.Config.Text("batch_size"))!.Value, incremental);
        CompiledNode compiled = scope.Compiler.CompileWith(batch, names, session);
        scope.Target.Write("compiled", batch, compiled.Code);
        scope.Run.CompiledCode[model.UniqueId] = compiled.Code;
        return compiled.Code;
    }

    static void AddBatch(NodeContext names, ModelNode batch, BatchWindow window, BatchSize size, bool incremental)
    {
        DictValue view = NodeView.Of(batch, null);
        DictValue context = new();
        context["id"] = size.Text(window.Start).Replace("-", "", StringComparison.Ordinal).Replace("T", "", StringComparison.Ordinal);
        context["event_time_start"] = DateTimeValue.FromUtc(window.Start);
        context["event_time_end"] = DateTimeValue.FromUtc(window.End);
        view["batch"] = context;
        names.Set("model", view);
        names.Set("is_incremental", new FunctionValue("is_incremental", (_, _) => incremental));
        names.Set("should_full_refresh", new FunctionValue("should_full_refresh", (_, _) => !incremental));
    }

    DateTimeOffset Start(ModelNode model, BatchSize size, bool incremental)
    {
        if ((scope.Invocation.Sample?.Start ?? Flag("EVENT_TIME_START")) is { } given)
        {
            return size.Floor(given);
        }

        if (!incremental)
        {
            Value begin = model.Config.Values.TryGetValue("begin", out Value set) ? set : Value.None;
            return size.Floor(TimeOf(begin) ?? throw Wrong(model, "it has no 'begin'"));
        }

        long lookback = model.Config.Values.TryGetValue("lookback", out Value back) && back.IsInt64 ? back.AsInt64 : 1;
        return size.Add(size.Floor(StartedAt), -(int)lookback);
    }

    DateTimeOffset End(BatchSize size)
    {
        DateTimeOffset end = scope.Invocation.Sample?.End ?? Flag("EVENT_TIME_END") ?? StartedAt;
        return size.Ceiling(end);
    }

    DateTimeOffset? Flag(string name) => scope.Invocation.Flags.TryGetValue(name, out Value value) ? TimeOf(value) : null;

    /// <summary>A moment of a config or flag, UTC unless it says otherwise.</summary>
    internal static DateTimeOffset? TimeOf(Value value)
    {
        if (value.IsNone || value.IsUndefined)
        {
            return null;
        }

        if (value.As<DateTimeValue>() is { } moment)
        {
            return new DateTimeOffset(moment.Utc, TimeSpan.Zero);
        }

        if (value.As<DateValue>() is { } date)
        {
            return new DateTimeOffset(date.Date.ToDateTime(default), TimeSpan.Zero);
        }

        return DateTimeOffset.TryParse(
            value.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset parsed)
            ? parsed
            : throw new GildException(DbtKinds.Usage, "C0720", $"'{value}' is no date or time", "write it as 2024-01-31 or 2024-01-31T08:00:00");
    }
}
