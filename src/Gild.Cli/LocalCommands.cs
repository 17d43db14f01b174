using Gild.Engine;

namespace Gild.Cli;

/// <summary>A command that needs no engine.</summary>
/// <returns>The exit code.</returns>
delegate int LocalCommand(CommandLine line, InvocationOptions options, TextWriter output, IReporter reporter, CancellationToken cancellation);

/// <summary>What is not a run by the command line: making a project, cleaning up, serving the documentation, the Lambda runner.</summary>
static class LocalCommands
{
    public static LocalCommand? Find(string name) => name switch
    {
        "init" => InitCommand.Run,
        "clean" => CleanCommand.Run,
        "docs serve" => DocsServeCommand.Run,
        "lambda" => LambdaCommand.Run,
        _ => null,
    };
}
