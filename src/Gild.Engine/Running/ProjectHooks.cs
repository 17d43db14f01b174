using System.Globalization;
using Gild.Engine.Context;
using Gild.Engine.Manifest;

namespace Gild.Engine.Running;

/// <summary>Runs <c>on-run-start</c> and <c>on-run-end</c>: outside of transactions, those of the project before those of its packages, none after one that failed.</summary>
public sealed class ProjectHooks(CommandScope scope)
{
    /// <summary>Results of an earlier invocation of the same run; those hooks are not run again.</summary>
    public IReadOnlyDictionary<string, NodeResult> Earlier { get; init; } = new Dictionary<string, NodeResult>();

    /// <summary>Called after each hook that ran.</summary>
    public Action<NodeResult> Done { get; init; } = _ => { };

    /// <exception cref="Gild.Jinja.JinjaException">A hook does not compile; one that the warehouse refuses is a result.</exception>
    /// <param name="kind"><c>on-run-start</c> or <c>on-run-end</c>.</param>
    /// <param name="prepare">Adds names to the hooks' context (results, schemas).</param>
    public IReadOnlyList<NodeResult> Run(string kind, Action<NodeContext> prepare)
    {
        List<OperationNode> hooks = [.. scope.Manifest.Nodes.Values
            .OfType<OperationNode>()
            .Where(o => o.Tags.Contains(kind))
            .OrderBy(o => o.PackageName != scope.Manifest.ProjectName)
            .ThenBy(o => o.PackageName, StringComparer.Ordinal)
            .ThenBy(o => o.Index)];
        List<NodeResult> results = [];
        if (hooks.Count == 0)
        {
            return results;
        }

        using WarehouseSession session = scope.OpenSession("master");
        bool failed = false;
        for (int i = 0; i < hooks.Count; i++)
        {
            OperationNode hook = hooks[i];
            string name = string.Create(CultureInfo.InvariantCulture, $"{hook.PackageName}.{kind}.{i}");
            if (failed)
            {
                results.Add(new NodeResult(hook, NodeStatus.Skipped) { Message = $"{name} skipped", Failures = 1, ThreadId = HookThread });
                continue;
            }

            if (!Earlier.TryGetValue(hook.UniqueId, out NodeResult? result))
            {
                result = RunOne(hook, name, i + 1, hooks.Count, session, prepare);
                Done(result);
            }

            failed = result.Status.IsFailure();
            results.Add(result);
        }

        return results;
    }

    /// <summary>Hooks run one after the other beside the workers; dbt calls that thread so.</summary>
    const string HookThread = "main";

    NodeResult RunOne(OperationNode hook, string name, int index, int total, WarehouseSession session, Action<NodeContext> prepare)
    {
        TimeProvider time = scope.Options.Clock;
        NodeClock clock = new(time);
        long started = time.GetTimestamp();
        scope.Invocation.Report(new NodeStarted(hook, index, total, $"hook: {name}"));
        NodeResult result;
        scope.Comment.Set(session, hook);
        string sql = clock.Time("compile", () => Render(hook, session, prepare));
        try
        {
            result = clock.Time("execute", () => Execute(hook, sql, session)) with { Message = $"{name} passed" };
        }
        catch (Exception e) when (NodeError.IsExpected(e))
        {
            (string kind, Gild.Jinja.Diagnostics.Diagnostic diagnostic) = NodeError.Of(e, hook);
            result = new NodeResult(hook, NodeStatus.Error)
            {
                Message = $"{name} failed, error:\n {diagnostic.Message}",
                Diagnostic = diagnostic,
                ErrorKind = kind,
                Failures = 1,
            };
        }
        finally
        {
            session.Release();
        }

        result = result with { Timings = clock.Timings, Elapsed = time.GetElapsedTime(started), ThreadId = HookThread };
        scope.Invocation.Report(new NodeFinished(
            hook, index, total, $"hook: {name}", result.Status, result.Diagnostic?.Message ?? "OK", null, null, result.Elapsed)
        { Diagnostic = result.Diagnostic });
        return result;
    }

    string Render(OperationNode hook, WarehouseSession session, Action<NodeContext> prepare)
    {
        NodeContext names = scope.Contexts.ForRun(hook, hook.PackageName, scope.Run, session);
        prepare(names);
        CompiledNode compiled = scope.Compiler.CompileWith(hook, names, session);
        if (compiled.Code.Trim().Length > 0)
        {
            scope.Target.Write("compiled", hook, compiled.Code);
        }

        return compiled.Code;
    }

    static NodeResult Execute(OperationNode hook, string sql, WarehouseSession session)
    {
        NodeResult result = new(hook, NodeStatus.Success) { Failures = 0, Compiled = true, CompiledCode = sql };
        if (sql.Trim().Length == 0)
        {
            return result;
        }

        session.Execute(sql, false, false, null);
        session.Commit();
        return result;
    }
}
