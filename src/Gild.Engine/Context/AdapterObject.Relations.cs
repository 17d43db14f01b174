using Gild.Engine.Adapters;
using Gild.Engine.Manifest;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>Relations, schemas and columns: through the cache where dbt uses its cache, else through the macros.</summary>
public sealed partial class AdapterObject
{
    internal NodeContext Owner => owner;

    /// <summary>What exists under that name, by the cache; a schema that is not known yet is listed first.</summary>
    internal Relation? GetRelation(RenderContext context, string? database, string? schema, string identifier)
    {
        if (database is null && schema is null)
        {
            return Cache.Find(null, null, identifier);
        }

        EnsureCached(context, database, schema);
        QuotePolicy quoting = owner.Factory.Project.Quoting;
        return Cache.Find(database, schema, identifier) is { } found && RelationObject.Fits(
            found, Adapter, Searched(database, quoting.Database), Searched(schema, quoting.Schema), Searched(identifier, quoting.Identifier)) ? found : null;
    }

    /// <summary>Names that are written unquoted are stored in lower case.</summary>
    static string? Searched(string? part, bool quoted) => quoted ? part : part?.ToLowerInvariant();

    IReadOnlyList<Relation> ListRelations(RenderContext context, string? database, string? schema)
    {
        EnsureCached(context, database, schema);
        return Cache.In(database, schema);
    }

    void EnsureCached(RenderContext context, string? database, string? schema)
    {
        if (!Cache.Contains(database, schema))
        {
            Relation place = new()
            {
                Database = database,
                Schema = schema,
                Quoting = owner.Factory.Project.Quoting,
                Including = new IncludePolicy(true, true, false),
                QuoteCharacter = Adapter.QuoteCharacter,
            };
            Cache.AddSchema(database, schema, ListWithoutCaching(context, place));
        }
    }

    /// <summary>Asks the warehouse what a schema holds.</summary>
    internal List<Relation> ListWithoutCaching(RenderContext context, Relation schema)
    {
        Value listed = owner.CallMacro(context, "list_relations_without_caching", new Arguments([Wrap(schema)]));
        List<Relation> relations = [];
        foreach (Value[] row in RowsOf(listed))
        {
            relations.Add(new Relation
            {
                Database = row[0].IsNone ? null : row[0].ToString(),
                Identifier = row[1].ToString(),
                Schema = row[2].IsNone ? null : row[2].ToString(),
                Type = RelationTypes.Parse(row[3].ToString()) ?? RelationType.External,
                Quoting = QuotePolicy.All,
                Including = Adapter.DefaultIncluding,
                QuoteCharacter = Adapter.QuoteCharacter,
            });
        }

        return relations;
    }

    /// <summary>The rows of a macro's answer: those of a table, or a list of lists.</summary>
    static IEnumerable<Value[]> RowsOf(Value answer) => answer.As<TableObject>() is { } table ? table.Table.Rows
        : answer.As<ListValue>() is { } list ? list.Elements.Select(row => ValueOps.Iterate(row).ToArray())
        : [];

    /// <summary>Reads which relations hang on which, where the adapter has a macro for it.</summary>
    internal void LinkRelations(RenderContext context, IReadOnlySet<string> schemas)
    {
        MacroNode macro = owner.Factory.Macros.FindDispatch("get_relations", "dbt", owner.Package);
        if (macro.Name.StartsWith("default__", StringComparison.Ordinal))
        {
            return;
        }

        Value table = owner.Materialize(macro, context, countCalls: false);
        foreach (Value[] row in table.As<TableObject>()?.Table.Rows ?? [])
        {
            Relation dependent = Named(row[0].ToString(), row[1].ToString());
            Relation referenced = Named(row[2].ToString(), row[3].ToString());
            if (schemas.Contains(referenced.Schema!.ToLowerInvariant()))
            {
                Cache.Link(referenced, dependent);
            }
        }
    }

    Relation Named(string schema, string name) => new()
    {
        Database = Adapter.Target.Database,
        Schema = schema,
        Identifier = name,
        QuoteCharacter = Adapter.QuoteCharacter,
    };

    /// <summary>What the macro answers, whatever that is: a project may replace it.</summary>
    Value ListedColumns(RenderContext context, Value relation)
    {
        try
        {
            return owner.CallMacro(context, "get_columns_in_relation", new Arguments([relation]));
        }
        catch (Exception e) when (Adapter.Type == "duckdb" && Missing(e))
        {
            // DuckDB's DESCRIBE fails where other warehouses' catalogs answer with no rows.
            return new ListValue();
        }
    }

    internal List<ColumnObject> Columns(RenderContext context, Value relation)
    {
        Value listed = ListedColumns(context, relation);
        List<ColumnObject> columns = [];
        foreach (Value item in listed.IsNone || listed.IsString ? [] : ValueOps.Iterate(listed))
        {
            if (item.As<ColumnObject>() is { } column)
            {
                columns.Add(column);
            }
        }

        return columns;
    }

    static bool Missing(Exception e) =>
        (e as AdapterException ?? e.InnerException as AdapterException)?.Message.Contains("does not exist", StringComparison.OrdinalIgnoreCase) == true;

    Value MissingColumns(RenderContext context, Arguments arguments)
    {
        List<ColumnObject> from = Columns(context, arguments.Require(0, "from_relation", "get_missing_columns"));
        HashSet<string> present = [.. Columns(context, arguments.Require(1, "to_relation", "get_missing_columns")).Select(c => c.Column.Name)];
        return new ListValue(from.Where(c => !present.Contains(c.Column.Name)).Select(c => Value.From(c)));
    }

    Value ColumnSchema(Arguments arguments)
    {
        QueryResult result = Session.Execute(arguments.Require(0, "sql", "get_column_schema_from_query").ToString(), true, true, null);
        foreach (string unknown in result.Table.Columns.Select(c => c.TypeName).Where(n => n.StartsWith(ResultColumn.UnknownType, StringComparison.Ordinal)).Distinct())
        {
            string code = unknown[ResultColumn.UnknownType.Length..];
            owner.Invocation.Report(new LogLine(LogLevel.Debug, $"The `type_code` {code} was not recognized: in contracts and their errors the type is called `{unknown}`"));
        }

        return new ListValue(result.Table.Columns.Select(c => Value.From(new ColumnObject(new Column(c.Name, Adapter.TranslateType(c.TypeName)), Adapter))));
    }

    Value ExpandColumnTypes(RenderContext context, Arguments arguments)
    {
        Value from = arguments.Require(0, "from_relation", "expand_target_column_types");
        Value to = arguments.Require(1, "to_relation", "expand_target_column_types");
        List<ColumnObject> target = Columns(context, to);
        foreach (ColumnObject wanted in Columns(context, from))
        {
            ColumnObject? present = target.Find(c => c.Column.Name == wanted.Column.Name);
            if (present is null || !context.CallMethod(present, "can_expand_to", new Arguments([wanted])).IsTrue)
            {
                continue;
            }

            string type = Adapter.StringType((int)context.CallMethod(wanted, "string_size", new Arguments([])).AsInt64);
            owner.CallMacro(context, "alter_column_type", new Arguments([to, wanted.Column.Name, type]));
        }

        return Value.EmptyString;
    }

    Value CreateSchema(RenderContext context, Arguments arguments)
    {
        Relation relation = RelationArgument(arguments, 0, "relation", "create_schema");
        owner.CallMacro(context, "create_schema", new Arguments([Wrap(relation)]));
        Session.Commit();
        return Value.EmptyString;
    }

    Value DropSchema(RenderContext context, Arguments arguments)
    {
        Relation relation = RelationArgument(arguments, 0, "relation", "drop_schema");
        owner.CallMacro(context, "drop_schema", new Arguments([Wrap(relation)]));
        Session.Commit();
        Cache.DropSchema(relation.Database, relation.Schema);
        return Value.EmptyString;
    }

    Value CheckSchemaExists(RenderContext context, Arguments arguments)
    {
        string? database = TextOf(arguments, 0, "database");
        string? schema = TextOf(arguments, 1, "schema");
        RelationObject place = new(new Relation { Database = database, Schema = schema, QuoteCharacter = Adapter.QuoteCharacter }, Adapter);
        Value view = context.CallMethod(place, "information_schema", new Arguments([]));
        Value result = owner.CallMacro(context, "check_schema_exists", new Arguments([view, schema]));
        return RowsOf(result).FirstOrDefault() is [var first, ..] && first.TryGetInteger(out System.Numerics.BigInteger count) && count > 0;
    }

    internal List<string> SchemaNames(RenderContext context, string? database)
    {
        Value result = owner.CallMacro(context, "list_schemas", new Arguments([Value.From(database)]));
        return [.. RowsOf(result).Select(r => r[0].ToString())];
    }

    Value DropRelation(RenderContext context, Arguments arguments)
    {
        Relation relation = RelationArgument(arguments, 0, "relation", "drop_relation");
        if (relation.Type is null)
        {
            throw new JinjaException("CompilationError", $"Tried to drop relation {relation.Render()}, but its type is null.");
        }

        Cache.Drop(relation);
        if (Adapter.Capabilities.DropsInOwnTransaction)
        {
            DropAlone(context, relation);
        }
        else
        {
            owner.CallMacro(context, "drop_relation", new Arguments([Wrap(relation)]));
        }

        return Value.EmptyString;
    }

    static readonly Lock s_drops = new();

    /// <summary>
    /// Commits what is open, drops in a transaction of its own, and opens one again if there was one. The commit comes before the wait for other
    /// drops, so that no lock is held meanwhile that such a drop may wait for.
    /// </summary>
    void DropAlone(RenderContext context, Relation relation)
    {
        bool reopen = Session.InTransaction;
        Session.Commit();
        if (Adapter.Capabilities.ConcurrentDrops)
        {
            DropAndCommit(context, relation);
        }
        else
        {
            lock (s_drops)
            {
                DropAndCommit(context, relation);
            }
        }

        if (reopen)
        {
            Session.Begin();
        }
    }

    void DropAndCommit(RenderContext context, Relation relation)
    {
        Session.Begin();
        owner.CallMacro(context, "drop_relation", new Arguments([Wrap(relation)]));
        Session.Commit();
    }

    Value RenameRelation(RenderContext context, Arguments arguments)
    {
        Relation from = RelationArgument(arguments, 0, "from_relation", "rename_relation");
        Relation to = RelationArgument(arguments, 1, "to_relation", "rename_relation");
        Cache.Rename(from, to);
        owner.CallMacro(context, "rename_relation", new Arguments([Wrap(from), Wrap(to)]));
        return Value.EmptyString;
    }
}
