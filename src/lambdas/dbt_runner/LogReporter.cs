using System.Globalization;
using System.Text.Json;
using Gild.Cli;
using Gild.Engine;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;

namespace DbtRunner;

/// <summary>Writes what happens into the log.</summary>
sealed class LogReporter(InvocationLog log) : IReporter
{
    public void Report(RunEvent runEvent)
    {
        switch (runEvent)
        {
            case RunStarted e:
                log.Write(LogLevel.Info, string.Create(CultureInfo.InvariantCulture, $"{e.Command}: {e.Total} nodes, {e.Threads} threads, target {e.TargetName}"), json =>
                {
                    json.WriteString("event", "run_started");
                    json.WriteNumber("nodes", e.Total);
                    json.WriteNumber("threads", e.Threads);
                });
                break;
            case NodeStarted e:
                log.Write(LogLevel.Debug, ProgressLine.Start(e, 0), json =>
                {
                    json.WriteString("event", "node_started");
                    json.WriteString("node", e.Node.UniqueId);
                });
                break;
            case NodeFinished e:
                Finished(e);
                break;
            case StatementSent e:
                log.Write(LogLevel.Debug, e.Sql.Trim(), json =>
                {
                    json.WriteString("event", "statement");
                    json.WriteString("connection", e.ConnectionName);
                });
                break;
            case LogLine e:
                log.Write(e.Level, e.Text, json =>
                {
                    if (e.NodeId is not null)
                    {
                        json.WriteString("node", e.NodeId);
                    }
                });
                break;
            case PrintLine e:
                log.Write(LogLevel.Info, e.Text);
                break;
            case ListLine e:
                log.Write(LogLevel.Info, e.Text);
                break;
            case BatchFinished e:
                log.Write(e.Status == NodeStatus.Error ? LogLevel.Error : LogLevel.Info, string.Create(
                    System.Globalization.CultureInfo.InvariantCulture, $"Batch {e.Index} of {e.Total} {e.Words}{(e.Status == NodeStatus.Error ? ": " + e.Message : "")}"));
                break;
            case DeprecationsSummarized e:
                log.Write(LogLevel.Warn, e.Text);
                break;
            case Warning e:
                log.Write(LogLevel.Warn, DiagnosticText.OneLine(e.Diagnostic), json => Code(json, e.Diagnostic));
                break;
            case ErrorReported e:
                log.Write(LogLevel.Error, $"{e.Kind}: {DiagnosticText.OneLine(e.Diagnostic)}", json => Code(json, e.Diagnostic));
                break;
            case DebugLine e:
                log.Write(e.Ok == false ? LogLevel.Error : LogLevel.Info, $"{e.Name}: {e.Result}");
                break;
            case RunFinished e:
                log.Write(e.Results.Any(r => r.Status.IsFailure()) ? LogLevel.Error : LogLevel.Info, $"Done. {e.Totals}", json =>
                {
                    json.WriteString("event", "run_finished");
                    json.WriteNumber("duration_s", Math.Round(e.Elapsed.TotalSeconds, 3));
                    json.WriteNumber("left", e.Left);
                });
                break;
        }
    }

    void Finished(NodeFinished e) => log.Write(e.Status.IsFailure() ? LogLevel.Error : e.Status == NodeStatus.Warn ? LogLevel.Warn : LogLevel.Info,
        ProgressLine.For(e, 0, new Ansi(false)), json =>
        {
            json.WriteString("event", "node_finished");
            json.WriteString("node", e.Node.UniqueId);
            json.WriteString("status", e.Status.Word());
            json.WriteNumber("duration_s", Math.Round(e.Elapsed.TotalSeconds, 3));
            if (e.Rows is { } rows)
            {
                json.WriteNumber("rows", rows);
            }

            if (e.Failures is { } failures)
            {
                json.WriteNumber("failures", failures);
            }

            if (e.SkippedBecauseOf is not null)
            {
                json.WriteString("skipped_because_of", e.SkippedBecauseOf);
            }

            if (e.Diagnostic is { } diagnostic)
            {
                json.WriteString("error", DiagnosticText.OneLine(diagnostic));
                Code(json, diagnostic);
            }
        });

    static void Code(Utf8JsonWriter json, Diagnostic diagnostic)
    {
        json.WriteString("code", diagnostic.Code);
        if (diagnostic.Labels.Count > 0)
        {
            Label label = diagnostic.Labels[0];
            LinePosition position = label.Source.PositionOf(label.Span.Offset);
            json.WriteString("file", label.Source.Path);
            json.WriteNumber("line", position.Line);
        }
    }
}

/// <summary>Tells both.</summary>
sealed class BothReporters(IReporter first, IReporter second) : IReporter
{
    public void Report(RunEvent runEvent)
    {
        first.Report(runEvent);
        second.Report(runEvent);
    }
}
