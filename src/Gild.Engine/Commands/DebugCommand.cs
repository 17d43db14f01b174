using System.ComponentModel;
using System.Diagnostics;
using Gild.Engine.Adapters;
using Gild.Engine.Context;
using Gild.Engine.Loading;
using Gild.Engine.Running;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine.Commands;

/// <summary>
/// <c>debug</c>: the profile, the project file, git and the connection, each by itself, so that one that fails does not hide the others.
/// </summary>
/// <param name="invocation">Takes the lines.</param>
/// <param name="cancellation">Ends the wait for the warehouse.</param>
public sealed class DebugCommand(InvocationState invocation, CancellationToken cancellation)
{
    const string ProfileFile = "profiles.yml file";
    const string ProjectFile = "dbt_project.yml file";

    readonly List<(string Check, string Kind, Diagnostic Diagnostic)> _failed = [];

    /// <summary>Says whether profiles.yml is well; null when it is not.</summary>
    public LoadedProfile? CheckProfile(Func<DiagnosticBag, LoadedProfile> load) => CheckFile(ProfileFile, load, new DiagnosticBag(), "ERROR");

    /// <summary>Says whether dbt_project.yml is well; null when it is not.</summary>
    /// <param name="load">Loads it; errors are thrown, or left in <paramref name="bag"/>.</param>
    /// <param name="bag">Takes what loading finds.</param>
    public LoadedProject? CheckProject(Func<DiagnosticBag, LoadedProject> load, DiagnosticBag bag) => CheckFile(ProjectFile, load, bag, "ERROR invalid:");

    T? CheckFile<T>(string name, Func<DiagnosticBag, T> load, DiagnosticBag bag, string problem)
        where T : class
    {
        try
        {
            T loaded = load(bag);
            if (!bag.HasErrors)
            {
                Line(name, "OK found and valid", true);
                return loaded;
            }

            foreach (CollectedDiagnostic collected in bag.All.Where(c => c.Diagnostic.Severity == Severity.Error))
            {
                Fail(name, collected.DbtKind, collected.Diagnostic, problem);
            }
        }
        catch (GildException e)
        {
            Fail(name, e.DbtKind, e.Diagnostic, problem);
        }

        return null;
    }

    /// <summary>Where things are, before anything is checked.</summary>
    public void Describe(LoadedProfile? profile, string projectDirectory)
    {
        Line("dbt version", InvocationState.DbtVersion, null);
        if (profile is not null)
        {
            Line("adapter type", profile.AdapterType, null);
            Line("profiles.yml", Path.Combine(profile.Directory, "profiles.yml"), null);
            Line("profile", profile.Name, null);
            Line("target", profile.TargetName, null);
        }

        Line("dbt_project.yml", Path.Combine(projectDirectory, "dbt_project.yml"), null);
    }

    /// <summary>Whether git is there, which only <c>deps</c> needs, and only for packages from git: not a failure.</summary>
    public void CheckGit()
    {
        try
        {
            using Process? git = Process.Start(new ProcessStartInfo("git", ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true });
            git?.WaitForExit();
            Line("git", git is { ExitCode: 0 } ? "OK found" : "not usable: packages from git cannot be installed", git is { ExitCode: 0 } ? true : null);
        }
        catch (Win32Exception)
        {
            Line("git", "not found: packages from git cannot be installed", null);
        }
    }

    /// <summary>Signs in, and sends a statement.</summary>
    /// <param name="makeAdapter">Makes the adapter of the profile.</param>
    public void CheckConnection(Func<Adapter> makeAdapter)
    {
        try
        {
            using Adapter adapter = makeAdapter();
            foreach ((string key, Value value) in adapter.Target.Visible)
            {
                Line(key, value.ToString(), null);
            }

            using WarehouseSession session = new(adapter, invocation, cancellation) { Name = "debug" };
            foreach ((string name, string result) in adapter.Describe(session.Open()))
            {
                Line(name, result, null);
            }

            session.Execute("select 1 as id", false, true, null);
            Line("Connection test", "OK connection ok", true);
        }
        catch (Exception e) when (e is AdapterException or GildException)
        {
            (string kind, Diagnostic diagnostic) = NodeError.Of(e, null);
            Fail("Connection test", kind, diagnostic, help: "check host, port, user and network of the profile's target");
        }
    }

    /// <summary><c>--connection</c>: nothing but the connection is asked for.</summary>
    public void SkipOtherChecks() => invocation.Report(new LogLine(LogLevel.Info, "Skipping steps before connection verification"));

    /// <summary>There is no profile to connect with.</summary>
    public void SkipConnection() => Line("Connection test", "skipped, since no profile was found", null);

    /// <summary>The errors in full, then the count.</summary>
    /// <returns>Whether all is well.</returns>
    public bool Conclude()
    {
        if (_failed.Count == 0)
        {
            invocation.Report(new LogLine(LogLevel.Info, "All checks passed!"));
            return true;
        }

        invocation.Report(new LogLine(LogLevel.Error, _failed.Count == 1 ? "1 check failed:" : $"{_failed.Count} checks failed:"));
        foreach ((string check, string kind, Diagnostic diagnostic) in _failed)
        {
            if (check is ProfileFile or ProjectFile)
            {
                invocation.Report(new LogLine(LogLevel.Error, $"{(check == ProfileFile ? "Profile" : "Project")} loading failed for the following reason:"));
            }

            invocation.Report(new ErrorReported(kind, diagnostic));
        }

        return false;
    }

    void Line(string name, string result, bool? ok) => invocation.Report(new DebugLine(name, result, ok));

    void Fail(string name, string kind, Diagnostic diagnostic, string problem = "ERROR", string? help = null)
    {
        _failed.Add((name, kind, diagnostic));
        invocation.Report(new DebugLine(name, $"{problem} {diagnostic.Message}", false)
        {
            Help = diagnostic.Help.Count > 0 ? string.Join("; ", diagnostic.Help) : help,
        });
    }
}
