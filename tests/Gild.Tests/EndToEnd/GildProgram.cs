using System.Diagnostics;
using System.Text;
using Xunit;

namespace Gild.Tests.EndToEnd;

/// <summary>What a run of the program left: its exit code and its two streams.</summary>
sealed record Outcome(int ExitCode, string Output, string Error)
{
    /// <summary>Both streams, as a terminal shows them.</summary>
    public string All => Output + Error;

    public override string ToString() => $"exit code {ExitCode}\n{All}";
}

/// <summary>Runs the published program as a process: that of GILD_EXE, else the one the scripts build into out/dev.</summary>
static class GildProgram
{
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs a command to its end. A run over five minutes is ended and fails the test.</summary>
    public static Outcome Run(string folder, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        using RunningProgram program = Start(folder, arguments, environment);
        return program.Wait(s_limit);
    }

    /// <summary>Starts a command and returns while it runs.</summary>
    public static RunningProgram Start(string folder, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        (string file, string[] before) = Executable();
        return Start(file, [.. before, .. arguments], folder, environment);
    }

    /// <summary>Runs a command by another program, which gets the command after its own words.</summary>
    public static Outcome RunThrough(string[] words, string folder, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        (string file, string[] before) = Executable();
        using RunningProgram program = Start(words[0], [.. words[1..], file, .. before, .. arguments], folder, environment);
        return program.Wait(s_limit);
    }

    /// <summary>Starts a program that is not Gild, such as the generator of the sample.</summary>
    public static RunningProgram Start(string file, IEnumerable<string> arguments, string folder, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (string name in start.Environment.Keys.Where(n => n.StartsWith("DBT_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["NO_COLOR"] = "1";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new RunningProgram(Process.Start(start)!);
    }

    static (string File, string[] Before) Executable()
    {
        string? native = Environment.GetEnvironmentVariable("GILD_EXE");
        if (!string.IsNullOrEmpty(native) && File.Exists(native))
        {
            return (native, []);
        }

        string managed = Repository.PathOf("out", "dev", "gild", "gild.dll");
        Assert.True(File.Exists(managed), $"There is no program to test ({managed} and GILD_EXE are missing): run ./test, which builds it.");
        return ("dotnet", [managed]);
    }
}

/// <summary>A process whose streams are read while it runs.</summary>
sealed class RunningProgram : IDisposable
{
    readonly StringBuilder _output = new();
    readonly StringBuilder _error = new();
    readonly Process _process;

    public RunningProgram(Process process)
    {
        _process = process;
        process.StandardInput.Close();
        process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Outcome Wait(TimeSpan limit)
    {
        if (!_process.WaitForExit(limit))
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
            Assert.Fail($"The program was still running after {limit}:\n{Text(_output)}{Text(_error)}");
        }

        _process.WaitForExit();
        return new Outcome(_process.ExitCode, Text(_output), Text(_error));
    }

    /// <summary>What it has written to standard output so far.</summary>
    public string OutputSoFar => Text(_output);

    /// <summary>Waits until the file is there: the sign of a node that has started.</summary>
    public void WaitForFile(string path)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!File.Exists(path))
        {
            Assert.False(_process.HasExited, $"The program ended before {path} was there:\n{Text(_output)}{Text(_error)}");
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(2), $"{path} did not appear:\n{Text(_output)}{Text(_error)}");
            Thread.Sleep(20);
        }
    }

    /// <summary>Sends a signal by its name (INT, KILL), as a terminal or the system would.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", ["-s", name, $"{_process.Id}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
