using System.Collections.Frozen;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>The methods of <c>dict</c> and of its views.</summary>
static class DictMethods
{
    public static readonly FrozenSet<string> Names = FrozenSet.Create(
        "get", "items", "keys", "values", "update", "pop", "popitem", "setdefault", "copy", "clear", "fromkeys");

    public static bool TryCall(DictValue dict, string name, Arguments arguments, out Value result)
    {
        if (!Names.Contains(name))
        {
            result = default;
            return false;
        }

        result = Call(dict, name, arguments);
        return true;
    }

    static Value Call(DictValue dict, string name, Arguments arguments)
    {
        switch (name)
        {
            case "get":
                Binding.Positional(arguments, "get", 1, 2);
                return dict.TryGetValue(arguments.Positional[0], out Value found) ? found : Binding.At(arguments, 1, Value.None);
            case "setdefault":
                Binding.Positional(arguments, "setdefault", 1, 2);
                return SetDefault(dict, arguments.Positional[0], Binding.At(arguments, 1, Value.None));
            case "pop":
                Binding.Positional(arguments, "pop", 1, 2);
                return Pop(dict, arguments);
            case "update":
                Update(dict, "update", arguments);
                return Value.None;
            case "fromkeys":
                return FromKeys(arguments);
        }

        Binding.Positional(arguments, name, 0, 0);
        switch (name)
        {
            case "items":
                return new DictItemsValue(dict);
            case "keys":
                return new DictKeysValue(dict);
            case "values":
                return new DictValuesValue(dict);
            case "copy":
                return dict.Copy();
            case "popitem":
                return dict.Table.RemoveLast(out Value key, out Value value)
                    ? TupleValue.Over([key, value])
                    : throw JinjaException.KeyError("'popitem(): dictionary is empty'");
            default:
                dict.Clear();
                return Value.None;
        }
    }

    static Value SetDefault(DictValue dict, Value key, Value otherwise)
    {
        if (dict.TryGetValue(key, out Value found))
        {
            return found;
        }

        dict[key] = otherwise;
        return otherwise;
    }

    static Value Pop(DictValue dict, Arguments arguments)
    {
        Value key = arguments.Positional[0];
        if (dict.Table.Remove(key, out Value value))
        {
            return value;
        }

        return arguments.Count > 1 ? arguments.Positional[1] : throw JinjaException.KeyError(ValueText.ToRepr(key));
    }

    /// <summary>Python's <c>dict.fromkeys(keys, value=None)</c>.</summary>
    public static Value FromKeys(Arguments arguments)
    {
        Binding.Positional(arguments, "fromkeys", 1, 2);
        DictValue dict = new();
        foreach (Value key in ValueOps.Walk(arguments.Positional[0]))
        {
            dict[key] = Binding.At(arguments, 1, Value.None);
        }

        return dict;
    }

    /// <summary>What <c>dict(...)</c> and <c>update(...)</c> share: a mapping or pairs, then names.</summary>
    /// <exception cref="JinjaException">TypeError, ValueError for a pair that is none, UndefinedError.</exception>
    public static void Update(DictValue dict, string function, Arguments arguments)
    {
        if (arguments.Count > 1)
        {
            throw JinjaException.TypeError($"{function} expected at most 1 argument, got {arguments.Count}");
        }

        if (arguments.Count == 1)
        {
            UpdateFrom(dict, arguments.Positional[0]);
        }

        for (int i = 0; i < arguments.KeywordNames.Length; i++)
        {
            dict[arguments.KeywordNames[i]] = arguments.KeywordValues[i];
        }
    }

    static void UpdateFrom(DictValue dict, Value source)
    {
        if (source.IsUndefined)
        {
            throw ValueOps.UndefinedUse(source);
        }

        if (source.As<DictValue>() is { } other)
        {
            if (!ReferenceEquals(other, dict))
            {
                foreach (KeyValuePair<Value, Value> entry in other.Entries)
                {
                    dict[entry.Key] = entry.Value;
                }
            }

            return;
        }

        int number = 0;
        foreach (Value pair in ValueOps.Walk(source))
        {
            IEnumerable<Value> parts = ValueOps.TryIterate(pair) ?? throw JinjaException.TypeError(
                $"cannot convert dictionary update sequence element #{number} to a sequence");
            Value[] both = [.. parts];
            if (both.Length != 2)
            {
                throw JinjaException.ValueError(
                    $"dictionary update sequence element #{number} has length {both.Length}; 2 is required");
            }

            dict[both[0]] = both[1];
            number++;
        }
    }

    public static bool TryGetViewAttribute(JinjaObject view, string name, out Value value)
    {
        if (name == "isdisjoint")
        {
            return BoundMethodValue.TryBind(view, name, exists: true, out value);
        }

        value = default;
        return false;
    }

    public static bool TryCallView(JinjaObject view, string name, Arguments arguments, out Value result)
    {
        if (name != "isdisjoint")
        {
            result = default;
            return false;
        }

        Binding.Positional(arguments, name, 1, 1);
        result = Value.From(SetMethods.IsDisjoint(view, arguments.Positional[0]));
        return true;
    }
}
