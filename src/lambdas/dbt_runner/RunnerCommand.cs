namespace DbtRunner;

/// <summary>A command that an event may name.</summary>
/// <param name="Name">As the event writes it.</param>
/// <param name="EngineName">As dbt writes it.</param>
/// <param name="Selects">Takes select, exclude and selector.</param>
/// <param name="Resumes">Goes on in another invocation when time runs out.</param>
/// <param name="Writes">Changes the warehouse: one at a time.</param>
sealed record RunnerCommand(string Name, string EngineName, bool Selects, bool Resumes, bool Writes)
{
    public static IReadOnlyList<RunnerCommand> All { get; } =
    [
        new("build", "build", true, true, true),
        new("run", "run", true, true, true),
        new("test", "test", true, true, true),
        new("seed", "seed", true, true, true),
        new("snapshot", "snapshot", true, true, true),
        new("source-freshness", "source freshness", true, false, false),
        new("compile", "compile", true, false, false),
        new("ls", "list", true, false, false),
        new("debug", "debug", false, false, false),
        new("run-operation", "run-operation", false, false, true),
        new("docs-generate", "docs generate", true, false, false),
        new("retry", "retry", false, true, true),
    ];

    public static RunnerCommand? Find(string name) => All.FirstOrDefault(c => c.Name == name);
}
