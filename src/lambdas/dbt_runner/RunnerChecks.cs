using System.Reflection;
using Gild.Engine;

namespace DbtRunner;

/// <summary>What <c>debug</c> checks beyond project and warehouse: version, work folders, the state's place.</summary>
sealed class RunnerChecks(RunnerSettings settings, RunStore store, AnswerReporter reporter, string project)
{
    bool _fine = true;

    /// <summary>Whether all is well. Writes all checks of the invocation as a table into the answer's text.</summary>
    public bool Run()
    {
        Check("runner version", () => Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "");
        Check("project", () => project);
        Check("log", () =>
        {
            Directory.CreateDirectory(settings.LogPath);
            return $"can be written ({settings.LogPath})";
        });
        Check("state: write, read, list, delete", () =>
        {
            string key = $"checks/{Guid.NewGuid():N}";
            byte[] content = [1, 2, 3];
            store.Put(key, content);
            bool same = store.Get(key)?.Content.AsSpan().SequenceEqual(content) == true && store.List("checks/").Contains(key);
            store.Delete(key);
            return same ? $"can be used ({store.Place})" : throw new RunnerException(RunnerException.StateUnreachable, $"{store.Place} does not give back what was written");
        });
        WriteTable();
        return _fine && reporter.Checks.All(c => c.Ok != false);
    }

    void Check(string name, Func<string> check)
    {
        try
        {
            reporter.Report(new DebugLine(name, check(), true));
        }
        catch (Exception e) when (e is RunnerException or IOException or UnauthorizedAccessException)
        {
            _fine = false;
            reporter.Report(new DebugLine(name, e.Message, false) { Help = (e as RunnerException)?.Help ?? "check the folder's rights and free space" });
        }
    }

    void WriteTable()
    {
        int width = reporter.Checks.Max(c => c.Name.Length);
        foreach (DebugLine check in reporter.Checks.Where(c => c is not { Ok: null, Result: "None" }))
        {
            string mark = check.Ok switch { true => "ok    ", false => "FAILED", null => "      " };
            reporter.Print($"{mark} {check.Name.PadRight(width)}  {check.Result}");
            if (check is { Ok: false, Help: not null })
            {
                reporter.Print($"       {new string(' ', width)}  -> {check.Help}");
            }
        }
    }
}
