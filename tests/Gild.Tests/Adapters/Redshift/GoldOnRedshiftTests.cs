using System.Text.RegularExpressions;
using Gild.Adapters.Redshift;
using Gild.Engine;
using Gild.Engine.Adapters;
using Xunit;

namespace Gild.Tests.Adapters.Redshift;

/// <summary>The Gold project compiled for Redshift: its SQL uses nothing that Redshift is known not to have.</summary>
public sealed partial class GoldOnRedshiftTests
{
    [Fact]
    public void The_Gold_project_compiles_to_SQL_that_Redshift_knows()
    {
        string target = Directory.CreateTempSubdirectory("gild-gold-redshift-").FullName;
        try
        {
            Heard heard = new();
            InvocationOptions options = new()
            {
                Command = "compile",
                Environment = name => name == "REDSHIFT_HOST" ? "gold-wg.1.us-east-1.redshift-serverless.amazonaws.com" : null,
                WorkingDirectory = Repository.PathOf(),
                ProjectDirectory = Repository.PathOf("src", "dbt_gold"),
                ProfilesDirectory = Repository.PathOf("src", "dbt_gold"),
                Target = "prod",
                TargetPath = target,
                Threads = 2,
            };
            AdapterRegistry registry = new(new AdapterFactory(
                "redshift", (output, environment) => new RecordingAdapter(RedshiftAdapter.Factory.Create(output, environment), [])));
            int ended = Invocation.Run(options, registry, heard, TestContext.Current.CancellationToken);
            Assert.True(ended == 0, string.Join('\n', heard.Errors));

            string[] files = Directory.GetFiles(Path.Combine(target, "compiled"), "*.sql", SearchOption.AllDirectories);
            Assert.True(files.Length > 81, $"only {files.Length} files were compiled");
            foreach (string file in files)
            {
                Match found = Unknown().Match(Comments().Replace(File.ReadAllText(file), " "));
                Assert.False(found.Success, $"{Path.GetRelativePath(target, file)} has `{found.Value}`, which Redshift does not");
            }
        }
        finally
        {
            Directory.Delete(target, recursive: true);
        }
    }

    sealed class Heard : IReporter
    {
        public List<string> Errors { get; } = [];

        public void Report(RunEvent runEvent)
        {
            if (runEvent is ErrorReported error)
            {
                Errors.Add(error.Diagnostic.Message);
            }
            else if (runEvent is NodeFinished { Diagnostic: { } failure })
            {
                Errors.Add(failure.Message);
            }
        }
    }

    /// <summary>From Redshift's list of unsupported PostgreSQL functions and features, and what other warehouses have.</summary>
    [GeneratedRegex(
        @"\b(concat_ws|string_agg|array_agg|generate_series|clock_timestamp|regexp_matches|regexp_split_to_\w+|unnest|cardinality|list_contains|list_transform|read_parquet|strptime|filter\s*\(|is\s+(not\s+)?distinct\s+from|\w+\s+at\s+time\s+zone\s+interval)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Unknown();

    [GeneratedRegex(@"--[^\n]*|/\*.*?\*/|'[^']*'", RegexOptions.Singleline)]
    private static partial Regex Comments();
}
