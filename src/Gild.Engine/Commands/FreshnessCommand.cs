using Gild.Engine.Running;
using System.Globalization;
using Gild.Engine.Adapters;
using Gild.Engine.Artifacts;
using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Engine.Values;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Commands;


/// <summary><c>source freshness</c>: asks each source for its newest row and judges its age.</summary>
public sealed class FreshnessCommand(CommandScope scope)
{
    readonly Dictionary<string, FreshnessResult> _details = new(StringComparer.Ordinal);

    public int Run()
    {
        if (scope.Options.Output is { } custom)
        {
            scope.Invocation.Warn("CustomOutputPathInSourceFreshnessDeprecation", new Gild.Jinja.Diagnostics.Diagnostic(
                "C0734", Gild.Jinja.Diagnostics.Severity.Warning, $"Custom output path usage `--output {custom}` of `source freshness` is deprecated"));
        }

        HashSet<string> chosen = [.. scope.Select(new HashSet<ResourceType> { ResourceType.Source })
            .Where(id => scope.Manifest.Nodes[id] is SourceNode source && HasFreshness(source))];
        scope.Run.SelectedResources = [.. chosen.Order(StringComparer.Ordinal)];
        scope.Invocation.Report(new RunStarted("source freshness", chosen.Count, scope.Threads, scope.Contexts.Project.TargetName));
        long started = scope.Options.Clock.GetTimestamp();
        IReadOnlyList<NodeResult> before = chosen.Count == 0 ? [] : Hooks("on-run-start", _ => { });
        GraphQueue queue = new(scope.Dag, chosen);
        Scheduler scheduler = new(queue, scope.Manifest, scope.Invocation, new ScheduleRules
        {
            Blocking = new HashSet<NodeStatus>(),
            FailFast = scope.Invocation.Flag("FAIL_FAST"),
            Run = (node, session, clock) => RunOne((SourceNode)node, session, clock),
            Describe = node => "freshness of " + NodeDescription.Of(node, scope.Contexts)["source ".Length..],
        }, chosen.Count);
        IReadOnlyList<NodeResult> results = scheduler.Run(scope.Threads, scope.OpenSession, scope.Cancellation);
        IReadOnlyList<NodeResult> after = chosen.Count == 0 || scheduler.Cancelled ? [] : Hooks("on-run-end", names =>
        {
            names.Set("schemas", new ListValue());
            names.Set("database_schemas", new ListValue());
            names.Set("results", new ListValue(results.Concat(before.Where(r => r.Status == NodeStatus.Error)).Select(r => Value.From(new ResultObject(r, scope.Contexts)))));
        });
        TimeSpan elapsed = scope.Options.Clock.GetElapsedTime(started);
        List<FreshnessResult> detailed = [.. results.Select(r => _details.TryGetValue(r.Node.UniqueId, out FreshnessResult? d)
            ? d with { Result = r } : new FreshnessResult(r, null, null, null))];
        string path = scope.Options.Output is { } given
            ? Path.GetFullPath(given, scope.Project.Root.RootDirectory) : scope.Target.PathOf("sources.json");
        scope.WriteArtifact(path, stream => SourcesWriter.Write(stream, detailed, scope.Invocation, elapsed));
        scope.Invocation.Report(new FileWritten("freshness results", path));
        scope.Invocation.Report(new RunFinished(
            [.. results.Concat(before.Concat(after).Where(r => r.Status.IsFailure())).Select(r => new NodeResultSummary(r.Node, r.Status, r.Message ?? "", r.Elapsed, r.Diagnostic) { ErrorKind = r.ErrorKind })], elapsed, scheduler.Cancelled));
        return scheduler.Cancelled || results.Concat(before).Concat(after).Any(r => r.Status is NodeStatus.Error or NodeStatus.RuntimeError) ? 1 : 0;
    }

    /// <summary>Hooks run unless the project says <c>source_freshness_run_project_hooks: false</c>.</summary>
    IReadOnlyList<NodeResult> Hooks(string kind, Action<NodeContext> prepare)
    {
        if (!scope.Invocation.Flags.TryGetValue("SOURCE_FRESHNESS_RUN_PROJECT_HOOKS", out Value wanted) || wanted.IsTrue)
        {
            return new ProjectHooks(scope).Run(kind, prepare);
        }

        if (scope.Manifest.NodesInOrder.Any(n => n is OperationNode && n.Tags.Contains(kind)))
        {
            scope.Invocation.Warn("SourceFreshnessProjectHooksNotRun", new Gild.Jinja.Diagnostics.Diagnostic(
                "C0735", Gild.Jinja.Diagnostics.Severity.Warning, "`source freshness` leaves out the hooks on-run-start and on-run-end")
            {
                Help = ["the flag source_freshness_run_project_hooks, true by default, lets them run"],
            });
        }

        return [];
    }

    static bool HasFreshness(SourceNode source) =>
        source.Freshness is { } freshness && (Threshold(freshness, "warn_after") is not null || Threshold(freshness, "error_after") is not null);

    NodeResult RunOne(SourceNode source, WarehouseSession session, NodeClock clock)
    {
        // There is nothing to compile; dbt's artifact tells of the phase all the same.
        clock.Time("compile", () => source);
        return clock.Time("execute", () => Ask(source, session));
    }

    NodeResult Ask(SourceNode source, WarehouseSession session)
    {
        NodeContext names = scope.Contexts.ForRun(null, source.PackageName, scope.Run, session);
        using RenderContext context = new(scope.Contexts.RunEnvironment, session.Cancellation);
        RelationObject relation = new(RelationFactory.InProject(source, scope.Contexts), scope.Adapter);
        Value filter = source.Freshness!.TryGetValue("filter", out Value given) ? given : Value.None;
        Value view = NodeView.OfAny(source);
        names.Set("this", relation);
        names.Set("model", view);
        names.Set("source_node", view);
        bool byMetadata = source.LoadedAtField is null && source.LoadedAtQuery is null;
        if (byMetadata && !scope.Adapter.Capabilities.TableLastModified)
        {
            throw new GildException(
                DbtKinds.Runtime, "R0681", $"Could not compute freshness for source {source.Name}: it names no column or query of load times, and {scope.Adapter.Type} tells none",
                "set `loaded_at_field` or `loaded_at_query`, or `freshness: null`");
        }

        if (byMetadata && filter.IsTrue)
        {
            scope.Invocation.Report(new LogLine(
                LogLevel.Warn, $"A filter cannot be applied to a metadata freshness check on source '{source.Name}'.")
            {
                NodeId = source.UniqueId,
            });
        }

        Value answer = source.LoadedAtQuery is { } query
            ? names.CallMacro(context, "collect_freshness_custom_sql", new Arguments([relation, Rendered(query, names, context)]))
            : byMetadata
                ? names.CallMacro(context, "get_relation_last_modified", new Arguments([new InformationSchemaObject(relation, Value.None), new ListValue([Value.From(relation)])]))
                : names.CallMacro(context, "collect_freshness", new Arguments([relation, source.LoadedAtField, filter]));
        // What the macro answered before dbt 1.5, and a project's own may still: the rows without the response.
        if (answer.As<TableObject>() is { } rows)
        {
            scope.Invocation.Warn("CollectFreshnessReturnSignature", new Jinja.Diagnostics.Diagnostic(
                "R0683", Jinja.Diagnostics.Severity.Warning, "The project's collect_freshness macro returns rows alone, as it was before dbt 1.5")
            {
                Help = ["end it with {{ return(load_result('collect_freshness')) }}"],
            });
            answer = new DictValue { ["table"] = answer };
        }

        if (answer.As<DictValue>() is not { } dict || dict.ValueOf("table").As<TableObject>() is not { } table)
        {
            throw Invalid(source, byMetadata);
        }

        (Value loaded, Value now) = byMetadata ? LastModified(source, table.Table) : table.Table.Rows is [[var first, var second, ..], ..] ? (first, second) : throw Invalid(source, byMetadata);
        DateTimeOffset asked = MomentOf(now) ?? scope.Options.Clock.GetUtcNow();
        DateTimeOffset newest = MomentOf(loaded) ?? DateTimeOffset.MinValue;
        TimeSpan age = asked - newest;
        NodeStatus status = Exceeds(source, "error_after", age) ? NodeStatus.Error
            : Exceeds(source, "warn_after", age) ? NodeStatus.Warn
            : NodeStatus.Pass;
        NodeResult result = new(source, status)
        {
            Message = status == NodeStatus.Pass ? null : $"the newest row is {AgeText(age)} old",
            Response = dict.ValueOf("response").As<ResponseObject>()?.ToDict() ?? new DictValue(),
        };
        lock (_details)
        {
            _details[source.UniqueId] = new FreshnessResult(result, newest, asked, age);
        }

        return result;
    }

    static GildException Invalid(SourceNode source, bool byMetadata) => new(
        DbtKinds.Runtime, "R0680", $"Got an invalid result from \"{(byMetadata ? "get_relation_last_modified" : "collect_freshness")}\" macro for {source.UniqueId}");

    /// <summary>From rows of schema, table, time of the last change, time of the answer.</summary>
    static (Value Loaded, Value Now) LastModified(SourceNode source, ResultTable table)
    {
        if (table.Rows.Count == 0)
        {
            throw new GildException(
                DbtKinds.Runtime, "R0682",
                $"the freshness of source {source.SourceName}.{source.Name} cannot be told: the warehouse's log knows of no insert into it that this user may see",
                "set `loaded_at_field` or `loaded_at_query`: the log covers some days and no external tables, and others' inserts need the right to see them");
        }

        return table.Rows[0] is [_, _, var loaded, var now, ..] ? (loaded, now) : throw Invalid(source, byMetadata: true);
    }

    Value Rendered(string text, NodeContext names, RenderContext context) =>
        scope.Contexts.CompileText(text, "loaded_at_query").Render(context, names);

    static string AgeText(TimeSpan age) => age.TotalDays > 10_000 ? "of no known age and so infinitely"
        : new TimeDeltaValue(TimeSpan.FromSeconds(Math.Round(age.TotalSeconds))).ToText();

    static DateTimeOffset? MomentOf(Value value) => value.IsNone ? null : Microbatch.TimeOf(value);

    static bool Exceeds(SourceNode source, string key, TimeSpan age) => Threshold(source.Freshness!, key) is { } limit && age > limit;

    internal static TimeSpan? Threshold(DictValue freshness, string key)
    {
        if (!freshness.TryGetValue(key, out Value value) || value.As<DictValue>() is not { } dict
            || !dict.TryGetValue("count", out Value count) || !count.TryGetInteger(out System.Numerics.BigInteger number)
            || !dict.TryGetValue("period", out Value period))
        {
            return null;
        }

        return period.ToString() switch
        {
            "minute" => TimeSpan.FromMinutes((double)number),
            "hour" => TimeSpan.FromHours((double)number),
            "day" => TimeSpan.FromDays((double)number),
            var other => throw new GildException(
                DbtKinds.Parsing, "P0471", string.Create(CultureInfo.InvariantCulture, $"'{other}' is no period of freshness"), "use minute, hour or day"),
        };
    }
}
