using System.Numerics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Unicode;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

static partial class StrMethods
{
    static bool TryCallSearch(string text, string name, Arguments arguments, out Value result)
    {
        result = default;
        if (name is not ("find" or "rfind" or "index" or "rindex" or "count" or "startswith" or "endswith"))
        {
            return false;
        }

        Binding.Positional(arguments, name, 1, 3);
        if (name is "startswith" or "endswith")
        {
            result = Value.From(HasAffix(text, name, arguments));
            return true;
        }

        string part = arguments.Positional[0].TryGetText(out string given)
            ? given
            : throw JinjaException.TypeError($"must be str, not {ValueText.TypeNameOf(arguments.Positional[0])}");
        (int start, int end) = Bounds(text, arguments);
        if (name == "count")
        {
            result = Value.From(start > end ? 0 : Count(text.AsSpan(start, end - start), part));
            return true;
        }

        int found = -1;
        if (start <= end)
        {
            ReadOnlySpan<char> searched = text.AsSpan(start, end - start);
            found = name is "find" or "index" ? searched.IndexOf(part) : LastIndexOf(searched, part);
        }

        if (found < 0 && (name is "index" or "rindex"))
        {
            throw JinjaException.ValueError("substring not found");
        }

        result = Value.From(found < 0 ? -1L : CodePoints.IndexOf(text, start + found));
        return true;
    }

    static int LastIndexOf(ReadOnlySpan<char> text, string part) => part.Length == 0 ? text.Length : text.LastIndexOf(part);

    static long Count(ReadOnlySpan<char> text, string part)
    {
        if (part.Length == 0)
        {
            return CodePoints.Count(text) + 1L;
        }

        long count = 0;
        for (int at = text.IndexOf(part); at >= 0; at = text.IndexOf(part))
        {
            count++;
            text = text[(at + part.Length)..];
        }

        return count;
    }

    static bool HasAffix(string text, string name, Arguments arguments)
    {
        Value affix = arguments.Positional[0];
        if (!affix.TryGetText(out _) && affix.AsObject is not TupleValue)
        {
            throw JinjaException.TypeError(
                $"{name} first arg must be str or a tuple of str, not {ValueText.TypeNameOf(affix)}");
        }

        (int start, int end) = Bounds(text, arguments);
        if (affix.As<TupleValue>() is not { } several)
        {
            return HasAffix(text, start, end, name, affix);
        }

        foreach (Value one in several.Span)
        {
            if (!one.TryGetText(out _))
            {
                throw JinjaException.TypeError($"tuple for {name} must only contain str, not {ValueText.TypeNameOf(one)}");
            }

            if (HasAffix(text, start, end, name, one))
            {
                return true;
            }
        }

        return false;
    }

    static bool HasAffix(string text, int start, int end, string name, Value affix)
    {
        affix.TryGetText(out string part);
        if (start > end)
        {
            return false;
        }

        ReadOnlySpan<char> searched = text.AsSpan(start, end - start);
        return name == "startswith" ? searched.StartsWith(part) : searched.EndsWith(part);
    }

    /// <summary>Unit offsets of the optional bounds; the start lies behind the end where Python finds nothing.</summary>
    static (int Start, int End) Bounds(string text, Arguments arguments)
    {
        if (arguments.Count == 1)
        {
            return (0, text.Length);
        }

        int length = CodePoints.Count(text);
        long start = Bound(arguments.Positional[1], 0, length);
        long end = arguments.Count > 2 ? Bound(arguments.Positional[2], length, length) : length;
        end = Math.Min(end, length);
        return start > end
            ? (1, 0)
            : (CodePoints.OffsetOf(text, (int)start), CodePoints.OffsetOf(text, (int)end));
    }

    static long Bound(Value value, long absent, int length)
    {
        if (value.IsNone)
        {
            return absent;
        }

        if (!value.TryGetInteger(out BigInteger integer))
        {
            throw JinjaException.TypeError("slice indices must be integers or None or have an __index__ method");
        }

        long bound = (long)BigInteger.Clamp(integer, int.MinValue, int.MaxValue);
        return bound < 0 ? Math.Max(0, bound + length) : bound;
    }
}
