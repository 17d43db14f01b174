using System.Text;
using DbtRunner;
using Gild.Engine;

namespace Gild.Cli;

/// <summary><c>gild lambda</c>: the Lambda runner's own handler on this machine, with every adapter. The log goes to standard error, the answer to standard output.</summary>
static class LambdaCommand
{
    const int DefaultSeconds = 900;

    public static int Run(CommandLine line, InvocationOptions options, TextWriter output, IReporter reporter, CancellationToken cancellation)
    {
        byte[] theEvent = Read(line.Text(Flags.Event) ?? throw new UsageException("`gild lambda` needs `--event`", "gild lambda --event event.json"), options.WorkingDirectory);
        int seconds = line.Integer(Flags.Timeout) ?? DefaultSeconds;
        if (seconds is < 1 or > 86_400)
        {
            throw new UsageException($"`--timeout` is {seconds} but must be between 1 and 86400 seconds");
        }

        RefuseFieldsOfTheEvent(line, options);
        string? project = options.ProjectDirectory ?? ProjectFolder.Find(options);
        string? Variable(string name) => name switch
        {
            "DBT_PROJECT_DIR" => project ?? options.Environment(name),
            "DBT_PROFILES_DIR" => options.ProfilesDirectory ?? options.Environment(name),
            "DBT_TARGET_PATH" => options.TargetPath ?? options.Environment(name),
            "DBT_LOG_PATH" => options.LogPath ?? options.Environment(name),
            _ => options.Environment(name),
        };
        SecretMask mask = SecretMask.OfFunction(OptionsReader.AllVariables());
        using StreamWriter log = new(Console.OpenStandardError(), new UTF8Encoding(false)) { NewLine = "\n" };
        using InvocationLog lines = new(log, mask, Variable("AWS_LAMBDA_LOG_FORMAT"), Variable("AWS_LAMBDA_LOG_LEVEL"));
        HandlerResult result = new Handler(Program.Adapters(), new RunnerSettings(Variable), lines, mask).Handle(
            new LambdaInvocation($"local-{Guid.NewGuid():N}", DateTimeOffset.UtcNow.AddSeconds(seconds), theEvent, null), cancellation);
        output.WriteLine(Encoding.UTF8.GetString(result.Body));
        return result.ErrorType is null ? 0 : result.ErrorType == RunnerException.RunFailed ? 1 : 2;
    }

    // What the function is told by its event alone, so that the laptop shows what AWS will do.
    static void RefuseFieldsOfTheEvent(CommandLine line, InvocationOptions options)
    {
        bool IsGiven(Flag flag) => line.Given.Any(given => given.Key == flag);
        string? flag = line.Text(Flags.Target) is { } target && target != options.Environment("DBT_TARGET") ? "target"
            : IsGiven(Flags.Vars) ? "vars"
            : IsGiven(Flags.Threads) ? "threads"
            : null;
        if (flag is not null)
        {
            throw new UsageException($"`--{flag}` is a field of the event", $"\"{flag}\" in the file of `--event`");
        }
    }

    static byte[] Read(string file, string workingDirectory)
    {
        try
        {
            if (file != "-")
            {
                return File.ReadAllBytes(Path.GetFullPath(file, workingDirectory));
            }

            using Stream input = Console.OpenStandardInput();
            using MemoryStream content = new();
            input.CopyTo(content);
            return content.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the event cannot be read: {e.Message}");
        }
    }
}
