using Xunit;

namespace Gild.Tests.Gold;

/// <summary>The 81 tables of DuckDB and PostgreSQL, row for row and in all columns but the build time.</summary>
[Collection(GoldCollection.Name)]
public sealed class EnginesAgreeTests(GoldFixture duckDb, PostgresGold postgres) : IClassFixture<PostgresGold>
{
    [Fact]
    public void Day_1_passes_all_tests_on_PostgreSQL() => Assert.True(postgres.FirstDay.ExitCode == 0, postgres.FirstDay.Output);

    [Fact]
    public void Day_2_passes_all_tests_on_PostgreSQL() => Assert.True(postgres.SecondDay.ExitCode == 0, postgres.SecondDay.Output);

    [Fact]
    public void Tables_of_day_1_are_equal() => AssertEqual(duckDb.FirstDay.Database, postgres.FirstTables);

    [Fact]
    public void Tables_of_day_2_are_equal() => AssertEqual(duckDb.SecondDay.Database, postgres.SecondTables);

    [Fact]
    public void Tables_of_a_full_refresh_are_equal()
    {
        Assert.True(postgres.FullRefresh.ExitCode == 0, postgres.FullRefresh.Output);
        AssertEqual(duckDb.FullRefresh.Database, postgres.RefreshedTables);
    }

    [Fact]
    public void The_ten_questions_have_the_same_answers_on_PostgreSQL() => GoldDocumentTests.AssertAnswers(sql => postgres.FirstAnswers[sql]);

    /// <summary>The tables that are compared were exported before; Silver is not read again.</summary>
    [Fact]
    public void Silver_without_rows_or_tables_stops_the_run_on_PostgreSQL()
    {
        postgres.Execute("truncate silver_ai.ai_enrichment");
        postgres.Execute("drop table silver_companies.linkedin_companies");
        GoldRun run = postgres.Run("empty", "run", "2026-02-01 16:00:00", "--select", "dim_location");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("silver_ai.ai_enrichment holds no rows", run.Output, StringComparison.Ordinal);
        Assert.Contains("silver_companies.linkedin_companies does not exist: load the Silver dataset as a table of that name", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("created sql table model", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Compiled_SQL_for_PostgreSQL_names_no_personal_data() => Assert.DoesNotContain(
        Directory.GetFiles(Path.Combine(postgres.FirstDay.Target, "compiled"), "*.sql", SearchOption.AllDirectories),
        f => PersonalData.IsNamedIn(File.ReadAllText(f)));

    [Fact]
    public void A_difference_is_found_and_shown()
    {
        string folder = duckDb.NewFolder("changed");
        foreach (string file in Directory.GetFiles(postgres.FirstTables))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        string changed = Path.Combine(folder, "dim_seniority.csv");
        File.WriteAllText(changed, File.ReadAllText(changed).Replace("Senior", "Elder", StringComparison.Ordinal));
        string differences = Compare(duckDb.FirstDay.Database, folder);
        Assert.Contains("dim_seniority:", differences, StringComparison.Ordinal);
        Assert.Contains("seniority_level=Elder", differences, StringComparison.Ordinal);
    }

    static void AssertEqual(string duckDbFile, string tables)
    {
        string differences = Compare(duckDbFile, tables);
        Assert.True(differences.Length == 0, differences);
    }

    static string Compare(string duckDbFile, string tables)
    {
        using GoldDatabase database = new(("duckdb", duckDbFile));
        database.Rows("attach ':memory:' as postgres");
        database.Rows("create schema postgres.gold");
        foreach (string file in Directory.GetFiles(tables))
        {
            string table = Path.GetFileNameWithoutExtension(file);
            // The types of DuckDB's table, the columns in PostgreSQL's order.
            List<string?[]> types = database.Rows(
                $"select column_name, data_type from duckdb_columns() where database_name = 'duckdb' and schema_name = 'gold' and table_name = '{table}'");
            Dictionary<string, string> typeOf = types.ToDictionary(t => t[0]!, t => t[1]!, StringComparer.Ordinal);
            string columns = string.Join(", ", File.ReadLines(file).First().Split(',').Select(c => $"'{c}': '{typeOf.GetValueOrDefault(c, "VARCHAR")}'"));
            database.Rows($$"""
                create table postgres.gold.{{table}} as
                select * from read_csv('{{file}}', header = true, nullstr = '\N', allow_quoted_nulls = false, columns = { {{columns}} })
                """);
        }

        return TableComparison.Differences(database, "duckdb", "postgres");
    }
}
