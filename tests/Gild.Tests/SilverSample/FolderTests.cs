using SilverSample;
using SilverSample.Output;
using Xunit;

namespace Gild.Tests.SilverSample;

/// <summary>What the program leaves on disk when it is run again, killed, or pointed at the wrong place.</summary>
[Collection(SampleCollection.Name)]
public sealed class FolderTests(SampleFixture sample)
{
    [Fact]
    public void The_same_seed_gives_the_same_rows_again()
    {
        var once = sample.Write("once", SampleDay.First);
        sample.Write("once", SampleDay.Second);
        var again = sample.Write("again", SampleDay.Both);
        using SampleQuery first = new(once);
        using SampleQuery query = new(again);
        foreach (var dataset in (string[])["linkedin", "linkedin_companies", "ai_enrichment"])
        {
            var rows = $"select coalesce(sum(hash(t)::hugeint), 0)::varchar, count(*) from {dataset} t";
            Assert.Equal(first.Rows(rows)[0], query.Rows(rows)[0]);
        }

        Assert.Equal(File.ReadAllBytes(Path.Combine(once, "expected.json")), File.ReadAllBytes(Path.Combine(again, "expected.json")));
    }

    [Fact]
    public void Another_seed_gives_other_rows_and_the_same_counts()
    {
        using SampleQuery one = new(sample.Write("seed1", SampleDay.First, seed: 1));
        using SampleQuery query = new(sample.Write("seed7", SampleDay.First, seed: 7));
        const string Rows = "select sum(hash(t)::hugeint)::varchar from linkedin t";
        Assert.NotEqual(one.Rows(Rows)[0][0], query.Rows(Rows)[0][0]);
        const string Count = "select count(*) from linkedin";
        Assert.Equal(one.Number(Count), query.Number(Count));
    }

    [Fact]
    public void A_complete_sample_is_not_written_again()
    {
        var folder = sample.Write("complete", SampleDay.First);
        var before = Stamps(folder);
        sample.Write("complete", SampleDay.First);
        Assert.Equal(before, Stamps(folder));
        sample.Write("complete", SampleDay.First, isForced: true);
        Assert.NotEqual(before, Stamps(folder));
    }

    [Fact]
    public void A_killed_increment_can_be_repeated()
    {
        var folder = sample.Write("killed", SampleDay.Both);

        // As a kill between the two writes of the manifest leaves it: some files of day 2 are missing.
        (Manifest.Read(folder)! with { IsAddingDay2 = true }).Write(folder);
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "ai_enrichment"), SampleWriter.Day2File, SearchOption.AllDirectories))
        {
            File.Delete(file);
        }

        var first = Assert.Throws<SampleException>(() => sample.Write("killed", SampleDay.First));
        Assert.Contains("part of day 2", first.Message, StringComparison.Ordinal);
        sample.Write("killed", SampleDay.Second);
        using SampleQuery query = new(folder);
        Assert.Equal(360 + 4 + 5 + 40 + 2 + 4, query.Number("select count(*) from ai_enrichment"));
        Assert.False(Manifest.Read(folder)!.IsAddingDay2);
    }

    [Fact]
    public void Leftovers_of_a_killed_run_do_not_count_as_a_sample()
    {
        var folder = sample.NewPath("leftover");
        Directory.CreateDirectory(Path.Combine(folder + ".partial", "linkedin"));
        Assert.Throws<SampleException>(() => sample.Write("leftover", SampleDay.Second));
        sample.Write("leftover", SampleDay.First);
        Assert.False(Directory.Exists(folder + ".partial"));
        Assert.True(File.Exists(Path.Combine(folder, Manifest.FileName)));
    }

    [Fact]
    public void A_run_killed_while_replacing_keeps_the_old_sample()
    {
        var folder = sample.Write("replaced", SampleDay.First);
        Directory.Move(folder, folder + ".replaced");
        sample.Write("replaced", SampleDay.First);
        Assert.Equal(1, Manifest.Read(folder)!.Days);
        Assert.False(Directory.Exists(folder + ".replaced"));
    }

    [Fact]
    public void A_folder_with_other_files_is_left_alone()
    {
        var folder = Directory.CreateDirectory(sample.NewPath("foreign")).FullName;
        File.WriteAllText(Path.Combine(folder, "mine.txt"), "mine");
        var error = Assert.Throws<SampleException>(() => sample.Write("foreign", SampleDay.First, isForced: true));
        Assert.Contains("Nothing was touched", error.Message, StringComparison.Ordinal);
        Assert.Equal(["mine.txt"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Another_sample_in_the_folder_is_named_and_kept()
    {
        sample.Write("other", SampleDay.First, seed: 1);
        var error = Assert.Throws<SampleException>(() => sample.Write("other", SampleDay.First, seed: 2));
        Assert.Contains("seed 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("--force", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--size X --out here", "--size X: expected S, M, L.")]
    [InlineData("--size S --out here --day 3", "--day 3: expected 1, 2, both.")]
    [InlineData("--size S --out here --seed many", "--seed many: expected a whole number from 0 to 18446744073709551615.")]
    [InlineData("--sise S --out here", "--sise is not an option. Did you mean --size?")]
    [InlineData("--size S", "Option '--out' is required.")]
    public void A_wrong_command_line_is_explained(string arguments, string expected)
    {
        using StringWriter output = new(), error = new();
        Assert.Equal(2, CommandLine.Run(arguments.Split(' '), output, error));
        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
        Assert.Contains("--help", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }

    [Fact]
    public void Help_names_every_option()
    {
        using StringWriter output = new(), error = new();
        Assert.Equal(0, CommandLine.Run(["--help"], output, error));
        foreach (var option in (string[])["--size", "--seed", "--day", "--out", "--long-text", "--force"])
        {
            Assert.Contains(option, output.ToString(), StringComparison.Ordinal);
        }
    }

    static Dictionary<string, DateTime> Stamps(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(f => f, File.GetLastWriteTimeUtc, StringComparer.Ordinal);
}
