using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using SilverSample;
using Xunit;

namespace Gild.Tests.Gold;

/// <summary>
/// The Gold project compiled for Redshift, once for a first run and once for an incremental one, and checked by the rules of
/// <c>tests/redshift-sql</c>: a parser with Redshift's dialect, and a named rule for each trap.
/// </summary>
public sealed partial class RedshiftSqlTests : IDisposable
{
    static readonly string s_checker = Repository.PathOf("tests", "redshift-sql");

    readonly string _folder = Directory.CreateTempSubdirectory("gold-redshift-sql-").FullName;

    public RedshiftSqlTests()
    {
        if (!File.Exists(Path.Combine(s_checker, "node_modules", "@polyglot-sql", "sdk", "package.json")))
        {
            (int code, string output) = Execute("npm", "ci", "--no-fund", "--no-audit");
            Assert.True(code == 0, output);
        }
    }

    [Fact]
    public void Each_rule_refuses_its_failing_examples_and_no_other()
    {
        (int code, string output) = Execute("node", "--test", "rules.test.mjs");
        Assert.True(code == 0, output);
    }

    [Theory]
    [InlineData("first run")]
    [InlineData("incremental run")]
    public void The_SQL_of_every_node_holds_none_of_the_traps(string kind)
    {
        Compile(isIncremental: kind == "incremental run");
        string report = Path.Combine(_folder, "report.json");
        (int code, string output) = Execute("node", "check.mjs", _folder, "--json", report);
        Assert.True(code == 0, output);
        TestContext.Current.TestOutputHelper?.WriteLine(output);

        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(report));
        // 29 models, 6 unit tests aside, and the data tests.
        Assert.InRange(json.RootElement.GetProperty("nodes").GetInt32(), 29 + 900, 2000);
        string bridge = File.ReadAllText(Directory.GetFiles(_folder, "bridge_job_benefits.sql", SearchOption.AllDirectories)[0]);
        Assert.Contains("t.ext_benefits_mentioned as x", bridge, StringComparison.Ordinal);
        Assert.Equal(kind == "incremental run", bridge.Contains("as stored on", StringComparison.Ordinal));
    }

    [Fact]
    public void No_target_reads_personal_data()
    {
        Compile(isIncremental: false);
        string[] files = Directory.GetFiles(Path.Combine(_folder, "compiled"), "*.sql", SearchOption.AllDirectories);
        Assert.DoesNotContain(files, f => PersonalData.IsNamedIn(File.ReadAllText(f)));
    }

    /// <summary>What each materialization puts around the SQL of a model: tables with distribution and sort keys, delete and insert.</summary>
    [Theory]
    [InlineData("first run")]
    [InlineData("incremental run")]
    [InlineData("full refresh")]
    public void The_statements_that_build_the_tables_hold_none_of_the_traps(string kind)
    {
        Compile(isIncremental: false);
        Directory.Delete(Path.Combine(_folder, "compiled"), recursive: true);
        PretendRedshift warehouse = Warehouse(isBuilt: kind != "first run");
        int code = warehouse.Run("build", o => o with { FullRefresh = kind == "full refresh", ExcludeResourceTypes = ["test", "unit_test"] });
        Assert.True(code == 0, string.Join('\n', warehouse.Errors));
        WriteSent(warehouse.Sent);
        AssertNoTraps();

        string[] fact = [.. warehouse.Sent.Where(s => s.Sender == "model.gold_layer.fact_job_posting").Select(s => s.Sql)];
        if (kind == "incremental run")
        {
            Assert.Contains(fact, s => s.Contains("delete from \"analytics\".\"gold\".\"fact_job_posting\"", StringComparison.Ordinal));
            Assert.Contains(fact, s => s.Contains("insert into \"analytics\".\"gold\".\"fact_job_posting\"", StringComparison.Ordinal));
        }
        else
        {
            Assert.Contains(fact, s => s.Contains("diststyle key distkey (job_posting_key)", StringComparison.Ordinal) && s.Contains("sortkey(posted_at)", StringComparison.Ordinal));
        }

        string[] tables = [.. Directory.GetFiles(Path.Combine(GoldProject.Folder, "models"), "*.sql", SearchOption.AllDirectories)
            .Where(f => !f.Contains("staging", StringComparison.Ordinal)).Select(f => Path.GetFileNameWithoutExtension(f)!)];
        Assert.All(tables, table => Assert.Contains(warehouse.Sent, s => s.Sender == $"model.gold_layer.{table}"));
    }

    [Fact]
    public void The_statements_that_set_the_warehouse_up_hold_none_of_the_traps()
    {
        Compile(isIncremental: false);
        Directory.Delete(Path.Combine(_folder, "compiled"), recursive: true);
        List<(string, string)> sent = [];
        foreach ((string macro, string arguments) in (ReadOnlySpan<(string, string)>)
            [("set_up_warehouse", "{runner: 'IAMR:gold'}"), ("register_partitions", "{from_day: '2026-01-31', to_day: '2026-02-01', roots: {linkedin: 's3://b/l', ai_enrichment: 's3://b/a', linkedin_companies: 's3://b/c'}}")])
        {
            PretendRedshift warehouse = Warehouse(isBuilt: false);
            int code = warehouse.Run("run-operation", o => o with { Macro = macro, ArgsText = arguments });
            Assert.True(code == 0, string.Join('\n', warehouse.Errors));
            sent.AddRange(warehouse.Sent);
        }

        Assert.Contains(sent, s => s.Item2.Contains("create external schema if not exists", StringComparison.Ordinal));
        Assert.Contains(sent, s => s.Item2.Contains("add if not exists", StringComparison.Ordinal));
        WriteSent(sent);
        AssertNoTraps();
    }

    [Theory]
    [InlineData(0, "holds no rows: Glue knows no partition of it, and Redshift Spectrum does not use the partition projection of Athena")]
    [InlineData(731, "holds no rows: Glue knows 731 partitions of it, but their places in S3 hold no rows")]
    public void Silver_without_rows_stops_the_run_and_says_what_Glue_knows(int partitions, string expected)
    {
        PretendRedshift warehouse = new(_folder) { SilverColumns = s_silver.Value, HasSilverRows = false, Partitions = partitions };
        int code = warehouse.Run("build");
        Assert.Equal(2, code);
        string said = string.Join('\n', warehouse.Errors);
        Assert.All(["silver_linkedin.linkedin ", "silver_companies.linkedin_companies ", "silver_ai.ai_enrichment "], table => Assert.Contains(table + expected, said, StringComparison.Ordinal));
        Assert.DoesNotContain(warehouse.Sent, s => s.Sql.Contains("create table", StringComparison.Ordinal));
    }

    [Fact]
    public void An_external_table_that_is_not_there_stops_the_run()
    {
        PretendRedshift warehouse = new(_folder) { SilverColumns = [] };
        Assert.Equal(2, warehouse.Run("run"));
        Assert.Contains("silver_ai.ai_enrichment does not exist, or this user may not see it: create the external schema", string.Join('\n', warehouse.Errors), StringComparison.Ordinal);
    }

    PretendRedshift Warehouse(bool isBuilt) => new(_folder) { SilverColumns = s_silver.Value, IsBuilt = isBuilt };

    /// <summary>A first compile has no manifest to tell the warehouse's tables from; an incremental one comes after it.</summary>
    void Compile(bool isIncremental)
    {
        foreach (bool isBuilt in isIncremental ? (bool[])[false, true] : [false])
        {
            PretendRedshift warehouse = Warehouse(isBuilt);
            int code = warehouse.Run("compile");
            Assert.True(code == 0, string.Join('\n', warehouse.Errors));
        }
    }

    /// <summary>Writes what was sent but questions to the catalog, whose names are shorter than any limit.</summary>
    void WriteSent(IEnumerable<(string Sender, string Sql)> sent)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "sent")).FullName;
        foreach (IGrouping<string, string> sender in sent.Where(s => !CatalogQuestion().IsMatch(s.Sql)).GroupBy(s => s.Sender, s => s.Sql, StringComparer.Ordinal))
        {
            File.WriteAllText(Path.Combine(folder, sender.Key + ".sql"), string.Join(";\n", sender.Select(s => s.TrimEnd().TrimEnd(';'))));
        }
    }

    void AssertNoTraps()
    {
        (int code, string output) = Execute("node", "check.mjs", _folder);
        Assert.True(code == 0, output);
    }

    /// <summary>The columns of a Silver sample, by table.</summary>
    static readonly Lazy<Dictionary<string, List<(string Name, string Type)>>> s_silver = new(() =>
    {
        string folder = Directory.CreateTempSubdirectory("gold-silver-columns-").FullName;
        try
        {
            GoldProject.WriteSilver(folder, SampleDay.First, new SampleSize("T", 1_000, 100, 4, 7, [2, 10, 18]));
            using GoldDatabase database = new();
            return ((string[])["linkedin", "linkedin_companies", "ai_enrichment"]).ToDictionary(
                table => table,
                table => database.Rows($"""
                    select column_name, lower(column_type)
                    from (describe from read_parquet('{folder}/{table}/**/*.parquet', hive_partitioning = true, hive_types_autocast = false, union_by_name = true))
                    """).ConvertAll(row => (row[0]!, row[1]!)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    });

    [GeneratedRegex(@"^\s*(?:/\*.*?\*/)?\s*select\b.*\b(?:pg_\w+|svv_\w+|information_schema)\b", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex CatalogQuestion();

    static (int Code, string Output) Execute(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = s_checker, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

/// <summary>Columns of Silver about persons, which no statement of Gold may name.</summary>
static class PersonalData
{
    internal static bool IsNamedIn(string sql) =>
        sql.Contains("job_poster_", StringComparison.OrdinalIgnoreCase) || sql.Contains("employees_json", StringComparison.OrdinalIgnoreCase);
}
