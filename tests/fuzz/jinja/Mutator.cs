using System.Text;

namespace Gild.JinjaFuzz;

/// <summary>Makes templates out of seeds: cuts, repeats, splices, and tokens in the wrong place.</summary>
sealed class Mutator(string[] seeds, int seed)
{
    const int LongestTemplate = 4000;

    static readonly string[] Tokens =
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "{%-", "-%}", "{{-", "-}}", "{%+", "+%}", "(", ")", "[", "]", "{", "}", ",", ":", "|",
        ".", "~", "+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", "<=", ">", ">=", "=", " and ", " or ", " not ", " in ", " is ",
        " if ", " else ", "'", "\"", "\\", "\n", "\r\n", "\r", "\t", " ", "0", "1", "-1", "2.5", "1e9", "99999999999999999999", "0x1f", "1_000",
        "none", "true", "false", "x", "s", "li", "d", "n", "big", "loop", "loop.index", "loop.last", "loop(x)", "caller()", "varargs", "kwargs",
        "namespace(a=1)", "range(5)", "range(99999)", "dict(a=1)", "joiner()", "cycler(1,2)", "lipsum(1)", "{% raw %}", "{% endraw %}",
        "{% if x %}", "{% elif n %}", "{% else %}", "{% endif %}", "{% for a in li %}", "{% for k, v in d.items() recursive %}",
        "{% endfor %}", "{% set x = 1 %}", "{% set x %}", "{% endset %}", "{% macro m(a, b=2) %}", "{% endmacro %}", "{{ m(1) }}",
        "{% call m() %}", "{% endcall %}", "{% filter upper %}", "{% endfilter %}", "{% with q = 1 %}", "{% endwith %}", "{% do li.append(1) %}",
        "{% block b %}", "{% endblock %}", "|upper", "|join(',')", "|map('upper')", "|sort", "|groupby('a')", "|tojson", "|batch(3)", "|default(1)",
        "|replace('a','b')", "|format(1)", "|indent", "|wordwrap(5)", "|center(80)", "|sum", "|unique", "|dictsort", "|xmlattr", "|slice(2)",
        "|truncate(5)", "|urlize", "|pprint", "|int", "|float", "|round", "|list", "|reverse", "|first", "|last", "|length", "|escape", "|safe",
        "is defined", "is none", "is odd", "is divisibleby 3", "is sameas x", "is mapping", ".format(1)", ".format_map(d)", ".__class__", ".upper()",
        ".split(',')", ".join(li)", ".items()", ".append(1)", ".pop()", ".get('a')", ".update(b=2)", ".zfill(9)", ".ljust(50)", "[::-1]", "[1:2]", "[0]",
        "['a']", "'%s' % ", "'%d' % n", "'{}'.format(x)", "*li", "**d", "\u00e9", "\u4e2d", "\U0001F600", "\ud83d", "\0", "\u200b", "return(1)",
        "{{ return(x) }}", "{% include 'a' %}", "{% import 'a' as b %}", "{% extends 'a' %}", "{% autoescape true %}", "{% endautoescape %}",
    ];

    // Words that can stand where a word stands: most of what they make still parses.
    static readonly string[] Words =
    [
        "x", "n", "s", "f", "li", "d", "users", "big", "flag", "nothing", "missing", "loop", "caller", "varargs", "kwargs", "i", "a", "0", "1", "2",
        "7", "100", "99999", "none", "true", "false", "upper", "lower", "title", "join", "map", "select", "reject", "sort", "unique", "batch", "slice",
        "groupby", "dictsort", "default", "replace", "format", "indent", "wordwrap", "center", "truncate", "sum", "min", "max", "first", "last", "length",
        "list", "reverse", "tojson", "pprint", "string", "int", "float", "round", "abs", "escape", "safe", "urlize", "xmlattr", "items", "attr", "trim",
        "striptags", "wordcount", "filesizeformat", "urlencode", "forceescape", "random", "defined", "odd", "even", "mapping", "iterable", "sequence",
        "string", "number", "callable", "sameas", "in", "and", "or", "not", "is", "if", "else", "append", "extend", "pop", "get", "update", "keys",
        "values", "split", "strip", "range", "dict", "namespace", "cycler", "joiner", "zfill", "ljust", "encode", "partition", "translate", "format_map",
        "find", "count", "index", "insert", "clear", "setdefault", "ns", "total", "name", "self", "return", "recursive", "__class__",
    ];

    /// <summary>The template with this number; the same for the same seed.</summary>
    public string Create(long number)
    {
        Random random = new(unchecked((int)((number * 2654435761L) ^ (number >> 31) ^ (seed * 97531L))));
        StringBuilder text = new(seeds[random.Next(seeds.Length)]);
        bool mild = random.Next(3) > 0;
        for (int changes = random.Next(1, mild ? 5 : 7); changes > 0; changes--)
        {
            if (mild)
            {
                SwapWord(text, random);
            }
            else
            {
                Change(text, random);
            }
        }

        return text.Length > LongestTemplate ? text.ToString(0, LongestTemplate) : text.ToString();
    }

    // Puts another word in the place of one.
    static void SwapWord(StringBuilder text, Random random)
    {
        int start = random.Next(text.Length);
        for (int looked = 0; looked < text.Length && !char.IsLetterOrDigit(text[start]); looked++)
        {
            start = (start + 1) % text.Length;
        }

        int end = start;
        while (start > 0 && char.IsLetterOrDigit(text[start - 1]))
        {
            start--;
        }

        while (end < text.Length && char.IsLetterOrDigit(text[end]))
        {
            end++;
        }

        text.Remove(start, end - start).Insert(start, Words[random.Next(Words.Length)]);
    }

    void Change(StringBuilder text, Random random)
    {
        int at = random.Next(text.Length + 1);
        int length = Math.Min(random.Next(1, 1 + random.Next(1, 40)), text.Length - at);
        switch (random.Next(9))
        {
            case 0:
                text.Remove(at, length);
                break;
            case 1:
                text.Insert(at, text.ToString(at, length));
                break;
            case 2 or 3 or 4:
                text.Insert(at, Tokens[random.Next(Tokens.Length)]);
                break;
            case 5:
                text.Remove(at, length).Insert(at, Tokens[random.Next(Tokens.Length)]);
                break;
            case 6:
                string other = seeds[random.Next(seeds.Length)];
                int from = random.Next(other.Length);
                text.Insert(at, other.AsSpan(from, Math.Min(random.Next(1, 200), other.Length - from)));
                break;
            case 7:
                string token = Tokens[random.Next(Tokens.Length)];
                for (int repeats = random.Next(2, 60); repeats > 0; repeats--)
                {
                    text.Insert(at, token);
                }

                break;
            default:
                if (at < text.Length)
                {
                    text[at] = (char)random.Next(1, random.Next(2) == 0 ? 128 : 0x3000);
                }

                break;
        }
    }
}
