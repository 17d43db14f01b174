namespace Gild.Cli;

/// <summary>A command of the command line.</summary>
/// <param name="Name">dbt's name; two words for those of a group (<c>docs generate</c>).</param>
sealed record CommandSpec(string Name, string Help, IReadOnlyList<Flag> Flags)
{
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What the command's one argument is called; null when it takes none.</summary>
    public string? Argument { get; init; }

    public bool ArgumentRequired { get; init; }
}

/// <summary>The commands, in the order of the help.</summary>
static class CommandTable
{
    public static readonly IReadOnlyList<CommandSpec> All =
    [
        new("build", "Run, test, seed and snapshot, in the order of the graph.", [.. Flags.Building, .. Flags.Types, Flags.StoreFailures, Flags.Show]),
        new("run", "Build models.", Flags.Building),
        new("test", "Run data tests and unit tests.", [.. Flags.Selection, .. Flags.Types, Flags.StoreFailures]),
        new("seed", "Load CSV files.", [.. Flags.Selection, Flags.FullRefresh, Flags.Show]),
        new("snapshot", "Record how rows change.", [.. Flags.Selection, Flags.Empty]),
        new("compile", "Render SQL without running it.", [.. Flags.Selection, Flags.FullRefresh, Flags.Empty, Flags.Inline, Flags.Output, Flags.Introspect, Flags.InjectEphemeralCtes]),
        new("show", "Show rows of a node or of a query.", [.. Flags.Selection, Flags.FullRefresh, Flags.Inline, Flags.InlineDirect, Flags.Limit, Flags.Output, Flags.Introspect]),
        new("list", "List nodes.", [Flags.SelectOnly, Flags.Models, Flags.Exclude, Flags.Selector, .. Flags.Types, Flags.Output, Flags.OutputKeys]) { Aliases = ["ls"] },
        new("parse", "Read the project and write its manifest.", []),
        new("debug", "Check the project, the profile and the connection.", [Flags.Connection, Flags.ConfigDir]),
        new("deps", "Install the packages of packages.yml.", [Flags.AddPackage, Flags.PackageSource, Flags.Lock, Flags.Upgrade]),
        new("clean", "Delete the folders of clean-targets.", [Flags.CleanProjectFilesOnly]),
        new("init", "Make a new project.", [Flags.SkipProfileSetup]) { Argument = "PROJECT_NAME" },
        new("retry", "Run again what failed in the last run.", [Flags.FullRefresh]),
        new("clone", "Clone nodes from where --state says they are.", [.. Flags.Selection, .. Flags.Types, Flags.FullRefresh]),
        new("run-operation", "Call a macro.", [Flags.Args]) { Argument = "MACRO", ArgumentRequired = true },
        new("source freshness", "Check how old source data is.", [.. Flags.Selection, Flags.OutputPath]) { Aliases = ["source snapshot-freshness"] },
        new("docs generate", "Write the catalog and the manifest.", [.. Flags.Selection, Flags.Compile, Flags.EmptyCatalog, Flags.Static]),
        new("docs serve", "Serve the documentation on this machine.", [Flags.Host, Flags.Port, Flags.Browser]),
        new("lambda", "Invoke the handler of the Lambda runner on this machine.", [Flags.Event, Flags.Timeout]),
    ];

    /// <summary>Every environment variable that gives a flag.</summary>
    public static IEnumerable<string> Variables => All.SelectMany(c => c.Flags).Concat(Flags.Common).Select(f => f.Environment).OfType<string>();

    /// <summary>Their names of long ago.</summary>
    public static IEnumerable<string> FormerVariables => All.SelectMany(c => c.Flags).Concat(Flags.Common).Select(f => f.FormerEnvironment).OfType<string>();

    public static CommandSpec? Find(string name) =>
        All.FirstOrDefault(c => c.Name == name || c.Aliases.Contains(name));

    /// <summary>Whether this is the first word of commands of two (<c>docs</c>, <c>source</c>).</summary>
    public static bool IsGroup(string word) => All.Any(c => c.Name.StartsWith(word + " ", StringComparison.Ordinal));

    /// <summary>Every word a command line can begin with.</summary>
    public static IEnumerable<string> FirstWords => All.SelectMany(c => c.Aliases.Prepend(c.Name)).Select(n => n.Split(' ')[0]).Distinct();
}
