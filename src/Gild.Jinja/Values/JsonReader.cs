using System.Globalization;
using System.Numerics;
using System.Text;

namespace Gild.Jinja.Values;

/// <summary>
/// Reads JSON as Python's <c>json.loads</c> does: integers of any size, floats only with point or exponent, NaN and
/// Infinity, the order of keys kept and the last of equal keys winning.
/// </summary>
public sealed class JsonReader
{
    const int MaxDepth = 900;

    readonly string _text;
    int _at;
    int _depth;

    JsonReader(string text) => _text = text;

    /// <exception cref="JinjaException">ValueError with line and column, RecursionError.</exception>
    public static Value Read(string text)
    {
        JsonReader reader = new(text);
        reader.SkipSpace();
        Value value = reader.ReadValue();
        reader.SkipSpace();
        return reader._at == text.Length ? value : throw reader.Error("Extra data", reader._at);
    }

    Value ReadValue()
    {
        if (_at >= _text.Length)
        {
            throw Error("Expecting value", _at);
        }

        char c = _text[_at];
        switch (c)
        {
            case '"':
                _at++;
                return Value.From(ReadString());
            case '{':
                return Nested(ReadDict);
            case '[':
                return Nested(ReadList);
        }

        return TryTake("null") ? Value.None
            : TryTake("true") ? Value.True
            : TryTake("false") ? Value.False
            : TryTake("NaN") ? Value.From(double.NaN)
            : TryTake("Infinity") ? Value.From(double.PositiveInfinity)
            : TryTake("-Infinity") ? Value.From(double.NegativeInfinity)
            : ReadNumber();
    }

    Value Nested(Func<Value> read)
    {
        if (++_depth > MaxDepth)
        {
            throw JinjaException.Recursion("maximum recursion depth exceeded while decoding a JSON document");
        }

        _at++;
        Value value = read();
        _depth--;
        return value;
    }

    Value ReadList()
    {
        ListValue list = new();
        SkipSpace();
        if (TryTake("]"))
        {
            return list;
        }

        while (true)
        {
            list.Elements.Add(ReadValue());
            SkipSpace();
            if (TryTake("]"))
            {
                return list;
            }

            Require(",", "Expecting ',' delimiter");
            SkipSpace();
        }
    }

    Value ReadDict()
    {
        DictValue dict = new();
        SkipSpace();
        if (TryTake("}"))
        {
            return dict;
        }

        while (true)
        {
            Require("\"", "Expecting property name enclosed in double quotes");
            string key = ReadString();
            SkipSpace();
            Require(":", "Expecting ':' delimiter");
            SkipSpace();
            dict[key] = ReadValue();
            SkipSpace();
            if (TryTake("}"))
            {
                return dict;
            }

            Require(",", "Expecting ',' delimiter");
            SkipSpace();
        }
    }

    string ReadString()
    {
        int start = _at;
        StringBuilder? text = null;
        while (true)
        {
            int run = _text.AsSpan(_at).IndexOfAny('"', '\\');
            ReadOnlySpan<char> plain = run < 0 ? _text.AsSpan(_at) : _text.AsSpan(_at, run);
            int control = plain.IndexOfAnyInRange('\0', '\x1f');
            if (control >= 0)
            {
                throw Error("Invalid control character at", _at + control);
            }

            if (run < 0)
            {
                throw Error("Unterminated string starting at", start - 1);
            }

            _at += run + 1;
            if (_text[_at - 1] == '"')
            {
                return text is null ? plain.ToString() : text.Append(plain).ToString();
            }

            text = (text ?? new StringBuilder()).Append(plain).Append(ReadEscape(start));
        }
    }

    char ReadEscape(int start)
    {
        if (_at >= _text.Length)
        {
            throw Error("Unterminated string starting at", start - 1);
        }

        char c = _text[_at++];
        switch (c)
        {
            case '"' or '\\' or '/':
                return c;
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'u' when _at + 4 <= _text.Length && ushort.TryParse(
                _text.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort unit):
                _at += 4;
                return (char)unit;
            case 'u':
                throw Error("Invalid \\uXXXX escape", _at);
            default:
                throw Error("Invalid \\escape", _at - 2);
        }
    }

    Value ReadNumber()
    {
        int start = _at;
        int at = _at;
        at += at < _text.Length && _text[at] == '-' ? 1 : 0;
        int whole = at;
        at = SkipDigits(at);
        if (at > whole + 1 && _text[whole] == '0')
        {
            at = whole + 1;
        }

        if (at == whole)
        {
            throw Error("Expecting value", start);
        }

        int end = at;
        if (end < _text.Length && _text[end] == '.' && SkipDigits(end + 1) > end + 1)
        {
            end = SkipDigits(end + 1);
        }

        if (end < _text.Length && (_text[end] is 'e' or 'E'))
        {
            int exponent = end + 1;
            exponent += exponent < _text.Length && (_text[exponent] is '+' or '-') ? 1 : 0;
            end = SkipDigits(exponent) > exponent ? SkipDigits(exponent) : end;
        }

        _at = end;
        ReadOnlySpan<char> number = _text.AsSpan(start, end - start);
        if (end > at)
        {
            return Value.From(double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture));
        }

        if (number.Length > ValueText.MaxIntegerDigits)
        {
            throw JinjaException.ValueError(
                $"Exceeds the limit ({ValueText.MaxIntegerDigits} digits) for integer string conversion");
        }

        return long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long small)
            ? Value.From(small)
            : Value.From(BigInteger.Parse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
    }

    int SkipDigits(int at)
    {
        while (at < _text.Length && char.IsAsciiDigit(_text[at]))
        {
            at++;
        }

        return at;
    }

    void SkipSpace()
    {
        while (_at < _text.Length && (_text[_at] is ' ' or '\t' or '\n' or '\r'))
        {
            _at++;
        }
    }

    bool TryTake(string expected)
    {
        if (string.CompareOrdinal(_text, _at, expected, 0, expected.Length) != 0)
        {
            return false;
        }

        _at += expected.Length;
        return true;
    }

    void Require(string expected, string message)
    {
        if (!TryTake(expected))
        {
            throw Error(message, _at);
        }
    }

    JinjaException Error(string message, int at)
    {
        ReadOnlySpan<char> before = _text.AsSpan(0, Math.Min(at, _text.Length));
        int line = before.Count('\n') + 1;
        int column = at - before.LastIndexOf('\n');
        return JinjaException.ValueError($"{message}: line {line} column {column} (char {at})");
    }
}
