using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Gild.Engine.Values;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>Python's <c>re</c> over .NET's expressions; patterns are translated where the two differ.</summary>
public sealed class RegexModule : HostObject
{
    public override string TypeName => "module";

    protected override bool TryGetProperty(string name, out Value value)
    {
        value = name switch
        {
            "IGNORECASE" or "I" => Value.From(2L),
            "MULTILINE" or "M" => Value.From(8L),
            "DOTALL" or "S" => Value.From(16L),
            "VERBOSE" or "X" => Value.From(64L),
            "ASCII" or "A" => Value.From(256L),
            "UNICODE" or "U" => Value.From(32L),
            _ => default(Value),
        };
        return !value.IsUndefined;
    }

    protected override bool HasMethod(string name) =>
        name is "match" or "search" or "fullmatch" or "sub" or "subn" or "split" or "findall" or "finditer" or "compile" or "escape";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments)
    {
        Value pattern = arguments.Require(0, "pattern", name);
        if (name == "escape")
        {
            return Escape(pattern.ToString());
        }

        int flagsAt = name switch
        {
            "compile" => 1,
            "sub" or "subn" => 4,
            "split" => 3,
            _ => 2,
        };
        long flags = arguments.TryGet(flagsAt, "flags", out Value given) && given.IsInt64 ? given.AsInt64 : 0;
        PatternObject compiled = pattern.As<PatternObject>() ?? PatternObject.Compile(pattern.ToString(), flags);
        return name == "compile" ? compiled : compiled.Run(context, name, new Arguments(arguments.Positional[1..], arguments.KeywordNames, arguments.KeywordValues));
    }

    static string Escape(string text)
    {
        StringBuilder escaped = new();
        foreach (char c in text)
        {
            if ("()[]{}?*+-|^$\\.&~# \t\n\r\v\f".Contains(c, StringComparison.Ordinal))
            {
                escaped.Append('\\');
            }

            escaped.Append(c);
        }

        return escaped.ToString();
    }
}

/// <summary>A compiled pattern.</summary>
public sealed partial class PatternObject : HostObject
{
    // A pattern that backtracks without end must not hang a run.
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    static readonly ConcurrentDictionary<(string, long), PatternObject> Cache = new();

    readonly string _pattern;
    readonly Regex _regex;
    readonly Regex _anchored;
    readonly Regex _full;

    PatternObject(string pattern, long flags)
    {
        _pattern = pattern;
        RegexOptions options = RegexOptions.CultureInvariant;
        options |= (flags & 2) != 0 ? RegexOptions.IgnoreCase : 0;
        options |= (flags & 8) != 0 ? RegexOptions.Multiline : 0;
        options |= (flags & 16) != 0 ? RegexOptions.Singleline : 0;
        options |= (flags & 64) != 0 ? RegexOptions.IgnorePatternWhitespace : 0;
        try
        {
            string translated = Translate(pattern);
            _regex = new Regex(translated, options, Limit);
            _anchored = new Regex($@"\G(?:{translated})", options, Limit);
            _full = new Regex($@"\G(?:{translated})\z", options, Limit);
        }
        catch (ArgumentException e)
        {
            throw new JinjaException("re.error", e.Message, e);
        }
    }

    public override string TypeName => "re.Pattern";

    public static PatternObject Compile(string pattern, long flags) =>
        Cache.GetOrAdd((pattern, flags), key => new PatternObject(key.Item1, key.Item2));

    static string Translate(string pattern) => pattern
        .Replace("(?P<", "(?<", StringComparison.Ordinal)
        .Replace(@"\Z", @"\z", StringComparison.Ordinal) is var text && text.Contains("(?P=", StringComparison.Ordinal)
        ? NamedReference().Replace(text, @"\k<$1>")
        : text;

    [GeneratedRegex(@"\(\?P=(\w+)\)")]
    private static partial Regex NamedReference();

    protected override bool TryGetProperty(string name, out Value value)
    {
        value = name == "pattern" ? _pattern : default(Value);
        return name == "pattern";
    }

    protected override bool HasMethod(string name) =>
        name is "match" or "search" or "fullmatch" or "sub" or "subn" or "split" or "findall" or "finditer";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments) => Run(context, name, arguments);

    internal Value Run(RenderContext context, string name, Arguments arguments)
    {
        try
        {
            return name switch
            {
                "match" => Found(_anchored.Match(Subject(arguments, name))),
                "search" => Found(_regex.Match(Subject(arguments, name))),
                "fullmatch" => Found(_full.Match(Subject(arguments, name))),
                "findall" => new ListValue(_regex.Matches(Subject(arguments, name)).Select(Groups)),
                "finditer" => new ListValue(_regex.Matches(Subject(arguments, name)).Select(m => Value.From(new MatchObject(m)))),
                "split" => Split(arguments),
                _ => Substitute(context, name, arguments),
            };
        }
        catch (RegexMatchTimeoutException e)
        {
            throw JinjaException.Runtime($"the pattern '{_pattern}' takes too long on this text: {e.Message}");
        }
    }

    static string Subject(Arguments arguments, string name)
    {
        Value value = arguments.Require(0, "string", name);
        return value.TryGetText(out string text)
            ? text
            : throw JinjaException.TypeError($"expected string or bytes-like object, got '{ValueText.TypeNameOf(value)}'");
    }

    static Value Found(Match match) => match.Success ? new MatchObject(match) : Value.None;

    static Value Groups(Match match) => match.Groups.Count switch
    {
        1 => match.Value,
        2 => match.Groups[1].Value,
        _ => new TupleValue(match.Groups.Values.Skip(1).Select(g => Value.From(g.Value)).ToArray()),
    };

    Value Split(Arguments arguments)
    {
        string subject = Subject(arguments, "split");
        long most = arguments.TryGet(1, "maxsplit", out Value given) && given.IsInt64 && given.AsInt64 > 0 ? given.AsInt64 : long.MaxValue;
        ListValue parts = new();
        int from = 0;
        foreach (Match match in _regex.Matches(subject))
        {
            if (most-- <= 0)
            {
                break;
            }

            parts.Elements.Add(subject[from..match.Index]);
            parts.Elements.AddRange(match.Groups.Values.Skip(1).Select(g => g.Success ? Value.From(g.Value) : Value.None));
            from = match.Index + match.Length;
        }

        parts.Elements.Add(subject[from..]);
        return parts;
    }

    Value Substitute(RenderContext context, string name, Arguments arguments)
    {
        Value replacement = arguments.Require(0, "repl", name);
        Value value = arguments.Require(1, "string", name);
        string subject = value.TryGetText(out string text) ? text
            : throw JinjaException.TypeError($"expected string or bytes-like object, got '{ValueText.TypeNameOf(value)}'");
        int most = arguments.TryGet(2, "count", out Value count) && count.IsInt64 && count.AsInt64 > 0 ? (int)count.AsInt64 : -1;
        long made = 0;
        string result = _regex.Replace(
            subject,
            match =>
            {
                made++;
                return replacement.TryGetText(out string template)
                    ? Expand(match, template)
                    : context.Call(replacement, new Arguments([new MatchObject(match)])).ToString();
            },
            most);
        return name == "sub" ? result : new TupleValue([result, Value.From(made)]);
    }

    /// <summary>Python's replacement text: <c>\1</c>, <c>\g&lt;name&gt;</c>, <c>\n</c>.</summary>
    internal static string Expand(Match match, string template)
    {
        if (!template.Contains('\\', StringComparison.Ordinal))
        {
            return template;
        }

        StringBuilder text = new();
        for (int i = 0; i < template.Length; i++)
        {
            if (template[i] != '\\' || i + 1 == template.Length)
            {
                text.Append(template[i]);
                continue;
            }

            char next = template[++i];
            if (char.IsAsciiDigit(next))
            {
                int end = i + 1 < template.Length && char.IsAsciiDigit(template[i + 1]) ? i + 2 : i + 1;
                text.Append(match.Groups[int.Parse(template[i..end], CultureInfo.InvariantCulture)].Value);
                i = end - 1;
            }
            else if (next == 'g' && template.IndexOf('>', i) is var close && close > i + 1)
            {
                text.Append(match.Groups[template[(i + 2)..close]].Value);
                i = close;
            }
            else
            {
                text.Append(next switch { 'n' => "\n", 't' => "\t", 'r' => "\r", '\\' => "\\", _ => "\\" + next });
            }
        }

        return text.ToString();
    }
}

/// <summary>A match.</summary>
public sealed class MatchObject(Match match) : HostObject
{
    public override string TypeName => "re.Match";

    public override bool IsTrue => true;

    protected override bool TryGetProperty(string name, out Value value)
    {
        value = name switch
        {
            "lastindex" => match.Groups.Count > 1 ? Value.From((long)match.Groups.Count - 1) : Value.None,
            _ => default(Value),
        };
        return !value.IsUndefined;
    }

    protected override bool HasMethod(string name) => name is "group" or "groups" or "groupdict" or "start" or "end" or "span" or "expand";

    public override bool TryGetItem(Value key, out Value value)
    {
        value = GroupOf(key);
        return true;
    }

    protected override Value Invoke(RenderContext context, string name, Arguments arguments)
    {
        switch (name)
        {
            case "group":
                return arguments.Count switch
                {
                    0 => match.Value,
                    1 => GroupOf(arguments.Positional[0]),
                    _ => new TupleValue(ValueArray(arguments)),
                };
            case "groups":
                Value missing = arguments.Get(0, "default", Value.None);
                return new TupleValue(match.Groups.Values.Skip(1).Select(g => g.Success ? Value.From(g.Value) : missing).ToArray());
            case "groupdict":
                DictValue dict = new();
                foreach (Group group in match.Groups.Values)
                {
                    if (!int.TryParse(group.Name, CultureInfo.InvariantCulture, out _))
                    {
                        dict[group.Name] = group.Success ? Value.From(group.Value) : Value.None;
                    }
                }

                return dict;
            case "expand":
                return PatternObject.Expand(match, arguments.Require(0, "template", name).ToString());
        }

        Group found = arguments.Count == 0 ? match : Find(arguments.Positional[0]);
        long start = found.Success ? found.Index : -1;
        long end = found.Success ? found.Index + found.Length : -1;
        return name switch
        {
            "start" => Value.From(start),
            "end" => Value.From(end),
            _ => new TupleValue([Value.From(start), Value.From(end)]),
        };
    }

    Value[] ValueArray(Arguments arguments)
    {
        Value[] values = new Value[arguments.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = GroupOf(arguments.Positional[i]);
        }

        return values;
    }

    Value GroupOf(Value key) => Find(key) is { Success: true } group ? group.Value : Value.None;

    Group Find(Value key)
    {
        string name = key.ToString();
        return match.Groups.ContainsKey(name) ? match.Groups[name] : throw JinjaException.IndexError("no such group");
    }
}
