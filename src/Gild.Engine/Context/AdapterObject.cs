using Gild.Engine.Adapters;
using Gild.Engine.Manifest;
using Gild.Engine.Values;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>
/// The <c>adapter</c> of templates: turns values into typed arguments, calls the typed adapter, the cache or the macro
/// that knows the SQL, and turns the answer back. The same for every warehouse; credentials are not reachable from here.
/// </summary>
public sealed partial class AdapterObject(NodeContext owner) : HostObject
{
    static readonly HashSet<string> Methods = new(StringComparer.Ordinal)
    {
        "dispatch", "type", "quote", "quote_as_configured", "quote_seed_column", "get_relation", "list_relations", "list_relations_without_caching",
        "get_columns_in_relation", "get_columns_in_table", "get_missing_columns", "get_column_schema_from_query", "expand_target_column_types",
        "create_schema", "drop_schema", "check_schema_exists", "drop_relation", "truncate_relation", "rename_relation", "cache_added", "cache_dropped",
        "cache_renamed", "already_exists", "verify_database", "parse_index", "standardize_grants_dict", "get_incremental_strategy_macro",
        "valid_incremental_strategies", "builtin_incremental_strategies", "assert_valid_snapshot_target_given_strategy", "valid_snapshot_target",
        "execute", "add_query", "commit", "convert_type", "nice_connection_name", "load_rows", "render_raw_model_constraints",
        "render_raw_columns_constraints", "is_replaceable", "get_rows_different_sql", "get_catalog", "clear_transaction", "supports",
        "calculate_freshness_from_metadata", "debug_query", "list_schemas", "alter_column_type", "expand_column_types", "process_parsed_constraint",
        "render_model_constraint", "render_column_constraint", "get_hard_deletes_behavior", "capability_support", "submit_python_job", "validate_sql", "warn_once",
    };

    public override string TypeName => owner.Execute ? "RuntimeDatabaseWrapper" : "ParseDatabaseWrapper";

    Adapter Adapter => owner.Factory.Adapter;

    WarehouseSession Session => owner.Session ?? throw new JinjaException("DbtRuntimeError", "no connection to the warehouse is available here");

    RelationCache Cache => owner.Run!.Cache;

    protected override bool TryGetProperty(string name, out Value value)
    {
        value = name switch
        {
            "behavior" => new BehaviorObject(owner.Factory.Invocation),
            "Relation" => new RelationClass(Adapter, owner.Factory.Project.Quoting),
            "Column" => new ColumnClass(Adapter),
            _ => default(Value),
        };
        return !value.IsUndefined;
    }

    protected override bool HasMethod(string name) => Methods.Contains(name)
        || Adapter.Answers.ContainsKey(name) || Adapter.MacroMethods.Contains(name);

    protected override Value Invoke(RenderContext context, string name, Arguments arguments)
    {
        switch (name)
        {
            case "dispatch":
                return Dispatch(arguments);
            case "type":
                return Adapter.Type;
            case "quote":
                return Quoted(arguments.Require(0, "identifier", name));
            case "quote_as_configured":
                return QuoteAsConfigured(arguments);
            case "quote_seed_column":
                return QuoteSeedColumn(arguments);
            case "nice_connection_name":
                return owner.Node?.UniqueId ?? "<None>";
            case "valid_incremental_strategies":
                return new ListValue(Adapter.IncrementalStrategies.Select(s => Value.From(s)));
            case "builtin_incremental_strategies":
                return new ListValue(((string[])["append", "delete+insert", "merge", "insert_overwrite", "microbatch"]).Select(s => Value.From(s)));
            case "parse_index":
                return IndexObject.Parse(arguments.Require(0, "raw_index", name));
            case "verify_database":
                return VerifyDatabase(arguments.Require(0, "database", name));
            case "standardize_grants_dict":
                return owner.Execute ? StandardizeGrants(arguments.Require(0, "grants_table", name)) : new DictValue();
            case "render_raw_columns_constraints":
                return new ListValue(ConstraintText.Columns(arguments.Require(0, "raw_columns", name), Adapter, owner).Select(c => Value.From(c)));
            case "render_raw_model_constraints":
                return new ListValue(ConstraintText.Model(arguments.Require(0, "raw_constraints", name), Adapter, owner).Select(c => Value.From(c)));
            case "supports":
                return false;
        }

        if (Adapter.Answers.TryGetValue(name, out Value answer))
        {
            return answer;
        }

        if (Adapter.MacroMethods.Contains(name))
        {
            return owner.CallMacro(context, $"{Adapter.Type}__{name}", arguments);
        }

        return owner.Execute ? Run(context, name, arguments) : WhileParsing(name);
    }

    /// <summary>What a method gives where there is no warehouse: empty, so that a project's whole text is parsed.</summary>
    Value WhileParsing(string name) => name switch
    {
        "execute" => new TupleValue([Value.EmptyString, owner.EmptyTable()]),
        "add_query" => new TupleValue([Value.None, Value.EmptyString]),
        "list_relations" or "list_relations_without_caching" or "get_columns_in_relation" or "get_columns_in_table" or "get_missing_columns"
            or "get_column_schema_from_query" or "list_schemas" => new ListValue(),
        "already_exists" or "check_schema_exists" => false,
        "convert_type" => "",
        _ => Value.None,
    };

    Value Run(RenderContext context, string name, Arguments arguments)
    {
        switch (name)
        {
            case "execute":
                return Execute(arguments);
            case "add_query":
                return AddQuery(arguments);
            case "debug_query":
                return Execute(new Arguments([Value.From("select 1 as id")]));
            case "commit" or "clear_transaction":
                Session.Commit();
                return Value.EmptyString;
            case "load_rows":
                return LoadRows(context, arguments);
            case "convert_type":
                return ConvertType(arguments);
            case "get_relation":
                return Wrap(GetRelation(
                    context, TextOf(arguments, 0, "database"), TextOf(arguments, 1, "schema"), TextOf(arguments, 2, "identifier") ?? ""));
            case "already_exists":
                return GetRelation(context, Adapter.Target.Database, TextOf(arguments, 0, "schema"), TextOf(arguments, 1, "name") ?? "") is not null;
            case "list_relations":
                return new ListValue(ListRelations(context, TextOf(arguments, 0, "database"), TextOf(arguments, 1, "schema")).Select(r => Wrap(r)));
            case "list_relations_without_caching":
                return new ListValue(ListWithoutCaching(context, RelationArgument(arguments, 0, "schema_relation", name)).Select(r => Wrap(r)));
            case "get_columns_in_relation":
                return ListedColumns(context, arguments.Require(0, "relation", name));
            case "get_columns_in_table":
                return new ListValue(Columns(context, Wrap(new Relation
                {
                    Database = Adapter.Target.Database,
                    Schema = TextOf(arguments, 0, "schema_name"),
                    Identifier = TextOf(arguments, 1, "table_name"),
                    QuoteCharacter = Adapter.QuoteCharacter,
                })).Select(c => Value.From(c)));
            case "get_missing_columns":
                return MissingColumns(context, arguments);
            case "get_column_schema_from_query":
                return ColumnSchema(arguments);
            case "expand_target_column_types" or "expand_column_types":
                return ExpandColumnTypes(context, arguments);
            case "alter_column_type":
                return owner.CallMacro(context, "alter_column_type", arguments);
            case "create_schema":
                return CreateSchema(context, arguments);
            case "drop_schema":
                return DropSchema(context, arguments);
            case "check_schema_exists":
                return CheckSchemaExists(context, arguments);
            case "list_schemas":
                return new ListValue(SchemaNames(context, TextOf(arguments, 0, "database")).Select(s => Value.From(s)));
            case "drop_relation":
                return DropRelation(context, arguments);
            case "truncate_relation":
                owner.CallMacro(context, "truncate_relation", new Arguments([arguments.Require(0, "relation", name)]));
                return Value.EmptyString;
            case "rename_relation":
                return RenameRelation(context, arguments);
            case "cache_added":
                Cache.Add(RelationArgument(arguments, 0, "relation", name));
                return Value.EmptyString;
            case "cache_dropped":
                Cache.Drop(RelationArgument(arguments, 0, "relation", name));
                return Value.EmptyString;
            case "cache_renamed":
                Cache.Rename(RelationArgument(arguments, 0, "from_relation", name), RelationArgument(arguments, 1, "to_relation", name));
                return Value.EmptyString;
            case "get_incremental_strategy_macro":
                return StrategyMacro(arguments);
            case "assert_valid_snapshot_target_given_strategy" or "valid_snapshot_target":
                return SnapshotTarget.Check(context, this, arguments);
            case "get_hard_deletes_behavior":
                return SnapshotTarget.HardDeletes(arguments.Require(0, "config", name));
            case "get_rows_different_sql":
                return RowDifference.Sql(arguments, Adapter);
            case "validate_sql":
                return owner.CallMacro(context, "validate_sql", arguments);
            case "is_replaceable":
                return true;
            case "warn_once":
                WarnOnce(arguments.Require(0, "msg", name).ToString());
                return Value.EmptyString;
            default:
                throw new JinjaException("CompilationError", $"adapter.{name}() is not supported by the {Adapter.Type} adapter");
        }
    }

    internal Value Wrap(Relation? relation) => relation is null ? Value.None : Value.From(new RelationObject(relation, Adapter));

    static string? TextOf(Arguments arguments, int index, string name) =>
        arguments.TryGet(index, name, out Value value) && !value.IsNone && !value.IsUndefined ? value.ToString() : null;

    static Relation RelationArgument(Arguments arguments, int index, string parameter, string function)
    {
        Value value = arguments.Require(index, parameter, function);
        return value.As<RelationObject>()?.Relation ?? throw new JinjaException(
            "CompilationError", $"{function}() needs a relation as `{parameter}`, got {(value.IsNone ? "None" : ValueText.TypeNameOf(value))}");
    }

    Value Dispatch(Arguments arguments)
    {
        arguments.CheckSignature("dispatch", ["macro_name", "macro_namespace", "packages"]);
        string name = arguments.Require(0, "macro_name", "dispatch").ToString();
        if (arguments.TryGet(2, "packages", out Value packages) && !packages.IsNone)
        {
            throw new JinjaException(
                "CompilationError",
                $"In adapter.dispatch, the `packages` argument is no longer supported; give macro_namespace instead (macro '{name}')");
        }

        Value given = arguments.Get(1, "macro_namespace", Value.None);
        if (!given.IsNone && !given.TryGetText(out _))
        {
            throw new JinjaException(
                "CompilationError", $"In adapter.dispatch, got a {ValueText.TypeNameOf(given)} macro_namespace argument (\"{given}\"), but macro_namespace should be a string.");
        }

        MacroNode found = owner.Factory.Macros.FindDispatch(name, given.IsNone ? null : given.ToString(), owner.Package, owner.PackageOfTest);
        return new MacroCallable(found, owner);
    }

    string Quoted(Value identifier) => $"{Adapter.QuoteCharacter}{identifier}{Adapter.QuoteCharacter}";

    Value QuoteAsConfigured(Arguments arguments)
    {
        Value identifier = arguments.Require(0, "identifier", "quote_as_configured");
        QuotePolicy policy = owner.Factory.Project.Quoting;
        bool quote = arguments.Require(1, "quote_key", "quote_as_configured").ToString() switch
        {
            "database" => policy.Database,
            "schema" => policy.Schema,
            _ => policy.Identifier,
        };
        return quote ? Quoted(identifier) : identifier;
    }

    Value QuoteSeedColumn(Arguments arguments)
    {
        Value column = arguments.Require(0, "column", "quote_seed_column");
        Value config = arguments.Get(1, "quote_config", Value.None);
        if (!config.IsNone && !config.IsBool)
        {
            throw new JinjaException("CompilationError", $"The seed configuration value of \"quote_columns\" has an invalid type {ValueText.TypeNameOf(config)}");
        }

        return config.IsNone || config.AsBool ? Quoted(column) : column;
    }

    Value Execute(Arguments arguments)
    {
        arguments.CheckSignature("execute", ["sql", "auto_begin", "fetch", "limit"]);
        int? limit = arguments.TryGet(3, "limit", out Value rows) && rows.IsInt64 ? (int)rows.AsInt64 : null;
        bool fetch = arguments.Get(2, "fetch", false).IsTrue;
        QueryResult result = Session.Execute(
            arguments.Require(0, "sql", "execute").ToString(), arguments.Get(1, "auto_begin", false).IsTrue, fetch, limit);
        return new TupleValue([new ResponseObject(result.Response), fetch ? owner.Table(result.Table) : owner.EmptyTable()]);
    }

    Value AddQuery(Arguments arguments)
    {
        string sql = arguments.Require(0, "sql", "add_query").ToString();
        Value bindings = arguments.Get(2, "bindings", Value.None);
        if (!bindings.IsNone)
        {
            sql = BoundText.Insert(sql, ValueOps.Iterate(bindings));
        }

        QueryResult result = Session.Execute(sql, arguments.Get(1, "auto_begin", true).IsTrue, false, null);
        return new TupleValue([Value.None, new ResponseObject(result.Response)]);
    }

    /// <summary>Loads a table's rows by the warehouse's bulk way: <c>adapter.load_rows(relation, agate_table)</c>.</summary>
    Value LoadRows(RenderContext context, Arguments arguments)
    {
        Relation relation = RelationArgument(arguments, 0, "relation", "load_rows");
        TableObject table = arguments.Require(1, "agate_table", "load_rows").As<TableObject>()
            ?? throw JinjaException.TypeError("load_rows() needs a table");
        List<Column> columns = [.. table.Table.Columns.Select(c => new Column(c.Name, Adapter.ConvertType(c.Kind)))];
        Session.LoadRows(relation, columns, table.Table.Rows);
        return Value.EmptyString;
    }

    void WarnOnce(string message)
    {
        if (owner.Run!.WarnedOnce.TryAdd(message, true))
        {
            owner.Warn("JinjaLogWarning", message);
        }
    }

    Value ConvertType(Arguments arguments)
    {
        TableObject table = arguments.Require(0, "agate_table", "convert_type").As<TableObject>()
            ?? throw JinjaException.TypeError("convert_type() needs a table");
        int index = (int)arguments.Require(1, "col_idx", "convert_type").AsInt64;
        return Adapter.ConvertType(table.Table, index);
    }

    Value VerifyDatabase(Value database)
    {
        string name = database.IsNone ? "" : database.ToString().Trim(Adapter.QuoteCharacter);
        return Adapter.RefusalOf(name) is { } refusal ? throw new JinjaException("NotImplementedError", refusal) : Value.EmptyString;
    }

    static DictValue StandardizeGrants(Value table)
    {
        DictValue grants = new();
        if (table.As<TableObject>() is not { } rows)
        {
            return grants;
        }

        int grantee = IndexOf(rows, "grantee");
        int privilege = IndexOf(rows, "privilege_type");
        foreach (Value[] row in rows.Table.Rows)
        {
            if (grants.TryGetValue(row[privilege], out Value list))
            {
                list.As<ListValue>()!.Elements.Add(row[grantee]);
            }
            else
            {
                grants[row[privilege]] = new ListValue([row[grantee]]);
            }
        }

        return grants;
    }

    static int IndexOf(TableObject table, string column)
    {
        for (int i = 0; i < table.Table.Columns.Count; i++)
        {
            if (string.Equals(table.Table.Columns[i].Name, column, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        throw new JinjaException("CompilationError", $"the result has no column `{column}`");
    }

    Value StrategyMacro(Arguments arguments)
    {
        Value given = arguments.Get(1, "strategy", Value.None);
        string strategy = given.IsNone ? "default" : given.ToString();
        if (strategy is "append" or "delete+insert" or "merge" or "insert_overwrite" or "microbatch"
            && !Adapter.IncrementalStrategies.Contains(strategy))
        {
            throw new JinjaException("DbtRuntimeError", $"The incremental strategy '{strategy}' is not valid for this adapter");
        }

        string macro = $"get_incremental_{strategy.Replace('+', '_')}_sql";
        return owner.TryGet(macro, out Value found)
            ? found
            : throw new JinjaException(
                "DbtRuntimeError",
                $"dbt could not find an incremental strategy macro with the name \"{macro}\" in {owner.Factory.Project.ProjectName}");
    }
}

/// <summary><c>adapter.behavior</c>: behaviour flags by name; all are as dbt 1.11 sets them unless the project says otherwise.</summary>
public sealed class BehaviorObject(InvocationState invocation) : JinjaObject
{
    public override string TypeName => "Behavior";

    public override bool TryGetAttribute(string name, out Value value)
    {
        value = new BehaviorFlag(invocation.Flags.TryGetValue(name.ToUpperInvariant(), out Value set) && set.IsTrue);
        return true;
    }

    sealed class BehaviorFlag(bool on) : JinjaObject
    {
        public override string TypeName => "BehaviorFlagRendered";

        public override bool IsTrue => on;

        public override bool TryGetAttribute(string name, out Value value)
        {
            value = name is "setting" or "no_warn" ? on : default(Value);
            return !value.IsUndefined;
        }

        public override string ToText() => on ? "True" : "False";
    }
}

/// <summary>An <c>indexes:</c> entry of a model.</summary>
public sealed class IndexObject(IReadOnlyList<string> columns, bool unique, string? type) : HostObject
{
    public override string TypeName => "PostgresIndexConfig";

    /// <summary>Reads an entry; None stays None.</summary>
    public static Value Parse(Value raw)
    {
        if (raw.IsNone)
        {
            return raw;
        }

        if (raw.As<DictValue>() is not { } dict)
        {
            throw new JinjaException("CompilationError", "Invalid index config:\n  Got: " + ValueText.ToRepr(raw) + "\n  Expected a dictionary with at minimum a \"columns\" key");
        }

        bool unusable = !dict.TryGetValue("columns", out Value columns) || (columns.As<ListValue>() is null && columns.As<TupleValue>() is null);
        if (unusable)
        {
            throw new JinjaException("CompilationError", "Could not parse index config: " + (columns.IsUndefined ? "'columns' is a required property" : $"columns: {ValueText.ToRepr(columns)} is not of type 'array'")).WithHelp("columns: [a, b]");
        }

        if (dict.TryGetValue("unique", out Value flag) && !flag.IsBool && !flag.IsNone)
        {
            throw new JinjaException("CompilationError", $"Could not parse index config: unique: {ValueText.ToRepr(flag)} is not of type 'boolean'");
        }

        foreach ((Value key, _) in dict.Entries)
        {
            if (key.ToString() is not ("columns" or "unique" or "type"))
            {
                throw new JinjaException("CompilationError", $"Could not parse index config: Additional properties are not allowed ('{key}' was unexpected)");
            }
        }

        return new IndexObject(
            [.. ValueOps.Iterate(columns).Select(c => c.ToString())],
            dict.TryGetValue("unique", out Value unique) && unique.IsTrue,
            dict.TryGetValue("type", out Value type) && !type.IsNone ? type.ToString() : null);
    }

    protected override bool TryGetProperty(string name, out Value value)
    {
        value = name switch
        {
            "columns" => new ListValue(columns.Select(c => Value.From(c))),
            "unique" => unique,
            "type" => type,
            _ => default(Value),
        };
        return !value.IsUndefined;
    }

    protected override bool HasMethod(string name) => name == "render";

    /// <summary>A name that no other index of the run has: dbt hashes the parts and the moment.</summary>
    protected override Value Invoke(RenderContext context, string name, Arguments arguments)
    {
        string relation = arguments.Get(0, "relation", Value.None).ToString();
        string moment = DateTimeOffset.UtcNow.UtcTicks.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return GlobalFunctions.Md5($"{string.Join('_', columns)}_{relation}_{unique}_{type}_{moment}");
    }
}
