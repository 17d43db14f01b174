using System.Text;
using Gild.Jinja.Runtime;
using Gild.Jinja.Unicode;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>The filters over texts.</summary>
static class TextFilters
{
    const int TruncateLeeway = 5;

    static readonly Signature Center = new("do_center", 1, "value", "width");
    static readonly Signature Indentation = new("do_indent", 1, "s", "width", "first", "blank");
    static readonly Signature Replacement = new("do_replace", 3, "s", "old", "new", "count");
    static readonly Signature Trimming = new("do_trim", 1, "value", "chars");
    static readonly Signature Truncation = new("do_truncate", 1, "s", "length", "killwords", "end", "leeway");
    static readonly Signature Counting = new("do_wordcount", 1, "s");
    static readonly Signature Wrapping = new("do_wordwrap", 1, "s", "width", "break_long_words", "wrapstring", "break_on_hyphens");

    public static void Register(JinjaEnvironment environment)
    {
        Mapped(environment, "upper", CaseMapping.ToUpper);
        Mapped(environment, "lower", CaseMapping.ToLower);
        Mapped(environment, "capitalize", CaseMapping.Capitalize);
        Mapped(environment, "title", Title, keepsMarkup: false);
        environment.SetFilter("center", Centered);
        environment.SetFilter("format", Formatted);
        environment.SetFilter("indent", Indented);
        environment.SetFilter("replace", Replaced);
        environment.SetFilter("trim", Trimmed);
        environment.SetFilter("truncate", Truncated);
        environment.SetFilter("wordcount", WordCount);
        environment.SetFilter("wordwrap", Wrapped);
    }

    static void Mapped(JinjaEnvironment environment, string name, Func<string, string> mapping, bool keepsMarkup = true)
    {
        Signature signature = new("do_" + name, 1, "s");
        environment.SetFilter(name, (_, arguments) =>
        {
            signature.Check(arguments);
            string text = Filters.SoftText(arguments.Positional[0], out bool isMarkup);
            return Filters.Like(isMarkup && keepsMarkup, mapping(text));
        });
    }

    /// <summary>Words, as white space, dashes and opening brackets part them, with a capital first letter.</summary>
    static string Title(string text)
    {
        if (Ascii.IsValid(text))
        {
            return string.Create(text.Length, text, static (titled, from) =>
            {
                Ascii.ToLower(from, titled, out _);
                bool isAfterSeparator = true;
                for (int i = 0; i < titled.Length; i++)
                {
                    bool isSeparator = IsWordStart(titled[i]);
                    if (isAfterSeparator && char.IsAsciiLetterLower(titled[i]))
                    {
                        titled[i] -= (char)('a' - 'A');
                    }

                    isAfterSeparator = isSeparator;
                }
            });
        }

        StringBuilder titled = new(text.Length);
        for (int start = 0; start < text.Length;)
        {
            bool isSeparator = IsWordStart(text[start]);
            int end = start + 1;
            while (end < text.Length && IsWordStart(text[end]) == isSeparator)
            {
                end++;
            }

            CodePoints.At(text, start, out int width);
            titled.Append(CaseMapping.ToUpper(text.Substring(start, width)))
                .Append(CaseMapping.ToLower(text[(start + width)..end]));
            start = end;
        }

        return titled.ToString();
    }

    static bool IsWordStart(char c) => c is '-' or '(' or '{' or '[' or '<' || CharacterClasses.IsSpace(c);

    static Value Centered(RenderContext context, Arguments arguments)
    {
        Center.Check(arguments);
        string text = Filters.SoftText(arguments.Positional[0], out bool isMarkup);
        long width = Binding.Size(arguments.Get(1, "width", Value.From(80L)));
        return Filters.Like(isMarkup, TextParts.Pad(text, width, " ", Alignment.Center));
    }

    static Value Formatted(RenderContext context, Arguments arguments)
    {
        if (arguments.Count == 0)
        {
            throw JinjaException.TypeError("do_format() missing 1 required positional argument: 'value'");
        }

        if (arguments.Count > 1 && arguments.KeywordNames.Length > 0)
        {
            throw JinjaException.FilterArgument("can't handle positional and keyword arguments at the same time");
        }

        if (arguments.TryGetKeyword("value", out _))
        {
            throw JinjaException.TypeError("do_format() got multiple values for argument 'value'");
        }

        string format = Filters.SoftText(arguments.Positional[0], out bool isMarkup);
        Value values;
        if (arguments.KeywordNames.Length > 0)
        {
            DictValue named = new();
            DictMethods.Update(named, "dict", new Arguments(default, arguments.KeywordNames, arguments.KeywordValues));
            values = named;
        }
        else
        {
            values = TupleValue.Over(arguments.Positional[1..].ToArray());
        }

        return Filters.Like(isMarkup, PyFormat.Percent(format, values, isMarkup));
    }

    static Value Indented(RenderContext context, Arguments arguments)
    {
        Indentation.Check(arguments);
        Value source = arguments.Positional[0];
        Value width = arguments.Get(1, "width", Value.From(4L));
        bool first = arguments.Get(2, "first", Value.False).IsTrue;
        bool blank = arguments.Get(3, "blank", Value.False).IsTrue;
        Value unit = width.TryGetText(out _) ? width : ValueOps.Multiply(Value.From(" "), width);
        if (!source.TryGetText(out string text))
        {
            throw CannotIndent(source);
        }

        bool isMarkup = source.AsObject is MarkupValue;
        string indentation = unit.TryGetText(out string given) ? given : "";
        List<string> lines = TextParts.Lines(text + "\n", keepEnds: false);
        if (!isMarkup && unit.AsObject is MarkupValue)
        {
            return IndentedByMarkup(lines, indentation, first, blank);
        }

        ValueOps.GuardSize(text.Length + ((long)lines.Count * indentation.Length));
        StringBuilder result = new(text.Length + (lines.Count * indentation.Length));
        for (int i = 0; i < lines.Count; i++)
        {
            result.Append(i > 0 ? "\n" : "");
            bool isIndented = i == 0 ? first : blank || lines[i].Length > 0;
            result.Append(isIndented ? indentation : "").Append(lines[i]);
        }

        return Filters.Like(isMarkup, result.ToString());
    }

    /// <summary>Markup as indentation of a plain text: adding a line to it escapes the line.</summary>
    static Value IndentedByMarkup(List<string> lines, string indentation, bool first, bool blank)
    {
        List<string> parts = new(lines.Count);
        for (int i = 0; i < lines.Count; i++)
        {
            bool isIndented = i > 0 && (blank || lines[i].Length > 0);
            string line = isIndented || blank ? MarkupValue.EscapeText(lines[i]) : lines[i];
            parts.Add(isIndented ? indentation + line : line);
        }

        string text = string.Join('\n', parts);
        if (!first)
        {
            return Filters.Like(blank, text);
        }

        return new MarkupValue(indentation + (blank ? text : MarkupValue.EscapeText(text)));
    }

    static JinjaException CannotIndent(Value source)
    {
        if (source.IsUndefined)
        {
            return ValueOps.UndefinedUse(source);
        }

        return source.AsObject is ListValue
            ? JinjaException.AttributeError("'list' object has no attribute 'splitlines'")
            : JinjaException.TypeError($"unsupported operand type(s) for +=: '{ValueText.TypeNameOf(source)}' and 'str'");
    }

    static Value Replaced(RenderContext context, Arguments arguments)
    {
        Replacement.Check(arguments);
        string text = ValueText.ToText(arguments.Positional[0]);
        string old = ValueText.ToText(arguments.Require(1, "old", "do_replace"));
        string with = ValueText.ToText(arguments.Require(2, "new", "do_replace"));
        Value count = arguments.Get(3, "count", Value.None);
        return Value.From(TextParts.Replace(text, old, with, count.IsNone ? -1 : Binding.Size(count)));
    }

    static Value Trimmed(RenderContext context, Arguments arguments)
    {
        Trimming.Check(arguments);
        string text = Filters.SoftText(arguments.Positional[0], out bool isMarkup);
        string? characters = StrMethods.Characters(arguments.Get(1, "chars", Value.None), "strip");
        return Filters.Like(isMarkup, TextParts.Strip(text, characters, atStart: true, atEnd: true));
    }

    static Value Truncated(RenderContext context, Arguments arguments)
    {
        Truncation.Check(arguments);
        Value source = arguments.Positional[0];
        Value length = arguments.Get(1, "length", Value.From(255L));
        bool killWords = arguments.Get(2, "killwords", Value.False).IsTrue;
        Value end = arguments.Get(3, "end", Value.From("..."));
        Value leeway = arguments.Get(4, "leeway", Value.None);
        leeway = leeway.IsNone ? Value.From((long)TruncateLeeway) : leeway;
        Value endLength = Value.From((long)ValueOps.LengthOf(end));
        if (ValueOps.IsLess(length, endLength))
        {
            throw new JinjaException("AssertionError", $"expected length >= {ValueText.ToText(endLength)}, got {ValueText.ToText(length)}");
        }

        if (ValueOps.IsLess(leeway, Value.From(0L)))
        {
            throw new JinjaException("AssertionError", $"expected leeway >= 0, got {ValueText.ToText(leeway)}");
        }

        Value size = Value.From((long)ValueOps.LengthOf(source));
        if (ValueOps.Compare(ComparisonOperator.LessOrEqual, size, ValueOps.Add(length, leeway)))
        {
            return source;
        }

        Value kept = ValueOps.Slice(source, Value.None, ValueOps.Subtract(length, endLength), Value.None);
        if (killWords)
        {
            return ValueOps.Add(kept, end);
        }

        if (!kept.TryGetText(out string text))
        {
            throw Filters.NoAttribute(kept, "rsplit");
        }

        int space = text.LastIndexOf(' ');
        return ValueOps.Add(Filters.Like(kept.AsObject is MarkupValue, space < 0 ? text : text[..space]), end);
    }

    static Value WordCount(RenderContext context, Arguments arguments)
    {
        Counting.Check(arguments);
        string text = Filters.SoftText(arguments.Positional[0], out _);
        long count = 0;
        bool isInWord = false;
        for (int i = 0; i < text.Length;)
        {
            bool isWord = CharacterClasses.IsWord(CodePoints.At(text, i, out int width));
            count += isWord && !isInWord ? 1 : 0;
            isInWord = isWord;
            i += width;
        }

        return Value.From(count);
    }

    static Value Wrapped(RenderContext context, Arguments arguments)
    {
        Wrapping.Check(arguments);
        Value source = arguments.Positional[0];
        Value width = arguments.Get(1, "width", Value.From(79L));
        bool breakWords = arguments.Get(2, "break_long_words", Value.True).IsTrue;
        Value between = arguments.Get(3, "wrapstring", Value.None);
        Value breakHyphens = arguments.Get(4, "break_on_hyphens", Value.True);
        between = between.IsNone ? Value.From("\n") : between;
        if (!source.TryGetText(out string text))
        {
            throw Filters.NoAttribute(source, "splitlines");
        }

        if (!between.TryGetText(out string separator))
        {
            throw Filters.NoAttribute(between, "join");
        }

        bool isMarkup = between.AsObject is MarkupValue;
        List<string> paragraphs = [];
        long separators = 0;
        foreach (string line in TextParts.Lines(text, keepEnds: false))
        {
            List<string> lines = TextWrap.Wrap(line, width, breakWords, breakHyphens);
            separators += lines.Count + 1;
            ValueOps.GuardSize(text.Length + (separators * separator.Length));
            paragraphs.Add(string.Join(separator, isMarkup ? lines.ConvertAll(MarkupValue.EscapeText) : lines));
        }

        return Filters.Like(isMarkup, string.Join(separator, paragraphs));
    }
}
