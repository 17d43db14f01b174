using Gild.Engine.Adapters;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>Columns and constraints of a contract as they stand in CREATE TABLE; warns of what the warehouse does not keep.</summary>
public static class ConstraintText
{
    /// <summary>One line per column: name, type, constraints.</summary>
    public static IEnumerable<string> Columns(Value columns, Adapter adapter, NodeContext owner)
    {
        foreach (Value column in columns.As<DictValue>()?.Entries.Select(e => e.Value) ?? ValueOps.Iterate(columns))
        {
            DictValue dict = column.As<DictValue>() ?? new DictValue();
            string name = Text(dict, "name");
            bool quoted = dict.TryGetValue("quote", out Value quote) && quote.IsTrue;
            List<string> parts = [quoted ? adapter.QuoteCharacter + name + adapter.QuoteCharacter : name, Text(dict, "data_type")];
            if (dict.TryGetValue("constraints", out Value constraints))
            {
                foreach (Value constraint in ValueOps.Iterate(constraints))
                {
                    if (Render(constraint.As<DictValue>()!, adapter, owner, true) is { } text)
                    {
                        parts.Add(text);
                    }
                }
            }

            yield return string.Join(' ', parts);
        }
    }

    /// <summary>One line per constraint of the whole table.</summary>
    public static IEnumerable<string> Model(Value constraints, Adapter adapter, NodeContext owner)
    {
        foreach (Value constraint in constraints.IsNone ? [] : ValueOps.Iterate(constraints))
        {
            if (constraint.As<DictValue>() is { } dict && Render(dict, adapter, owner, false) is { } text)
            {
                yield return text;
            }
        }
    }

    static string? Render(DictValue constraint, Adapter adapter, NodeContext owner, bool inColumn)
    {
        string type = Text(constraint, "type");
        string support = adapter.Capabilities.Constraints.GetValueOrDefault(type, "not_supported");
        if (support == "not_supported")
        {
            if (Flag(constraint, "warn_unsupported", true))
            {
                owner.Warn("ConstraintNotSupported", $"The constraint type {type} is not supported by {adapter.Type}, and will be ignored. Set 'warn_unsupported: false' on this constraint to ignore this warning.");
            }

            return null;
        }

        if (support == "not_enforced" && Flag(constraint, "warn_unenforced", true))
        {
            owner.Warn("ConstraintNotEnforced", $"The constraint type {type} is not enforced by {adapter.Type}. The constraint will be included in this model's DDL statement, but it will not guarantee anything about the underlying data. Set 'warn_unenforced: false' on this constraint to ignore this warning.");
        }

        string expression = Text(constraint, "expression");
        return inColumn ? ColumnConstraint(type, expression, constraint, owner) : TableConstraint(type, expression, constraint, owner);
    }

    static string? ColumnConstraint(string type, string expression, DictValue constraint, NodeContext owner) => type switch
    {
        "check" when expression.Length > 0 => $"check ({expression})",
        "not_null" => Joined("not null", expression),
        "unique" => Joined("unique", expression),
        "primary_key" => Joined("primary key", expression),
        "foreign_key" when Target(constraint, owner) is { } to => $"references {to} ({string.Join(", ", List(constraint, "to_columns"))})",
        "foreign_key" when expression.Length > 0 => $"references {expression}",
        "custom" when expression.Length > 0 => expression,
        _ => null,
    };

    static string? TableConstraint(string type, string expression, DictValue constraint, NodeContext owner)
    {
        string prefix = Text(constraint, "name") is { Length: > 0 } name ? $"constraint {name} " : "";
        string columns = string.Join(", ", List(constraint, "columns"));
        return type switch
        {
            "check" when expression.Length > 0 => $"{prefix}check ({expression})",
            "unique" => $"{prefix}{Joined("unique", expression)} ({columns})",
            "primary_key" => $"{prefix}{Joined("primary key", expression)} ({columns})",
            "foreign_key" when Target(constraint, owner) is { } to =>
                $"{prefix}foreign key ({columns}) references {to} ({string.Join(", ", List(constraint, "to_columns"))})",
            "foreign_key" when expression.Length > 0 => $"{prefix}foreign key ({columns}) references {expression}",
            "custom" when expression.Length > 0 => $"{prefix}{expression}",
            _ => null,
        };
    }

    static string Joined(string word, string expression) => expression.Length == 0 ? word : $"{word} {expression}";

    /// <summary>The referenced table of a foreign key: <c>ref('m')</c>, <c>source('a', 'b')</c> or a name.</summary>
    static string? Target(DictValue constraint, NodeContext owner)
    {
        string to = Text(constraint, "to");
        if (to.Length == 0 || List(constraint, "to_columns").Count == 0)
        {
            return null;
        }

        string name = to.StartsWith("ref(", StringComparison.Ordinal) || to.StartsWith("source(", StringComparison.Ordinal)
            ? owner.Factory.CompileText("{{ " + to + " }}", owner.Node?.OriginalFilePath ?? "constraint").Render(owner)
            : to;
        return owner.Factory.Adapter.ForeignTable(name);
    }

    static string Text(DictValue dict, string key) =>
        dict.TryGetValue(key, out Value value) && !value.IsNone ? value.ToString() : "";

    static bool Flag(DictValue dict, string key, bool otherwise) =>
        dict.TryGetValue(key, out Value value) && !value.IsNone ? value.IsTrue : otherwise;

    static List<string> List(DictValue dict, string key) =>
        dict.TryGetValue(key, out Value value) && !value.IsNone ? [.. ValueOps.Iterate(value).Select(v => v.ToString())] : [];
}

/// <summary>What a snapshot's existing table must look like, and what happens to rows that went.</summary>
public static class SnapshotTarget
{
    static readonly (string Key, string Name)[] MetaColumns =
    [
        ("dbt_scd_id", "dbt_scd_id"), ("dbt_valid_from", "dbt_valid_from"), ("dbt_valid_to", "dbt_valid_to"), ("dbt_updated_at", "dbt_updated_at"),
    ];

    /// <summary><c>valid_snapshot_target(relation, column_names)</c>: raises when columns of a snapshot are missing.</summary>
    public static Value Check(RenderContext context, AdapterObject adapter, Arguments arguments)
    {
        Value relation = arguments.Require(0, "relation", "valid_snapshot_target");
        DictValue names = arguments.Get(1, "column_names", Value.None).As<DictValue>() ?? new DictValue();
        HashSet<string> present = [.. adapter.Columns(context, relation).Select(c => c.Column.Name.ToLowerInvariant())];
        List<string> wanted = [.. MetaColumns.Select(m => names.TryGetValue(m.Key, out Value own) ? own.ToString() : m.Name)];
        if (arguments.TryGet(2, "strategy", out Value strategy) && strategy.As<DictValue>() is { } dict
            && dict.TryGetValue("hard_deletes", out Value hard) && hard.ToString() == "new_record")
        {
            wanted.Add(names.TryGetValue("dbt_is_deleted", out Value own) ? own.ToString() : "dbt_is_deleted");
        }

        List<string> missing = [.. wanted.Where(w => !present.Contains(w.ToLowerInvariant()))];
        if (missing.Count == 0)
        {
            return Value.EmptyString;
        }

        bool all = missing.Count == wanted.Count;
        throw new JinjaException(
            "CompilationError",
            all
                ? $"Snapshot target is not a snapshot table (missing {string.Join(", ", missing.Select(m => $"\"{m}\""))})"
                : $"Snapshot target is missing configured columns (missing {string.Join(", ", missing.Select(m => $"\"{m}\""))}). See https://docs.getdbt.com/docs/build/snapshots#snapshot-meta-fields for more information.");
    }

    /// <summary>ignore, invalidate or new_record, from <c>hard_deletes</c> or the older <c>invalidate_hard_deletes</c>.</summary>
    public static Value HardDeletes(Value config)
    {
        Value hard = Look(config, "hard_deletes");
        Value older = Look(config, "invalidate_hard_deletes");
        if (!hard.IsNone && !older.IsNone)
        {
            throw new JinjaException(
                "DbtRuntimeError", "You cannot set both the invalidate_hard_deletes and hard_deletes config properties on the same snapshot.");
        }

        if (!hard.IsNone)
        {
            return hard.ToString() is "ignore" or "invalidate" or "new_record"
                ? hard
                : throw new JinjaException("DbtRuntimeError", "Invalid setting for property hard_deletes.");
        }

        return older.IsTrue ? "invalidate" : "ignore";
    }

    static Value Look(Value config, string key)
    {
        Value value = default;
        bool found = config.As<DictValue>()?.TryGetValue(key, out value) == true
            || (config.As<ConfigObject>() is { } node && node.TryLook(key, out value));
        return found ? value : Value.None;
    }
}

/// <summary>dbt's query that counts the differences of two relations.</summary>
public static class RowDifference
{
    public static Value Sql(Arguments arguments, Adapter adapter)
    {
        Value a = arguments.Require(0, "relation_a", "get_rows_different_sql");
        Value b = arguments.Require(1, "relation_b", "get_rows_different_sql");
        Value names = arguments.Get(2, "column_names", Value.None);
        string except = arguments.Get(3, "except_operator", "EXCEPT").ToString();
        string columns = names.IsNone ? "*" : string.Join(", ", ValueOps.Iterate(names).Select(n => $"{adapter.QuoteCharacter}{n}{adapter.QuoteCharacter}"));
        return $"""
            with a as (select {columns} from {a}), b as (select {columns} from {b}),
            only_a as (select * from a {except} select * from b), only_b as (select * from b {except} select * from a)
            select
              (select count(*) from a) - (select count(*) from b) as row_count_difference,
              (select count(*) from only_a) + (select count(*) from only_b) as num_mismatched
            """;
    }
}

/// <summary>Values put into a statement's <c>%s</c> places as literals, for <c>add_query(sql, bindings=...)</c>.</summary>
public static class BoundText
{
    public static string Insert(string sql, IEnumerable<Value> bindings)
    {
        System.Text.StringBuilder text = new(sql.Length * 2);
        using IEnumerator<Value> next = bindings.GetEnumerator();
        int from = 0;
        for (int at = sql.IndexOf("%s", StringComparison.Ordinal); at >= 0; at = sql.IndexOf("%s", from, StringComparison.Ordinal))
        {
            if (!next.MoveNext())
            {
                throw new JinjaException("DbtRuntimeError", "there are fewer bindings than places (%s) in the statement");
            }

            text.Append(sql, from, at - from).Append(Literal(next.Current));
            from = at + 2;
        }

        return text.Append(sql, from, sql.Length - from).ToString();
    }

    /// <summary>A value as an SQL literal; texts in single quotes, doubled inside.</summary>
    public static string Literal(Value value) => value.Kind switch
    {
        ValueKind.None => "null",
        ValueKind.Bool => value.AsBool ? "true" : "false",
        ValueKind.Int or ValueKind.BigInt or ValueKind.Float => value.ToString(),
        _ when value.AsObject is Values.DecimalValue => value.ToString(),
        _ => $"'{value.ToString().Replace("'", "''", StringComparison.Ordinal)}'",
    };
}
