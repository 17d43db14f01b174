using Gild.Engine.Running;
using Gild.Engine.Adapters;
using Gild.Engine.Artifacts;
using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Commands;

/// <summary><c>docs generate</c>: what the warehouse says of the project's relations, as <c>catalog.json</c>.</summary>
public sealed class CatalogCommand(CommandScope scope)
{
    // A selection limits the catalog as well, unless nothing is compiled: there dbt takes all. Null for everything.
    readonly Lazy<IReadOnlySet<string>?> _chosen = new(() =>
        scope.Options.Compile == false || scope.Options is { Select.Count: 0, Exclude.Count: 0, Selector: null } ? null
            : scope.Select(new HashSet<ResourceType> { ResourceType.Model, ResourceType.Seed, ResourceType.Snapshot, ResourceType.Source }));

    /// <summary>The run that <c>retry</c> takes up; null in any other command.</summary>
    public RetryPlan? Retried { get; init; }

    public int Run()
    {
        int compiled = 0;
        if (scope.Options.Compile != false)
        {
            compiled = new NodeCommands(scope) { Retried = Retried }.Run("compile");
        }

        if (compiled != 0)
        {
            return compiled;
        }

        List<string> errors = [];
        ResultTable[] tables = scope.Options.EmptyCatalog == true ? [] : [.. Query(errors)];
        string path = scope.Target.PathOf("catalog.json");
        scope.WriteArtifact(path, stream => CatalogWriter.Write(stream, tables, Places(), errors, scope.Invocation));
        scope.Invocation.Report(new FileWritten("catalog", path));
        CopyAssets();
        return errors.Count == 0 ? 0 : 1;
    }

    /// <summary>Puts the files of <c>asset-paths</c> beside the catalog, for pages that show them.</summary>
    void CopyAssets()
    {
        string root = scope.Project.Root.RootDirectory;
        foreach (string given in scope.Project.Root.Config.AssetPaths)
        {
            string from = Path.GetFullPath(given, root);
            if (!Directory.Exists(from))
            {
                continue;
            }

            // A folder elsewhere keeps its own name only: nothing is written outside of the target folder.
            string below = Path.GetRelativePath(root, from);
            string name = below.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(below) ? Path.GetFileName(from.TrimEnd('/')) : below;
            string[] files = [.. Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(f => !f.StartsWith(scope.Project.TargetPath + "/", StringComparison.Ordinal))];
            foreach (string file in files)
            {
                string to = scope.Target.PathOf(Path.Combine(name, Path.GetRelativePath(from, file)));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(file, to, overwrite: true);
            }
        }
    }

    IEnumerable<(string UniqueId, bool IsSource, string? Database, string Schema, string Name)> Relations()
    {
        foreach (Node node in scope.Manifest.NodesInOrder.Where(n => _chosen.Value?.Contains(n.UniqueId) != false))
        {
            switch (node)
            {
                case SourceNode source:
                    yield return (source.UniqueId, true, source.Database, source.Schema, source.Identifier);
                    break;
                case ModelNode or SeedNode or SnapshotNode when node is CompilableNode { IsEphemeral: false } built:
                    yield return (built.UniqueId, false, built.Database, built.Schema, built.Alias);
                    break;
            }
        }
    }

    /// <summary>Unique ids by place; one relation may be a model and a source.</summary>
    ILookup<(string, string, string), (string UniqueId, bool IsSource)> Places() => Relations().ToLookup(
        r => CatalogWriter.Key(r.Database, r.Schema, r.Name), r => (r.UniqueId, r.IsSource));

    IEnumerable<ResultTable> Query(List<string> errors)
    {
        using WarehouseSession session = scope.OpenSession("generate_catalog");
        foreach (IGrouping<string?, (string UniqueId, bool IsSource, string? Database, string Schema, string Name)> database in Relations().GroupBy(r => r.Database))
        {
            ListValue schemas = new(database.Select(r => r.Schema).Distinct(StringComparer.OrdinalIgnoreCase).Select(s => Value.From(s)));
            ResultTable? table = QueryDatabase(database.Key, schemas, session, errors);
            if (table is not null)
            {
                yield return table;
            }
        }
    }

    ResultTable? QueryDatabase(string? database, ListValue schemas, WarehouseSession session, List<string> errors)
    {
        NodeContext names = scope.Contexts.ForRun(null, scope.Manifest.ProjectName, scope.Run, session);
        using RenderContext context = new(scope.Contexts.RunEnvironment, scope.Cancellation);
        try
        {
            RelationObject place = new(
                new Relation { Database = database, Quoting = scope.Contexts.Project.Quoting, QuoteCharacter = scope.Adapter.QuoteCharacter }, scope.Adapter);
            Value view = context.CallMethod(place, "information_schema", new Arguments([]));
            return names.CallMacro(context, "get_catalog", new Arguments([view, schemas])).As<TableObject>()?.Table;
        }
        catch (Exception e) when (NodeError.IsExpected(e))
        {
            (string kind, Diagnostic diagnostic) = NodeError.Of(e, null);
            scope.Invocation.Report(new ErrorReported(kind, diagnostic));
            errors.Add(diagnostic.Message);
            return null;
        }
        finally
        {
            session.Release();
        }
    }
}
