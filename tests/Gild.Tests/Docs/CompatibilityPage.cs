using System.Reflection;
using System.Text;
using Xunit;

namespace Gild.Tests.Docs;

/// <summary>One line of docs/compatibility.tsv.</summary>
/// <param name="Area">Heading under which it stands.</param>
/// <param name="Feature">What a user calls it.</param>
/// <param name="Verdict">same, differs or absent.</param>
/// <param name="Note">What differs and why.</param>
/// <param name="Tests">Class.Method of the tests that hold it; <c>Class.*</c> for all of a class.</param>
sealed record Feature(string Area, string Name, string Verdict, string Note, string[] Tests);

/// <summary>The page docs/compatibility.md, made from docs/compatibility.tsv and docs/packages.tsv.</summary>
static class CompatibilityPage
{
    public static Feature[] Features() => [.. Lines("compatibility.tsv").Select(cells => new Feature(
        cells[0], cells[1], cells[2], cells[3], cells[4].Split(' ', StringSplitOptions.RemoveEmptyEntries)))];

    public static string Page()
    {
        StringBuilder page = new("""
            # Compatibility with dbt Core 1.11

            What is the same as in dbt Core 1.11, what differs and why. **same** means: a project sees no difference. Each line names the tests that
            hold it, and a test checks that they exist. The page is made from `docs/compatibility.tsv` and `docs/packages.tsv`; after a change run
            `GILD_UPDATE=1 dotnet run --project tests/Gild.Tests -c Release -- --filter-class '*PageTests'`.

            """);
        foreach (IGrouping<string, Feature> area in Features().GroupBy(f => f.Area))
        {
            page.Append("\n## ").Append(area.Key).Append("\n\n| feature | is | note | tests |\n|---|---|---|---|\n");
            foreach (Feature feature in area)
            {
                page.Append("| ").Append(feature.Name).Append(" | ").Append(feature.Verdict).Append(" | ").Append(feature.Note).Append(" | ")
                    .AppendJoin("<br>", feature.Tests.Select(t => $"`{t}`")).Append(" |\n");
            }
        }

        page.Append("""

            ## Community packages

            The integration tests of public packages, run with `tests/packages/run.sh URL [REVISION [FOLDER]]` on PostgreSQL 15 (it clones the
            repository, so it needs a network, and is no part of `./test`). Seconds are those of the build command on two shared cores with the program
            before native compilation.

            | repository | revision | command | passed | warned | failed | seconds | note |
            |---|---|---|---|---|---|---|---|

            """);
        foreach (string[] cells in Lines("packages.tsv"))
        {
            page.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        }

        return page.ToString();
    }

    /// <summary>Whether the test assembly has the test, or the class for <c>Class.*</c>.</summary>
    public static bool Exists(string test)
    {
        string[] parts = test.Split('.');
        return parts.Length == 2 && typeof(CompatibilityPage).Assembly.GetTypes().Where(t => t.Name == parts[0])
            .Any(t => parts[1] == "*" ? HasTests(t) : t.GetMethod(parts[1]) is { } method && IsTest(method));
    }

    static bool HasTests(Type type) => type.GetMethods().Any(IsTest);

    static bool IsTest(MethodInfo method) => method.GetCustomAttributes().Any(a => a is FactAttribute);

    static IEnumerable<string[]> Lines(string file) => File.ReadAllLines(Repository.PathOf("docs", file))
        .Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t'));
}
