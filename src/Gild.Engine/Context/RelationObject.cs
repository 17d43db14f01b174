using Gild.Engine.Adapters;
using Gild.Engine.Values;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>A relation as templates see it: dbt's <c>BaseRelation</c> over <see cref="Relation"/>. Immutable.</summary>
public sealed class RelationObject(Relation relation, Adapter adapter) : HostObject
{
    public Relation Relation { get; } = relation;

    public Adapter Adapter { get; } = adapter;

    public override string TypeName => "Relation";

    public override bool IsTrue => true;

    // dbt's relations call themselves mappings, and packages test their arguments by that.
    public override bool IsMapping => true;

    public override string ToText() => Relation.Render();

    public override string ToRepr() => $"<{Adapter.RelationClassName} {Relation.Render()}>";

    public override bool IsEqualTo(Value other) => other.As<RelationObject>() is { } that
        && that.Relation.Database == Relation.Database && that.Relation.Schema == Relation.Schema
        && that.Relation.Identifier == Relation.Identifier && that.Relation.Type == Relation.Type
        && that.Relation.Quoting == Relation.Quoting && that.Relation.Including == Relation.Including;

    public override int HashCode => System.HashCode.Combine(Relation.Database, Relation.Schema, Relation.Identifier);

    RelationObject With(Relation changed) => new(changed, Adapter);

    protected override bool TryGetProperty(string name, out Value value)
    {
        Relation r = Relation;
        value = name switch
        {
            "database" => r.Database,
            "schema" => r.Schema,
            "identifier" or "table" or "name" => r.Identifier,
            "type" => r.Type?.Word(),
            "is_table" => r.Type == RelationType.Table,
            "is_view" => r.Type == RelationType.View,
            "is_cte" => r.Type == RelationType.Cte,
            "is_materialized_view" => r.Type == RelationType.MaterializedView,
            "is_function" => r.Type == RelationType.Function,
            "is_pointer" => false,
            "can_be_renamed" => r.Type is { } t && Adapter.Capabilities.Renameable.Contains(t),
            "can_be_replaced" => r.Type is { } t && Adapter.Capabilities.Replaceable.Contains(t),
            "quote_character" => r.QuoteCharacter.ToString(),
            "limit" => r.Limit is { } limit ? Value.From((long)limit) : Value.None,
            "path" => PathOf(r),
            "quote_policy" => PolicyOf(r.Quoting.Database, r.Quoting.Schema, r.Quoting.Identifier),
            "include_policy" => PolicyOf(r.Including.Database, r.Including.Schema, r.Including.Identifier),
            "dbt_created" => r.DbtCreated,
            "require_alias" => r.RequireAlias,
            "external" when r.External is not null => r.External,
            _ => default(Value),
        };
        return !value.IsUndefined || RelationClass.TryConstant(name, out value);
    }

    static DictValue PathOf(Relation r)
    {
        DictValue path = new();
        path["database"] = r.Database;
        path["schema"] = r.Schema;
        path["identifier"] = r.Identifier;
        return path;
    }

    internal static DictValue PolicyOf(bool database, bool schema, bool identifier)
    {
        DictValue policy = new();
        policy["database"] = database;
        policy["schema"] = schema;
        policy["identifier"] = identifier;
        return policy;
    }

    protected override bool HasMethod(string name) => name is "render" or "quote" or "include" or "incorporate" or "replace_path" or "replace"
        or "without_identifier" or "information_schema" or "information_schema_only" or "get" or "matches" or "create" or "create_from"
        or "quoted" or "get_default_quote_policy" or "get_default_include_policy" or "relation_max_name_length" or "to_dict"
        or "add_ephemeral_prefix" or "render_limited" or "get_relation_type" or "is_hive_metastore";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments) => name switch
    {
        "render" => Relation.Name,
        "render_limited" => Relation.Render(),
        "quote" => Quote(arguments),
        "include" => Include(arguments),
        "incorporate" => Incorporate(arguments),
        "replace_path" => With(WithPath(Relation, arguments)),
        "replace" => Replace(arguments),
        "without_identifier" => With(Relation with { Including = Relation.Including with { Identifier = false }, Identifier = null, Limit = null, Filter = null }),
        "information_schema" => new InformationSchemaObject(this, arguments.Get(0, "view_name", Value.None)),
        "information_schema_only" => new InformationSchemaObject(this, Value.None),
        "get" => Get(arguments),
        "matches" => Matches(arguments),
        "to_dict" => ToDict(),
        "quoted" => Adapter.QuoteCharacter + arguments.Require(0, "identifier", "quoted").ToString() + Adapter.QuoteCharacter,
        "is_hive_metastore" => false,
        _ => RelationClass.InvokeStatic(Adapter, name, arguments),
    };

    /// <summary>Attributes by name; <c>metadata</c> says what the object is, by which packages tell a relation from other arguments.</summary>
    Value Get(Arguments arguments)
    {
        string? key = arguments.Require(0, "key", "get").AsString;
        if (key == "metadata")
        {
            DictValue metadata = new();
            metadata["type"] = Adapter.RelationClassName;
            return metadata;
        }

        return key is not null && TryGetAttribute(key, out Value found) ? found : arguments.Get(1, "default", Value.None);
    }

    DictValue ToDict()
    {
        DictValue dict = new();
        foreach (string key in (ReadOnlySpan<string>)["path", "type", "quote_character", "include_policy", "quote_policy", "dbt_created"])
        {
            TryGetProperty(key, out Value value);
            dict[key] = value;
        }

        return dict;
    }

    RelationObject Quote(Arguments arguments) => With(Relation with
    {
        Quoting = new QuotePolicy(
            Flag(arguments, 0, "database", Relation.Quoting.Database),
            Flag(arguments, 1, "schema", Relation.Quoting.Schema),
            Flag(arguments, 2, "identifier", Relation.Quoting.Identifier)),
    });

    RelationObject Include(Arguments arguments) => With(Relation with
    {
        Including = new IncludePolicy(
            Flag(arguments, 0, "database", Relation.Including.Database),
            Flag(arguments, 1, "schema", Relation.Including.Schema),
            Flag(arguments, 2, "identifier", Relation.Including.Identifier)),
    });

    static bool Flag(Arguments arguments, int index, string name, bool otherwise) =>
        arguments.TryGet(index, name, out Value value) && !value.IsNone ? value.IsTrue : otherwise;

    Value Replace(Arguments arguments)
    {
        Relation changed = Relation;
        for (int i = 0; i < arguments.KeywordNames.Length; i++)
        {
            Value value = arguments.KeywordValues[i];
            changed = arguments.KeywordNames[i] switch
            {
                "type" => changed with { Type = TypeOf(value) },
                "path" => WithPath(changed, value.As<DictValue>()),
                "quote_policy" => changed with { Quoting = RelationClass.QuotePolicyOf(value, changed.Quoting) },
                "include_policy" => changed with { Including = RelationClass.IncludePolicyOf(value, changed.Including) },
                "limit" => changed with { Limit = value.IsInt64 ? (int)value.AsInt64 : null },
                _ => changed,
            };
        }

        return With(changed);
    }

    Value Incorporate(Arguments arguments)
    {
        Relation changed = Relation;
        if (arguments.TryGetKeyword("path", out Value path))
        {
            changed = WithPath(changed, path.As<DictValue>());
        }

        foreach (string part in (ReadOnlySpan<string>)["database", "schema", "identifier"])
        {
            if (arguments.TryGetKeyword(part, out Value value))
            {
                changed = WithPart(changed, part, value);
            }
        }

        if (arguments.TryGetKeyword("type", out Value type))
        {
            changed = changed with { Type = TypeOf(type) };
        }

        if (arguments.TryGetKeyword("quote_policy", out Value quoting))
        {
            changed = changed with { Quoting = RelationClass.QuotePolicyOf(quoting, changed.Quoting) };
        }

        if (arguments.TryGetKeyword("include_policy", out Value including))
        {
            changed = changed with { Including = RelationClass.IncludePolicyOf(including, changed.Including) };
        }

        return RelationClass.Checked(changed, Adapter);
    }

    static Relation WithPath(Relation relation, DictValue? path)
    {
        if (path is null)
        {
            return relation;
        }

        foreach (KeyValuePair<Value, Value> part in path.Entries)
        {
            relation = WithPart(relation, part.Key.ToString(), part.Value);
        }

        return relation;
    }

    static Relation WithPath(Relation relation, Arguments arguments)
    {
        for (int i = 0; i < arguments.KeywordNames.Length; i++)
        {
            relation = WithPart(relation, arguments.KeywordNames[i], arguments.KeywordValues[i]);
        }

        return relation;
    }

    static Relation WithPart(Relation relation, string part, Value value)
    {
        string? text = value.IsNone || value.IsUndefined ? null : value.ToString();
        return part switch
        {
            "database" => relation with { Database = text },
            "schema" => relation with { Schema = text },
            "identifier" => relation with { Identifier = text },
            _ => relation,
        };
    }

    internal static RelationType? TypeOf(Value value)
    {
        if (value.IsNone || value.IsUndefined)
        {
            return null;
        }

        string word = value.ToString();
        return RelationTypes.Parse(word)
            ?? throw JinjaException.ValueError($"'{word}' is not a valid RelationType");
    }

    bool Matches(Arguments arguments)
    {
        string? database = Part(arguments, 0, "database");
        string? schema = Part(arguments, 1, "schema");
        string? identifier = Part(arguments, 2, "identifier");
        if (database is null && schema is null && identifier is null)
        {
            throw new JinjaException("DbtRuntimeError", "Tried to match relation, but no search path was passed!");
        }

        return Fits(Relation, Adapter, database, schema, identifier);
    }

    static string? Part(Arguments arguments, int index, string name) =>
        arguments.Get(index, name, Value.None) is { IsNone: false, IsUndefined: false } given ? given.ToString() : null;

    /// <exception cref="JinjaException">The names differ by case alone, and the warehouse tells cases apart.</exception>
    internal static bool Fits(Relation relation, Adapter adapter, string? database, string? schema, string? identifier)
    {
        NameMatch match = relation.Match(database, schema, identifier);
        if (match == NameMatch.ByCase && adapter.Capabilities.CaseSensitiveNames)
        {
            Relation searched = new() { Database = database, Schema = schema, Identifier = identifier, QuoteCharacter = adapter.QuoteCharacter };
            throw new JinjaException(
                "CompilationError",
                $"{relation.Name} was found where {searched.Name} was searched: the names differ in upper and lower case alone, and gild does not guess").WithHelp(
                $"drop {relation.Name}, or give one of them another name");
        }

        return match != NameMatch.None;
    }
}

/// <summary><c>relation.information_schema(view)</c>: the view of that name in the relation's database.</summary>
public sealed class InformationSchemaObject(RelationObject relation, Value view) : HostObject
{
    public override string TypeName => "InformationSchema";

    public override bool IsMapping => true;

    string Text
    {
        get
        {
            Relation r = relation.Relation;
            string database = r.Database is null || !r.Including.Database ? ""
                : r.Quoting.Database ? $"{r.QuoteCharacter}{r.Database}{r.QuoteCharacter}." : r.Database + ".";
            return database + "INFORMATION_SCHEMA" + (view.IsNone ? "" : "." + view);
        }
    }

    public override string ToText() => Text;

    protected override bool TryGetProperty(string name, out Value value)
    {
        value = name switch
        {
            "database" => relation.Relation.Database,
            "schema" => relation.Relation.Schema,
            "identifier" or "name" or "table" => Value.None,
            "information_schema_view" => view,
            "is_view" => true,
            "type" => "view",
            _ => default(Value),
        };
        return !value.IsUndefined;
    }

    protected override bool HasMethod(string name) => name is "render" or "replace" or "include" or "quote" or "information_schema" or "without_identifier";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments) => name switch
    {
        "render" => Text,
        "replace" => new InformationSchemaObject(relation, arguments.Get(0, "information_schema_view", view)),
        "information_schema" => new InformationSchemaObject(relation, arguments.Get(0, "view_name", Value.None)),
        _ => relation.TryCallMethod(context, name, arguments, out Value changed) && changed.As<RelationObject>() is { } r
            ? new InformationSchemaObject(r, view) : this,
    };
}

/// <summary><c>api.Relation</c>: makes relations, and the names of their kinds.</summary>
public sealed class RelationClass(Adapter adapter, QuotePolicy quoting) : HostObject
{
    public override string TypeName => "RelationProxy";

    public override bool IsCallable => true;

    public override Value Call(RenderContext context, Arguments arguments) => Create(adapter, quoting, arguments);

    protected override bool TryGetProperty(string name, out Value value) => TryConstant(name, out value);

    internal static bool TryConstant(string name, out Value value)
    {
        value = name switch
        {
            "View" => "view",
            "Table" => "table",
            "CTE" => "cte",
            "External" => "external",
            "MaterializedView" => "materialized_view",
            "Function" => "function",
            _ => default(Value),
        };
        return !value.IsUndefined;
    }

    protected override bool HasMethod(string name) => name is "create" or "create_from" or "add_ephemeral_prefix" or "get_default_quote_policy"
        or "get_default_include_policy" or "relation_max_name_length" or "get_relation_type" or "from_dict" or "scd_args";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments) =>
        name == "create" ? Create(adapter, quoting, arguments) : InvokeStatic(adapter, name, arguments);

    internal static Value InvokeStatic(Adapter adapter, string name, Arguments arguments) => name switch
    {
        "create" => Create(adapter, adapter.DefaultQuoting, arguments),
        "add_ephemeral_prefix" => "__dbt__cte__" + arguments.Require(0, "name", name),
        "get_default_quote_policy" => RelationObject.PolicyOf(
            adapter.DefaultQuoting.Database, adapter.DefaultQuoting.Schema, adapter.DefaultQuoting.Identifier),
        "get_default_include_policy" => RelationObject.PolicyOf(
            adapter.DefaultIncluding.Database, adapter.DefaultIncluding.Schema, adapter.DefaultIncluding.Identifier),
        "relation_max_name_length" => Value.From((long)adapter.Capabilities.MaxIdentifierLength),
        "get_relation_type" => arguments.Require(0, "type", name),
        "scd_args" => ScdArguments(arguments.Require(0, "primary_key", name), arguments.Require(1, "updated_at", name)),
        "create_from" => arguments.Get(1, "relation_config", arguments.Get(0, "quoting", Value.None)).As<RelationObject>() is { } r
            ? r : throw JinjaException.TypeError("create_from() needs a relation"),
        "from_dict" => FromDict(adapter, arguments.Require(0, "value", name).As<DictValue>()
            ?? throw JinjaException.TypeError("from_dict() needs a dict")),
        _ => throw JinjaException.AttributeError(name),
    };

    /// <summary>The columns that identify a version of a snapshot's row.</summary>
    static ListValue ScdArguments(Value primaryKey, Value updatedAt)
    {
        ListValue columns = primaryKey.As<ListValue>() is { } keys ? new ListValue(keys.Elements) : new ListValue([primaryKey]);
        columns.Elements.Add(updatedAt);
        return columns;
    }

    static Value FromDict(Adapter adapter, DictValue dict)
    {
        DictValue path = dict.TryGetValue("path", out Value given) && given.As<DictValue>() is { } found ? found : dict;
        return Checked(
            new Relation
            {
                Database = TextOf(path, "database"),
                Schema = TextOf(path, "schema"),
                Identifier = TextOf(path, "identifier"),
                Type = dict.TryGetValue("type", out Value type) ? RelationObject.TypeOf(type) : null,
                Quoting = adapter.DefaultQuoting,
                Including = adapter.DefaultIncluding,
                QuoteCharacter = adapter.QuoteCharacter,
            },
            adapter);
    }

    static string? TextOf(DictValue dict, string key) => dict.TryGetValue(key, out Value value) && !value.IsNone ? value.ToString() : null;

    static Value Create(Adapter adapter, QuotePolicy quoting, Arguments arguments)
    {
        Relation relation = new()
        {
            Database = Text(arguments, 0, "database"),
            Schema = Text(arguments, 1, "schema"),
            Identifier = Text(arguments, 2, "identifier"),
            Type = RelationObject.TypeOf(arguments.Get(3, "type", Value.None)),
            Quoting = QuotePolicyOf(arguments.Get(99, "quote_policy", Value.None), quoting),
            Including = IncludePolicyOf(arguments.Get(99, "include_policy", Value.None), adapter.DefaultIncluding),
            QuoteCharacter = adapter.QuoteCharacter,
            RequireAlias = adapter.RequireAlias,
            Limit = arguments.Get(99, "limit", Value.None) is { IsInt64: true } limit ? (int)limit.AsInt64 : null,
        };
        return Checked(relation, adapter);
    }

    static string? Text(Arguments arguments, int index, string name) =>
        arguments.TryGet(index, name, out Value value) && !value.IsNone && !value.IsUndefined ? value.ToString() : null;

    /// <summary>A relation of a known kind must have a name that the warehouse can hold.</summary>
    internal static Value Checked(Relation relation, Adapter adapter)
    {
        if (relation is { Identifier: { } identifier, Type: not null }
            && System.Text.Encoding.UTF8.GetByteCount(identifier) > adapter.Capabilities.MaxIdentifierLength)
        {
            throw new JinjaException(
                "DbtRuntimeError",
                $"Relation name '{identifier}' is longer than {adapter.Capabilities.MaxIdentifierLength} characters");
        }

        return new RelationObject(relation, adapter);
    }

    internal static QuotePolicy QuotePolicyOf(Value policy, QuotePolicy otherwise) => policy.As<DictValue>() is not { } dict
        ? otherwise
        : new QuotePolicy(
            Part(dict, "database", otherwise.Database), Part(dict, "schema", otherwise.Schema), Part(dict, "identifier", otherwise.Identifier));

    internal static IncludePolicy IncludePolicyOf(Value policy, IncludePolicy otherwise) => policy.As<DictValue>() is not { } dict
        ? otherwise
        : new IncludePolicy(
            Part(dict, "database", otherwise.Database), Part(dict, "schema", otherwise.Schema), Part(dict, "identifier", otherwise.Identifier));

    static bool Part(DictValue dict, string name, bool otherwise) =>
        dict.TryGetValue(name, out Value value) && !value.IsNone ? value.IsTrue : otherwise;
}
