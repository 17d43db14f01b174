using System.Globalization;
using Gild.Engine.Context;
using Gild.Engine.Loading;
using Gild.Engine.Manifest;
using Gild.Engine.Yaml;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>Makes operations of the <c>on-run-start</c> and <c>on-run-end</c> hooks of a project file.</summary>
public sealed class OperationsParser(ParsingContext context, NodeParser nodes)
{
    public IEnumerable<OperationNode> Parse(ProjectPackage package, RenderContext render)
    {
        string checksum = ProjectFiles.Read(new ProjectFile(package, FileKind.Properties, ".", "dbt_project.yml", Path.Combine(package.RootDirectory, "dbt_project.yml"))).Checksum;
        foreach ((string kind, IReadOnlyList<string> hooks) in new[] { ("on-run-start", package.Config.OnRunStart), ("on-run-end", package.Config.OnRunEnd) })
        {
            for (int i = 0; i < hooks.Count; i++)
            {
                OperationNode? node = null;
                int index = i;
                context.Guard(() => node = Parse(package, kind, hooks[index], index, checksum, render));
                if (node is not null)
                {
                    yield return node;
                }
            }
        }
    }

    OperationNode Parse(ProjectPackage package, string kind, string sql, int index, string checksum, RenderContext render)
    {
        string name = $"{package.Name}-{kind}-{index.ToString(CultureInfo.InvariantCulture)}";
        List<string> fqn = [package.Name, "hooks", name];
        OperationNode node = new()
        {
            UniqueId = $"operation.{package.Name}.{name}",
            ResourceType = ResourceType.Operation,
            Name = name,
            PackageName = package.Name,
            Path = $"hooks/{name}.sql",
            OriginalFilePath = "./dbt_project.yml",
            RawCode = sql,
            Source = new SourceText($"dbt_project.yml ({kind})", sql),
            Index = index,
            Checksum = checksum,
            Fqn = fqn,
            Tags = [kind],
            Alias = name,
            Schema = context.Names.DefaultSchema,
            Database = context.Names.DefaultDatabase,
        };
        DictValue ofProject = context.Configs.OfProject(ResourceType.Operation, package.Name, fqn);
        node.Config = new NodeConfig(ofProject);
        ParseRecorder recorder = new();
        if (YamlRenderer.HasTemplate(sql))
        {
            nodes.Render(node, render, context.Context.ForParse(node, recorder));
        }

        nodes.Configure(node, fqn, ofProject, null, recorder.Config, () => new Label(node.Source, default));
        NodeParser.Take(node, recorder);
        return node;
    }
}
