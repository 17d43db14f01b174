using System.Text.Json;
using Gild.Cli;
using Gild.Engine;
using Gild.Engine.Adapters;
using Gild.Engine.Manifest;
using Gild.Engine.Values;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;
using Xunit;

namespace Gild.Tests.Cli;

public sealed class ReporterTests
{
    static readonly InvocationOptions Options = new() { Command = "run", Environment = _ => null, WorkingDirectory = "/", InvocationId = "the-id" };

    static ModelNode Model(string name) => new()
    {
        UniqueId = $"model.shop.{name}",
        ResourceType = ResourceType.Model,
        Name = name,
        PackageName = "shop",
        Path = $"{name}.sql",
        OriginalFilePath = $"models/{name}.sql",
        RawCode = "select 1",
        Source = new SourceText($"models/{name}.sql", "select 1"),
    };

    static NodeFinished Finished(NodeStatus status, string message, long? rows = null, int? failures = null) => new(
        Model("fact"), 1, 20, "sql table model gold.fact", status, message, failures, rows, TimeSpan.FromMilliseconds(123));

    static string Console(InvocationOptions options, params RunEvent[] events)
    {
        StringWriter output = new() { NewLine = "\n" };
        ConsoleReporter reporter = new(options, output, new Ansi(false), isTerminal: false);
        foreach (RunEvent e in events)
        {
            reporter.Report(e);
        }

        return output.ToString();
    }

    [Fact]
    public void A_finished_node_is_one_line_as_dbt_prints_it()
    {
        Assert.Equal(
            " 1 of 20 OK created sql table model gold.fact .................................. [SELECT 2000 in 0.12s]\n",
            Console(Options, Finished(NodeStatus.Success, "SELECT 2000")));
        Assert.Contains("[OK, 7 rows in 0.12s]", Console(Options, Finished(NodeStatus.Success, "OK", rows: 7)), StringComparison.Ordinal);
        Assert.Contains("ERROR creating sql table model gold.fact", Console(Options, Finished(NodeStatus.Error, "no")), StringComparison.Ordinal);
        Assert.Contains("SKIP relation sql table model gold.fact", Console(Options, Finished(NodeStatus.Skipped, "")), StringComparison.Ordinal);
    }

    [Fact]
    public void Quiet_prints_only_failures_and_what_was_asked_for()
    {
        InvocationOptions quiet = Options with { Quiet = true };
        Assert.Equal("", Console(quiet, Finished(NodeStatus.Success, "OK"), new LogLine(LogLevel.Info, "x"), new RunStarted("run", 1, 1, "dev")));
        Assert.Contains("ERROR", Console(quiet, Finished(NodeStatus.Error, "no")), StringComparison.Ordinal);
        Assert.Equal("shop.a\nprinted\n", Console(quiet, new ListLine("shop.a"), new PrintLine("printed")));
        Assert.Equal("", Console(quiet with { Print = false }, new PrintLine("printed")));
    }

    [Fact]
    public void The_summary_counts_and_tells_each_failure_in_full()
    {
        Diagnostic diagnostic = new("A0507", Severity.Error, "column nope does not exist")
        {
            Labels = [new Label(new SourceText("models/b.sql", "select nope"), new Span(7, 4))],
        };
        string text = Console(Options, new RunFinished(
            [
                new NodeResultSummary(Model("a"), NodeStatus.Success, "OK", TimeSpan.FromSeconds(1), null),
                new NodeResultSummary(Model("b"), NodeStatus.Error, "no", TimeSpan.FromSeconds(2), diagnostic),
            ],
            TimeSpan.FromSeconds(3.5), Cancelled: false));
        Assert.Contains("Finished running 2 view models in 0 hours 0 minutes and 3.50 seconds (3.50s).", text, StringComparison.Ordinal);
        Assert.Contains("Completed with 1 error, 0 partial successes, and 0 warnings:", text, StringComparison.Ordinal);
        Assert.Contains("Error in model b (models/b.sql)", text, StringComparison.Ordinal);
        Assert.Contains("models/b.sql:1:8", text, StringComparison.Ordinal);
        Assert.Contains("Done. PASS=1 WARN=0 ERROR=1 SKIP=0 NO-OP=0 TOTAL=2", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_appear_only_when_they_are_wanted()
    {
        Assert.DoesNotContain('\e', Console(Options, Finished(NodeStatus.Success, "OK")));
        Assert.Contains("\e[32mOK\e[0m", ProgressLine.For(Finished(NodeStatus.Success, "OK"), 80, new Ansi(true)), StringComparison.Ordinal);
        Assert.False(Ansi.For(null, name => name == "NO_COLOR" ? "1" : "xterm").Enabled);
        Assert.True(Ansi.For(true, _ => null).Enabled);
    }

    [Fact]
    public void Every_line_of_the_json_log_is_an_object_with_dbts_fields()
    {
        StringWriter output = new() { NewLine = "\n" };
        JsonReporter reporter = new(Options, output, LogLevel.Info);
        reporter.Report(new RunStarted("run", 1, 4, "dev"));
        reporter.Report(Finished(NodeStatus.Success, "SELECT 5", rows: 5));
        reporter.Report(new LogLine(LogLevel.Debug, "not shown"));
        reporter.Report(new RunFinished([], TimeSpan.Zero, false));
        JsonElement[] lines = [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.Equal(["ConcurrencyLine", "LogModelResult", "EndOfRunSummary", "StatsLine"], lines.Select(l => l.GetProperty("info").GetProperty("name").GetString()));
        Assert.All(lines, l => Assert.Equal("the-id", l.GetProperty("info").GetProperty("invocation_id").GetString()));
        JsonElement node = lines[1].GetProperty("data").GetProperty("node_info");
        Assert.Equal(("model.shop.fact", "success"), (node.GetProperty("unique_id").GetString(), node.GetProperty("node_status").GetString()));
    }

    [Fact]
    public void Rows_print_as_dbts_tables_do()
    {
        ResultTable table = new(
            [
                new ResultColumn("id", ResultColumnKind.Integer, ""), new ResultColumn("name", ResultColumnKind.Text, ""),
                new ResultColumn("amt", ResultColumnKind.Number, ""), new ResultColumn("ok", ResultColumnKind.Boolean, ""),
            ],
            [[1L, "Ann", new DecimalValue(15, 1), true], [2L, "ünï", new DecimalValue(123456_25, 2), Value.None]]);
        Assert.Equal(
            """
            | id | name |        amt |   ok |
            | -- | ---- | ---------- | ---- |
            |  1 | Ann  |       1.50 | True |
            |  2 | ünï  | 123,456.25 |      |

            """.ReplaceLineEndings("\n"),
            RowsTable.Plain(table));
        string json = Console(Options, new ShowOutput("s", false, "json", table));
        JsonElement rows = JsonDocument.Parse(json).RootElement.GetProperty("show");
        Assert.Equal((1, 123456.25, JsonValueKind.Null), (rows[0].GetProperty("id").GetInt32(), rows[1].GetProperty("amt").GetDouble(), rows[1].GetProperty("ok").ValueKind));
    }
}
