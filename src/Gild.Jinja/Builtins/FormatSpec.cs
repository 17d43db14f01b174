using Gild.Jinja.Unicode;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>A parsed format specification: <c>[[fill]align][sign][z][#][0][width][grouping][.precision][type]</c>.</summary>
readonly record struct FormatSpec
{
    public string Fill { get; init; }

    /// <summary>One of <c>&lt; &gt; = ^</c>, or NUL for the default of the type.</summary>
    public char Align { get; init; }

    /// <summary>One of <c>+ -</c> and space, or NUL.</summary>
    public char Sign { get; init; }

    public bool NoNegativeZero { get; init; }

    public bool Alternate { get; init; }

    /// <summary>-1 when absent.</summary>
    public int Width { get; init; }

    /// <summary>A comma, an underscore or NUL.</summary>
    public char Grouping { get; init; }

    /// <summary>-1 when absent.</summary>
    public int Precision { get; init; }

    /// <summary>The type letter as a code point, or 0.</summary>
    public int Type { get; init; }

    public bool IsZeroFilled => Fill == "0" && Align == '=';

    /// <exception cref="JinjaException">ValueError.</exception>
    public static FormatSpec Parse(string text, string typeName)
    {
        int at = 0;
        string fill = " ";
        char align = '\0';
        bool hasFill = false;
        if (text.Length > 0)
        {
            CodePoints.At(text, 0, out int width);
            if (width < text.Length && IsAlign(text[width]))
            {
                fill = text[..width];
                align = text[width];
                at = width + 1;
                hasFill = true;
            }
            else if (IsAlign(text[0]))
            {
                align = text[0];
                at = 1;
            }
        }

        char sign = TakeAny(text, ref at, "+- ");
        bool isPositiveZero = TakeAny(text, ref at, "z") != '\0';
        bool isAlternate = TakeAny(text, ref at, "#") != '\0';
        if (!hasFill && at < text.Length && text[at] == '0')
        {
            fill = "0";
            align = align == '\0' && typeName != "str" ? '=' : align;
            at++;
        }

        int minimum = TakeNumber(text, ref at);
        char grouping = TakeGrouping(text, ref at);
        int precision = -1;
        if (at < text.Length && text[at] == '.')
        {
            at++;
            precision = TakeNumber(text, ref at);
            if (precision < 0)
            {
                throw JinjaException.ValueError("Format specifier missing precision");
            }
        }

        int type = TakeType(text, at, typeName);
        CheckGrouping(grouping, type);
        return new FormatSpec
        {
            Fill = fill,
            Align = align,
            Sign = sign,
            NoNegativeZero = isPositiveZero,
            Alternate = isAlternate,
            Width = minimum,
            Grouping = grouping,
            Precision = precision,
            Type = type,
        };
    }

    static bool IsAlign(char c) => c is '<' or '>' or '=' or '^';

    static char TakeAny(string text, ref int at, string characters) =>
        at < text.Length && characters.Contains(text[at]) ? text[at++] : '\0';

    static char TakeGrouping(string text, ref int at)
    {
        char grouping = TakeAny(text, ref at, ",");
        if (TakeAny(text, ref at, "_") != '\0')
        {
            grouping = grouping == '\0' ? '_' : throw JinjaException.ValueError("Cannot specify both ',' and '_'.");
        }

        if (at < text.Length && text[at] == ',' && grouping == '_')
        {
            throw JinjaException.ValueError("Cannot specify both ',' and '_'.");
        }

        return grouping;
    }

    static int TakeType(string text, int at, string typeName)
    {
        if (at == text.Length)
        {
            return 0;
        }

        int type = CodePoints.At(text, at, out int width);
        return at + width == text.Length
            ? type
            : throw JinjaException.ValueError($"Invalid format specifier '{text}' for object of type '{typeName}'");
    }

    static void CheckGrouping(char grouping, int type)
    {
        bool isAllowed = grouping switch
        {
            '\0' => true,
            ',' => type is 0 or 'd' or 'e' or 'f' or 'g' or 'E' or 'G' or 'F' or '%',
            _ => type is 0 or 'd' or 'e' or 'f' or 'g' or 'E' or 'G' or 'F' or '%' or 'b' or 'o' or 'x' or 'X',
        };
        if (!isAllowed)
        {
            throw JinjaException.ValueError($"Cannot specify '{grouping}' with '{CodePoints.ToText(type)}'.");
        }
    }

    static int TakeNumber(string text, ref int at)
    {
        int start = at;
        long number = 0;
        while (at < text.Length)
        {
            int digit = CharacterClasses.DecimalValue(CodePoints.At(text, at, out int width));
            if (digit < 0)
            {
                break;
            }

            number = (number * 10) + digit;
            at += width;
            if (number > int.MaxValue)
            {
                throw JinjaException.ValueError("Too many decimal digits in format string");
            }
        }

        if (at == start)
        {
            return -1;
        }

        ValueOps.GuardSize(number);
        return (int)number;
    }
}
