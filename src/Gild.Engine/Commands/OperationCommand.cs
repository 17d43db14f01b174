using Gild.Engine.Running;
using Gild.Engine.Artifacts;
using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Commands;

/// <summary><c>run-operation</c>: calls a macro with arguments from the command line.</summary>
public sealed class OperationCommand(CommandScope scope)
{
    public int Run()
    {
        string macro = scope.Options.Macro ?? throw new GildException(DbtKinds.Usage, "C0715", "run-operation needs the name of a macro");
        DictValue given = Arguments(scope.Options.ArgsText);
        MacroNode found = Find(macro) ?? throw NotFound(macro);
        TimeProvider time = scope.Options.Clock;
        long started = time.GetTimestamp();
        NodeClock clock = new(time);
        using WarehouseSession session = scope.OpenSession("macro_" + macro);
        NodeStatus status = NodeStatus.Success;
        Diagnostic? diagnostic = null;
        OperationNode node = new()
        {
            UniqueId = found.UniqueId,
            ResourceType = ResourceType.Operation,
            Name = macro,
            PackageName = found.PackageName,
            Path = found.Path,
            OriginalFilePath = found.OriginalFilePath,
            RawCode = "",
            Source = new SourceText("run-operation", ""),
        };
        try
        {
            clock.Time("execute", () => Call(found, given, session));
        }
        catch (Exception e) when (NodeError.IsExpected(e))
        {
            (string kind, diagnostic) = NodeError.Of(e, null);
            status = NodeStatus.Error;
            scope.Invocation.Report(new ErrorReported(kind, diagnostic));
        }
        finally
        {
            session.Release();
        }

        TimeSpan elapsed = time.GetElapsedTime(started);
        NodeResult result = new(node, status)
        {
            Failures = status == NodeStatus.Success ? 0 : 1,
            Timings = clock.Timings,
            Elapsed = elapsed,
            Diagnostic = diagnostic,
        };
        if (scope.Invocation.Flag("WRITE_JSON"))
        {
            scope.WriteArtifact(scope.Target.PathOf("run_results.json"), stream => RunResultsWriter.Write(stream, [result], scope.Invocation, elapsed));
        }

        return status == NodeStatus.Success ? 0 : 1;
    }

    MacroNode? Find(string name)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        MacroNamespace macros = scope.Contexts.Macros;
        bool exists = dot > 0
            ? macros.TryFindInPackage(name[..dot], name[(dot + 1)..], out MacroNode macro)
            : macros.TryFindAnywhere(scope.Manifest.ProjectName, name, out macro);
        return exists ? macro : null;
    }

    GildException NotFound(string name)
    {
        string? near = Gild.Jinja.Diagnostics.NearestName.Find(name, scope.Contexts.Macros.NamesFrom(scope.Manifest.ProjectName));
        return new GildException(
            DbtKinds.Compilation, "R0660", $"dbt could not find a macro with the name '{name}' in any package",
            near is null ? [] : [$"a macro with a similar name exists: `{near}`"]);
    }

    Value Call(MacroNode macro, DictValue given, WarehouseSession session)
    {
        NodeContext names = scope.Contexts.ForRun(null, scope.Manifest.ProjectName, scope.Run, session);
        using RenderContext context = new(scope.Contexts.RunEnvironment, scope.Cancellation);
        context.Host = scope.Options.Clock;
        string[] keywords = [.. given.Entries.Select(e => e.Key.ToString())];
        Value[] values = [.. given.Entries.Select(e => e.Value)];
        // From here statements stand for themselves, as in dbt, until a macro begins a transaction.
        session.Begin();
        session.Commit();
        return names.Invoke(macro, context, new Arguments([], keywords, values));
    }

    internal static DictValue Arguments(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return new DictValue();
        }

        return Invocation.ReadArgument("--args", text).As<DictValue>()
            ?? throw new GildException(DbtKinds.Usage, "C0716", "--args must be a YAML mapping", "--args '{name: value}'");
    }
}
