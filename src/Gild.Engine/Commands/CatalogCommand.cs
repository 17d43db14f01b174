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
            ResultTable? table = QueryDatabase(database.Key, [.. database.Select(r => (r.Schema, r.Name))], session, errors);
            if (table is not null)
            {
                yield return table;
            }
        }
    }

    // With few relations dbt asks for them alone, by another macro; without compiling it always asks for whole schemas.
    const int MaxRelationsByName = 100;

    ResultTable? QueryDatabase(string? database, List<(string Schema, string Name)> relations, WarehouseSession session, List<string> errors)
    {
        NodeContext names = scope.Contexts.ForRun(null, scope.Manifest.ProjectName, scope.Run, session);
        using RenderContext context = new(scope.Contexts.RunEnvironment, scope.Cancellation);
        try
        {
            RelationObject place = new(
                new Relation { Database = database, Quoting = scope.Contexts.Project.Quoting, QuoteCharacter = scope.Adapter.QuoteCharacter }, scope.Adapter);
            Value view = context.CallMethod(place, "information_schema", new Arguments([]));
            (string macro, IEnumerable<Value> what) = scope.Options.Compile == false || relations.Count > MaxRelationsByName
                ? ("get_catalog", relations.Select(r => r.Schema).Distinct(StringComparer.OrdinalIgnoreCase).Select(s => Value.From(s)))
                : ("get_catalog_relations", relations.Select(r => Value.From(new RelationObject(
                    new Relation
                    {
                        Database = database,
                        Schema = r.Schema,
                        Identifier = r.Name,
                        Quoting = scope.Contexts.Project.Quoting,
                        Including = scope.Adapter.DefaultIncluding,
                        QuoteCharacter = scope.Adapter.QuoteCharacter,
                    },
                    scope.Adapter))));
            return names.CallMacro(context, macro, new Arguments([view, new ListValue(what)])).As<TableObject>()?.Table;
        }
        catch (Exception e) when (NodeError.IsExpected(e))
        {
            (string kind, Diagnostic diagnostic) = NodeError.Of(e, null);
            if (scope.Invocation.WarningsAreErrors("CatalogGenerationError"))
            {
                throw new GildException(kind, diagnostic, e);
            }

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
