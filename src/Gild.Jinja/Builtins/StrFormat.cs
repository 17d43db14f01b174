using System.Text;
using Gild.Jinja.Runtime;
using Gild.Jinja.Unicode;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>
/// <c>str.format</c> and <c>format_map</c> as Jinja2's sandbox runs them: by <c>string.Formatter</c>, with attributes and
/// items looked up by the rules of templates.
/// </summary>
ref struct StrFormat
{
    const int MaxDepth = 2;

    readonly RenderContext _context;
    readonly Arguments _arguments;
    readonly Value? _mapping;
    readonly bool _escape;
    int _nextIndex;
    bool _isNumbered;

    StrFormat(RenderContext context, Arguments arguments, Value? mapping, bool escape)
    {
        _context = context;
        _arguments = arguments;
        _mapping = mapping;
        _escape = escape;
    }

    /// <summary><c>text.format(...)</c>; <paramref name="escape"/> for Markup.</summary>
    /// <exception cref="JinjaException">ValueError for a malformed text, IndexError, KeyError, TypeError, UndefinedError.</exception>
    public static string Format(RenderContext context, string text, Arguments arguments, bool escape) =>
        new StrFormat(context, arguments, null, escape).Expand(text, MaxDepth);

    /// <summary><c>text.format_map(mapping)</c>.</summary>
    public static string FormatMap(RenderContext context, string text, Value mapping, bool escape) =>
        new StrFormat(context, default, mapping, escape).Expand(text, MaxDepth);

    string Expand(string text, int depth)
    {
        if (depth < 0)
        {
            throw JinjaException.ValueError("Max string recursion exceeded");
        }

        if (text.AsSpan().IndexOfAny('{', '}') < 0)
        {
            return text;
        }

        StringBuilder result = new(text.Length + 16);
        int at = 0;
        while (at < text.Length)
        {
            char c = text[at++];
            if (c is not ('{' or '}'))
            {
                result.Append(c);
                continue;
            }

            if (at < text.Length && text[at] == c)
            {
                result.Append(c);
                at++;
                continue;
            }

            if (c == '}')
            {
                throw JinjaException.ValueError("Single '}' encountered in format string");
            }

            if (at == text.Length)
            {
                throw JinjaException.ValueError("Single '{' encountered in format string");
            }

            result.Append(ExpandField(ReadField(text, ref at), depth));
            ValueOps.GuardSize(result.Length);
        }

        return result.ToString();
    }

    readonly record struct Field(string Name, int Conversion, string Spec);

    static Field ReadField(string text, ref int at)
    {
        int start = at;
        char c = '\0';
        while (at < text.Length)
        {
            c = text[at++];
            if (c == '{')
            {
                throw JinjaException.ValueError("unexpected '{' in field name");
            }

            if (c == '[')
            {
                while (at < text.Length && text[at] != ']')
                {
                    at++;
                }
            }
            else if (c is '}' or ':' or '!')
            {
                break;
            }
        }

        if (c is not ('}' or ':' or '!'))
        {
            throw JinjaException.ValueError("expected '}' before end of string");
        }

        string name = text[start..(at - 1)];
        int conversion = 0;
        if (c == '!')
        {
            conversion = ReadConversion(text, ref at, out c);
        }

        return c == '}' ? new Field(name, conversion, "") : new Field(name, conversion, ReadSpec(text, ref at));
    }

    static int ReadConversion(string text, ref int at, out char end)
    {
        if (at >= text.Length)
        {
            throw JinjaException.ValueError("end of string while looking for conversion specifier");
        }

        int conversion = CodePoints.At(text, at, out int width);
        at += width;
        end = ':';
        if (at < text.Length)
        {
            end = text[at++];
            if (end is not ('}' or ':'))
            {
                throw JinjaException.ValueError("expected ':' after conversion specifier");
            }
        }

        return conversion;
    }

    static string ReadSpec(string text, ref int at)
    {
        int start = at;
        int open = 1;
        while (at < text.Length)
        {
            char c = text[at++];
            open += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (open == 0)
            {
                return text[start..(at - 1)];
            }
        }

        throw JinjaException.ValueError("unmatched '{' in format spec");
    }

    string ExpandField(Field field, int depth)
    {
        string name = NumberedName(field.Name);
        Value value = Convert(LookUp(name), field.Conversion);
        string spec = Expand(field.Spec, depth - 1);
        if (!_escape)
        {
            return ValueFormat.Format(value, spec);
        }

        if (value.As<MarkupValue>() is { } markup)
        {
            return spec.Length == 0
                ? markup.Text
                : throw JinjaException.ValueError("Unsupported format specification for Markup.");
        }

        return MarkupValue.EscapeText(ValueFormat.Format(value, spec));
    }

    string NumberedName(string name)
    {
        if (name.Length == 0)
        {
            return _isNumbered ? throw CannotSwitch() : (_nextIndex++).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (IsDigits(name))
        {
            _isNumbered = _nextIndex > 0 ? throw CannotSwitch() : true;
        }

        return name;
    }

    static JinjaException CannotSwitch() => JinjaException.ValueError(
        "cannot switch from manual field specification to automatic field numbering");

    static bool IsDigits(string name)
    {
        for (int i = 0; i < name.Length;)
        {
            if (!CharacterClasses.Is(CodePoints.At(name, i, out int width), CharacterClass.Digit))
            {
                return false;
            }

            i += width;
        }

        return true;
    }

    Value LookUp(string name)
    {
        int end = name.AsSpan().IndexOfAny('.', '[');
        string first = end < 0 ? name : name[..end];
        Value value = TryReadIndex(first, out long index) ? Positional(index) : Named(first);
        int at = end < 0 ? name.Length : end;
        while (at < name.Length)
        {
            char c = name[at++];
            if (c == '.')
            {
                int stop = name.AsSpan(at).IndexOfAny('.', '[');
                stop = stop < 0 ? name.Length : at + stop;
                string attribute = NotEmpty(name[at..stop]);
                value = _context.GetAttribute(value, attribute);
                at = stop;
            }
            else if (c == '[')
            {
                int close = name.IndexOf(']', at);
                if (close < 0)
                {
                    throw JinjaException.ValueError("Missing ']' in format string");
                }

                string key = NotEmpty(name[at..close]);
                value = _context.GetItem(value, TryReadIndex(key, out long number) ? Value.From(number) : Value.From(key));
                at = close + 1;
            }
            else
            {
                throw JinjaException.ValueError("Only '.' or '[' may follow ']' in format field specifier");
            }
        }

        return value;
    }

    static string NotEmpty(string part) =>
        part.Length > 0 ? part : throw JinjaException.ValueError("Empty attribute in format string");

    static bool TryReadIndex(string text, out long index)
    {
        index = 0;
        for (int i = 0; i < text.Length;)
        {
            int digit = CharacterClasses.DecimalValue(CodePoints.At(text, i, out int width));
            if (digit < 0)
            {
                return false;
            }

            if (index > (long.MaxValue - digit) / 10)
            {
                throw JinjaException.ValueError("Too many decimal digits in format string");
            }

            index = (index * 10) + digit;
            i += width;
        }

        return text.Length > 0;
    }

    readonly Value Positional(long index) => index < _arguments.Count
        ? _arguments.Positional[(int)index]
        : throw JinjaException.IndexError($"Replacement index {index} out of range for positional args tuple");

    readonly Value Named(string name)
    {
        if (_mapping is not { } mapping)
        {
            return _arguments.TryGetKeyword(name, out Value given) ? given : throw JinjaException.KeyError(ValueText.ReprOf(name));
        }

        return PyFormat.Subscript(mapping, name);
    }

    static Value Convert(Value value, int conversion) => conversion switch
    {
        0 => value,
        's' => Value.From(ValueText.ToText(value)),
        'r' => Value.From(ValueText.ToRepr(value)),
        'a' => Value.From(ValueText.ToAscii(value)),
        _ => throw JinjaException.ValueError($"Unknown conversion specifier {CodePoints.ToText(conversion)}"),
    };
}
