using System.Globalization;

namespace Gild.Adapters.Postgres;

/// <summary>Intervals in the server's default style: <c>1 year 2 mons -3 days +04:05:06.7</c>.</summary>
static class PostgresInterval
{
    const int DaysPerYear = 365;
    const int DaysPerMonth = 30;

    /// <summary>As psycopg2 makes it a timedelta: years of 365 and months of 30 days.</summary>
    internal static string ToPython(string text)
    {
        long days = 0;
        long micros = 0;
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i].Contains(':', StringComparison.Ordinal))
            {
                micros = Clock(words[i]);
            }
            else if (i + 1 < words.Length && long.TryParse(words[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
            {
                days += number * DaysOf(words[++i]);
            }
            else
            {
                return text;
            }
        }

        return HostValues.IntervalText(days, micros);
    }

    static int DaysOf(string unit) => unit[0] switch
    {
        'y' => DaysPerYear,
        'm' => DaysPerMonth,
        _ => 1,
    };

    static long Clock(string text)
    {
        bool negative = text[0] == '-';
        string[] parts = text.TrimStart('-', '+').Split(':');
        decimal seconds = decimal.Parse(parts[2], CultureInfo.InvariantCulture);
        long micros = ((long.Parse(parts[0], CultureInfo.InvariantCulture) * 3600) + (long.Parse(parts[1], CultureInfo.InvariantCulture) * 60)) * 1_000_000;
        micros += (long)(seconds * 1_000_000m);
        return negative ? -micros : micros;
    }
}
