using System.Collections.Concurrent;
using Gild.Engine.Adapters;
using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>
/// Database, schema and alias of nodes by <c>generate_database_name</c> and its kin. Where nobody overrides the built-in
/// macros, their results depend on little and are kept.
/// </summary>
public sealed class NameGenerator(ContextFactory context, Adapter adapter)
{
    readonly ConcurrentDictionary<string, string> _schemas = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, string?> _databases = new(StringComparer.Ordinal);
    readonly bool _ownSchema = Overridden(context, "generate_schema_name");
    readonly bool _ownDatabase = Overridden(context, "generate_database_name");
    readonly bool _ownAlias = Overridden(context, "generate_alias_name");

    /// <summary>Sets the node's database, schema and alias.</summary>
    /// <param name="node">The node, with its config resolved.</param>
    /// <param name="config">The last level of its config, where a key may be none on purpose.</param>
    public void Apply(CompilableNode node, DictValue config)
    {
        string? database = config.TextOf("database");
        string? schema = config.TextOf("schema");
        string? alias = config.TextOf("alias");
        node.Database = _ownDatabase
            ? context.GenerateDatabaseName(database, node)
            : _databases.GetOrAdd(database ?? "", _ => context.GenerateDatabaseName(database, node));
        node.Schema = _ownSchema
            ? context.GenerateSchemaName(schema, node)
            : _schemas.GetOrAdd(schema ?? "", _ => context.GenerateSchemaName(schema, node));
        node.Alias = _ownAlias ? context.GenerateAliasName(alias, node) : DefaultAlias(alias, node);
        if (node.ResourceType == ResourceType.Snapshot)
        {
            node.Database = NonEmpty(config.TextOf("target_database")) ?? node.Database;
            node.Schema = NonEmpty(config.TextOf("target_schema")) ?? node.Schema;
        }
    }

    /// <summary>The profile's schema and database.</summary>
    public string DefaultSchema => adapter.Target.Schema;

    public string? DefaultDatabase => adapter.Target.Database;

    static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    static string DefaultAlias(string? custom, CompilableNode node)
    {
        if (!string.IsNullOrEmpty(custom))
        {
            return custom.Trim();
        }

        return node is ModelNode { Version: var version } && version.IsTrue
            ? $"{node.Name}_v{version.ToString().Replace('.', '_')}"
            : node.Name;
    }

    static bool Overridden(ContextFactory context, string macro)
    {
        MacroNamespace macros = context.Macros;
        if (context.Project.PackageNames.Any(p => !macros.IsInternal(p) && macros.TryFindInPackage(p, macro, out _)))
        {
            return true;
        }

        return macros.Prefixes.Any(prefix =>
        {
            string name = $"{prefix}__{macro}";
            return context.Project.PackageNames.Any(p => !macros.IsInternal(p) && macros.TryFindInPackage(p, name, out _))
                || (prefix != "default" && macros.TryFindInPackage(MacroNamespace.InternalNamespace, name, out _));
        });
    }
}
