using Gild.Engine.Yaml;
using Gild.Jinja.Values;

namespace Gild.Cli;

/// <summary>A value as it stands in a YAML file.</summary>
static class ProfileText
{
    static readonly System.Buffers.SearchValues<char> s_marks = System.Buffers.SearchValues.Create("{}[],&*#?|<>=!%@`\"'\\\n\t:");

    public static string Of(Value value)
    {
        if (!value.TryGetText(out string text))
        {
            return value.IsBool ? value.AsBool ? "true" : "false"
                : value.IsNone ? "null"
                : value.As<ListValue>() is { } list ? $"[{string.Join(", ", list.Elements.Select(Of))}]"
                : value.As<DictValue>() is { } dict ? $"{{{string.Join(", ", dict.Entries.Select(e => $"{e.Key}: {Of(e.Value)}"))}}}"
                : value.ToString();
        }

        return IsPlain(text) ? text : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    /// <summary>Whether YAML reads the bare text as that text and nothing else.</summary>
    static bool IsPlain(string text)
    {
        if (text.Length == 0 || text.AsSpan().ContainsAny(s_marks) || text[0] is '-' or ' ' || text[^1] == ' ')
        {
            return false;
        }

        return YamlReader.Read("answer", text) is YamlScalar { Value: var read } && read.AsString == text;
    }
}
