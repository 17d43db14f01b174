using Xunit;

namespace Gild.Tests.Jinja;

/// <summary>The cases of tests/corpus/jinja; <c>GILD_UPDATE=1</c> rewrites their expectations.</summary>
public sealed class TemplateCases
{
    static string Folder => Repository.PathOf("tests", "corpus", "jinja");

    public static TheoryData<string> Files() =>
        [.. Directory.GetFiles(Folder, "*.case").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_case_renders_as_recorded(string file)
    {
        TemplateCase templateCase = TemplateCase.Read(Path.Combine(Folder, file));
        (string text, bool failed) = templateCase.Run();
        if (Environment.GetEnvironmentVariable("GILD_UPDATE") == "1")
        {
            templateCase.Rewrite(text, failed);
            return;
        }

        Assert.Equal(templateCase.Expected, text);
        Assert.Equal(templateCase.ExpectsError, failed);
    }
}
