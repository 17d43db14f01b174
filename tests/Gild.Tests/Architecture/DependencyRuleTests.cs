using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Gild.Tests.Architecture;

/// <summary>The arrows of docs/architecture.md: what may know what.</summary>
public sealed partial class DependencyRuleTests
{
    /// <summary>Projects of the product and the projects each may reference.</summary>
    static readonly Dictionary<string, string[]> AllowedProjects = new(StringComparer.Ordinal)
    {
        ["Gild.Jinja"] = [],
        ["Gild.Engine"] = ["Gild.Jinja"],
        ["Gild.Adapters"] = ["Gild.Engine"],
        ["Gild.Cli"] = ["Gild.Adapters"],
        ["SilverSample"] = [],
        ["DbtRunner"] = ["Gild.Adapters"],
    };

    /// <summary>Folders of the engine in pipeline order: each may use those before it.</summary>
    static readonly string[] EngineFolders =
        ["Values", "Yaml", "Adapters", "Manifest", "Loading", "Context", "Parsing", "Graph", "Running", "Artifacts", "Commands"];

    [Fact]
    public void Projects_reference_only_what_the_plan_allows()
    {
        List<string> wrong = [];
        foreach (string file in Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories))
        {
            string project = Path.GetFileNameWithoutExtension(file);
            if (!AllowedProjects.TryGetValue(project, out string[]? allowed))
            {
                wrong.Add($"{project} is not in the plan");
                continue;
            }

            wrong.AddRange(XDocument.Load(file).Descendants("ProjectReference")
                .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')))
                .Where(r => !allowed.Contains(r))
                .Select(r => $"{project} -> {r}"));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_template_engine_needs_no_package()
    {
        XDocument project = XDocument.Load(Repository.PathOf("src", "Gild.Jinja", "Gild.Jinja.csproj"));
        Assert.Empty(project.Descendants("PackageReference"));
    }

    [Fact]
    public void Folders_of_the_engine_use_only_those_before_them()
    {
        List<string> wrong = [];
        for (int i = 0; i < EngineFolders.Length; i++)
        {
            string folder = Repository.PathOf("src", "Gild.Engine", EngineFolders[i]);
            Assert.True(Directory.Exists(folder), $"the engine has a folder {EngineFolders[i]}");
            foreach (string file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            {
                wrong.AddRange(EngineUsing().Matches(File.ReadAllText(file))
                    .Select(m => m.Groups[1].Value)
                    .Where(used => Array.IndexOf(EngineFolders, used) > i)
                    .Select(used => $"{EngineFolders[i]}/{Path.GetFileName(file)} uses {used}"));
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Nothing_in_the_product_writes_to_the_console_but_the_programs()
    {
        string[] quiet = ["Gild.Jinja", "Gild.Engine", "Gild.Adapters"];
        IEnumerable<string> talking = quiet
            .SelectMany(p => Directory.EnumerateFiles(Repository.PathOf("src", p), "*.cs", SearchOption.AllDirectories))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .Where(f => File.ReadAllText(f).Contains("Console.", StringComparison.Ordinal))
            .Select(f => Path.GetFileName(f));
        Assert.Empty(talking);
    }

    [Fact]
    public void Every_package_has_its_line_of_reason()
    {
        string reasons = File.ReadAllText(Repository.PathOf("docs", "dependencies.md"));
        IEnumerable<string> missing = Directory
            .EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
            .SelectMany(f => XDocument.Load(f).Descendants("PackageReference"))
            .Select(p => p.Attribute("Include")!.Value)
            .Distinct()
            .Where(p => !reasons.Contains(p, StringComparison.Ordinal));
        Assert.Empty(missing);
    }

    [GeneratedRegex(@"^using Gild\.Engine\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex EngineUsing();
}
