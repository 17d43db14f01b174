using System.Security.Cryptography;
using System.Text;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>Checks a model's constraints and computes the checksum of an enforced contract, as dbt does.</summary>
static class ModelContract
{
    static readonly string[] Types = ["check", "not_null", "unique", "primary_key", "foreign_key", "custom"];

    public static void Complete(ModelNode model, PropertyEntry? entry, ParsingContext context)
    {
        if (entry is null)
        {
            if (model.ContractEnforced)
            {
                throw Failure(model, null, "Constraints must be defined in a `yml` schema configuration file like `schema.yml`.");
            }

            return;
        }

        CheckTypes(model, entry);
        CheckPrimaryKey(model, entry);
        AddReferences(model, entry);
        if (!model.ContractEnforced)
        {
            return;
        }

        if (model.Language != "sql")
        {
            throw Failure(model, entry, $"Language Error: Expected 'sql' but found '{model.Language}'", "only SQL models can have a contract: set contract: {enforced: false}");
        }

        if (model.Columns.Count == 0)
        {
            throw Failure(model, entry, "Constraints must be defined in a `yml` schema configuration file like `schema.yml`.");
        }

        if (!Enforces(model) && model.Constraints.Concat(model.Columns.Values.SelectMany(c => c.Constraints)).Any(c => c.As<DictValue>()?.FlagOf("warn_unsupported") ?? true)
            && model.Constraints.Concat(model.Columns.Values.SelectMany(c => c.Constraints)).Any())
        {
            context.Bag.Warn("UnsupportedConstraintMaterialization", "P0415",
                $"Constraint types are not supported for {model.Config.Materialized} materializations and will be ignored ({model.UniqueId})", entry.NamePlace);
        }

        model.Contract!["checksum"] = Checksum(model);
    }

    static bool Enforces(ModelNode model) => model.Config.Materialized is "table" or "incremental";

    static GildException Failure(ModelNode model, PropertyEntry? entry, string reason, string help = "describe its columns with their `data_type`, or set contract: {enforced: false}") => new(DbtKinds.Parsing,
        new Diagnostic("P0316", Severity.Error, $"Contract enforcement failed for: ({model.OriginalFilePath}) {reason}")
        {
            Labels = [entry?.NamePlace ?? new Label(model.Source, default)],
            Help = [help],
        });

    static void CheckTypes(ModelNode model, PropertyEntry entry)
    {
        foreach (NodeColumn column in model.Columns.Values)
        {
            if (column.Constraints.Any(c => !IsKnown(c)))
            {
                throw entry.Error("P0317", $"Invalid constraint type on column {column.Name} of {model.Name}", "columns", $"a constraint's `type` is one of {string.Join(", ", Types)}");
            }
        }

        if (model.ContractEnforced && model.Constraints.Any(c => !IsKnown(c)))
        {
            throw entry.Error("P0317", $"Invalid constraint type on model {model.Name}", "constraints", $"a constraint's `type` is one of {string.Join(", ", Types)}");
        }
    }

    static bool IsKnown(Value constraint) => constraint.As<DictValue>()?.TextOf("type") is { } type && Array.IndexOf(Types, type) >= 0;

    static bool IsPrimaryKey(Value constraint) => constraint.As<DictValue>()?.TextOf("type") == "primary_key";

    static void CheckPrimaryKey(ModelNode model, PropertyEntry entry)
    {
        string[] columns = [.. model.Columns.Values.Where(c => c.Constraints.Any(IsPrimaryKey)).Select(c => c.Name)];
        if (columns.Length > 1)
        {
            throw entry.Error("P0318", $"Primary key constraint error: ({model.OriginalFilePath}) Found {columns.Length} columns ([{string.Join(", ", columns.Select(c => $"'{c}'"))}]) with primary key constraints defined",
                "columns", "a primary key of several columns is a constraint of the model");
        }

        if (columns.Length > 0 && model.Constraints.Any(IsPrimaryKey))
        {
            throw entry.Error("P0318", $"Primary key constraint error: ({model.OriginalFilePath}) Primary key constraints defined at the model level and the columns level",
                "constraints", "keep one of them");
        }
    }

    static void AddReferences(ModelNode model, PropertyEntry entry)
    {
        foreach (Value constraint in model.Constraints.Concat(model.Columns.Values.SelectMany(c => c.Constraints)))
        {
            if (constraint.As<DictValue>() is not { } dict || dict.TextOf("type") != "foreign_key" || dict.TextOf("to") is not { Length: > 0 } to)
            {
                continue;
            }

            StaticReference reference = StaticReference.Read(to)
                ?? throw entry.Error("P0319", $"Invalid 'ref' or 'source' syntax on foreign key constraint 'to' on model {model.Name}: {to}.", "constraints");
            if (reference.Ref is { } call)
            {
                model.Refs.Add(call);
            }
            else if (reference.Source is { } source)
            {
                model.Sources.Add(source);
            }
        }
    }

    /// <summary>Replaces the ref or source of a foreign key by the name of its relation, when the model is compiled.</summary>
    /// <param name="model">Is changed.</param>
    /// <param name="refs">The project's names.</param>
    /// <param name="deferred">The relation elsewhere that a node is deferred to, or null.</param>
    public static void ResolveTargets(ModelNode model, RefLookup refs, Func<string, string?> deferred)
    {
        foreach (Value constraint in model.Constraints.Concat(model.Columns.Values.SelectMany(c => c.Constraints)))
        {
            if (constraint.As<DictValue>() is not { } dict || dict.TextOf("type") != "foreign_key" || dict.TextOf("to") is not { Length: > 0 } to
                || StaticReference.Read(to) is not { } reference)
            {
                continue;
            }

            string? relation = reference.Ref is { } call
                ? refs.Find(call.Package, call.Name, call.Version, model.PackageName, out _) is CompilableNode node ? deferred(node.UniqueId) ?? node.RelationName : null
                : reference.Source is { } source ? refs.FindSource(source.Source, source.Table, model.PackageName, out _)?.RelationName : null;
            if (relation is not null)
            {
                dict["to"] = relation;
            }
        }
    }

    static string Checksum(ModelNode model)
    {
        StringBuilder state = new();
        foreach (NodeColumn column in model.Columns.Values.OrderBy(c => c.Name, StringComparer.Ordinal))
        {
            state.Append('|').Append(column.Name).Append(column.DataType ?? "None");
            AppendConstraints(state, column.Constraints, model: false);
        }

        if (Enforces(model))
        {
            state.Append(model.Config.Materialized);
            AppendConstraints(state, model.Constraints, model: true);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(state.ToString())));
    }

    // The text that Python gives for dbt's list of constraint objects: the checksum is taken over it.
    static void AppendConstraints(StringBuilder state, IReadOnlyList<Value> constraints, bool model)
    {
        state.Append('[');
        for (int i = 0; i < constraints.Count; i++)
        {
            DictValue constraint = constraints[i].As<DictValue>() ?? new DictValue();
            string type = constraint.TextOf("type") ?? "";
            state.Append(i > 0 ? ", " : "")
                .Append(model ? "ModelLevelConstraint" : "ColumnLevelConstraint")
                .Append("(type=<ConstraintType.").Append(type).Append(": '").Append(type).Append("'>")
                .Append(", name=").Append(ValueText.ToRepr(constraint.ValueOf("name")))
                .Append(", expression=").Append(ValueText.ToRepr(constraint.ValueOf("expression")))
                .Append(", warn_unenforced=").Append(ValueText.ToRepr(constraint.FlagOf("warn_unenforced") ?? true))
                .Append(", warn_unsupported=").Append(ValueText.ToRepr(constraint.FlagOf("warn_unsupported") ?? true))
                .Append(", to=").Append(ValueText.ToRepr(constraint.ValueOf("to")))
                .Append(", to_columns=").Append(ValueText.ToRepr(new ListValue(constraint.ListOf("to_columns") ?? [])));
            if (model)
            {
                state.Append(", columns=").Append(ValueText.ToRepr(new ListValue(constraint.ListOf("columns") ?? [])));
            }

            state.Append(')');
        }

        state.Append(']');
    }
}
