using System.Buffers;
using System.Globalization;
using System.Text;
using Gild.Jinja.Runtime;
using Gild.Jinja.Unicode;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>The filters that write or read HTML and URLs.</summary>
static class HtmlFilters
{
    static readonly SearchValues<char> ForbiddenInNames = SearchValues.Create(" \t\n\r\f\v/>=");
    static readonly Signature ForceParameters = new("do_forceescape", 1, "value");
    static readonly Signature SafeParameters = new("do_mark_safe", 1, "value");
    static readonly Signature StripParameters = new("do_striptags", 1, "value");
    static readonly Signature AttributeParameters = new("do_xmlattr", 1, "d", "autospace");
    static readonly Signature UrlParameters = new("do_urlencode", 1, "value");
    static readonly Signature UrlizeParameters =
        new("do_urlize", 1, "value", "trim_url_limit", "nofollow", "target", "rel", "extra_schemes");

    public static void Register(JinjaEnvironment environment)
    {
        environment.SetFilter("escape", Escape);
        environment.SetFilter("e", Escape);
        environment.SetFilter("forceescape", ForceEscape);
        environment.SetFilter("safe", Safe);
        environment.SetFilter("striptags", StripTags);
        environment.SetFilter("xmlattr", XmlAttributes);
        environment.SetFilter("urlencode", UrlEncode);
        environment.SetFilter("urlize", Urlized);
    }

    static Value Escape(RenderContext context, Arguments arguments)
    {
        Binding.Positional(arguments, "escape", 1, 1);
        return MarkupValue.Escape(arguments.Positional[0]);
    }

    static Value ForceEscape(RenderContext context, Arguments arguments)
    {
        ForceParameters.Check(arguments);
        return new MarkupValue(MarkupValue.EscapeText(ValueText.ToText(arguments.Positional[0])));
    }

    static Value Safe(RenderContext context, Arguments arguments)
    {
        SafeParameters.Check(arguments);
        Value value = arguments.Positional[0];
        return value.AsObject is MarkupValue ? value : new MarkupValue(ValueText.ToText(value));
    }

    static Value StripTags(RenderContext context, Arguments arguments)
    {
        StripParameters.Check(arguments);
        return Value.From(HtmlText.StripTags(ValueText.ToText(arguments.Positional[0])));
    }

    static Value XmlAttributes(RenderContext context, Arguments arguments)
    {
        AttributeParameters.Check(arguments);
        Value source = arguments.Positional[0];
        bool startsWithSpace = arguments.Get(1, "autospace", Value.True).IsTrue;
        DictValue dict = source.As<DictValue>() ?? throw Filters.NoAttribute(source, "items");
        StringBuilder text = new();
        foreach (KeyValuePair<Value, Value> entry in dict.Entries)
        {
            if (entry.Value.IsNone || entry.Value.IsUndefined)
            {
                continue;
            }

            if (!entry.Key.TryGetText(out string key))
            {
                throw JinjaException.TypeError($"expected string or bytes-like object, got '{ValueText.TypeNameOf(entry.Key)}'");
            }

            if (key.AsSpan().ContainsAny(ForbiddenInNames))
            {
                throw JinjaException.ValueError($"Invalid character in attribute name: {ValueText.ToRepr(entry.Key)}");
            }

            text.Append(text.Length > 0 ? " " : "")
                .Append(MarkupValue.Escape(entry.Key).Text).Append("=\"")
                .Append(MarkupValue.Escape(entry.Value).Text).Append('"');
        }

        return Value.From(startsWithSpace && text.Length > 0 ? " " + text : text.ToString());
    }

    static Value UrlEncode(RenderContext context, Arguments arguments)
    {
        UrlParameters.Check(arguments);
        Value value = arguments.Positional[0];
        IEnumerable<Value>? items = value.TryGetText(out _) ? null : ValueOps.TryIterate(value);
        if (items is null)
        {
            return Value.From(Quote(value, isQuery: false));
        }

        if (value.As<DictValue>() is { } dict)
        {
            items = new DictItemsValue(dict).Items;
        }

        StringBuilder query = new();
        foreach (Value item in items)
        {
            Value[] pair = Pair(item);
            query.Append(query.Length > 0 ? "&" : "")
                .Append(Quote(pair[0], isQuery: true)).Append('=').Append(Quote(pair[1], isQuery: true));
        }

        return Value.From(query.ToString());
    }

    static Value[] Pair(Value item)
    {
        IEnumerable<Value> parts = ValueOps.TryIterate(item) ?? throw JinjaException.TypeError(
            $"cannot unpack non-iterable {ValueText.TypeNameOf(item)} object");
        Value[] pair = [.. parts.Take(3)];
        return pair.Length switch
        {
            2 => pair,
            3 => throw JinjaException.ValueError("too many values to unpack (expected 2)"),
            _ => throw JinjaException.ValueError($"not enough values to unpack (expected 2, got {pair.Length})"),
        };
    }

    /// <summary>Percent-encodes all but letters, digits and <c>_.-~</c>, and the slash outside of queries.</summary>
    static string Quote(Value value, bool isQuery)
    {
        byte[] bytes = value.As<BytesValue>() is { } given
            ? given.Span.ToArray()
            : TextEncodings.Encode(ValueText.ToText(value), "utf-8", "strict");
        StringBuilder quoted = new(bytes.Length);
        foreach (byte b in bytes)
        {
            char c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '~' || (c == '/' && !isQuery))
            {
                quoted.Append(c);
            }
            else if (c == ' ' && isQuery)
            {
                quoted.Append('+');
            }
            else
            {
                quoted.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }

        return quoted.ToString();
    }

    static Value Urlized(RenderContext context, Arguments arguments)
    {
        UrlizeParameters.Check(arguments);
        Value limit = arguments.Get(1, "trim_url_limit", Value.None);
        Value target = arguments.Get(3, "target", Value.None);
        Value rel = arguments.Get(4, "rel", Value.None);
        SortedSet<string> relations = new(Comparer<string>.Create(CodePoints.Compare)) { "noopener" };
        if (rel.IsTrue)
        {
            string given = rel.TryGetText(out string text) ? text : throw Filters.NoAttribute(rel, "split");
            relations.UnionWith(TextParts.SplitSpace(given, -1));
        }

        if (arguments.Get(2, "nofollow", Value.False).IsTrue)
        {
            relations.Add("nofollow");
        }

        string escaped = MarkupValue.Escape(arguments.Positional[0]).Text;
        string attributes = $" rel=\"{MarkupValue.EscapeText(string.Join(' ', relations))}\"";
        if (target.IsTrue)
        {
            attributes += $" target=\"{MarkupValue.Escape(target).Text}\"";
        }

        Urlize urlize = new(attributes, limit, Schemes(arguments.Get(5, "extra_schemes", Value.None)));
        return Value.From(urlize.Convert(escaped));
    }

    static List<string> Schemes(Value given)
    {
        List<string> schemes = [];
        if (given.IsNone)
        {
            return schemes;
        }

        foreach (Value item in ValueOps.Walk(given))
        {
            string scheme = item.TryGetText(out string text) ? text : throw JinjaException.TypeError("expected string or bytes-like object");
            int colon = scheme.IndexOf(':', StringComparison.Ordinal);
            bool isValid = colon >= 2 && (scheme[(colon + 1)..] is "" or "/" or "//");
            for (int i = 0; i < colon && isValid;)
            {
                int point = CodePoints.At(scheme, i, out int width);
                isValid = CharacterClasses.IsWord(point) || point is '.' or '+' or '-';
                i += width;
            }

            schemes.Add(isValid && colon >= 2 ? scheme : throw JinjaException.FilterArgument(
                $"{ValueText.ToRepr(item)} is not a valid URI scheme prefix."));
        }

        return schemes;
    }
}
