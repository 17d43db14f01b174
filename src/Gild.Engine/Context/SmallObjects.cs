using Gild.Engine.Adapters;
using Gild.Engine.Values;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>What <c>metric('name')</c> gives: its names; as a text, the metric's own.</summary>
/// <param name="metric">Its name.</param>
/// <param name="package">The package that was named, or null.</param>
/// <param name="properties">The metric's own properties, when it is known already.</param>
public sealed class MetricReference(string metric, string? package, DictValue? properties) : HostObject
{
    public override string TypeName => "MetricReference";

    protected override bool TryGetProperty(string name, out Value value)
    {
        value = name switch
        {
            "metric_name" => metric,
            "package_name" when properties is null => package is null ? Value.None : Value.From(package),
            _ => properties is not null && properties.TryGetValue(name, out Value own) ? own : default(Value),
        };
        return !value.IsUndefined;
    }

    protected override bool HasMethod(string name) => false;

    protected override Value Invoke(RenderContext context, string name, Arguments arguments) => Value.None;

    public override string ToText() => metric;
}

/// <summary><c>var('name', default)</c> and <c>var.has_var('name')</c>.</summary>
public sealed class VarObject(NodeContext owner) : HostObject
{
    public override string TypeName => "Var";

    public override bool IsCallable => true;

    string Package => owner.Node?.PackageName ?? owner.Package;

    bool TryFind(string name, out Value value) =>
        owner.Overrides is { } overrides && overrides.Vars.TryGetValue(name, out value)
        || owner.Factory.Project.Vars.TryGet(Package, name, out value);

    public override Value Call(RenderContext context, Arguments arguments)
    {
        arguments.CheckSignature("var", ["var_name", "default"]);
        string name = arguments.Require(0, "var_name", "var").ToString();
        if (TryFind(name, out Value value))
        {
            return Rendered(owner.Factory, context, owner, name, value);
        }

        if (arguments.TryGet(1, "default", out Value otherwise))
        {
            return otherwise;
        }

        return owner.Recorder is not null && !owner.RequiresVars ? Value.None : throw Missing(owner.Factory.Project, Package, owner.Node?.Name ?? owner.Package, name);
    }

    /// <summary>A text is rendered where it is asked for, with the names of who asks, and stays a text; other values are taken as they are.</summary>
    internal static Value Rendered(ContextFactory factory, RenderContext context, Globals names, string name, Value value) =>
        value.AsString is { } text && (text.Contains("{{", StringComparison.Ordinal) || text.Contains("{%", StringComparison.Ordinal) || text.Contains("{#", StringComparison.Ordinal))
            ? factory.CompileText(text, $"var('{name}')").Render(context, names)
            : value;

    internal static JinjaException Missing(ContextProject project, string package, string asker, string name)
    {
        JinjaException error = new(
            "CompilationError", $"Required var '{name}' not found in config:\nVars supplied to {asker} = {Supplied(project, package)}");
        string? near = NearestName.Find(name, project.Vars.NamesFor(package));
        return near is null
            ? error.WithHelp($"give it: --vars '{name}: value', vars: in dbt_project.yml, or a default: var('{name}', 'value')")
            : error.WithHelp($"a var with a similar name is set: `{near}`");
    }

    static string Supplied(ContextProject project, string package)
    {
        DictValue known = new();
        foreach (string name in project.Vars.NamesFor(package))
        {
            if (project.Vars.TryGet(package, name, out Value value))
            {
                known[name] = value;
            }
        }

        return JsonText.Write(known, true);
    }

    protected override bool HasMethod(string name) => name == "has_var";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments) =>
        TryFind(arguments.Require(0, "var_name", name).ToString(), out _);
}

/// <summary><c>flags</c>: the run's settings by name in upper case.</summary>
public sealed class FlagsObject(InvocationState invocation) : JinjaObject
{
    public override string TypeName => "Flags";

    public override bool TryGetAttribute(string name, out Value value) =>
        invocation.Flags.TryGetValue(name, out value) || invocation.Flags.TryGetValue(name.ToUpperInvariant(), out value);

    public override bool TryGetItem(Value key, out Value value)
    {
        value = default;
        return key.TryGetText(out string name) && TryGetAttribute(name, out value);
    }
}

/// <summary><c>api</c>: the classes Relation and Column.</summary>
public sealed class ApiObject(Adapter adapter, QuotePolicy quoting) : JinjaObject
{
    public override string TypeName => "DatabaseWrapper";

    public override bool TryGetAttribute(string name, out Value value)
    {
        value = name switch
        {
            "Relation" => new RelationClass(adapter, quoting),
            "Column" => new ColumnClass(adapter),
            _ => default(Value),
        };
        return !value.IsUndefined;
    }
}

/// <summary>What a statement answered, as templates see it.</summary>
public sealed class ResponseObject(AdapterResponse response) : DictLikeObject
{
    public AdapterResponse Response { get; } = response;

    public override string TypeName => "AdapterResponse";

    public override string ToText() => Response.Message;

    public override string ToRepr() => ToDict().ToRepr();

    public override DictValue ToDict()
    {
        DictValue dict = new();
        dict["_message"] = Response.Message;
        if (Response.Code is { } code)
        {
            dict["code"] = code;
        }

        if (Response.RowsAffected is { } rows)
        {
            dict["rows_affected"] = Value.From(rows);
        }

        if (Response.QueryId is { } id)
        {
            dict["query_id"] = id;
        }

        return dict;
    }

    protected override bool TryGetProperty(string name, out Value value)
    {
        value = name switch
        {
            "_message" or "message" => Response.Message,
            "code" => Response.Code,
            "rows_affected" => Response.RowsAffected is { } rows ? Value.From(rows) : Value.None,
            "query_id" => Response.QueryId,
            _ => default(Value),
        };
        return !value.IsUndefined;
    }

    protected override bool HasMethod(string name) => name is "get" or "to_dict";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments) => name == "to_dict"
        ? ToDict()
        : ToDict().TryGetValue(arguments.Require(0, "key", name), out Value value) ? value : arguments.Get(1, "default", Value.None);
}

/// <summary><c>validation.any[...]</c>: makes validators for <c>config.get</c>.</summary>
public sealed class ValidationObject : JinjaObject
{
    public override string TypeName => "Validation";

    public override bool TryGetAttribute(string name, out Value value)
    {
        value = name == "any" ? new AnyValidator() : default(Value);
        return name == "any";
    }

    sealed class AnyValidator : JinjaObject
    {
        public override string TypeName => "ValidatorFactory";

        public override bool TryGetItem(Value key, out Value value)
        {
            List<Value> allowed = key.As<TupleValue>() is { } many ? [.. many.Elements] : [key];
            value = new FunctionValue("validate", (_, arguments) =>
            {
                Value given = arguments.Require(0, "value", "validate");
                return allowed.Exists(a => Fits(a, given))
                    ? Value.None
                    : throw new JinjaException(
                        "CompilationError",
                        $"Expected value \"{given}\" to be one of {string.Join(',', allowed.Select(a => a.AsObject is FunctionValue f ? f.Name : a.ToString()))}");
            });
            return true;
        }

        static bool Fits(Value allowed, Value given) => allowed.AsObject is FunctionValue type
            ? type.Name == ValueText.TypeNameOf(given)
            : allowed.Equals(given);
    }
}

/// <summary><c>exceptions</c>: raises, and warns.</summary>
public sealed class ExceptionsObject(NodeContext owner) : HostObject
{
    public override string TypeName => "exceptions";

    protected override bool HasMethod(string name) => name is "raise_compiler_error" or "raise_database_error" or "raise_dependency_error"
        or "raise_not_implemented" or "raise_fail_fast_error" or "raise_parsing_error" or "raise_contract_error" or "warn" or "missing_config"
        or "missing_materialization" or "missing_relation" or "raise_ambiguous_alias" or "raise_ambiguous_catalog_match" or "relation_wrong_type"
        or "raise_duplicate_alias" or "raise_duplicate_resource_name" or "raise_cache_inconsistent" or "raise_invalid_property_yml_version"
        or "column_type_missing" or "raise_dataclass_not_dict" or "raise_unrecognized_credentials_type" or "invalid_type_error"
        or "raise_dep_not_found" or "raise_duplicate_patch_name" or "warn_snapshot_timestamp_data_types" or "CompilationException" or "DatabaseException";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments)
    {
        switch (name)
        {
            case "warn":
                owner.Warn("JinjaLogWarning", arguments.Require(0, "msg", name).ToString());
                return Value.EmptyString;
            case "warn_snapshot_timestamp_data_types":
                owner.Warn(
                    "SnapshotTimestampWarning",
                    $"the snapshot keeps times as {arguments.Require(0, "snapshot_time_data_type", name)}, but `updated_at` is a "
                    + $"{arguments.Require(1, "updated_at_data_type", name)}: comparisons may go wrong. Please update snapshot config 'updated_at'");
                return Value.EmptyString;
            case "raise_contract_error":
                throw new JinjaException("ContractError", ContractMessage.Of(
                    arguments.Require(0, "yaml_columns", name), arguments.Require(1, "sql_columns", name)));
            case "missing_config":
                throw new JinjaException(
                    "CompilationError", $"Model '{owner.Node?.UniqueId}' does not define a required config parameter '{arguments.Require(1, "name", name)}'.");
            case "missing_materialization":
                throw new JinjaException(
                    "CompilationError", $"No materialization '{owner.Node?.Config.Materialized}' was found for adapter {owner.Factory.Adapter.Type}!");
            case "missing_relation":
                throw new JinjaException("CompilationError", $"Relation {arguments.Require(0, "relation", name)} not found!");
            case "relation_wrong_type":
                throw new JinjaException("CompilationError", WrongType(arguments));
            case "column_type_missing":
                throw new JinjaException(
                    "CompilationError", $"Contracted models require data_type to be defined for each column. Please ensure that the column name and data_type are defined within the YAML configuration for the {arguments.Require(0, "column_names", name)} column(s).");
            case "raise_database_error" or "DatabaseException":
                throw new JinjaException("DatabaseError", Text(arguments));
            case "raise_dependency_error":
                throw new JinjaException("DependencyError", Text(arguments));
            case "raise_not_implemented":
                throw new JinjaException("CompilationError", "ERROR: " + Text(arguments));
            case "raise_fail_fast_error":
                throw new JinjaException("FailFastError", Text(arguments));
            case "raise_parsing_error":
                throw new JinjaException("ParsingError", Text(arguments));
            default:
                throw new JinjaException("CompilationError", Text(arguments));
        }
    }

    static string Text(Arguments arguments) =>
        arguments.Count > 0 ? arguments.Positional[0].ToString() : arguments.TryGetKeyword("msg", out Value message) ? message.ToString() : "";

    static string WrongType(Arguments arguments)
    {
        Value relation = arguments.Require(0, "relation", "relation_wrong_type");
        Value expected = arguments.Require(1, "expected_type", "relation_wrong_type");
        string type = relation.As<RelationObject>()?.Relation.Type?.Word() ?? "unknown";
        return $"Trying to create {expected} {relation}, but it currently exists as a {type}. Either drop {relation} manually, or run dbt with `--full-refresh` and dbt will drop it for you.";
    }
}

/// <summary>The table that says how a query's columns and a contract differ.</summary>
public static class ContractMessage
{
    public static string Of(Value yamlColumns, Value sqlColumns)
    {
        List<(string Name, string Type)> wanted = [.. ValueOps.Iterate(yamlColumns).Select(Pair)];
        List<(string Name, string Type)> found = [.. ValueOps.Iterate(sqlColumns).Select(Pair)];
        List<Value[]> rows = [];
        foreach ((string name, string type) in found.OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            int index = wanted.FindIndex(w => w.Name == name);
            if (index < 0)
            {
                rows.Add([name, type, "", "missing in contract"]);
            }
            else if (!string.Equals(wanted[index].Type, type, StringComparison.OrdinalIgnoreCase))
            {
                rows.Add([name, type, wanted[index].Type, "data type mismatch"]);
            }
        }

        foreach ((string name, string type) in wanted.Where(w => !found.Exists(f => f.Name == w.Name)).OrderBy(w => w.Name, StringComparer.Ordinal))
        {
            rows.Add([name, "", type, "missing in definition"]);
        }

        ResultColumn Column(string name) => new(name, ResultColumnKind.Text, "text");
        string table = TextTable.Draw(
            new ResultTable([Column("column_name"), Column("definition_type"), Column("contract_type"), Column("mismatch_reason")],
                [.. rows.OrderBy(r => r[0].ToString(), StringComparer.Ordinal)]), 1000);
        return "This model has an enforced contract that failed.\n"
            + "Please ensure the name, data_type, and number of columns in your contract match the columns in your model's definition.\n\n" + table;
    }

    static (string Name, string Type) Pair(Value column)
    {
        if (column.As<ColumnObject>() is { } typed)
        {
            return (typed.Column.Name, typed.Column.DataTypeName);
        }

        DictValue dict = column.As<DictValue>() ?? new DictValue();
        string Part(string key) => dict.TryGetValue(key, out Value value) ? value.ToString() : "";
        return (Part("name"), dict.TryGetValue("formatted", out _) ? AfterName(Part("formatted"), Part("name")) : Part("data_type"));
    }

    static string AfterName(string formatted, string name) =>
        formatted.StartsWith(name, StringComparison.Ordinal) ? formatted[name.Length..].Trim() : formatted;
}
