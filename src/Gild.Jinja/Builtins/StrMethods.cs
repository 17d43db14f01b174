using System.Collections.Frozen;
using System.Numerics;
using System.Text;
using Gild.Jinja.Runtime;
using Gild.Jinja.Unicode;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>
/// The methods of <c>str</c>, and of Markup, which wraps what they give. Splitting, padding and searching are in
/// <see cref="TextParts"/> and StrMethods.Search.cs.
/// </summary>
static partial class StrMethods
{
    static readonly string[] All =
    [
        "capitalize", "casefold", "center", "count", "encode", "endswith", "expandtabs", "find", "format", "format_map",
        "index", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric",
        "isprintable", "isspace", "istitle", "isupper", "join", "ljust", "lower", "lstrip", "maketrans", "partition",
        "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust", "rpartition", "rsplit", "rstrip", "split",
        "splitlines", "startswith", "strip", "swapcase", "title", "translate", "upper", "zfill",
    ];

    public static readonly FrozenSet<string> Names = All.ToFrozenSet();

    public static readonly FrozenSet<string> MarkupNames = FrozenSet.Create([.. All, "striptags", "unescape", "escape"]);

    /// <summary>Methods that Markup inherits from str as they are.</summary>
    static readonly FrozenSet<string> Inherited =
        FrozenSet.Create("count", "encode", "endswith", "find", "index", "maketrans", "rfind", "rindex", "startswith");

    /// <summary>Whether Markup has its own version of the method.</summary>
    public static bool IsMarkupOwn(string name) =>
        MarkupNames.Contains(name) && !Inherited.Contains(name) && !name.StartsWith("is", StringComparison.Ordinal);

    /// <summary>Calls a method of a str or Markup; false when there is none of that name.</summary>
    public static bool TryCall(RenderContext context, Value target, string name, Arguments arguments, out Value result)
    {
        target.TryGetText(out string text);
        bool isMarkup = !target.IsString;
        return TryCallWithoutArguments(text, isMarkup, name, arguments, out result)
            || TryCallPredicate(text, name, arguments, out result)
            || TryCallParts(text, isMarkup, name, arguments, out result)
            || TryCallSearch(text, name, arguments, out result)
            || TryCallOther(context, text, isMarkup, name, arguments, out result);
    }

    static Value Like(bool isMarkup, string text) => isMarkup ? new MarkupValue(text) : Value.From(text);

    static bool TryCallWithoutArguments(string text, bool isMarkup, string name, Arguments arguments, out Value result)
    {
        Func<string, string>? mapping = name switch
        {
            "lower" => CaseMapping.ToLower,
            "upper" => CaseMapping.ToUpper,
            "title" => CaseMapping.ToTitle,
            "capitalize" => CaseMapping.Capitalize,
            "swapcase" => CaseMapping.SwapCase,
            "casefold" => CaseMapping.ToFolded,
            _ => null,
        };
        if (mapping is null)
        {
            result = default;
            return false;
        }

        Binding.Positional(arguments, name, 0, 0);
        result = Like(isMarkup, mapping(text));
        return true;
    }

    static bool TryCallPredicate(string text, string name, Arguments arguments, out Value result)
    {
        result = default;
        if (!name.StartsWith("is", StringComparison.Ordinal) || !Names.Contains(name))
        {
            return false;
        }

        Binding.Positional(arguments, name, 0, 0);
        result = Value.From(name switch
        {
            "isascii" => Ascii.IsValid(text),
            "isupper" => IsUpper(text),
            "islower" => IsLower(text),
            "istitle" => IsTitle(text),
            "isidentifier" => IsIdentifier(text),
            "isprintable" => HasOnly(text, CharacterClass.Printable),
            _ => text.Length > 0 && HasOnly(text, name switch
            {
                "isalpha" => CharacterClass.Alphabetic,
                "isdecimal" => CharacterClass.Decimal,
                "isdigit" => CharacterClass.Digit,
                "isnumeric" => CharacterClass.Numeric,
                "isspace" => CharacterClass.Space,
                _ => CharacterClass.Alphabetic | CharacterClass.Decimal | CharacterClass.Digit | CharacterClass.Numeric,
            }),
        });
        return true;
    }

    static bool HasOnly(string text, CharacterClass wanted)
    {
        for (int i = 0; i < text.Length;)
        {
            if (!CharacterClasses.Is(CodePoints.At(text, i, out int width), wanted))
            {
                return false;
            }

            i += width;
        }

        return true;
    }

    /// <summary>Python's <c>islower</c>.</summary>
    public static bool IsLower(string text) => HasCase(text, CharacterClass.Lower, CharacterClass.Upper | CharacterClass.Title);

    /// <summary>Python's <c>isupper</c>.</summary>
    public static bool IsUpper(string text) => HasCase(text, CharacterClass.Upper, CharacterClass.Lower | CharacterClass.Title);

    static bool HasCase(string text, CharacterClass wanted, CharacterClass forbidden)
    {
        bool isFound = false;
        for (int i = 0; i < text.Length;)
        {
            CharacterClass kind = CharacterClasses.Of(CodePoints.At(text, i, out int width));
            if ((kind & forbidden) != 0)
            {
                return false;
            }

            isFound |= (kind & wanted) != 0;
            i += width;
        }

        return isFound;
    }

    static bool IsTitle(string text)
    {
        bool isFound = false;
        bool afterCased = false;
        for (int i = 0; i < text.Length;)
        {
            CharacterClass kind = CharacterClasses.Of(CodePoints.At(text, i, out int width));
            bool isCapital = (kind & (CharacterClass.Upper | CharacterClass.Title)) != 0;
            bool isLower = (kind & CharacterClass.Lower) != 0;
            if (isCapital ? afterCased : isLower && !afterCased)
            {
                return false;
            }

            afterCased = isCapital || isLower;
            isFound |= afterCased;
            i += width;
        }

        return isFound;
    }

    static bool IsIdentifier(string text)
    {
        if (text.Length == 0)
        {
            return false;
        }

        int first = CodePoints.At(text, 0, out int width);
        return CharacterClasses.Is(first, CharacterClass.IdentifierStart)
            && HasOnly(text[width..], CharacterClass.IdentifierPart);
    }

    static bool TryCallOther(RenderContext context, string text, bool isMarkup, string name, Arguments arguments, out Value result)
    {
        switch (name)
        {
            case "format":
                result = Like(isMarkup, StrFormat.Format(context, text, arguments, isMarkup));
                return true;
            case "format_map":
                Binding.Positional(arguments, name, 1, 1);
                result = Like(isMarkup, StrFormat.FormatMap(context, text, arguments.Positional[0], isMarkup));
                return true;
            case "encode":
                arguments.CheckSignature(name, ["encoding", "errors"]);
                result = new BytesValue(TextEncodings.Encode(
                    text,
                    Binding.Text(arguments.Get(0, "encoding", Value.From("utf-8")), name),
                    Binding.Text(arguments.Get(1, "errors", Value.From("strict")), name)));
                return true;
            case "translate":
                Binding.Positional(arguments, name, 1, 1);
                result = Like(isMarkup, Translate(text, arguments.Positional[0]));
                return true;
            case "maketrans":
                result = MakeTranslation(arguments);
                return true;
            case "striptags" when isMarkup:
                Binding.Positional(arguments, name, 0, 0);
                result = Value.From(HtmlText.StripTags(text));
                return true;
            case "unescape" when isMarkup:
                Binding.Positional(arguments, name, 0, 0);
                result = Value.From(HtmlText.Unescape(text));
                return true;
            case "escape" when isMarkup:
                Binding.Positional(arguments, name, 1, 1);
                result = MarkupValue.Escape(arguments.Positional[0]);
                return true;
            default:
                result = default;
                return false;
        }
    }

    static string Translate(string text, Value table)
    {
        StringBuilder translated = new(text.Length);
        for (int i = 0; i < text.Length;)
        {
            int point = CodePoints.At(text, i, out int width);
            i += width;
            if (!TryLookUp(table, point, out Value replacement))
            {
                CodePoints.Append(translated, point);
            }
            else if (replacement.TryGetText(out string with))
            {
                translated.Append(with);
                ValueOps.GuardSize(translated.Length);
            }
            else if (replacement.TryGetInteger(out BigInteger code))
            {
                bool isCharacter = code >= 0 && code < 0x110000;
                CodePoints.Append(translated, isCharacter ? (int)code : throw JinjaException.ValueError(
                    "character mapping must be in range(0x110000)"));
            }
            else if (!replacement.IsNone)
            {
                throw JinjaException.TypeError("character mapping must return integer, None or str");
            }
        }

        return translated.ToString();
    }

    static bool TryLookUp(Value table, int point, out Value replacement)
    {
        if (table.IsUndefined)
        {
            throw ValueOps.UndefinedUse(table);
        }

        if (table.IsString || table.AsObject is MarkupValue)
        {
            return ValueOps.TryGetTextItem(table, Value.From((long)point), out replacement);
        }

        return table.AsObject is ListValue or TupleValue or DictValue or RangeValue or BytesValue
            ? table.AsObject!.TryGetItem(Value.From((long)point), out replacement)
            : throw ValueOps.NotSubscriptable(table);
    }

    static Value MakeTranslation(Arguments arguments)
    {
        Binding.Positional(arguments, "maketrans", 1, 3);
        DictValue table = new();
        if (arguments.Count == 1)
        {
            if (arguments.Positional[0].As<DictValue>() is not { } source)
            {
                throw JinjaException.TypeError("if you give only one argument to maketrans it must be a dict");
            }

            foreach (KeyValuePair<Value, Value> entry in source.Entries)
            {
                table[entry.Key.TryGetText(out string key) ? Value.From((long)OnlyCharacter(key)) : entry.Key] = entry.Value;
            }

            return table;
        }

        int[] from = CodePoints.ToArray(Binding.Text(arguments.Positional[0], "maketrans"));
        int[] to = CodePoints.ToArray(Binding.Text(arguments.Positional[1], "maketrans"));
        if (from.Length != to.Length)
        {
            throw JinjaException.ValueError("the first two maketrans arguments must have equal length");
        }

        for (int i = 0; i < from.Length; i++)
        {
            table[Value.From((long)from[i])] = Value.From((long)to[i]);
        }

        if (arguments.Count == 3)
        {
            foreach (int point in CodePoints.ToArray(Binding.Text(arguments.Positional[2], "maketrans")))
            {
                table[Value.From((long)point)] = Value.None;
            }
        }

        return table;
    }

    static int OnlyCharacter(string key) => CodePoints.Count(key) == 1
        ? CodePoints.At(key, 0, out _)
        : throw JinjaException.ValueError("string keys in translate table must be of length 1");
}
