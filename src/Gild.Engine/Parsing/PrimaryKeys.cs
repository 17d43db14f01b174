using Gild.Engine.Manifest;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>Infers a model's primary key: from constraints, else from unique and not_null tests, as dbt does.</summary>
static class PrimaryKeys
{
    public static void Infer(IEnumerable<Node> nodes)
    {
        Node[] all = [.. nodes];
        ILookup<string, TestNode> tests = all.OfType<TestNode>().Where(t => t is { Generic: not null, AttachedNode: not null }).ToLookup(t => t.AttachedNode!, StringComparer.Ordinal);
        foreach (ModelNode model in all.OfType<ModelNode>().Where(m => m.Config.Enabled))
        {
            model.PrimaryKey = [.. Of(model, tests[model.UniqueId]).Order(StringComparer.Ordinal).Select(c => (Value)c)];
        }
    }

    static IEnumerable<string> Of(ModelNode model, IEnumerable<TestNode> tests)
    {
        foreach (Value constraint in model.Constraints)
        {
            if (constraint.As<DictValue>() is { } dict && dict.TextOf("type") == "primary_key")
            {
                return dict.TextsOf("columns");
            }
        }

        foreach (NodeColumn column in model.Columns.Values)
        {
            if (column.Constraints.Any(c => c.As<DictValue>()?.TextOf("type") == "primary_key"))
            {
                return [column.Name];
            }
        }

        return FromTests(tests);
    }

    static IEnumerable<string> FromTests(IEnumerable<TestNode> tests)
    {
        HashSet<string> unique = [];
        HashSet<string> disabledUnique = [];
        HashSet<string> notNull = [];
        foreach (TestNode test in tests)
        {
            DictValue arguments = test.Generic!.Arguments;
            IEnumerable<string> columns = arguments.TextOf("column_name") is { } column ? [column]
                : (arguments.ListOf("combination_of_columns") ?? []).Where(c => c.IsString).Select(c => c.AsString!);
            foreach (string name in columns)
            {
                switch (test.Generic.Name)
                {
                    case "unique" or "unique_combination_of_columns":
                        (test.Config.Enabled ? unique : disabledUnique).Add(name);
                        break;
                    case "not_null":
                        notNull.Add(name);
                        break;
                }
            }
        }

        string[] both = [.. notNull.Where(c => unique.Contains(c) || disabledUnique.Contains(c))];
        return both.Length > 0 ? both : unique.Count > 0 ? unique : disabledUnique;
    }
}
