using System.Globalization;
using Gild.Engine;

namespace Gild.Cli;

/// <summary>Tells several reporters the same.</summary>
sealed class SeveralReporters(params IReporter[] reporters) : IReporter
{
    public void Report(RunEvent runEvent)
    {
        foreach (IReporter reporter in reporters)
        {
            reporter.Report(runEvent);
        }
    }
}

/// <summary>Puts the time before each line, as dbt's log file has it. Secrets are hidden before, since they may be of several lines.</summary>
sealed class TimestampedWriter(TextWriter inner, TimeProvider clock, SecretMask secrets) : TextWriter
{
    public override System.Text.Encoding Encoding => inner.Encoding;

    public override void Write(char value) => inner.Write(value);

    public override void Write(string? value) => inner.Write(value is null ? null : secrets.Hide(value));

    public override void WriteLine(string? value)
    {
        string time = clock.GetLocalNow().ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        foreach (string line in secrets.Hide(value ?? "").Split('\n'))
        {
            inner.Write(time);
            inner.Write("  ");
            inner.WriteLine(line);
        }
    }

    public override void Flush() => inner.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>
/// <c>logs/dbt.log</c>: everything down to the statements, appended to. Opened at the first event, so that a command that says nothing
/// leaves no file; a folder that cannot be written to is no reason to stop.
/// </summary>
sealed class LogFileReporter(InvocationOptions options, string folder, long maxBytes, string? format, LogLevel level) : IReporter, IDisposable
{
    readonly Lock _gate = new();
    TextWriter? _writer;
    IReporter? _reporter;
    bool _failed;

    public void Report(RunEvent runEvent)
    {
        lock (_gate)
        {
            if (!_failed)
            {
                (_reporter ?? Open())?.Report(runEvent);
            }
        }
    }

    IReporter? Open()
    {
        try
        {
            Directory.CreateDirectory(folder);
            string path = Path.Combine(folder, "dbt.log");
            if (maxBytes > 0 && File.Exists(path) && new FileInfo(path).Length > maxBytes)
            {
                File.Move(path, path + ".1", overwrite: true);
            }

            FileStream stream = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            StreamWriter file = new(stream);
            if (format == "json")
            {
                _writer = new MaskingWriter(file, options.Secrets);
                _reporter = new JsonReporter(options, _writer, level);
            }
            else
            {
                _writer = new TimestampedWriter(file, options.Clock, options.Secrets);
                _writer.WriteLine($"============================== {options.Clock.GetLocalNow():yyyy-MM-dd HH:mm:ss} | {options.CommandLine} ==============================");
                _reporter = new ConsoleReporter(
                    options with { Quiet = false, Debug = level == LogLevel.Debug, LogLevel = level.ToString().ToLowerInvariant() }, _writer, new Ansi(false), isTerminal: false);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failed = true;
        }

        return _reporter;
    }

    public void Dispose() => _writer?.Dispose();
}
