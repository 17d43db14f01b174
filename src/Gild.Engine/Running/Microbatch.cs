using System.Globalization;
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
public sealed class Microbatch(CommandScope scope, NodeRunner nodes)
{
    /// <summary>Whether a model is built in batches.</summary>
    public static bool Applies(ModelNode model) =>
        model.Config.Materialized == "incremental" && model.Config.Text("incremental_strategy") == "microbatch";

    /// <summary>Windows that an earlier run left undone, by unique id (<c>retry</c>).</summary>
    public IReadOnlyDictionary<string, RetriedBatches> Retried { get; init; } = new Dictionary<string, RetriedBatches>();

    public NodeResult Run(ModelNode model, WarehouseSession session, NodeClock clock)
    {
        BatchSize size = BatchSizes.Parse(model.Config.Text("batch_size"))
            ?? throw Wrong(model, $"'batch_size' must be one of hour, day, month, year, but is '{model.Config.Text("batch_size")}'");
        if (model.Config.Text("event_time") is null)
        {
            throw Wrong(model, "it has no 'event_time' column");
        }

        bool incremental = IsIncremental(model, session);
        IReadOnlyList<BatchWindow> windows = Retried.TryGetValue(model.UniqueId, out RetriedBatches? left)
            ? left.Left
            : BatchSizes.Split(Start(model, size, incremental), End(size), size);
        List<(string, string)> successful = [];
        List<(string, string)> failed = [];
        Diagnostic? diagnostic = null;
        string? firstError = null;
        for (int i = 0; i < windows.Count; i++)
        {
            (bool ok, Diagnostic? error, string? text) = RunBatch(model, windows[i], size, i, windows.Count, incremental || i > 0, session, clock);
            (ok ? successful : failed).Add((InvocationState.TimeText(windows[i].Start), InvocationState.TimeText(windows[i].End)));
            diagnostic ??= error;
            firstError ??= text;

            // The first batch makes the table and is the trial of the others: when it fails they are left, as dbt leaves them.
            if (!ok && i == 0)
            {
                failed.AddRange(windows.Skip(1).Select(w => (InvocationState.TimeText(w.Start), InvocationState.TimeText(w.End))));
                break;
            }
        }

        return Outcome(model, successful, failed, left?.Done ?? []) with { Diagnostic = diagnostic };
    }

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

    (bool Ok, Diagnostic? Diagnostic, string? Text) RunBatch(
        ModelNode model, BatchWindow window, BatchSize size, int index, int total, bool incremental, WarehouseSession session, NodeClock clock)
    {
        string id = size.Text(window.Start);
        string description = $"batch {id} of {NodeDescription.Of(model, scope.Contexts)}";
        scope.Invocation.Report(new LogLine(LogLevel.Info, string.Create(
            CultureInfo.InvariantCulture, $"Batch {index + 1} of {total} START {description}"))
        { NodeId = model.UniqueId });
        (DateTimeOffset from, DateTimeOffset to) = scope.Invocation.Sample?.Within(window.Start, window.End) ?? (window.Start, window.End);
        EventTimeWindow filter = new(SampleWindow.SqlText(from), SampleWindow.SqlText(to));
        try
        {
            ModelNode batch = BatchNode(model, window, size);
            string code = clock.Time("compile", () => Compile(batch, model, filter, incremental, session));
            clock.Time("execute", () => nodes.Materialize(batch, code, session, names => AddBatch(names, batch, window, size, incremental), filter));
            scope.Invocation.Report(new LogLine(LogLevel.Info, string.Create(
                CultureInfo.InvariantCulture, $"Batch {index + 1} of {total} OK {description}"))
            { NodeId = model.UniqueId });
            return (true, null, null);
        }
        catch (Exception e) when (NodeError.IsExpected(e))
        {
            session.Cancellation.ThrowIfCancellationRequested();
            (string kind, Diagnostic diagnostic) = NodeError.Of(e, model);
            scope.Invocation.Report(new LogLine(LogLevel.Error, string.Create(
                CultureInfo.InvariantCulture, $"Batch {index + 1} of {total} ERROR {description}: {diagnostic.Message}"))
            { NodeId = model.UniqueId });
            return (false, diagnostic, NodeError.Text(kind, diagnostic, model));
        }
        finally
        {
            session.Release();
        }
    }

    /// <summary>The model with a file of its own per batch.</summary>
    static ModelNode BatchNode(ModelNode model, BatchWindow window, BatchSize size)
    {
        string folder = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(model.OriginalFilePath) ?? "", model.Name);
        string file = $"{model.Name}_{size.Text(window.Start)}.sql";
        DictValue config = model.Config.Values.Copy();
        config["__dbt_internal_microbatch_event_time_start"] = DateTimeValue.FromUtc(window.Start);
        config["__dbt_internal_microbatch_event_time_end"] = DateTimeValue.FromUtc(window.End);
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
        return size.Add(size.Floor(scope.Options.Clock.GetUtcNow()), -(int)lookback);
    }

    DateTimeOffset End(BatchSize size)
    {
        DateTimeOffset end = scope.Invocation.Sample?.End ?? Flag("EVENT_TIME_END") ?? scope.Options.Clock.GetUtcNow();
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

/// <summary>A window of event time, the end not included.</summary>
public readonly record struct BatchWindow(DateTimeOffset Start, DateTimeOffset End);

/// <summary>What an earlier run did of a model.</summary>
/// <param name="Left">Windows that failed, to be done now.</param>
/// <param name="Done">Windows that succeeded, as the results have them.</param>
public sealed record RetriedBatches(IReadOnlyList<BatchWindow> Left, IReadOnlyList<(string Start, string End)> Done);

/// <summary>The sizes of a batch.</summary>
public enum BatchSize
{
    Hour,
    Day,
    Month,
    Year,
}

/// <summary>Calendar arithmetic of batches, in UTC.</summary>
public static class BatchSizes
{
    public static BatchSize? Parse(string? word) => word switch
    {
        "hour" => BatchSize.Hour,
        "day" => BatchSize.Day,
        "month" => BatchSize.Month,
        "year" => BatchSize.Year,
        _ => null,
    };

    public static DateTimeOffset Floor(this BatchSize size, DateTimeOffset moment)
    {
        DateTimeOffset utc = moment.ToUniversalTime();
        return size switch
        {
            BatchSize.Hour => new DateTimeOffset(utc.Year, utc.Month, utc.Day, utc.Hour, 0, 0, TimeSpan.Zero),
            BatchSize.Day => new DateTimeOffset(utc.Year, utc.Month, utc.Day, 0, 0, 0, TimeSpan.Zero),
            BatchSize.Month => new DateTimeOffset(utc.Year, utc.Month, 1, 0, 0, 0, TimeSpan.Zero),
            _ => new DateTimeOffset(utc.Year, 1, 1, 0, 0, 0, TimeSpan.Zero),
        };
    }

    public static DateTimeOffset Ceiling(this BatchSize size, DateTimeOffset moment)
    {
        DateTimeOffset floor = size.Floor(moment);
        return floor == moment ? floor : size.Add(floor, 1);
    }

    public static DateTimeOffset Add(this BatchSize size, DateTimeOffset moment, int count) => size switch
    {
        BatchSize.Hour => moment.AddHours(count),
        BatchSize.Day => moment.AddDays(count),
        BatchSize.Month => moment.AddMonths(count),
        _ => moment.AddYears(count),
    };

    /// <summary>The batch's name: as much of the date as the size needs.</summary>
    public static string Text(this BatchSize size, DateTimeOffset start) => start.ToString(
        size switch
        {
            BatchSize.Hour => "yyyy-MM-ddTHH",
            BatchSize.Day => "yyyy-MM-dd",
            BatchSize.Month => "yyyy-MM",
            _ => "yyyy",
        },
        CultureInfo.InvariantCulture);

    public static List<BatchWindow> Split(DateTimeOffset start, DateTimeOffset end, BatchSize size)
    {
        List<BatchWindow> windows = [];
        for (DateTimeOffset at = start; at < end; at = size.Add(at, 1))
        {
            windows.Add(new BatchWindow(at, size.Add(at, 1)));
        }

        return windows;
    }
}
