using System.Reflection;
using System.Runtime.InteropServices;
using Gild.Adapters.Aws;
using Gild.Adapters.DuckDb;
using Gild.Adapters.Postgres;
using Gild.Adapters.Redshift;
using Gild.Engine;
using Gild.Engine.Adapters;
using Gild.Jinja.Diagnostics;

namespace Gild.Cli;

/// <summary>The <c>gild</c> executable: composes the adapters, reads the command line, runs the command, gives the exit code.</summary>
static class Program
{
    const int UsageError = 2;
    const long DefaultLogFileBytes = 10 * 1024 * 1024;

    static int Main(string[] args)
    {
        if (args is ["--version"] or ["-v"] or ["-V"])
        {
            Console.WriteLine($"gild {Version} (a dbt engine; compatible with dbt Core 1.11)");
            return 0;
        }

        try
        {
            return HelpText.TryWrite(args, Console.Out) ? 0 : Run(args);
        }
        catch (UsageException e)
        {
            using MaskingWriter errors = new(Console.Error, SecretMask.Of(OptionsReader.AllVariables()));
            errors.WriteLine($"{DbtKinds.Usage}\n  {e.Message}");
            if (e.Help is not null)
            {
                errors.WriteLine($"     = help: {e.Help}");
            }

            return UsageError;
        }
    }

    static string Version => typeof(Program).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    static int Run(string[] args)
    {
        CommandLine line = CommandLine.Parse(args, Environment.GetEnvironmentVariable);
        InvocationOptions options = OptionsReader.ToOptions(line, args, Environment.GetEnvironmentVariable, Directory.GetCurrentDirectory());
        options = options with { InvocationId = options.InvocationId ?? Guid.NewGuid().ToString() };
        using TextWriter output = OutputOf(options);
        if (!Console.IsInputRedirected)
        {
            AwsCredentialSource.AskForCode = static device =>
            {
                Console.Error.Write($"Code of the second factor {device}: ");
                return Console.ReadLine();
            };
        }

        using LogFileReporter? log = LogFile(line, options);
        IReporter console = ConsoleFor(options, output);
        List<IReporter> reporters = [console];
        if (log is not null)
        {
            reporters.Add(log);
        }

        if (line.Command.Name == "docs generate")
        {
            reporters.Add(new DocsPageReporter());
        }

        IReporter reporter = reporters.Count == 1 ? console : new SeveralReporters([.. reporters]);
        using CancellationTokenSource cancellation = new();
        using Signals signals = new(cancellation);
        try
        {
            return LocalCommands.Find(line.Command.Name) is { } local
                ? local(line, options, output, reporter, cancellation.Token)
                : Invocation.Run(options, Adapters(), reporter, cancellation.Token);
        }
        catch (GildException e)
        {
            reporter.Report(new ErrorReported(e.DbtKind, e.Diagnostic));
            return UsageError;
        }
        catch (IOException e) when (IsClosedPipe(e))
        {
            // The reader of our output has gone: `gild ls | head`.
            return 0;
        }
        catch (Exception e) when (e is not (OperationCanceledException or UsageException))
        {
            // Only what nobody foresaw comes here; the trace goes to the log, not to the user.
            reporter.Report(new LogLine(LogLevel.Debug, e.ToString()));
            reporter.Report(new ErrorReported("Internal Error", new Diagnostic("X0000", Severity.Error, $"{e.GetType().Name}: {e.Message}")
            {
                Help = ["this is a fault of Gild: please report it with logs/dbt.log"],
            }));
            return UsageError;
        }
    }

    /// <summary>What is not named here is not linked in.</summary>
    internal static AdapterRegistry Adapters() => new(DuckDbAdapter.Factory, PostgresAdapter.Factory, RedshiftAdapter.Factory);

    static TextWriter OutputOf(InvocationOptions options)
    {
        StreamWriter output = new(Console.OpenStandardOutput(), new System.Text.UTF8Encoding(false)) { NewLine = "\n" };
        return options.LogFormat == "debug" ? new TimestampedWriter(output, options.Clock, options.Secrets) : new MaskingWriter(output, options.Secrets);
    }

    static IReporter ConsoleFor(InvocationOptions options, TextWriter output)
    {
        Ansi colors = Ansi.For(options.UseColors, options.Environment);
        return options.LogFormat switch
        {
            "json" => new JsonReporter(options, output, Level(options)),
            "debug" => new ConsoleReporter(options, output, colors, isTerminal: false),
            _ => new ConsoleReporter(options, output, colors, !Console.IsOutputRedirected),
        };
    }

    static LogLevel Level(InvocationOptions options) =>
        options.Quiet == true ? LogLevel.Error : options.Debug == true ? LogLevel.Debug : LevelOf(options.LogLevel, LogLevel.Info);

    static LogLevel LevelOf(string? word, LogLevel otherwise) => word switch
    {
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Info,
        "warn" => LogLevel.Warn,
        "error" => LogLevel.Error,
        _ => otherwise,
    };

    static LogFileReporter? LogFile(CommandLine line, InvocationOptions options)
    {
        string? project = ProjectFolder.Find(options);
        string? level = line.Text(Flags.LogLevelFile);
        if (project is null || level == "none" || LocalCommands.Find(line.Command.Name) is not null)
        {
            return null;
        }

        string folder = options.LogPath is { } path ? Path.GetFullPath(path, options.WorkingDirectory) : Path.Combine(project, "logs");
        return new LogFileReporter(
            options, folder, line.Integer(Flags.LogFileMaxBytes) ?? DefaultLogFileBytes,
            line.Text(Flags.LogFormatFile) ?? (options.LogFormat == "json" ? "json" : null), LevelOf(level, LogLevel.Debug));
    }

    static bool IsClosedPipe(IOException e) => e.HResult == 32 || e.Message.Contains("Broken pipe", StringComparison.Ordinal);

    /// <summary>
    /// The first Ctrl-C (or SIGTERM) asks for a clean stop: running statements are interrupted and rolled back, results are written. The
    /// second ends the process at once.
    /// </summary>
    sealed class Signals : IDisposable
    {
        readonly List<PosixSignalRegistration> _registrations = [];

        public Signals(CancellationTokenSource cancellation)
        {
            foreach (PosixSignal signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM })
            {
                _registrations.Add(PosixSignalRegistration.Create(signal, context =>
                {
                    if (cancellation.IsCancellationRequested)
                    {
                        return;
                    }

                    context.Cancel = true;
                    Console.Error.WriteLine("Stopping; running statements are rolled back. Once more stops at once.");
                    cancellation.Cancel();
                }));
            }
        }

        public void Dispose() => _registrations.ForEach(r => r.Dispose());
    }
}
