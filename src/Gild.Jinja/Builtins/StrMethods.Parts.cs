using System.Numerics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Unicode;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

static partial class StrMethods
{
    static bool TryCallParts(string text, bool isMarkup, string name, Arguments arguments, out Value result)
    {
        switch (name)
        {
            case "strip" or "lstrip" or "rstrip":
                Binding.Positional(arguments, name, 0, 1);
                result = Like(isMarkup, TextParts.Strip(text, Characters(Binding.At(arguments, 0, Value.None), name), name != "rstrip", name != "lstrip"));
                return true;
            case "split" or "rsplit":
                result = Split(text, isMarkup, name == "split", arguments);
                return true;
            case "splitlines":
                arguments.CheckSignature(name, ["keepends"]);
                bool keepEnds = Binding.Flag(arguments.Get(0, "keepends", Value.False));
                result = ToList(TextParts.Lines(text, keepEnds), isMarkup);
                return true;
            case "join":
                Binding.Positional(arguments, name, 1, 1);
                result = Join(text, isMarkup, arguments.Positional[0]);
                return true;
            case "replace":
                Binding.Positional(arguments, name, 2, 3);
                result = Replace(text, isMarkup, arguments);
                return true;
            case "center" or "ljust" or "rjust":
                Binding.Positional(arguments, name, 1, 2);
                result = Like(isMarkup, Pad(text, isMarkup, name, arguments));
                return true;
            case "zfill":
                Binding.Positional(arguments, name, 1, 1);
                result = Like(isMarkup, ZeroFill(text, Binding.Size(arguments.Positional[0])));
                return true;
            case "expandtabs":
                arguments.CheckSignature(name, ["tabsize"]);
                result = Like(isMarkup, TextParts.ExpandTabs(text, Machine(arguments.Get(0, "tabsize", Value.From(8L)))));
                return true;
            case "partition" or "rpartition":
                Binding.Positional(arguments, name, 1, 1);
                result = Partition(text, isMarkup, name == "partition", Binding.Text(arguments.Positional[0], name));
                return true;
            case "removeprefix" or "removesuffix":
                Binding.Positional(arguments, name, 1, 1);
                string affix = Binding.Text(arguments.Positional[0], name);
                result = Like(isMarkup, name == "removeprefix"
                    ? (text.StartsWith(affix, StringComparison.Ordinal) ? text[affix.Length..] : text)
                    : (affix.Length > 0 && text.EndsWith(affix, StringComparison.Ordinal) ? text[..^affix.Length] : text));
                return true;
            default:
                result = default;
                return false;
        }
    }

    /// <summary>The characters to strip: None means white space.</summary>
    public static string? Characters(Value characters, string function)
    {
        if (characters.IsNone)
        {
            return null;
        }

        return characters.TryGetText(out string text)
            ? text
            : throw JinjaException.TypeError($"{function} arg must be None or str");
    }

    static long Machine(Value size)
    {
        BigInteger integer = Binding.Integer(size);
        return integer >= int.MinValue && integer <= int.MaxValue
            ? (long)integer
            : throw JinjaException.Overflow("Python int too large to convert to C int");
    }

    static Value Split(string text, bool isMarkup, bool fromLeft, Arguments arguments)
    {
        arguments.CheckSignature(fromLeft ? "split" : "rsplit", ["sep", "maxsplit"]);
        Value separator = arguments.Get(0, "sep", Value.None);
        Value limit = arguments.Get(1, "maxsplit", Value.From(-1L));
        if (separator.IsNone)
        {
            long parts = Binding.Size(limit);
            return ToList(fromLeft ? TextParts.SplitSpace(text, parts) : TextParts.SplitSpaceFromRight(text, parts), isMarkup);
        }

        string between = separator.TryGetText(out string given)
            ? given
            : throw JinjaException.TypeError($"must be str or None, not {ValueText.TypeNameOf(separator)}");
        long most = Binding.Size(limit);
        if (between.Length == 0)
        {
            throw JinjaException.ValueError("empty separator");
        }

        return ToList(fromLeft ? TextParts.Split(text, between, most) : TextParts.SplitFromRight(text, between, most), isMarkup);
    }

    static Value ToList(List<string> parts, bool isMarkup)
    {
        List<Value> values = new(parts.Count);
        foreach (string part in parts)
        {
            values.Add(Like(isMarkup, part));
        }

        return ListValue.Over(values);
    }

    static Value Join(string separator, bool isMarkup, Value items)
    {
        IEnumerable<Value> parts = ValueOps.TryIterate(items) ?? throw JinjaException.TypeError("can only join an iterable");
        System.Text.StringBuilder joined = new();
        int number = 0;
        foreach (Value part in parts)
        {
            if (number > 0)
            {
                joined.Append(separator);
            }

            if (isMarkup)
            {
                joined.Append(MarkupValue.Escape(part).Text);
            }
            else
            {
                joined.Append(part.TryGetText(out string text) ? text : throw JinjaException.TypeError(
                    $"sequence item {number}: expected str instance, {ValueText.TypeNameOf(part)} found"));
            }

            ValueOps.GuardSize(joined.Length);
            number++;
        }

        return Like(isMarkup, joined.ToString());
    }

    static Value Replace(string text, bool isMarkup, Arguments arguments)
    {
        string old = Binding.Text(arguments.Positional[0], "replace");
        string with = isMarkup ? MarkupValue.Escape(arguments.Positional[1]).Text : Binding.Text(arguments.Positional[1], "replace");
        long count = Binding.Size(Binding.At(arguments, 2, Value.From(-1L)));
        return Like(isMarkup, TextParts.Replace(text, old, with, count));
    }

    static string Pad(string text, bool isMarkup, string name, Arguments arguments)
    {
        long width = Binding.Size(arguments.Positional[0]);
        Value given = Binding.At(arguments, 1, Value.From(" "));
        string fill = isMarkup ? MarkupValue.Escape(given).Text
            : given.TryGetText(out string character) ? character
            : throw JinjaException.TypeError($"The fill character must be a unicode character, not {ValueText.TypeNameOf(given)}");
        if (CodePoints.Count(fill) != 1)
        {
            throw JinjaException.TypeError("The fill character must be exactly one character long");
        }

        return TextParts.Pad(text, width, fill, name switch
        {
            "ljust" => Alignment.Left,
            "rjust" => Alignment.Right,
            _ => Alignment.Center,
        });
    }

    static string ZeroFill(string text, long width)
    {
        string filled = TextParts.Pad(text, width, "0", Alignment.Right);
        bool hasSign = text is ['+' or '-', ..] && filled.Length > text.Length;
        return hasSign ? string.Concat(text.AsSpan(0, 1), filled.AsSpan(0, filled.Length - text.Length), text.AsSpan(1)) : filled;
    }

    static Value Partition(string text, bool isMarkup, bool fromLeft, string separator)
    {
        if (separator.Length == 0)
        {
            throw JinjaException.ValueError("empty separator");
        }

        int at = fromLeft ? text.IndexOf(separator, StringComparison.Ordinal) : text.LastIndexOf(separator, StringComparison.Ordinal);
        (string head, string middle, string tail) = at >= 0 ? (text[..at], separator, text[(at + separator.Length)..])
            : fromLeft ? (text, "", "") : ("", "", text);
        return TupleValue.Over([Like(isMarkup, head), Like(isMarkup, middle), Like(isMarkup, tail)]);
    }
}
