using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.DbtRunner;

/// <summary>The published bootstrap with a runtime API of its own: that of RUNNER_EXE, else the one that is built beside the tests' sources.</summary>
sealed class RunnerProcess : IDisposable
{
    readonly RunningProgram _program;

    public RunnerProcess(string folder, params (string Name, string Value)[] environment)
        : this(folder, [], environment)
    {
    }

    /// <param name="through">A program that starts the runner, and its words before it.</param>
    public RunnerProcess(string folder, string[] through, (string Name, string Value)[] environment)
    {
        string? native = Environment.GetEnvironmentVariable("RUNNER_EXE");
        string managed = Repository.PathOf("src", "lambdas", "dbt_runner", "bin", "Release", "net10.0", "bootstrap.dll");
        bool isNative = !string.IsNullOrEmpty(native) && File.Exists(native);
        Assert.True(isNative || File.Exists(managed), $"There is no runner to test ({managed} and RUNNER_EXE are missing): run ./test, which builds it.");
        (string, string)[] all =
        [
            ("AWS_LAMBDA_RUNTIME_API", Server.Host), ("AWS_LAMBDA_FUNCTION_NAME", "shop-runner"), ("AWS_LAMBDA_LOG_FORMAT", "JSON"), .. environment,
        ];
        string[] words = [.. through, .. isNative ? [native!] : (string[])["dotnet", managed]];
        _program = GildProgram.Start(words[0], words[1..], folder, all);
    }

    public LambdaServer Server { get; } = new();

    /// <summary>Sends an event and waits for what comes back.</summary>
    public Answer Invoke(string theEvent, double seconds = 60)
    {
        Server.Send(theEvent, TimeSpan.FromSeconds(seconds));
        return Server.Receive();
    }

    /// <summary>What the process has logged so far.</summary>
    public string Log => _program.OutputSoFar;

    public void WaitForFile(string path) => _program.WaitForFile(path);

    public void Signal(string name) => _program.Signal(name);

    public void Kill()
    {
        _program.Signal("KILL");
        _program.Wait(TimeSpan.FromMinutes(1));
    }

    public Outcome WaitForExit() => _program.Wait(TimeSpan.FromMinutes(1));

    public void Dispose()
    {
        _program.Dispose();
        Server.Dispose();
    }
}
