using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Gild.Tests.Gold;

/// <summary><c>docs/gold.md</c> says what the project is: its picture is the manifest's, and its answers are those of the sample.</summary>
[Collection(GoldCollection.Name)]
public sealed partial class GoldDocumentTests(GoldFixture gold)
{
    static string Document => File.ReadAllText(Repository.PathOf("docs", "gold.md")).ReplaceLineEndings("\n");

    [Fact]
    public void The_picture_is_drawn_from_the_project()
    {
        ProcessStartInfo start = new("node", [Repository.PathOf("scripts", "star-schema.mjs"), Path.Combine(gold.FirstDay.Target, "manifest.json")])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string picture = process.StandardOutput.ReadToEnd().ReplaceLineEndings("\n");
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, "scripts/star-schema.mjs failed");
        Assert.Contains(picture, Document, StringComparison.Ordinal);

        using GoldDatabase database = new(("gold_db", gold.FirstDay.Database));
        Assert.All(database.Tables(), table => Assert.Contains(table, picture, StringComparison.Ordinal));
    }

    [Fact]
    public void Ten_questions_have_the_answers_of_the_sample()
    {
        using GoldDatabase database = new(("gold_db", gold.FirstDay.Database));
        AssertAnswers(database.Rows);
    }

    /// <summary>The SQL of the document's questions.</summary>
    internal static IEnumerable<string> Questions() => Question().Matches(Document).Select(question => question.Groups["sql"].Value);

    /// <summary>Asks the document's questions; every cell of an answer is text.</summary>
    internal static void AssertAnswers(Func<string, List<string?[]>> ask)
    {
        MatchCollection questions = Question().Matches(Document);
        Assert.Equal(10, questions.Count);
        Assert.All(questions, question =>
        {
            string[] expected = question.Groups["rows"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.NotEmpty(expected);
            Assert.Equal(expected, ask(question.Groups["sql"].Value).Select(row => $"| {string.Join(" | ", row)} |"));
        });
    }

    [Fact]
    public void The_rules_for_Redshift_are_those_of_the_checker()
    {
        ProcessStartInfo start = new("node", [Repository.PathOf("tests", "redshift-sql", "rules-table.mjs")]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string table = process.StandardOutput.ReadToEnd().ReplaceLineEndings("\n").Trim();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, "tests/redshift-sql/rules-table.mjs failed");
        Assert.Contains("| rule |", table, StringComparison.Ordinal);
        Assert.True(Document.Contains(table, StringComparison.Ordinal), $"docs/gold.md holds another table than `node tests/redshift-sql/rules-table.mjs` prints:\n{table}");
    }

    /// <summary>A numbered heading, its SQL, and a table of the answer.</summary>
    [GeneratedRegex(@"^### \d+\. .*\n\n```sql\n(?<sql>[^`]+)```\n\n\|.*\|\n\|[-|]+\n(?<rows>(?:\|.*\|\n)+)", RegexOptions.Multiline)]
    private static partial Regex Question();
}
