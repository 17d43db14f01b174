using System.Globalization;
using System.Text;
using Gild.Jinja;

namespace Gild.Engine.Values;

/// <summary>Python's <c>strftime</c> and <c>strptime</c> in the C locale.</summary>
public static class TimeFormat
{
    static readonly CultureInfo Names = CultureInfo.InvariantCulture;

    /// <param name="format">Directives of the C library; unknown ones stay as they are.</param>
    /// <param name="aware">The datetime with its zone, when there is one.</param>
    public static string Format(string format, DateTime moment, DateTimeValue? aware)
    {
        StringBuilder text = new(format.Length + 16);
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            char directive = format[++i];
            bool bare = directive == '-' && i + 1 < format.Length;
            if (bare)
            {
                directive = format[++i];
            }

            string piece = Directive(directive, moment, aware);
            text.Append(bare && piece.Length > 1 && piece[0] is '0' or ' ' ? piece.TrimStart('0', ' ') is { Length: > 0 } trimmed ? trimmed : "0" : piece);
        }

        return text.ToString();
    }

    /// <summary>The zone's short name, e.g. <c>UTC</c>, <c>CET</c> where the system knows it, else its offset.</summary>
    public static string ZoneName(DateTimeValue moment)
    {
        if (moment.Zone is not { } zone)
        {
            return "";
        }

        if (zone.IsFixed || zone.Name == "UTC")
        {
            return zone.Name;
        }

        return ZoneValue.OffsetText(moment.Offset!.Value, false);
    }

    static string Directive(char directive, DateTime t, DateTimeValue? aware) => directive switch
    {
        'Y' => t.Year.ToString("D4", Names),
        'y' => (t.Year % 100).ToString("D2", Names),
        'C' => (t.Year / 100).ToString("D2", Names),
        'm' => t.Month.ToString("D2", Names),
        'd' => t.Day.ToString("D2", Names),
        'e' => t.Day.ToString(Names).PadLeft(2),
        'H' => t.Hour.ToString("D2", Names),
        'k' => t.Hour.ToString(Names).PadLeft(2),
        'I' => (((t.Hour + 11) % 12) + 1).ToString("D2", Names),
        'l' => (((t.Hour + 11) % 12) + 1).ToString(Names).PadLeft(2),
        'M' => t.Minute.ToString("D2", Names),
        'S' => t.Second.ToString("D2", Names),
        'f' => (t.Ticks % TimeSpan.TicksPerSecond / 10).ToString("D6", Names),
        'p' => t.Hour < 12 ? "AM" : "PM",
        'P' => t.Hour < 12 ? "am" : "pm",
        'a' => Names.DateTimeFormat.GetAbbreviatedDayName(t.DayOfWeek),
        'A' => Names.DateTimeFormat.GetDayName(t.DayOfWeek),
        'b' or 'h' => Names.DateTimeFormat.GetAbbreviatedMonthName(t.Month),
        'B' => Names.DateTimeFormat.GetMonthName(t.Month),
        'j' => t.DayOfYear.ToString("D3", Names),
        'u' => ((((int)t.DayOfWeek + 6) % 7) + 1).ToString(Names),
        'w' => ((int)t.DayOfWeek).ToString(Names),
        'U' => ((t.DayOfYear + 6 - (int)t.DayOfWeek) / 7).ToString("D2", Names),
        'W' => ((t.DayOfYear + 6 - (((int)t.DayOfWeek + 6) % 7)) / 7).ToString("D2", Names),
        'V' => ISOWeek.GetWeekOfYear(t).ToString("D2", Names),
        'G' => ISOWeek.GetYear(t).ToString("D4", Names),
        'g' => (ISOWeek.GetYear(t) % 100).ToString("D2", Names),
        'D' or 'x' => t.ToString("MM/dd/yy", Names),
        'F' => t.ToString("yyyy-MM-dd", Names),
        'T' or 'X' => t.ToString("HH:mm:ss", Names),
        'R' => t.ToString("HH:mm", Names),
        'r' => Format("%I:%M:%S %p", t, aware),
        'c' => Format("%a %b %e %H:%M:%S %Y", t, aware),
        's' => ((long)((aware?.Utc ?? t) - DateTime.UnixEpoch).TotalSeconds).ToString(Names),
        'n' => "\n",
        't' => "\t",
        'z' => aware?.Offset is { } offset ? ZoneValue.OffsetText(offset, false) : "",
        'Z' => aware is null ? "" : ZoneName(aware),
        '%' => "%",
        _ => "%" + directive,
    };

    /// <summary>Python's <c>datetime.strptime(text, format)</c>.</summary>
    /// <exception cref="JinjaException">ValueError when the text does not fit.</exception>
    public static DateTimeValue Parse(string text, string format) => new Reader(text, format).Read();

    ref struct Reader(string text, string format)
    {
        int _at;
        int _year = 1900;
        int _month = 1;
        int _day = 1;
        int _hour;
        int _minute;
        int _second;
        int _micros;
        int? _half;
        int? _dayOfYear;
        TimeSpan? _offset;

        public DateTimeValue Read()
        {
            for (int i = 0; i < format.Length; i++)
            {
                char c = format[i];
                if (char.IsWhiteSpace(c))
                {
                    SkipSpace();
                }
                else if (c != '%' || i + 1 == format.Length)
                {
                    Expect(c);
                }
                else
                {
                    Take(format[++i]);
                }
            }

            if (_at < text.Length)
            {
                throw JinjaException.ValueError($"unconverted data remains: {text[_at..]}");
            }

            return Made();
        }

        readonly DateTimeValue Made()
        {
            int hour = _half is { } half ? (_hour % 12) + (half * 12) : _hour;
            DateOnly date = DateTimeValue.CheckedDate(_year, _month, _day);
            if (_dayOfYear is { } day)
            {
                date = new DateOnly(_year, 1, 1).AddDays(day - 1);
            }

            DateTime local = date.ToDateTime(new TimeOnly(hour, _minute, Math.Min(_second, 59))).AddTicks(_micros * 10L);
            return new DateTimeValue(local, _offset is { } offset ? ZoneValue.Offset(offset) : null);
        }

        void Take(char directive)
        {
            switch (directive)
            {
                case 'Y': _year = Number(4, 1, 9999, 4); break;
                case 'y': _year = Number(2, 0, 99) is var y && y < 69 ? 2000 + y : 1900 + y; break;
                case 'm': _month = Number(2, 1, 12); break;
                case 'd' or 'e': SkipSpace(); _day = Number(2, 1, 31); break;
                case 'H': _hour = Number(2, 0, 23); break;
                case 'I': _hour = Number(2, 1, 12); break;
                case 'M': _minute = Number(2, 0, 59); break;
                case 'S': _second = Number(2, 0, 61); break;
                case 'j': _dayOfYear = Number(3, 1, 366); break;
                case 'f': TakeFraction(); break;
                case 'p': _half = Word(["AM", "PM"]); break;
                case 'b' or 'h': _month = Word(Names.DateTimeFormat.AbbreviatedMonthNames) + 1; break;
                case 'B': _month = Word(Names.DateTimeFormat.MonthNames) + 1; break;
                case 'a': Word(Names.DateTimeFormat.AbbreviatedDayNames); break;
                case 'A': Word(Names.DateTimeFormat.DayNames); break;
                case 'z': TakeOffset(); break;
                case 'Z': _offset = Word(["UTC", "GMT"]) >= 0 ? TimeSpan.Zero : null; break;
                case 'T': Take('H'); Expect(':'); Take('M'); Expect(':'); Take('S'); break;
                case 'F': Take('Y'); Expect('-'); Take('m'); Expect('-'); Take('d'); break;
                case 'D': Take('m'); Expect('/'); Take('d'); Expect('/'); Take('y'); break;
                case '%': Expect('%'); break;
                default: throw JinjaException.ValueError($"'{directive}' is a bad directive in format '{format}'");
            }
        }

        void TakeFraction()
        {
            int start = _at;
            while (_at < text.Length && _at - start < 6 && char.IsAsciiDigit(text[_at]))
            {
                _at++;
            }

            if (start == _at)
            {
                throw Mismatch();
            }

            _micros = int.Parse(text[start.._at].PadRight(6, '0'), Names);
        }

        void TakeOffset()
        {
            if (_at < text.Length && text[_at] == 'Z')
            {
                _at++;
                _offset = TimeSpan.Zero;
                return;
            }

            if (_at >= text.Length || text[_at] is not ('+' or '-'))
            {
                throw Mismatch();
            }

            int sign = text[_at++] == '-' ? -1 : 1;
            int hours = Number(2, 0, 23, 2);
            if (_at < text.Length && text[_at] == ':')
            {
                _at++;
            }

            _offset = sign * new TimeSpan(hours, Number(2, 0, 59, 2), 0);
        }

        int Number(int digits, int low, int high, int least = 1)
        {
            int start = _at;
            while (_at < text.Length && _at - start < digits && char.IsAsciiDigit(text[_at]))
            {
                _at++;
            }

            if (_at - start < least)
            {
                throw Mismatch();
            }

            int number = int.Parse(text.AsSpan(start, _at - start), Names);
            if (number > high && _at - start > 1)
            {
                number = int.Parse(text.AsSpan(start, --_at - start), Names);
            }

            return number >= low && number <= high ? number : throw Mismatch();
        }

        int Word(string[] words)
        {
            int best = -1;
            for (int i = 0; i < words.Length; i++)
            {
                if (words[i].Length > 0 && string.Compare(text, _at, words[i], 0, words[i].Length, StringComparison.OrdinalIgnoreCase) == 0
                    && (best < 0 || words[i].Length > words[best].Length))
                {
                    best = i;
                }
            }

            if (best < 0)
            {
                throw Mismatch();
            }

            _at += words[best].Length;
            return best;
        }

        void Expect(char c)
        {
            if (_at >= text.Length || text[_at] != c)
            {
                throw Mismatch();
            }

            _at++;
        }

        void SkipSpace()
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            {
                _at++;
            }
        }

        readonly JinjaException Mismatch() => JinjaException.ValueError($"time data '{text}' does not match format '{format}'");
    }
}
