using SilverSample;
using Xunit;

namespace Gild.Tests.Gold;

/// <summary>The copy of Silver that a DuckDB database keeps.</summary>
public sealed class LocalSilverTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("gold-silver-").FullName;

    /// <summary>The copy of Silver is kept from run to run; it must not show in the tables which files it has seen before.</summary>
    [Fact]
    public void Files_that_come_change_and_go_end_in_the_tables_of_a_full_copy()
    {
        string silver = Path.Combine(_folder, "silver");
        string bothDays = Path.Combine(_folder, "both");
        GoldProject.WriteSilver(bothDays, SampleDay.First, SilverContractTests.Tiny);
        SilverContractTests.CopyNew(bothDays, silver, "");
        GoldProject.WriteSilver(bothDays, SampleDay.Second, SilverContractTests.Tiny);
        string[] files = Directory.GetFiles(Path.Combine(silver, "linkedin"), "*.parquet", SearchOption.AllDirectories);
        AssertSameCopy("no database", copied: 3);
        AssertSameCopy("nothing new", copied: 0);

        SilverContractTests.CopyNew(bothDays, silver, "linkedin_companies");
        AssertSameCopy("new files", copied: 1);

        File.Delete(files[0]);
        WriteFirstRow(files[1], "*");
        AssertSameCopy("a changed and a vanished file", copied: 1);

        File.Delete(files[2]);
        AssertSameCopy("a vanished file alone", copied: 1);

        WriteFirstRow(files[3], "* exclude (url)");
        AssertSameCopy("a file without a column", copied: 1);

        WriteFirstRow(files[4], "* replace (cast(job_num_applicants as double) + 0.25 as job_num_applicants)");
        AssertSameCopy("a file with a wider type", copied: 1);

        Execute(Path.Combine(_folder, "kept.duckdb"), "delete from silver_ai.ai_enrichment; comment on table silver_ai.ai_enrichment is null");
        AssertSameCopy("a copy that was cut off", copied: 1);

        void AssertSameCopy(string what, int copied)
        {
            string log = Path.Combine(_folder, "kept", "dbt.log");
            Directory.CreateDirectory(Path.GetDirectoryName(log)!);
            File.Delete(log);
            GoldRun kept = GoldProject.RunOnDuckDb(_folder, "kept", silver, "seed", "2026-02-01 12:00:00", "--select", "map_salary_period", "--log-level-file", "debug");
            File.Delete(Path.Combine(_folder, "fresh.duckdb"));
            GoldRun fresh = GoldProject.RunOnDuckDb(_folder, "fresh", silver, "seed", "2026-02-01 12:00:00", "--select", "map_salary_period");
            Assert.True(kept.ExitCode == 0 && fresh.ExitCode == 0, $"{what}: {kept.Output}{fresh.Output}");
            int writes = File.ReadLines(log).Count(l => l.Contains("insert into silver_", StringComparison.Ordinal) || l.Contains("create table silver_", StringComparison.Ordinal));
            Assert.True(writes == copied, $"{what}: {writes} datasets were copied");
            using GoldDatabase database = new(("kept", kept.Database), ("fresh", fresh.Database));
            foreach (string table in (string[])["silver_linkedin.linkedin", "silver_companies.linkedin_companies", "silver_ai.ai_enrichment"])
            {
                Assert.True(
                    database.Number($"select count(*) from (from kept.{table} except all from fresh.{table})") == 0
                    && database.Number($"select count(*) from (from fresh.{table} except all from kept.{table})") == 0
                    && database.Number($"select count(*) from ((describe kept.{table}) except (describe fresh.{table}))") == 0,
                    $"{what}: {table} differs from a fresh copy");
            }
        }
    }

    /// <summary>Writes the file again with its first row, or with what the select list makes of it.</summary>
    static void WriteFirstRow(string file, string select)
    {
        using GoldDatabase database = new();
        database.Rows($"copy (select {select} from read_parquet('{file}', hive_partitioning = false) limit 1) to '{file}.new' (format parquet)");
        File.Move($"{file}.new", file, overwrite: true);
    }

    static void Execute(string file, string sql)
    {
        using GoldDatabase database = new();
        database.Rows($"attach '{file}' as changed");
        database.Rows("use changed");
        foreach (string statement in sql.Split(';'))
        {
            database.Rows(statement);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
