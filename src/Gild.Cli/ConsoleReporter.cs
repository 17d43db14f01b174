using System.Globalization;
using System.Text;
using System.Text.Json;
using Gild.Engine;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;

namespace Gild.Cli;

/// <summary>Tells people what happens: a line a node as it finishes, then what went wrong in full, then the totals.</summary>
sealed class ConsoleReporter : IReporter
{
    const int DefaultWidth = 80;
    const int SlowestShown = 3;
    const int NodesWorthRanking = 5;

    readonly InvocationOptions _options;
    readonly TextWriter _output;
    readonly Ansi _colors;
    readonly LogLevel _level;
    readonly int _width;
    readonly bool _isTerminal;
    readonly Lock _gate = new();

    public ConsoleReporter(InvocationOptions options, TextWriter output, Ansi colors, bool isTerminal)
    {
        _options = options;
        _output = output;
        _colors = colors;
        _isTerminal = isTerminal;
        _width = options.PrinterWidth ?? DefaultWidth;
        _level = options.Quiet == true ? LogLevel.Error
            : options.Debug == true ? LogLevel.Debug
            : options.LogLevel switch
            {
                "debug" => LogLevel.Debug,
                "warn" => LogLevel.Warn,
                "error" or "none" => LogLevel.Error,
                _ => LogLevel.Info,
            };
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
                Line(LogLevel.Info, $"Found {string.Join(", ", e.Counts.Select(c => Plural(c.Value, c.Key)))}");
                break;
            case RunStarted e:
                Line(LogLevel.Info, "");
                Line(LogLevel.Info, $"Concurrency: {Plural(e.Threads, "thread")} (target='{e.TargetName}')");
                Line(LogLevel.Info, "");
                break;
            case NodeStarted e:
                Line(LogLevel.Debug, ProgressLine.Start(e, _width));
                break;
            case BatchStarted e:
                Line(LogLevel.Debug, e.Manner);
                Line(LogLevel.Info, ProgressLine.Start(e, _width));
                break;
            case BatchFinished e:
                Line(e.Status == NodeStatus.Error ? LogLevel.Error : LogLevel.Info, ProgressLine.For(e, _width, _colors));
                break;
            case NodeFinished e:
                Line(e.IsCompilation ? LogLevel.Debug : e.Status.IsFailure() ? LogLevel.Error : e.Status == NodeStatus.Warn ? LogLevel.Warn : LogLevel.Info,
                    ProgressLine.For(e, _width, _colors));
                break;
            case LogLine e:
                Line(e.Level, e.Text);
                break;
            case StatementSent e:
                Line(LogLevel.Debug, $"On {e.ConnectionName}: {e.Sql.Trim()}");
                break;
            case PrintLine e when _options.Print != false:
                _output.WriteLine(e.Text);
                break;
            case Warning e:
                Line(LogLevel.Warn, $"{_colors.Yellow(Marked("WARNING"))}{DiagnosticText.Full(e.Diagnostic).TrimEnd()}");
                break;
            case DeprecationsSummarized e:
                Line(LogLevel.Warn, "");
                Line(LogLevel.Warn, $"{_colors.Yellow(Marked("WARNING"))}{e.Text}");
                break;
            case ErrorReported e:
                Line(LogLevel.Error, $"{_colors.Red(e.Kind)}\n{Indent(DiagnosticText.Full(e.Diagnostic))}");
                break;
            case ListLine e:
                _output.WriteLine(e.Text);
                break;
            case ShowOutput e:
                WriteRows(e);
                break;
            case CompiledOutput e:
                WriteCompiled(e);
                break;
            case DebugLine e:
                string result = e.Ok switch { true => _colors.Green(e.Result), false => _colors.Red(e.Result), _ => e.Result };
                _output.WriteLine($"{e.Name}: {result}");
                break;
            case FileWritten e:
                Line(LogLevel.Info, $"{e.What} written to {e.Path}");
                break;
            case RunFinished e when !e.IsCompilation || e.Results.Any(r => r.Status.IsFailure()):
                WriteSummary(e);
                break;
        }
    }

    void Line(LogLevel level, string text)
    {
        if (level >= _level)
        {
            _output.WriteLine(text);
        }
    }

    static string Marked(string word) => $"[{word}]: ";

    void WriteRows(ShowOutput e)
    {
        if (e.Format == "json")
        {
            _output.WriteLine(Json(json =>
            {
                if (e.NodeName is not null && !e.Inline)
                {
                    json.WriteString("node", e.NodeName);
                }

                json.WritePropertyName("show");
                RowsTable.WriteJson(json, e.Table);
            }));
            return;
        }

        Line(LogLevel.Info, e.Inline || e.NodeName is null ? "Previewing inline node:" : $"Previewing node '{e.NodeName}':");
        if (_isTerminal)
        {
            RowsTable.Draw(e.Table, _output, Console.WindowWidth);
        }
        else
        {
            _output.Write(RowsTable.Plain(e.Table));
        }
    }

    void WriteCompiled(CompiledOutput e)
    {
        if (e.Format == "json")
        {
            _output.WriteLine(Json(json =>
            {
                if (e.NodeName is not null && !e.Inline)
                {
                    json.WriteString("node", e.NodeName);
                }

                json.WriteString("compiled", e.Sql);
            }));
            return;
        }

        Line(LogLevel.Info, e.Inline || e.NodeName is null ? "Compiled inline node is:" : $"Compiled node '{e.NodeName}' is:");
        _output.WriteLine(e.Sql);
    }

    static string Json(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions
        {
            Indented = true,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    void WriteSummary(RunFinished e)
    {
        Line(LogLevel.Info, "");
        Line(LogLevel.Info, $"Finished running {Kinds(e.Results)} in {Duration(e.Elapsed)}.");
        WriteSlowest(e.Results);
        Line(LogLevel.Info, "");
        int partial = e.Results.Count(r => r.Status == NodeStatus.PartialSuccess);
        int errors = e.Results.Count(r => r.Status.IsFailure()) - partial;
        int warnings = e.Results.Count(r => r.Status == NodeStatus.Warn);
        if (e.Cancelled)
        {
            Line(LogLevel.Error, _colors.Yellow("Stopped before the end; what had begun was rolled back."));
        }
        else if (errors + partial + warnings == 0)
        {
            Line(LogLevel.Info, _colors.Green("Completed successfully"));
        }
        else
        {
            string warned = Plural(warnings, "warning");
            string batches = Plural(partial, "partial success", "partial successes");
            string text = errors > 0 ? $"{Plural(errors, "error")}, {batches}, and {warned}" : partial > 0 ? $"{batches} and {warned}" : warned;
            Line(errors + partial > 0 ? LogLevel.Error : LogLevel.Warn, errors > 0 ? _colors.Red($"Completed with {text}:") : _colors.Yellow($"Completed with {text}:"));
        }

        foreach (NodeResultSummary result in e.Results.Where(r => r.Diagnostic is not null && (r.Status.IsFailure() || r.Status == NodeStatus.Warn)))
        {
            LogLevel level = result.Status.IsFailure() ? LogLevel.Error : LogLevel.Warn;
            Line(level, "");
            Line(level, $"{Heading(result)}\n{Indent(DiagnosticText.Full(result.Diagnostic!))}");
            if (result.CompiledPath is { } path)
            {
                Line(level, "");
                Line(level, $"  compiled code at {path}");
            }
        }

        Line(LogLevel.Info, "");
        Line(LogLevel.Info, $"Done. {e.Totals}");
    }

    string Heading(NodeResultSummary result)
    {
        string text = $"{result.Node.ResourceType.Word()} {result.Node.Name} ({result.Node.OriginalFilePath})";
        return result.Status switch
        {
            NodeStatus.Warn => _colors.Yellow($"Warning in {text}"),
            NodeStatus.Fail => _colors.Red($"Failure in {text}"),
            _ => _colors.Red($"{result.ErrorKind ?? "Error"} in {text}"),
        };
    }

    void WriteSlowest(IReadOnlyList<NodeResultSummary> results)
    {
        if (results.Count >= NodesWorthRanking)
        {
            IEnumerable<string> slowest = results.OrderByDescending(r => r.Elapsed).Take(SlowestShown)
                .Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Node.Name} {r.Elapsed.TotalSeconds:F2}s"));
            Line(LogLevel.Info, _colors.Dim($"Slowest: {string.Join(", ", slowest)}"));
        }
    }

    /// <summary><c>2 table models, 1 seed, 4 data tests</c>.</summary>
    static string Kinds(IReadOnlyList<NodeResultSummary> results)
    {
        IEnumerable<string> kinds = results.GroupBy(r => Kind(r.Node)).OrderBy(g => g.Key == "data test" ? "test" : g.Key, StringComparer.Ordinal).Select(g => Plural(g.Count(), g.Key));
        string text = string.Join(", ", kinds);
        return text.Length == 0 ? "nothing" : text;
    }

    static string Kind(Node node) => node.ResourceType switch
    {
        ResourceType.Model => $"{(node as CompilableNode)?.Config.Materialized.Replace('_', ' ') ?? ""} model".TrimStart(),
        ResourceType.Test => "data test",
        ResourceType.UnitTest => "unit test",
        ResourceType.Operation or ResourceType.SqlOperation => "project hook",
        _ => node.ResourceType.Word().Replace('_', ' '),
    };

    static string Duration(TimeSpan elapsed) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(int)elapsed.TotalHours} hours {elapsed.Minutes} minutes and {elapsed.Seconds + (elapsed.Milliseconds / 1000.0):F2} seconds ({elapsed.TotalSeconds:F2}s)");

    static string Plural(int count, string noun, string? nouns = null)
    {
        string word = count == 1 ? noun : nouns ?? (noun.EndsWith('y') ? $"{noun[..^1]}ies" : noun.EndsWith("is", StringComparison.Ordinal) ? $"{noun[..^2]}es" : $"{noun}s");
        return string.Create(CultureInfo.InvariantCulture, $"{count} {word}");
    }

    static string Indent(string text) => string.Join('\n', text.TrimEnd().Split('\n').Select(line => line.Length == 0 ? line : $"  {line}"));
}
