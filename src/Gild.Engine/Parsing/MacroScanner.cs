using System.Text.RegularExpressions;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;

namespace Gild.Engine.Parsing;

/// <summary>Finds macros, generic tests and materializations by their headers; bodies are compiled on their first use.</summary>
public static partial class MacroScanner
{
    /// <summary>All macros of a file.</summary>
    /// <param name="package">The package they belong to.</param>
    /// <param name="path">The file, relative to its package.</param>
    /// <param name="source">The file's text.</param>
    /// <exception cref="GildException">Compilation Error for a block that is not closed.</exception>
    public static IEnumerable<MacroNode> Scan(string package, string path, SourceText source)
    {
        foreach (TopLevelBlock block in BlockScanner.Scan(source, "macro", "test", "data_test", "materialization"))
        {
            string name = block.Word switch
            {
                "macro" => block.Name,
                "materialization" => $"materialization_{block.Name}_{AdapterOf(block.Header)}",
                _ => "test_" + block.Name,
            };
            yield return new MacroNode
            {
                UniqueId = $"macro.{package}.{name}",
                PackageName = package,
                Name = name,
                Path = path,
                OriginalFilePath = path,
                Source = source,
                Block = block.Word,
                BlockName = block.Name,
                Span = block.Span,
                TextSpan = block.Trimmed,
                SupportedLanguages = block.Word == "materialization" ? LanguagesOf(block.Header) : null,
            };
        }
    }

    static string AdapterOf(string header) =>
        AdapterPattern().Match(header) is { Success: true } match ? match.Groups["name"].Value : "default";

    static IReadOnlyList<string> LanguagesOf(string header)
    {
        if (LanguagesPattern().Match(header) is not { Success: true } match)
        {
            return ["sql"];
        }

        return [.. TextPattern().Matches(match.Groups["list"].Value).Select(m => m.Groups["text"].Value)];
    }

    [GeneratedRegex("""\badapter\s*=\s*['"](?<name>[^'"]*)['"]""")]
    private static partial Regex AdapterPattern();

    [GeneratedRegex("""\bsupported_languages\s*=\s*\[(?<list>[^\]]*)\]""")]
    private static partial Regex LanguagesPattern();

    [GeneratedRegex("""['"](?<text>[^'"]*)['"]""")]
    private static partial Regex TextPattern();
}
