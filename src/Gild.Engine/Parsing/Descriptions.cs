using System.Text.RegularExpressions;
using Gild.Engine.Loading;
using Gild.Engine.Manifest;
using Gild.Engine.Yaml;
using Gild.Jinja;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>Docs blocks, and the descriptions that name them.</summary>
public sealed partial class Descriptions(ParsingContext context)
{
    readonly Dictionary<string, DocNode> _docs = new(StringComparer.Ordinal);

    public IEnumerable<DocNode> All => _docs.Values;

    /// <summary>Adds the docs blocks of a Markdown file.</summary>
    /// <exception cref="GildException">Compilation Error for a block that is not closed or a name used twice.</exception>
    public IEnumerable<DocNode> Scan(ProjectFile file, RenderContext render)
    {
        SourceText source = ProjectFiles.Read(file).Source;
        return BlockScanner.Scan(source, "docs").Select(block => new DocNode(
            $"doc.{file.Package.Name}.{block.Name}", file.Package.Name, block.Name, file.RelativePath, file.OriginalPath,
            ContentsOf(source, block.Body, render).Trim()));
    }

    // Docs are templates without any names, mostly to write braces.
    string ContentsOf(SourceText source, Span body, RenderContext render)
    {
        string text = source.Text.Substring(body.Offset, body.Length);
        if (!YamlRenderer.HasTemplate(text))
        {
            return text;
        }

        LinePosition start = source.PositionOf(body.Offset);
        return context.Environment.Compile(new SourceText(source.Path, text, start.Line, start.Column)).Render(render, new DictionaryGlobals([]));
    }

    public void Add(DocNode doc)
    {
        if (!_docs.TryAdd(doc.UniqueId, doc))
        {
            throw new GildException(DbtKinds.Compilation, "P0440",
                $"two docs blocks are called '{doc.Name}': in {_docs[doc.UniqueId].OriginalFilePath} and in {doc.OriginalFilePath}", "rename one of them");
        }
    }

    /// <summary>Renders the description of a node and of its columns.</summary>
    public void Render(Node node, Label? place)
    {
        (node.Description, node.DocBlocks) = Render(node.Description, node.PackageName, node.UniqueId, place);
        if (node is SourceNode source)
        {
            (source.SourceDescription, _) = Render(source.SourceDescription, node.PackageName, node.UniqueId, place);
        }

        if (node is SemanticNode { ResourceType: ResourceType.SemanticModel } model)
        {
            foreach (DictValue part in SemanticParser.Parts(model).Where(p => p.TextOf("description") is not null))
            {
                part["description"] = Render(part.TextOf("description")!, node.PackageName, node.UniqueId, place).Text;
            }
        }

        foreach (NodeColumn column in node.Columns.Values)
        {
            (column.Description, column.DocBlocks) = Render(column.Description, node.PackageName, node.UniqueId, place);
        }
    }

    /// <summary>Renders one description; unique ids of the docs blocks it names come with it.</summary>
    public (string Text, IReadOnlyList<string> DocBlocks) Render(string text, string package, string uniqueId, Label? place)
    {
        if (!YamlRenderer.HasTemplate(text))
        {
            return (text, []);
        }

        // Blocks count that stand in the description as they are; of those that an expression changes only the text is there.
        List<DocNode> named = [];
        foreach (Match match in DocPattern().Matches(text))
        {
            named.Add(Find(match.Groups["package"].Success ? match.Groups["package"].Value : null, match.Groups["name"].Value, package, uniqueId, place));
            if (match.Length == text.Length)
            {
                return (named[0].Contents, [named[0].UniqueId]);
            }
        }

        string[] blocks = [.. named.Select(d => d.UniqueId)];

        FunctionValue doc = new("doc", (_, arguments) =>
        {
            string first = arguments.Require(0, "name", "doc").ToString();
            return arguments.Count > 1
                ? Find(first, arguments.Positional[1].ToString(), package, uniqueId, place).Contents
                : Find(null, first, package, uniqueId, place).Contents;
        });
        Globals names = new DictionaryGlobals(new Dictionary<string, Value>(StringComparer.Ordinal) { ["doc"] = doc }, context.Context.ForSchemaYaml(package));
        using RenderContext render = new(context.Environment);
        try
        {
            return (context.Environment.Compile(new SourceText(place?.Source.Path ?? uniqueId, text)).Render(render, names), blocks);
        }
        catch (JinjaException e)
        {
            Diagnostic diagnostic = e.ToDiagnostic();
            throw new GildException(DbtKinds.Compilation, diagnostic with
            {
                Message = $"could not render the description of {uniqueId}: {diagnostic.Message}",
                Labels = place is null ? diagnostic.Labels : [place],
            }, e);
        }
    }

    DocNode Find(string? inPackage, string name, string fromPackage, string uniqueId, Label? place)
    {
        DocNode? found = inPackage is not null
            ? _docs.GetValueOrDefault($"doc.{inPackage}.{name}")
            : _docs.GetValueOrDefault($"doc.{context.Project.Root.Name}.{name}")
                ?? _docs.GetValueOrDefault($"doc.{fromPackage}.{name}")
                ?? _docs.Values.FirstOrDefault(d => d.Name == name);
        if (found is null)
        {
            throw new GildException(DbtKinds.Compilation, new Diagnostic("P0441", Severity.Error, $"{uniqueId} names the docs block '{name}', which does not exist")
            {
                Labels = place is null ? [] : [place],
                Help = NearestName.Help(name, _docs.Values.Select(d => d.Name)) is { } help ? [help] : [$"write it in a .md file: {{% docs {name} %}} ... {{% enddocs %}}"],
            });
        }

        return found;
    }

    [GeneratedRegex("""\{\{\s*doc\(\s*(?:['"](?<package>[^'"]*)['"]\s*,\s*)?['"](?<name>[^'"]*)['"]\s*\)\s*\}\}""")]
    private static partial Regex DocPattern();
}
