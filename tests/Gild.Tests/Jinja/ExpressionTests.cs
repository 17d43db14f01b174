using Gild.Jinja;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;
using Xunit;

namespace Gild.Tests.Jinja;

/// <summary>
/// The templates of tests/corpus/expressions with what jinja2 made of them (<c>record.py</c> there): one a line, followed by
/// <c>  = output</c> or <c>  ! class of the error</c>.
/// </summary>
public sealed class ExpressionTests
{
    static string Folder => Repository.PathOf("tests", "corpus", "expressions");

    public static TheoryData<string> Files() =>
        [.. Directory.GetFiles(Folder, "*.expressions").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Expressions_give_what_jinja2_gives(string file)
    {
        JinjaEnvironment environment = new(new JinjaOptions
        {
            Undefined = file.EndsWith("strict.expressions", StringComparison.Ordinal) ? UndefinedBehavior.Strict : UndefinedBehavior.Lenient,
        });
        string[] lines = File.ReadAllText(Path.Combine(Folder, file)).Split('\n');
        List<string> differences = [];
        int count = 0;
        for (int i = 0; i + 1 < lines.Length; i++)
        {
            if (!lines[i + 1].StartsWith("  = ", StringComparison.Ordinal) && !lines[i + 1].StartsWith("  ! ", StringComparison.Ordinal))
            {
                continue;
            }

            count++;
            string actual = Result(environment, lines[i]);
            if (actual != lines[i + 1])
            {
                differences.Add($"{lines[i]}\nexpected {lines[i + 1]}\nactual   {actual}");
            }
        }

        Assert.True(count > 0, $"{file} holds no case");
        Assert.Empty(differences);
    }

    static string Result(JinjaEnvironment environment, string template)
    {
        try
        {
            string output = environment.Compile(new SourceText("case", template))
                .Render(new DictionaryGlobals([]), TestContext.Current.CancellationToken);
            return "  = " + output.Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal);
        }
        catch (JinjaException error)
        {
            return "  ! " + error.Kind;
        }
    }
}
