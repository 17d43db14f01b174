using System.Text.RegularExpressions;
using Gild.Engine;
using Gild.Engine.Yaml;
using Gild.Jinja.Diagnostics;

namespace Gild.Cli;

/// <summary>
/// <c>gild init</c>: a project that builds at once, and its profile by the answers to some questions. Inside of a project, only the profile.
/// </summary>
static partial class InitCommand
{
    public static int Run(CommandLine line, InvocationOptions options, TextWriter output, IReporter reporter, CancellationToken cancellation) =>
        Run(line, options, output, new Prompts(Console.In, output, cancellation) { IsTerminal = !Console.IsInputRedirected });

    /// <param name="line">The command line.</param>
    /// <param name="options">Where to work.</param>
    /// <param name="output">Takes questions and news.</param>
    /// <param name="prompts">Gives the answers.</param>
    internal static int Run(CommandLine line, InvocationOptions options, TextWriter output, Prompts prompts)
    {
        ProfileSetup setup = new(options, prompts, output);
        bool withProfile = line.Switch(Flags.SkipProfileSetup) != true;
        try
        {
            if (ProjectFolder.Find(options) is { } present)
            {
                SetUp(present, line, options, withProfile ? setup : null);
            }
            else
            {
                Make(line, options, output, prompts, withProfile ? setup : null);
            }
        }
        catch (OperationCanceledException)
        {
            output.WriteLine();
            return 1;
        }

        return 0;
    }

    static void SetUp(string project, CommandLine line, InvocationOptions options, ProfileSetup? setup)
    {
        string file = Path.Combine(project, "dbt_project.yml");
        if (options.Profile is not null)
        {
            throw new GildException(DbtKinds.Runtime, "C0745",
                $"Can not init existing project with specified profile, edit dbt_project.yml instead: {file}", "outside of a project, `gild init NAME --profile PROFILE` makes one that uses the profile");
        }

        if (line.Argument is { } name)
        {
            throw new UsageException($"{project} is a project already: no project `{name}` is made inside of it", "give no name to set up its profile, or go to a folder outside of it");
        }

        string profile = (YamlReader.Read(new SourceText("dbt_project.yml", File.ReadAllText(file))) as YamlMapping)?.Find("profile")?.AsText
            ?? throw new GildException(DbtKinds.Runtime, "P0320", "no profile was specified for this project", "add `profile: NAME` to dbt_project.yml");
        setup?.Run(project, profile, profile);
    }

    static void Make(CommandLine line, InvocationOptions options, TextWriter output, Prompts prompts, ProfileSetup? setup)
    {
        string name = ValidName(line.Argument, output, prompts);
        string parent = options.ProjectDirectory is { } given ? Path.GetFullPath(given, options.WorkingDirectory) : options.WorkingDirectory;
        string folder = Path.Combine(parent, name);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new UsageException($"A project called {name} already exists here: the folder {folder} exists and is not empty", "choose another name, or empty the folder");
        }

        if (options.Profile is { } profile && !new ProfileSetup(options, prompts, output).Exists(profile))
        {
            throw new GildException(DbtKinds.Runtime, "P0322", $"Could not find profile named '{profile}'", "leave --profile out to be asked for its settings");
        }

        foreach ((string path, string text) in Files(name, options.Profile ?? name))
        {
            string file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text.ReplaceLineEndings("\n"));
        }

        output.WriteLine($"Made the project {name} in {folder}.");
        if (options.Profile is null)
        {
            setup?.Run(folder, name, name);
        }

        output.WriteLine(setup is not null || options.Profile is not null
            ? $"Next: cd {name} && gild build"
            : $"Next: write the profile '{name}' (profiles.yml), then cd {name} && gild build");
    }

    static string ValidName(string? name, TextWriter output, Prompts prompts)
    {
        while (name is null || !NamePattern().IsMatch(name) || name is "dbt" or "dbt_duckdb" or "dbt_postgres" or "dbt_redshift")
        {
            if (name is not null)
            {
                output.WriteLine($"{name} is not a valid project name.");
            }

            string? given = prompts.TryAsk("Enter a name for your project (letters, digits, underscore)");
            name = given ?? throw (name is null
                ? new UsageException("`gild init` needs the argument PROJECT_NAME")
                : new UsageException($"`{name}` is not a valid project name", "names have letters, digits and underscores, and begin with no digit"));
        }

        return name;
    }

    static IEnumerable<(string Path, string Text)> Files(string name, string profile)
    {
        yield return ("dbt_project.yml", $"""
            name: {name}
            version: '1.0.0'
            profile: {profile}

            model-paths: [models]
            seed-paths: [seeds]
            macro-paths: [macros]
            test-paths: [tests]
            snapshot-paths: [snapshots]
            analysis-paths: [analyses]

            clean-targets: [target, dbt_packages]

            models:
              {name}:
                +materialized: table

            """);
        yield return (".gitignore", "target/\ndbt_packages/\nlogs/\n*.duckdb\n*.duckdb.wal\n");
        yield return ("seeds/customers.csv", "customer_id,name,country\n1,Ada,GB\n2,Grace,US\n3,Edsger,NL\n");
        yield return ("models/customers_by_country.sql", """
            select country, count(*) as customers
            from {{ ref('customers') }}
            group by country

            """);
        yield return ("models/schema.yml", """
            version: 2

            models:
              - name: customers_by_country
                description: How many customers each country has.
                columns:
                  - name: country
                    data_tests: [unique, not_null]

            """);
        foreach (string empty in new[] { "macros", "tests", "snapshots", "analyses" })
        {
            yield return ($"{empty}/.gitkeep", "");
        }
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex NamePattern();
}
