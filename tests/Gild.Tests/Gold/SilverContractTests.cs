using SilverSample;
using Xunit;

namespace Gild.Tests.Gold;

/// <summary>What a run says of Silver before it builds, how it reads the files, and that the order of deliveries does not matter.</summary>
[Collection(GoldCollection.Name)]
public sealed class SilverContractTests(GoldFixture gold)
{
    internal static readonly SampleSize Tiny = new("T", 1_000, 100, 4, 7, [2, 10, 18]);

    [Fact]
    public void Columns_that_are_missing_or_changed_are_named_before_anything_is_built()
    {
        string folder = gold.NewFolder("contract");
        string silver = Path.Combine(folder, "silver");
        RewriteSilver(silver, "select * exclude (job_title, salary_min) replace (cast(job_num_applicants as varchar) as job_num_applicants)");
        GoldRun run = GoldProject.RunOnDuckDb(folder, "contract", silver, "run", "2026-02-01 12:00:00", "--select", "dim_location");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("silver_linkedin.linkedin lacks the columns job_title, salary_min", run.Output, StringComparison.Ordinal);
        Assert.Contains("job_num_applicants is varchar instead of number", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("created sql table model", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dataset_whose_files_hold_no_rows_stops_the_run()
    {
        string folder = gold.NewFolder("empty");
        string silver = Path.Combine(folder, "silver");
        RewriteSilver(silver, "select *", "where false");
        GoldRun run = GoldProject.RunOnDuckDb(folder, "empty", silver, "run", "2026-02-01 12:00:00", "--select", "dim_location");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("silver_linkedin.linkedin holds no rows", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_read_in_place_give_the_same_tables_to_the_byte_at_the_same_instant()
    {
        string folder = gold.NewFolder("places");
        string silver = Path.Combine(folder, "silver");
        GoldProject.WriteSilver(silver, SampleDay.First, Tiny);
        GoldRun copied = GoldProject.RunOnDuckDb(folder, "copied", silver, "build", "2026-02-01 12:00:00", GoldProject.TablesOnly);
        GoldRun inPlace = GoldProject.RunOnDuckDb(folder, "inplace", silver, "build", "2026-02-01 12:00:00", [.. GoldProject.TablesOnly, "--vars", "local_silver: view"]);
        Assert.True(copied.ExitCode == 0, copied.Output);
        Assert.True(inPlace.ExitCode == 0, inPlace.Output);
        using GoldDatabase database = new(("copied", copied.Database), ("inplace", inPlace.Database));
        Assert.Equal(3, database.Number("select count(*) from duckdb_views() where database_name = 'inplace' and schema_name like 'silver_%'"));
        string differences = TableComparison.Differences(database, "copied", "inplace", withTimes: true);
        Assert.True(differences.Length == 0, differences);
    }

    /// <summary>Day 2 arrives dataset by dataset: companies, the AI rows before their postings, postings last; in a run each.</summary>
    [Fact]
    public void Deliveries_in_any_order_end_in_the_tables_of_a_full_refresh()
    {
        string folder = gold.NewFolder("order");
        string silver = Path.Combine(folder, "silver");
        File.Copy(gold.FirstDay.Database, Path.Combine(folder, "order.duckdb"));
        CopyNew(gold.FirstSilver, silver, "");
        int hour = 12;
        foreach (string dataset in (string[])["ai_enrichment", "linkedin_companies", "linkedin"])
        {
            CopyNew(gold.Silver, silver, dataset);
            GoldRun run = GoldProject.RunOnDuckDb(folder, "order", silver, "run", $"2026-02-01 {hour++}:00:00");
            Assert.True(run.ExitCode == 0, run.Output);
        }

        using GoldDatabase database = new(("in_parts", Path.Combine(folder, "order.duckdb")), ("refresh", gold.FullRefresh.Database));
        string differences = TableComparison.Differences(database, "in_parts", "refresh");
        Assert.True(differences.Length == 0, differences);
    }

    /// <summary>Copies the files of a dataset (of all: empty) that are not there yet.</summary>
    internal static void CopyNew(string from, string to, string dataset)
    {
        foreach (string file in Directory.GetFiles(Path.Combine(from, dataset), "*.parquet", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            if (!File.Exists(copy))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }
    }

    /// <summary>A small Silver folder whose linkedin files hold what the query makes of them.</summary>
    void RewriteSilver(string silver, string select, string where = "")
    {
        CopyNew(gold.FirstSilver, silver, "");
        Directory.Delete(Path.Combine(silver, "linkedin"), recursive: true);
        string partition = Directory.CreateDirectory(Path.Combine(silver, "linkedin", "year=2026", "month=01", "day=31", "hour=10")).FullName;
        using GoldDatabase database = new(("day1", gold.FirstDay.Database));
        database.Rows($"copy ({select} from (select * exclude (year, month, day, hour, silver_file) from silver_linkedin.linkedin) {where}) to '{partition}/part.parquet' (format parquet)");
    }
}
