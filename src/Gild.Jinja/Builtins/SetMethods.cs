using System.Collections.Frozen;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>The methods of <c>set</c>.</summary>
static class SetMethods
{
    public static readonly FrozenSet<string> Names = FrozenSet.Create(
        "add", "clear", "copy", "difference", "difference_update", "discard", "intersection", "intersection_update",
        "isdisjoint", "issubset", "issuperset", "pop", "remove", "symmetric_difference", "symmetric_difference_update",
        "union", "update");

    public static bool TryCall(SetValue set, string name, Arguments arguments, out Value result)
    {
        if (!Names.Contains(name))
        {
            result = default;
            return false;
        }

        bool takesMany = name is "union" or "update" or "difference" or "difference_update" or "intersection" or "intersection_update";
        int wanted = name is "clear" or "copy" or "pop" ? 0 : 1;
        Binding.Positional(arguments, name, takesMany ? 0 : wanted, takesMany ? int.MaxValue : wanted);
        if (name.EndsWith("update", StringComparison.Ordinal))
        {
            Combine(set, name.Replace("_update", "", StringComparison.Ordinal), arguments);
            result = Value.None;
        }
        else
        {
            result = Call(set, name, arguments);
        }

        return true;
    }

    static Value Call(SetValue set, string name, Arguments arguments)
    {
        Value first = Binding.At(arguments, 0, Value.None);
        switch (name)
        {
            case "add":
                set.Add(first);
                return Value.None;
            case "remove":
                return set.Remove(first) ? Value.None : throw JinjaException.KeyError(ValueText.ToRepr(first));
            case "discard":
                set.Remove(first);
                return Value.None;
            case "pop":
                return set.Table.RemoveFirst(out Value popped) ? popped : throw JinjaException.KeyError("'pop from an empty set'");
            case "clear":
                set.Table.Clear();
                return Value.None;
            case "isdisjoint":
                return Value.From(IsDisjoint(set, first));
            case "issubset":
                return Value.From(SetValue.IsSubset(set, new SetValue(ValueOps.Iterate(first))));
            case "issuperset":
                return Value.From(SetValue.IsSubset(new SetValue(ValueOps.Iterate(first)), set));
            default:
                SetValue copy = new(set.Items);
                Combine(copy, name, arguments);
                return copy;
        }
    }

    static void Combine(SetValue set, string operation, Arguments arguments)
    {
        foreach (Value argument in arguments.Positional)
        {
            SetValue other = new(ValueOps.Iterate(argument));
            List<Value> candidates = operation == "intersection" ? [.. set.Items] : [.. other.Items];
            foreach (Value element in candidates)
            {
                switch (operation)
                {
                    case "difference":
                        set.Remove(element);
                        break;
                    case "symmetric_difference":
                        if (!set.Remove(element))
                        {
                            set.Add(element);
                        }

                        break;
                    case "intersection":
                        if (!other.Contains(element))
                        {
                            set.Remove(element);
                        }

                        break;
                    default:
                        set.Add(element);
                        break;
                }
            }
        }
    }

    public static bool IsDisjoint(JinjaObject set, Value other)
    {
        foreach (Value element in ValueOps.Walk(other))
        {
            if (set.Contains(element))
            {
                return false;
            }
        }

        return true;
    }
}
