using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.DbtRunner;

/// <summary>The macros of the Gold project for the one-time set-up and for partitions, by the text that Redshift would get.</summary>
public sealed class GoldSetupTests
{
    static Outcome Run(string folder, string macro, string arguments) => Gild(folder, "run-operation", macro, "--args", arguments);

    static Outcome Gild(string folder, params string[] words) => GildProgram.Run(
        folder, [.. words, "--project-dir", Repository.PathOf("src", "dbt_gold"), "--target", "local",
            "--target-path", Path.Combine(folder, "target"), "--log-path", Path.Combine(folder, "logs")],
        ("GOLD_DB", Path.Combine(folder, "gold.duckdb")), ("DBT_PROFILES_DIR", Repository.PathOf("src", "dbt_gold")));

    static void InFolder(Action<string> test)
    {
        string folder = Directory.CreateTempSubdirectory("gild-setup-").FullName;
        try
        {
            test(folder);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public void Partitions_of_every_hour_day_and_bucket_are_added_a_hundred_at_a_time() => InFolder(folder =>
    {
        Outcome outcome = Run(folder, "redshift__register_partitions",
            "{from_day: '2025-12-30', to_day: '2026-01-03', dry_run: true, roots: {linkedin: 's3://silver/linkedin/', ai_enrichment: 's3://silver/ai', linkedin_companies: 's3://silver/companies'}}");
        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        Assert.Contains("alter table silver_linkedin.linkedin add if not exists\npartition (year='2025', month='12', day='30', hour='00') location 's3://silver/linkedin/year=2025/month=12/day=30/hour=00/'", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("partition (year='2026', month='01', day='03', hour='23') location 's3://silver/linkedin/year=2026/month=01/day=03/hour=23/'", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("partition (year='2026', month='01', day='03') location 's3://silver/ai/year=2026/month=01/day=03/'", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("partition (bucket=49) location 's3://silver/companies/bucket=49/'", outcome.Output, StringComparison.Ordinal);
        Assert.Equal((5 * 24) + 5 + 50, outcome.Output.Split("partition (").Length - 1);
        Assert.Equal(2 + 1 + 1, outcome.Output.Split("alter table").Length - 1);
    });

    [Fact]
    public void The_set_up_makes_the_schemas_and_may_run_again() => InFolder(folder =>
    {
        for (int round = 0; round < 2; round++)
        {
            Outcome outcome = Run(folder, "set_up_warehouse", "{}");
            Assert.True(outcome.ExitCode == 0, outcome.ToString());
            Assert.Contains("done: create schema if not exists \"gold\"", outcome.Output, StringComparison.Ordinal);
        }
    });

    [Fact]
    public void External_schemas_take_the_catalogue_as_it_is_and_give_the_runner_its_rights() => InFolder(folder =>
    {
        Outcome outcome = Gild(folder, "compile", "--inline",
            "{{ run_setup_statements(redshift__external_schema_statements({'silver_ai': 'silver_ai_enrichment'}, 'IAMR:runner', true), true) }}");
        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        Assert.Equal(
            """
            create external schema if not exists "silver_ai" from data catalog database 'silver_ai_enrichment' iam_role default;
            grant usage on schema "silver_ai" to "IAMR:runner";
            alter schema "silver_ai" owner to "IAMR:runner";

            """.ReplaceLineEndings("\n"),
            string.Join('\n', outcome.Output.Split('\n').Where(l => l.EndsWith(';'))) + "\n");
    });

    [Fact]
    public void A_name_that_would_end_its_quotes_is_refused() => InFolder(folder =>
    {
        Outcome outcome = Run(folder, "setup_quoted", "{name: 'x\"; drop schema gold; --'}");
        Assert.True(outcome.ExitCode == 1, outcome.ToString());
        Assert.Contains("it holds a double quote", outcome.All, StringComparison.Ordinal);
    });
}
