using System.Numerics;
using System.Text;
using Gild.Jinja.Unicode;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>Python's <c>format % values</c>.</summary>
static class PyFormat
{
    /// <summary>Formats; with <paramref name="escape"/> as Markup does, which escapes what it puts in.</summary>
    /// <exception cref="JinjaException">TypeError, ValueError, KeyError, OverflowError, UndefinedError.</exception>
    public static string Percent(string format, Value values, bool escape = false) =>
        new Formatting(format, values, escape).Run();

    /// <summary><c>mapping[key]</c> with Python's errors.</summary>
    public static Value Subscript(Value mapping, string key)
    {
        if (mapping.IsUndefined)
        {
            throw ValueOps.UndefinedUse(mapping);
        }

        switch (mapping.AsObject)
        {
            case DictValue dict:
                return dict[key];
            case null or MarkupValue or ListValue or TupleValue or RangeValue or BytesValue or NamespaceValue or SetValue or IteratorValue:
                throw mapping.IsString || mapping.AsObject is MarkupValue or ListValue or TupleValue or RangeValue or BytesValue
                    ? JinjaException.TypeError($"{ValueText.TypeNameOf(mapping)} indices must be integers or slices, not str")
                    : ValueOps.NotSubscriptable(mapping);
            default:
                return mapping.AsObject.TryGetItem(Value.From(key), out Value value)
                    ? value
                    : throw JinjaException.KeyError(ValueText.ReprOf(key));
        }
    }

    ref struct Formatting
    {
        readonly string _format;
        readonly bool _escape;
        readonly Value _mapping;
        readonly bool _isMapping;
        readonly ReadOnlySpan<Value> _tuple;
        readonly StringBuilder _result;
        Value _single;
        int _index;
        int _count;
        int _at;

        public Formatting(string format, Value values, bool escape)
        {
            _format = format;
            _escape = escape;
            _result = new StringBuilder(format.Length + 16);
            _single = values;
            if (values.As<TupleValue>() is { } tuple)
            {
                _tuple = tuple.Span;
                _count = tuple.Span.Length;
            }
            else
            {
                _count = -1;
                _index = -2;
            }

            _isMapping = IsMapping(values);
            _mapping = values;
        }

        /// <summary>What can be subscripted and is neither str nor tuple counts as a mapping, whatever its keys.</summary>
        static bool IsMapping(Value values) => values.IsUndefined || values.AsObject switch
        {
            null or TupleValue or MarkupValue or SetValue or NamespaceValue or IteratorValue or BoundMethodValue or ClassValue
                or DictKeysValue or DictValuesValue or DictItemsValue or FunctionValue => false,
            ListValue or DictValue or RangeValue or BytesValue => true,
            { } other => other.Length is not null,
        };

        public string Run()
        {
            while (_at < _format.Length)
            {
                int next = _format.IndexOf('%', _at);
                if (next < 0)
                {
                    _result.Append(_format, _at, _format.Length - _at);
                    break;
                }

                _result.Append(_format, _at, next - _at);
                _at = next + 1;
                FormatOne();
                ValueOps.GuardSize(_result.Length);
            }

            bool hasRest = _index < _count && !_isMapping;
            return hasRest ? throw JinjaException.TypeError("not all arguments converted during string formatting") : _result.ToString();
        }

        Value Next()
        {
            if (_index >= _count)
            {
                throw JinjaException.TypeError("not enough arguments for format string");
            }

            _index++;
            return _count < 0 ? _single : _tuple[_index - 1];
        }

        void FormatOne()
        {
            if (Peek() == '%')
            {
                _at++;
                _result.Append('%');
                return;
            }

            PercentSpec spec = default;
            spec.Precision = -1;
            spec.Width = -1;
            if (Peek() == '(')
            {
                ReadKey();
            }

            while (spec.TakeFlag(Peek()))
            {
                _at++;
            }

            ReadSizes(ref spec);
            if (Peek() is 'h' or 'l' or 'L')
            {
                _at++;
            }

            if (_at >= _format.Length)
            {
                throw JinjaException.ValueError("incomplete format");
            }

            int type = CodePoints.At(_format, _at, out int width);
            int place = _at;
            _at += width;
            Value value = Next();
            if (type >= 128 || !"diuoxXeEfFgGcrsa".Contains((char)type))
            {
                throw JinjaException.ValueError(
                    $"unsupported format character '{CodePoints.ToText(type)}' (0x{type:x}) at index {CodePoints.IndexOf(_format, place)}");
            }

            spec.Type = (char)type;
            spec.Append(_result, value, _escape);
        }

        readonly char Peek() => _at < _format.Length ? _format[_at] : '\0';

        void ReadKey()
        {
            if (!_isMapping)
            {
                throw JinjaException.TypeError("format requires a mapping");
            }

            int start = ++_at;
            int open = 1;
            while (_at < _format.Length && open > 0)
            {
                open += _format[_at] == '(' ? 1 : _format[_at] == ')' ? -1 : 0;
                _at++;
            }

            if (open > 0 || _at >= _format.Length + 1)
            {
                throw JinjaException.ValueError("incomplete format key");
            }

            _single = Subscript(_mapping, _format[start..(_at - 1)]);
            _count = -1;
            _index = -2;
        }

        void ReadSizes(ref PercentSpec spec)
        {
            if (Peek() == '*')
            {
                _at++;
                long width = Binding.Size(Star());
                spec.IsLeft |= width < 0;
                spec.Width = width == long.MinValue ? 0 : Math.Abs(width);
            }
            else
            {
                spec.Width = Number("width too big");
            }

            if (Peek() != '.')
            {
                return;
            }

            _at++;
            if (Peek() == '*')
            {
                _at++;
                BigInteger precision = ValueOps.Integer(Star());
                bool fits = precision >= int.MinValue && precision <= int.MaxValue;
                spec.Precision = fits ? (int)BigInteger.Max(0, precision) : throw JinjaException.Overflow("Python int too large to convert to C int");
                ValueOps.GuardSize(spec.Precision);
            }
            else
            {
                spec.Precision = Math.Max(0, Number("precision too big"));
            }
        }

        Value Star()
        {
            Value value = Next();
            return value.TryGetInteger(out _) && !_escape ? value : throw JinjaException.TypeError("* wants int");
        }

        int Number(string tooBig)
        {
            int start = _at;
            long number = 0;
            while (char.IsAsciiDigit(Peek()))
            {
                number = (number * 10) + (_format[_at++] - '0');
                if (number > int.MaxValue)
                {
                    throw JinjaException.ValueError(tooBig);
                }
            }

            ValueOps.GuardSize(number);
            return _at == start ? -1 : (int)number;
        }
    }
}
