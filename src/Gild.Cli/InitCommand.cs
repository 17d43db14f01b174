using System.Text.RegularExpressions;
using Gild.Engine;

namespace Gild.Cli;

/// <summary><c>gild init</c>: a project that builds at once on DuckDB.</summary>
static partial class InitCommand
{
    public static int Run(CommandLine line, InvocationOptions options, TextWriter output, IReporter reporter, CancellationToken cancellation)
    {
        string name = line.Argument ?? AskName(output);
        if (!NamePattern().IsMatch(name))
        {
            throw new UsageException($"`{name}` cannot name a project", "names have letters, digits and underscores, and begin with a letter");
        }

        string parent = options.ProjectDirectory is { } given ? Path.GetFullPath(given, options.WorkingDirectory) : options.WorkingDirectory;
        string folder = Path.Combine(parent, name);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new UsageException($"the folder {folder} exists and is not empty", "choose another name, or empty the folder");
        }

        bool withProfile = line.Switch(Flags.SkipProfileSetup) != true;
        foreach ((string path, string text) in Files(name, options.Profile ?? name, withProfile))
        {
            cancellation.ThrowIfCancellationRequested();
            string file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text.ReplaceLineEndings("\n"));
        }

        output.WriteLine($"Made the project {name} in {folder}.");
        output.WriteLine(withProfile
            ? $"Next: cd {name} && gild build"
            : $"Next: write the profile '{options.Profile ?? name}' (profiles.yml), then cd {name} && gild build");
        return 0;
    }

    static string AskName(TextWriter output)
    {
        if (Console.IsInputRedirected)
        {
            throw new UsageException("`gild init` needs the argument PROJECT_NAME");
        }

        output.Write("Name of the project (letters, digits, underscores): ");
        output.Flush();
        return Console.ReadLine()?.Trim() ?? "";
    }

    static IEnumerable<(string Path, string Text)> Files(string name, string profile, bool withProfile)
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
        if (withProfile)
        {
            yield return ("profiles.yml", $"""
                {profile}:
                  target: dev
                  outputs:
                    dev:
                      type: duckdb
                      path: {name}.duckdb
                      threads: 4

                """);
        }

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

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]*$")]
    private static partial Regex NamePattern();
}
