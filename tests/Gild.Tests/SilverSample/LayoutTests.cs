using System.Text.RegularExpressions;
using SilverSample.Ai;
using SilverSample.Companies;
using Xunit;

namespace Gild.Tests.SilverSample;

/// <summary>Folders, file contents and types of the three datasets (Silver contract).</summary>
[Collection(SampleCollection.Name)]
public sealed partial class LayoutTests(SampleFixture sample)
{
    [Fact]
    public void Partition_folders_are_zero_padded_hive_folders()
    {
        Regex[] known = [LinkedinFolder(), CompanyFolder(), AiFolder()];
        var folders = Directory.GetFiles(sample.BothFolder, "*.parquet", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(sample.BothFolder, Path.GetDirectoryName(f)!))
            .Distinct().ToList();
        Assert.NotEmpty(folders);
        Assert.DoesNotContain(folders, f => !known.Any(k => k.IsMatch(f)));
    }

    [Fact]
    public void Rows_lie_in_the_partition_of_their_time() => Assert.Equal(
        [0, 0],
        sample.Both.Numbers("""
            select (select count(*) from linkedin where strftime(scraped_at, '%Y%m%d%H') <> year || month || day || hour),
                (select count(*) from ai_enrichment where strftime(enriched_at, '%Y%m%d') <> year || month || day)
            """));

    [Fact]
    public void Companies_lie_in_the_bucket_of_their_MD5()
    {
        Assert.Equal(16, CompanySnapshots.Bucket(0));
        foreach (var row in sample.Both.Rows("select distinct company_id, bucket from linkedin_companies where company_id is not null"))
        {
            var hash = Convert.FromHexString(sample.Both.Rows($"select md5('{row[0]}')")[0][0]!);
            Assert.Equal(new System.Numerics.BigInteger(hash, isUnsigned: true, isBigEndian: true) % 50, System.Numerics.BigInteger.Parse(row[1]!, null));
        }
    }

    [Fact]
    public void Partition_columns_are_not_stored_in_the_files()
    {
        foreach (var dataset in (string[])["linkedin", "linkedin_companies", "ai_enrichment"])
        {
            var file = Directory.GetFiles(Path.Combine(sample.Day1Folder, dataset), "*.parquet", SearchOption.AllDirectories)[0];
            var columns = sample.Day1.Texts($"select name from parquet_schema('{file}')");
            Assert.Empty(columns.Intersect(["year", "month", "day", "hour", "bucket"]));
        }
    }

    [Fact]
    public void Ai_enrichment_has_its_299_columns_in_order()
    {
        var file = Directory.GetFiles(Path.Combine(sample.Day1Folder, "ai_enrichment"), "*.parquet", SearchOption.AllDirectories)[0];
        var described = sample.Day1.Rows($"select column_name, column_type from (describe select * from read_parquet('{file}', hive_partitioning = false))");
        Assert.Equal(299, described.Count);
        Assert.Equal(AiSchema.Columns.Select(c => c.Name), described.Select(r => r[0]));
        Assert.Equal("VARCHAR[]", described.Single(r => r[0] == "ext_benefits_mentioned")[1]);
        Assert.Equal("DOUBLE", described.Single(r => r[0] == "inf_job_family_confidence")[1]);
        Assert.Equal("TIMESTAMP", described.Single(r => r[0] == "enriched_at")[1]);
    }

    [Fact]
    public void Lists_and_timestamps_have_the_contract_encoding()
    {
        var file = Directory.GetFiles(Path.Combine(sample.Day1Folder, "linkedin"), "*.parquet", SearchOption.AllDirectories)[0];
        var schema = sample.Day1.Rows($"select name, coalesce(converted_type, ''), coalesce(logical_type, ''), repetition_type from parquet_schema('{file}')");
        var list = schema.FindIndex(r => r[0] == "skills_canonical");
        Assert.Equal(["skills_canonical", "list", "element"], schema.Skip(list).Take(3).Select(r => r[0]));
        Assert.Equal("LIST", schema[list][1]);
        Assert.Equal("REPEATED", schema[list + 1][3]);
        Assert.Contains("isAdjustedToUTC=0", schema.Single(r => r[0] == "scraped_at")[2], StringComparison.Ordinal);
        Assert.Contains("MICROS", schema.Single(r => r[0] == "scraped_at")[2], StringComparison.Ordinal);
    }

    [GeneratedRegex("^linkedin/year=\\d{4}/month=\\d{2}/day=\\d{2}/hour=\\d{2}$")]
    private static partial Regex LinkedinFolder();

    [GeneratedRegex("^linkedin_companies/bucket=\\d{1,2}$")]
    private static partial Regex CompanyFolder();

    [GeneratedRegex("^ai_enrichment/year=\\d{4}/month=\\d{2}/day=\\d{2}$")]
    private static partial Regex AiFolder();
}
