using System.Globalization;
using System.Numerics;
using Gild.Engine.Adapters;
using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Engine.Values;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Running;

/// <summary>Runs data tests: their query is counted by the <c>test</c> materialization and judged by severity.</summary>
public sealed class TestRunner(ContextFactory contexts, RunState run, JinjaEnvironment environment, Compiler compiler, NodeRunner nodes)
{
    public NodeResult Run(TestNode test, WarehouseSession session, NodeClock clock)
    {
        CompiledNode compiled = clock.Time("compile", () => compiler.Compile(test, session));
        return clock.Time("execute", () => Execute(test, compiled.Code, session));
    }

    NodeResult Execute(TestNode test, string code, WarehouseSession session)
    {
        NodeContext names = contexts.ForRun(test, test.PackageName, run, session);
        names.Set("sql", code);
        names.Set("compiled_code", code);
        MacroNode macro = nodes.FindMaterialization(test);
        using RenderContext context = new(environment, session.Cancellation);
        context.Host = contexts.Invocation.Options.Clock;
        names.Materialize(macro, context, countCalls: false);
        if (!names.TryGetResult("main", out Value main) || main.As<DictValue>() is not { } result || result["table"].As<TableObject>() is not { } table)
        {
            throw new GildException(DbtKinds.Runtime, "R0620", "main is not being called during running test");
        }

        DictValue response = result["response"].As<ResponseObject>()?.ToDict() ?? new DictValue();
        (long failures, bool warn, bool error) = Counts(table.Table, test);
        return Judge(test, failures, warn, error) with
        {
            Response = response,
            CompiledCode = code,
            Compiled = true,
            RelationName = names.TryGet("should_store_failures", out Value stores) && context.Call(stores, new Arguments([])).IsTrue ? test.RelationName : null,
        };
    }

    static (long Failures, bool Warn, bool Error) Counts(ResultTable table, TestNode test)
    {
        if (table.Rows.Count != 1)
        {
            throw new GildException(
                DbtKinds.Runtime, "R0630", $"dbt internally failed to execute {test.UniqueId}: Returned {table.Rows.Count} rows, but expected 1 row");
        }

        Value Cell(string name)
        {
            for (int i = 0; i < table.Columns.Count; i++)
            {
                if (string.Equals(table.Columns[i].Name, name, StringComparison.OrdinalIgnoreCase))
                {
                    return table.Rows[0][i];
                }
            }

            throw new GildException(DbtKinds.Runtime, "R0630", $"the query of {test.UniqueId} returned no column `{name}`");
        }

        return (Integer(Cell("failures"), test), Truth(Cell("should_warn"), test), Truth(Cell("should_error"), test));
    }

    static long Integer(Value value, TestNode test) => value switch
    {
        _ when value.TryGetInteger(out BigInteger integer) => (long)integer,
        _ when value.As<DecimalValue>() is { } number => (long)number.ToInteger(),
        _ when value.IsFloat => (long)value.AsDouble,
        _ when value.TryGetText(out string text) && long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long parsed) => parsed,
        _ => throw new GildException(
            DbtKinds.Runtime, "R0631", $"the fail_calc of {test.UniqueId} gave {ValueText.ToRepr(value)}, where a number of failures is expected",
            $"fail_calc is `{test.Config.Text("fail_calc")}`; it must give a number also when no row is returned"),
    };

    static bool Truth(Value value, TestNode test) => !value.TryGetText(out string text) ? value.IsTrue : text.Trim().ToLowerInvariant() switch
    {
        "true" or "t" or "yes" or "y" or "on" or "1" => true,
        "false" or "f" or "no" or "n" or "off" or "0" => false,
        _ => throw new GildException(
            DbtKinds.Runtime, "R0631", $"Expected the query of {test.UniqueId} to say true or false, but macro 'get_test_sql' returns '{text}'",
            "`should_warn` and `should_error` must be booleans"),
    };

    NodeResult Judge(TestNode test, long failures, bool warn, bool error)
    {
        string found = string.Create(CultureInfo.InvariantCulture, $"Got {failures} result{(failures == 1 ? "" : "s")}, configured to");
        string severity = (test.Config.Severity ?? "error").ToUpperInvariant();
        if (severity == "ERROR" && error)
        {
            return new NodeResult(test, NodeStatus.Fail) { Message = $"{found} fail if {test.Config.Text("error_if")}", Failures = failures };
        }

        if (!warn)
        {
            return new NodeResult(test, NodeStatus.Pass) { Failures = 0 };
        }

        return contexts.Invocation.WarningsAreErrors("LogTestResult")
            ? new NodeResult(test, NodeStatus.Fail) { Message = $"{found} fail if {test.Config.Text("warn_if")}", Failures = failures }
            : new NodeResult(test, NodeStatus.Warn) { Message = $"{found} warn if {test.Config.Text("warn_if")}", Failures = failures };
    }
}
