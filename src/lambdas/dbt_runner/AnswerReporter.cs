using System.Globalization;
using Gild.Cli;
using Gild.Engine;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;

namespace DbtRunner;

/// <summary>Gathers what the answer says: the lines of the command line, what went wrong in full, and the results.</summary>
/// <param name="mask">What the answer must not tell; hidden before texts are cut.</param>
sealed class AnswerReporter(SecretMask mask) : IReporter
{
    const int StdoutCharacters = 4000;
    const int StderrCharacters = 2000;
    const int Width = 80;
    static readonly Ansi s_noColors = new(false);

    readonly TextTail _stdout = new(StdoutCharacters);
    readonly TextTail _stderr = new(StderrCharacters);
    readonly List<DebugLine> _checks = [];

    /// <summary>The last 4,000 characters.</summary>
    public string Stdout => _stdout.ToString();

    /// <summary>The last 2,000 characters.</summary>
    public string Stderr => _stderr.ToString();

    /// <summary>Null until all nodes had their turn, and for commands without nodes.</summary>
    public RunFinished? Finished { get; private set; }

    /// <summary>The first error that stopped the command, in one line.</summary>
    public string? FirstError { get; private set; }

    public IReadOnlyList<DebugLine> Checks => _checks;

    /// <summary>Rows that the warehouse said were written or deleted in this invocation.</summary>
    public long Rows { get; private set; }

    /// <summary>Nodes that ran in this invocation.</summary>
    public int Ran { get; private set; }

    public void Print(string line) => _stdout.Line(mask.Hide(line));

    public void PrintError(string text) => _stderr.Line(mask.Hide(text));

    public void Report(RunEvent runEvent)
    {
        switch (runEvent)
        {
            case ProjectParsed e:
                Print($"Found {string.Join(", ", e.Counts.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Value} {c.Key}")))}");
                break;
            case RunStarted e:
                Print(string.Create(CultureInfo.InvariantCulture, $"Concurrency: {e.Threads} threads (target='{e.TargetName}')"));
                break;
            case NodeFinished e:
                Rows += e.Rows ?? 0;
                Ran += e.Status == NodeStatus.Skipped ? 0 : 1;
                if (!e.IsCompilation || e.Status.IsFailure())
                {
                    Print(ProgressLine.For(e, Width, s_noColors));
                }

                break;
            case LogLine { Level: > LogLevel.Debug } e:
                Print(e.Text);
                break;
            case PrintLine e:
                Print(e.Text);
                break;
            case ListLine e:
                Print(e.Text);
                break;
            case CompiledOutput e:
                Print(e.Sql);
                break;
            case Warning e:
                Print($"[WARNING]: {DiagnosticText.Full(e.Diagnostic).TrimEnd()}");
                break;
            case ErrorReported e:
                FirstError ??= $"{e.Kind}: {DiagnosticText.OneLine(e.Diagnostic)}";
                PrintError($"{e.Kind}\n{DiagnosticText.Full(e.Diagnostic).TrimEnd()}");
                break;
            case DebugLine e:
                _checks.Add(e);
                break;
            case FileWritten e:
                Print($"{e.What} written");
                break;
            case RunFinished e:
                Finished = e;
                WriteSummary(e);
                break;
        }
    }

    void WriteSummary(RunFinished e)
    {
        foreach (NodeResultSummary result in e.Results.Where(r => r.Status.IsFailure() && r.Diagnostic is not null))
        {
            PrintError($"{(result.Status == NodeStatus.Fail ? "Failure" : "Error")} in {result.Node.ResourceType.Word()} {result.Node.Name} ({result.Node.OriginalFilePath})\n"
                + DiagnosticText.Full(result.Diagnostic!).TrimEnd());
        }

        Print($"Done. {e.Totals}");
        if (e.Left > 0)
        {
            Print(string.Create(CultureInfo.InvariantCulture, $"{e.Left} nodes are left for the next invocation."));
        }
    }
}
