using System.Text;
using Gild.Engine.Yaml;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>dbt's functions that need neither a project nor a warehouse.</summary>
public static class GlobalFunctions
{
    public static void Register(JinjaEnvironment environment)
    {
        Set(environment, "fromjson", FromJson);
        Set(environment, "tojson", ToJson);
        Set(environment, "fromyaml", FromYaml);
        Set(environment, "toyaml", ToYaml);
        Set(environment, "set", (_, a) => TrySet(a.Require(0, "value", "set")) ?? a.Get(1, "default", Value.None));
        Set(environment, "set_strict", (_, a) =>
            TrySet(a.Require(0, "value", "set_strict")) ?? throw JinjaException.TypeError($"'{ValueText.TypeNameOf(a.Positional[0])}' object is not iterable"));
        Set(environment, "zip", (_, a) => TryZip(a.Positional) ?? a.Get(int.MaxValue, "default", Value.None));
        Set(environment, "zip_strict", (_, a) => TryZip(a.Positional) ?? throw JinjaException.TypeError("zip_strict() argument is not iterable"));
        Set(environment, "local_md5", (_, a) => Md5(a.Require(0, "value", "local_md5").ToString()));
        Set(environment, "diff_of_two_dicts", DiffOfTwoDicts);
        environment.SetGlobal("modules", new ModulesObject());
    }

    static void Set(JinjaEnvironment environment, string name, Function function) =>
        environment.SetGlobal(name, new FunctionValue(name, function));

    /// <summary>MD5 of the UTF-8 text, lower-case hex: an identifier, no protection.</summary>
#pragma warning disable CA5351 // dbt's local_md5 is MD5 by definition
    public static string Md5(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    static Value FromJson(RenderContext context, Arguments arguments)
    {
        Value text = arguments.Require(0, "string", "fromjson");
        return text.TryGetText(out string json) && JsonText.TryRead(json, out Value value) ? value : arguments.Get(1, "default", Value.None);
    }

    static Value ToJson(RenderContext context, Arguments arguments)
    {
        arguments.CheckSignature("tojson", ["value", "default", "sort_keys"]);
        try
        {
            return JsonText.Write(arguments.Require(0, "value", "tojson"), arguments.Get(2, "sort_keys", false).IsTrue);
        }
        catch (JinjaException e) when (e.Kind is "TypeError" or "ValueError")
        {
            return arguments.Get(1, "default", Value.None);
        }
    }

    static Value FromYaml(RenderContext context, Arguments arguments)
    {
        Value text = arguments.Require(0, "value", "fromyaml");
        try
        {
            return text.TryGetText(out string yaml)
                ? YamlReader.Read("fromyaml", yaml) is { } node ? WithDates(node) : Value.None
                : arguments.Get(1, "default", Value.None);
        }
        catch (GildException)
        {
            return arguments.Get(1, "default", Value.None);
        }
    }

    /// <summary>Plain dates of a YAML text are dates here; property files keep them as texts.</summary>
    static Value WithDates(YamlNode node)
    {
        switch (node)
        {
            case YamlScalar { Value.IsString: true } scalar when char.IsAsciiDigit(scalar.Source.Text[scalar.Span.Offset]) && DateOf(scalar.Text) is { } date:
                return date;
            case YamlSequence sequence:
                return new ListValue(sequence.Items.Select(WithDates));
            case YamlMapping mapping:
                DictValue dict = new();
                foreach (YamlEntry entry in mapping.Entries)
                {
                    dict[entry.KeyValue] = WithDates(entry.Value);
                }

                return dict;
            default:
                return node.ToValue();
        }
    }

    static Value? DateOf(string text)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out DateOnly date))
        {
            return new Values.DateValue(date);
        }

        return text.Length > 10 && text[4] == '-' && DateTimeOffset.TryParse(
            text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out DateTimeOffset moment)
            ? text.EndsWith('Z') || text.AsSpan(10).IndexOfAny('+', '-') >= 0
                ? Values.DateTimeValue.FromUtc(moment)
                : Values.DateTimeValue.Naive(Values.DateTimeValue.Truncate(moment.UtcDateTime))
            : null;
    }

    static Value ToYaml(RenderContext context, Arguments arguments)
    {
        arguments.CheckSignature("toyaml", ["value", "default", "sort_keys"]);
        try
        {
            return YamlText.Write(arguments.Require(0, "value", "toyaml"), arguments.Get(2, "sort_keys", false).IsTrue);
        }
        catch (JinjaException e) when (e.Kind is "TypeError" or "ValueError")
        {
            return arguments.Get(1, "default", Value.None);
        }
    }

    static Value? TrySet(Value value)
    {
        try
        {
            return ValueOps.TryIterate(value) is { } items ? Value.From(new SetValue(items)) : default(Value?);
        }
        catch (JinjaException e) when (e.Kind == "TypeError")
        {
            return null;
        }
    }

    static Value? TryZip(ReadOnlySpan<Value> values)
    {
        List<List<Value>> columns = [];
        foreach (Value value in values)
        {
            if (ValueOps.TryIterate(value) is not { } items)
            {
                return null;
            }

            columns.Add([.. items]);
        }

        int rows = columns.Count == 0 ? 0 : columns.Min(c => c.Count);
        ListValue zipped = new();
        for (int r = 0; r < rows; r++)
        {
            zipped.Elements.Add(new TupleValue(columns.Select(c => c[r]).ToArray()));
        }

        return zipped;
    }

    /// <summary>What the first dict of lists holds and the second does not; keys and values compared without regard to case.</summary>
    static Value DiffOfTwoDicts(RenderContext context, Arguments arguments)
    {
        DictValue a = arguments.Require(0, "dict_a", "diff_of_two_dicts").As<DictValue>() ?? throw JinjaException.TypeError("diff_of_two_dicts() needs dicts");
        DictValue b = arguments.Require(1, "dict_b", "diff_of_two_dicts").As<DictValue>() ?? throw JinjaException.TypeError("diff_of_two_dicts() needs dicts");
        Dictionary<string, HashSet<string>> present = [];
        foreach ((Value key, Value list) in b.Entries)
        {
            present[key.ToString().ToLowerInvariant()] = [.. Items(list).Select(v => v.ToString().ToLowerInvariant())];
        }

        DictValue difference = new();
        foreach ((Value key, Value list) in a.Entries)
        {
            present.TryGetValue(key.ToString().ToLowerInvariant(), out HashSet<string>? known);
            ListValue left = new(Items(list).Where(v => known?.Contains(v.ToString().ToLowerInvariant()) != true));
            if (left.Elements.Count > 0)
            {
                difference[key] = left;
            }
        }

        return difference;
    }

    static IEnumerable<Value> Items(Value list) => list.IsString ? [list] : ValueOps.Iterate(list);
}
