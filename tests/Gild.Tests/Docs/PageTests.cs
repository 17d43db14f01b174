using Xunit;

namespace Gild.Tests.Docs;

/// <summary>Pages that are made from data or source are current. <c>GILD_UPDATE=1</c> writes them.</summary>
public sealed class PageTests
{
    static void Current(string name, string page)
    {
        string path = Repository.PathOf("docs", name);
        if (Environment.GetEnvironmentVariable("GILD_UPDATE") == "1")
        {
            File.WriteAllText(path, page);
        }

        Assert.Equal(page, File.ReadAllText(path));
    }

    [Fact]
    public void The_page_of_compatibility_is_current() => Current("compatibility.md", CompatibilityPage.Page());

    [Fact]
    public void The_page_of_errors_is_current() => Current("errors.md", ErrorCodes.Page());

    [Fact]
    public void Every_test_that_a_feature_names_exists() =>
        Assert.Equal([], CompatibilityPage.Features().SelectMany(f => f.Tests).Where(test => !CompatibilityPage.Exists(test)));

    [Fact]
    public void A_feature_that_is_the_same_names_a_test_and_one_that_is_not_says_why() =>
        Assert.All(CompatibilityPage.Features(), feature =>
        {
            Assert.Contains(feature.Verdict, (string[])["same", "differs", "absent"]);
            Assert.True(feature.Verdict == "same" ? feature.Tests.Length > 0 : feature.Note.Length > 0, feature.Name);
        });

    [Fact]
    public void Every_error_code_says_what_happened() =>
        Assert.Equal([], ErrorCodes.Read().Where(code => code.Value.All(use => use.Cause.Length == 0)).Select(code => code.Key));
}
