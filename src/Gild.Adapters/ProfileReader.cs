using System.Globalization;
using System.Numerics;
using Gild.Engine;
using Gild.Engine.Adapters;
using Gild.Jinja.Values;

namespace Gild.Adapters;

/// <summary>Typed reading of a profile's output; each complaint names the key.</summary>
sealed class ProfileReader(DictValue output, AdapterEnvironment environment)
{
    internal string? Text(string key) => output.TryGetValue(key, out Value value) && !value.IsNone ? value.ToString() : null;

    internal string Require(string key) => Text(key) ?? throw Wrong(key, "is missing");

    internal Value Raw(string key) => output.TryGetValue(key, out Value value) ? value : Value.None;

    internal bool Has(string key) => !Raw(key).IsNone;

    internal int Integer(string key, int otherwise)
    {
        Value value = Raw(key);
        if (value.IsNone)
        {
            return otherwise;
        }

        if ((value.TryGetInteger(out BigInteger number) && number >= int.MinValue && number <= int.MaxValue)
            || BigInteger.TryParse(value.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
        {
            return (int)number;
        }

        throw Wrong(key, $"is '{value}' but must be an integer");
    }

    internal int Threads()
    {
        int threads = Integer("threads", 1);
        return threads >= 1 ? threads : throw Wrong("threads", $"is {threads} but must be at least 1");
    }

    internal bool Flag(string key, bool otherwise)
    {
        Value value = Raw(key);
        return value.IsNone ? otherwise : value.IsBool ? value.AsBool : value.ToString().ToLowerInvariant() switch
        {
            "true" or "yes" or "on" or "1" => true,
            "false" or "no" or "off" or "0" => false,
            _ => throw Wrong(key, $"is '{value}' but must be true or false"),
        };
    }

    internal IReadOnlyList<KeyValuePair<string, Value>> Map(string key)
    {
        Value value = Raw(key);
        return value.IsNone ? [] : value.As<DictValue>() is { } map ? Entries(map) : throw Wrong(key, "must be a mapping");
    }

    internal IReadOnlyList<Value> List(string key)
    {
        Value value = Raw(key);
        return value.IsNone ? [] : value.As<ListValue>() is { } list ? list.Elements : throw Wrong(key, "must be a list");
    }

    /// <summary>Refuses a key that dbt's adapter knows and this one cannot serve.</summary>
    internal void Refuse(string key, string instead)
    {
        if (Raw(key).IsTrue)
        {
            throw Wrong(key, $"is not supported by Gild: {instead}");
        }
    }

    /// <summary>Refuses a key that is not among <paramref name="known"/>, with the nearest name.</summary>
    internal void OnlyKeys(IReadOnlyCollection<string> known)
    {
        foreach ((Value key, _) in output.Entries)
        {
            string name = key.ToString();
            if (!known.Contains(name))
            {
                throw Wrong(name, NearestName.Find(name, known) is { } near ? $"is not a known key: did you mean '{near}'?" : "is not a known key");
            }
        }
    }

    internal ProfileReader Nested(Value value, string key) =>
        new(value.As<DictValue>() ?? throw Wrong(key, "must be a mapping"), environment);

    internal AdapterException Wrong(string key, string problem) => new(
        $"Profile '{environment.ProfileName}', target '{environment.TargetName}': '{key}' {problem}.")
    { Kind = "Runtime Error" };

    internal static IReadOnlyList<KeyValuePair<string, Value>> Entries(DictValue map) =>
        [.. map.Entries.Select(e => KeyValuePair.Create(e.Key.ToString(), e.Value))];
}
