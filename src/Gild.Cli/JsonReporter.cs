using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gild.Engine;
using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;

namespace Gild.Cli;

/// <summary>One JSON object a line, with dbt's event names and fields (<c>--log-format json</c>).</summary>
sealed partial class JsonReporter : IReporter
{
    static readonly Ansi NoColors = new(false);

    readonly InvocationOptions _options;
    readonly TextWriter _output;
    readonly LogLevel _level;
    readonly string _invocationId;
    readonly IReadOnlyList<KeyValuePair<string, string>> _extra;
    readonly Lock _gate = new();

    // The nodes under way: their sessions go by the same names.
    readonly Dictionary<string, Node> _running = new(StringComparer.Ordinal);

    public JsonReporter(InvocationOptions options, TextWriter output, LogLevel level)
    {
        _options = options;
        _output = output;
        _level = level;
        _invocationId = options.InvocationId ?? "";
        _extra = InvocationState.CustomEnvironment(options);
    }

    public void Report(RunEvent runEvent)
    {
        lock (_gate)
        {
            Write(runEvent);
            _output.Flush();
        }
    }

    void Write(RunEvent runEvent)
    {
        switch (runEvent)
        {
            case ProjectParsed e:
                _groups = e.Groups;
                string found = string.Join(", ", e.Counts.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Value} {c.Key}")));
                Line("FoundStats", "M059", LogLevel.Info, $"Found {found}", json => json.WriteString("stat_line", found));
                break;
            case RunStarted e:
                string threads = string.Create(CultureInfo.InvariantCulture, $"Concurrency: {e.Threads} threads (target='{e.TargetName}')");
                Line("ConcurrencyLine", "Q026", LogLevel.Info, threads, json =>
                {
                    json.WriteNumber("node_count", e.Total);
                    json.WriteNumber("num_threads", e.Threads);
                    json.WriteString("target_name", e.TargetName);
                });
                break;
            case NodeStarted { IsCompilation: true } e:
                _running[e.Node.UniqueId] = e.Node;
                WriteBegun(e.Node);
                break;
            case NodeStarted e:
                _running[e.Node.UniqueId] = e.Node;
                WriteBegun(e.Node);
                Line("LogStartLine", "Q011", LogLevel.Info, ProgressLine.Start(e, 0), json =>
                {
                    WriteNode(json, e.Node, "started");
                    json.WriteString("description", e.Description);
                    json.WriteNumber("index", e.Index);
                    json.WriteNumber("total", e.Total);
                });
                break;
            case NodeFinished e:
                WriteFinished(e);
                break;
            case BatchStarted e:
                Line("MicrobatchExecutionDebug", "Q044", LogLevel.Debug, e.Manner, json => json.WriteString("msg", e.Manner));
                Line("LogStartBatch", "Q045", LogLevel.Info, ProgressLine.Start(e, 0), json =>
                {
                    WriteNode(json, e.Node, "started");
                    json.WriteString("description", e.Description);
                    json.WriteNumber("batch_index", e.Index);
                    json.WriteNumber("total_batches", e.Total);
                });
                break;
            case BatchFinished e:
                if (e.Status == NodeStatus.Error)
                {
                    Line("GenericExceptionOnRun", "W004", LogLevel.Error, $"Unhandled error while executing {e.Node.UniqueId}\n{e.Message}", json =>
                    {
                        WriteNode(json, e.Node, "executing");
                        json.WriteString("unique_id", e.Node.UniqueId);
                        json.WriteString("exc", e.Message);
                    });
                }

                Line("LogBatchResult", "Q046", e.Status == NodeStatus.Error ? LogLevel.Error : LogLevel.Info, ProgressLine.For(e, 0, NoColors), json =>
                {
                    WriteNode(json, e.Node, "executing");
                    json.WriteString("description", e.Description);
                    json.WriteString("status", e.Status == NodeStatus.Success ? e.Message : e.Status.Word());
                    json.WriteNumber("batch_index", e.Index);
                    json.WriteNumber("total_batches", e.Total);
                    json.WriteNumber("execution_time", Math.Round(e.Elapsed.TotalSeconds, 6));
                    WriteGroup(json, e.Node);
                });
                break;
            case LogLine e:
                Line(e.Level == LogLevel.Debug ? "JinjaLogDebug" : "JinjaLogInfo", e.Level == LogLevel.Debug ? "I063" : "I062", e.Level, e.Text, json =>
                {
                    json.WriteString("msg", e.Text);
                    if (e.NodeId is not null)
                    {
                        json.WriteString("unique_id", e.NodeId);
                    }
                });
                break;
            case StatementSent e:
                Line("SQLQuery", "E016", LogLevel.Debug, $"Using connection \"{e.ConnectionName}\"", json =>
                {
                    json.WriteString("conn_name", e.ConnectionName);
                    json.WriteString("sql", e.Sql);
                    if (_running.TryGetValue(e.ConnectionName, out Node? node))
                    {
                        WriteNode(json, node, "executing");
                    }
                });
                break;
            case PrintLine e when _options.Print != false:
                Line("PrintEvent", "Z052", LogLevel.Info, e.Text, json => json.WriteString("msg", e.Text), always: true);
                break;
            case Warning e:
                string warning = e.Name.Length == 0 ? "Note" : e.Name;
                Line(warning, WarningEvents.CodeOf(e.Name), LogLevel.Warn, DiagnosticText.OneLine(e.Diagnostic), json =>
                {
                    foreach ((string key, string value) in e.Data)
                    {
                        json.WriteString(key, value);
                    }

                    WriteDiagnostic(json, e.Diagnostic);
                });
                break;
            case DeprecationsSummarized e:
                Line(WarningEvents.DeprecationsSummary, WarningEvents.CodeOf(WarningEvents.DeprecationsSummary), LogLevel.Warn, e.Text, json =>
                {
                    json.WriteStartArray("summaries");
                    foreach ((string name, int count) in e.Occurrences)
                    {
                        json.WriteStartObject();
                        json.WriteString("event_name", name);
                        json.WriteString("event_code", WarningEvents.CodeOf(name));
                        json.WriteNumber("occurrences", count);
                        json.WriteEndObject();
                    }

                    json.WriteEndArray();
                    json.WriteBoolean("show_all_hint", !e.ShowsAll);
                });
                break;
            case ErrorReported e:
                Line(e.EventName ?? "MainEncounteredError", e.EventName is { } name ? WarningEvents.CodeOf(name) : "Z002", LogLevel.Error, $"{e.Kind}\n{DiagnosticText.Full(e.Diagnostic)}", json =>
                {
                    json.WriteString("kind", e.Kind);
                    WriteDiagnostic(json, e.Diagnostic);
                });
                break;
            case ListLine e:
                Line("ListCmdOut", "Z049", LogLevel.Info, e.Text, json => json.WriteString("msg", e.Text), always: true);
                break;
            case ShowOutput e:
                Line("ShowNode", "Q041", LogLevel.Info, $"Previewing node '{e.NodeName ?? "inline"}'", json =>
                {
                    json.WriteString("node_name", e.NodeName ?? "inline_query");
                    json.WriteBoolean("is_inline", e.Inline);
                    json.WritePropertyName("preview");
                    RowsTable.WriteJson(json, e.Table);
                }, always: true);
                break;
            case CompiledOutput e:
                Line("CompiledNode", "Q042", LogLevel.Info, $"Compiled node '{e.NodeName ?? "inline"}'", json =>
                {
                    json.WriteString("node_name", e.NodeName ?? "inline_query");
                    json.WriteBoolean("is_inline", e.Inline);
                    json.WriteString("compiled", e.Sql);
                }, always: true);
                break;
            case DebugLine e:
                Line("DebugCmdOut", "Z047", e.Ok == false ? LogLevel.Error : LogLevel.Info, $"{e.Name}: {e.Result}", json => json.WriteString("msg", e.Result), always: true);
                break;
            case FileWritten e:
                Line("ArtifactWritten", "P001", LogLevel.Info, $"{e.What} written to {e.Path}", json =>
                {
                    json.WriteString("artifact_type", e.What);
                    json.WriteString("artifact_path", e.Path);
                });
                break;
            case RunFinished e when !e.IsCompilation || e.Results.Any(r => r.Status.IsFailure()):
                WriteRunFinished(e);
                break;
        }
    }

    void WriteFinished(NodeFinished e)
    {
        _running.Remove(e.Node.UniqueId);
        if (!e.IsCompilation || e.Status.IsFailure())
        {
            WriteResult(e);
        }

        WriteEnded(e);
    }

    void WriteResult(NodeFinished e)
    {
        (string name, string code) = (e.Status, e.Node.ResourceType) switch
        {
            (NodeStatus.Skipped, _) => ("SkippingDetails", "Q034"),
            (_, ResourceType.Test or ResourceType.UnitTest) => ("LogTestResult", "Q007"),
            (_, ResourceType.Seed) => ("LogSeedResult", "Q016"),
            (_, ResourceType.Snapshot) => ("LogSnapshotResult", "Q015"),
            (_, ResourceType.Source) => ("LogFreshnessResult", "Q018"),
            (_, ResourceType.Operation) => ("LogHookEndLine", "Q033"),
            (_, ResourceType.Function) => ("LogFunctionResult", "Q047"),
            _ => ("LogModelResult", "Q012"),
        };
        LogLevel level = e.Status.IsFailure() ? LogLevel.Error : e.Status == NodeStatus.Warn ? LogLevel.Warn : LogLevel.Info;
        Line(name, code, level, ProgressLine.For(e, 0, NoColors), json =>
        {
            WriteNode(json, e.Node, e.Status.Word(), e.Elapsed);
            json.WriteString("description", e.Description);
            json.WriteString("status", e.Message.Length == 0 ? e.Status.Word() : e.Message);
            json.WriteNumber("index", e.Index);
            json.WriteNumber("total", e.Total);
            json.WriteNumber("execution_time", Math.Round(e.Elapsed.TotalSeconds, 6));
            WriteGroup(json, e.Node);
            if (e.Failures is { } failures)
            {
                json.WriteNumber("num_failures", failures);
            }

            if (e.Rows is { } rows)
            {
                json.WriteNumber("rows_affected", rows);
            }

            if (e.SkippedBecauseOf is { } cause)
            {
                json.WriteString("skipped_because_of", cause);
            }

            if (e.Diagnostic is { } diagnostic)
            {
                WriteDiagnostic(json, diagnostic);
            }
        });
    }

    void WriteRunFinished(RunFinished e)
    {
        WriteResults(e.Results);
        int errors = e.Results.Count(r => r.Status.IsFailure());
        Line("EndOfRunSummary", "Z030", errors > 0 ? LogLevel.Error : LogLevel.Info, errors > 0 ? "Completed with errors" : "Completed successfully", json =>
        {
            json.WriteNumber("num_errors", errors);
            json.WriteNumber("num_warnings", e.Results.Count(r => r.Status == NodeStatus.Warn));
            json.WriteBoolean("keyboard_interrupt", e.Cancelled);
            json.WriteNumber("execution_time", Math.Round(e.Elapsed.TotalSeconds, 6));
        });
        Line("StatsLine", "Z023", LogLevel.Info, $"Done. {e.Totals}", json =>
        {
            json.WriteStartObject("stats");
            foreach (string pair in e.Totals.Split(' '))
            {
                string[] parts = pair.Split('=');
                json.WriteNumber(parts[0].ToLowerInvariant().Replace("-", "", StringComparison.Ordinal), int.Parse(parts[1], CultureInfo.InvariantCulture));
            }

            json.WriteEndObject();
        });
    }

    static void WriteDiagnostic(Utf8JsonWriter json, Diagnostic diagnostic)
    {
        json.WriteStartObject("diagnostic");
        json.WriteString("code", diagnostic.Code);
        json.WriteString("message", diagnostic.Message);
        if (diagnostic.Labels.Count > 0)
        {
            Label label = diagnostic.Labels[0];
            LinePosition position = label.Source.PositionOf(label.Span.Offset);
            json.WriteString("file", label.Source.Path);
            json.WriteNumber("line", position.Line);
            json.WriteNumber("column", position.Column);
        }

        json.WriteStartArray("help");
        foreach (string help in diagnostic.Help)
        {
            json.WriteStringValue(help);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    void Line(string name, string code, LogLevel level, string message, Action<Utf8JsonWriter> data, bool always = false)
    {
        if (level < _level && !always)
        {
            return;
        }

        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("data");
            data(json);
            json.WriteEndObject();
            json.WriteStartObject("info");
            json.WriteString("category", "");
            json.WriteString("code", code);
            json.WriteStartObject("extra");
            foreach ((string key, string text) in _extra)
            {
                json.WriteString(key, text);
            }

            json.WriteEndObject();
            json.WriteString("invocation_id", _invocationId);
            json.WriteString("level", level.ToString().ToLowerInvariant());
            json.WriteString("msg", message);
            json.WriteString("name", name);
            json.WriteNumber("pid", Environment.ProcessId);
            json.WriteString("thread", Thread.CurrentThread.Name ?? "MainThread");
            json.WriteString("ts", _options.Clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        _output.WriteLine(Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
    }
}
