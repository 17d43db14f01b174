using SilverSample.Values;

namespace SilverSample.Linkedin;

/// <summary>Facts of a posting that do not depend on the scrape (sample-data.md section 2), by posting index.</summary>
sealed class Postings(SampleSize size, Draws draws)
{
    const long FirstId = 9_000_000_001;
    const int SalaryRate = 290;

    static readonly PerMille s_seniority = new(
        "Mid-Senior level 600, Not Applicable 120, Associate 85, Entry level 85, Internship 50, Director 40, "
        + "Executive 10, NULL 5, Senior level 5");

    static readonly PerMille s_employment = new(
        "Full-time 800, Contract 120, Internship 45, Part-time 15, Temporary 6, Volunteer 2, Other 2, NULL 5, Per diem 5");

    static readonly PerMille s_currency = new("$ 760, € 80, £ 70, CA$ 35, ₹ 20, A$ 15, R$ 10, ₿ 10");

    static readonly PerMille s_period = new("yr 870, hr 90, mo 30, fortnight 10");

    /// <summary>Number of the job_posting_id.</summary>
    public static long Id(long posting) => FirstId + posting;

    /// <summary>Slot of the first scrape.</summary>
    public int FirstSlot(long posting) => posting < size.Postings
        ? draws.Pick(3, posting, size.Partitions - 3)
        : size.Partitions + draws.Pick(3, posting, SampleSize.Day2Hours.Length);

    /// <summary>How often the posting is scraped on day 1.</summary>
    public static int ScrapeCount(long posting) => Draws.Slot(posting, 2) switch
    {
        < 80 => 2,
        < 100 => 4,
        _ => 1,
    };

    /// <summary>Time of the scrape in a slot, in microseconds.</summary>
    public long ScrapedAt(long posting, int slot) => size.SlotStart(slot)
        + (draws.Pick(4, posting, 3600) * Clock.Second) + (draws.Pick(5, posting, 1000) * (Clock.Second / 1000));

    /// <summary>Delay between scrape and arrival in Silver, in microseconds.</summary>
    public long IngestionDelay(long posting) => (5 * Clock.Minute) + (draws.Pick(6, posting, 600) * Clock.Second);

    /// <summary>job_posted_datetime in microseconds, before the first scrape; NULL for the last 5 of 1,000.</summary>
    public long? PostedAt(long posting, int firstSlot)
    {
        if (Draws.Slot(posting, 15) >= 995)
        {
            return null;
        }

        var minutes = Draws.Slot(posting, 3) switch
        {
            < 850 => draws.Between(10, posting, 1, 60),
            < 950 => draws.Between(10, posting, 60, 24 * 60),
            < 990 => draws.Between(10, posting, 24 * 60, 7 * 24 * 60),
            _ => draws.Between(10, posting, 8 * 24 * 60, 60 * 24 * 60),
        };
        return ScrapedAt(posting, firstSlot) - (minutes * Clock.Minute);
    }

    /// <summary>Index of the company, or NULL for a confidential one.</summary>
    public int? Company(long posting)
    {
        if (posting < size.Companies)
        {
            return (int)posting;
        }

        if (Draws.Slot(posting, 4) < 5)
        {
            return null;
        }

        var x = (long)draws.Pick(7, posting, 10_000);
        return (int)(size.Companies * x * x / 100_000_000);
    }

    /// <summary>job_seniority_level.</summary>
    public static Utf8? Seniority(long posting) => s_seniority[Draws.Slot(posting, 5)];

    /// <summary>job_employment_type.</summary>
    public static Utf8? Employment(long posting) => s_employment[Draws.Slot(posting, 6)];

    /// <summary>application_availability at the first scrape.</summary>
    public static bool? Availability(long posting) => Draws.Slot(posting, 12) switch
    {
        < 900 => true,
        < 980 => false,
        _ => null,
    };

    /// <summary>job_num_applicants at scrape <paramref name="number"/>; a back-filled scrape saw the fewest.</summary>
    public int? Applicants(long posting, int number)
    {
        int? first = Draws.Slot(posting, 13) switch
        {
            < 710 => 25,
            < 790 => 200,
            < 985 => 26 + draws.Pick(8, posting, 174),
            _ => null,
        };
        return number < 0
            ? first is null ? null : 25
            : first is { } known ? Math.Min(200, known + (number * (20 + draws.Pick(9, posting, 60)))) : null;
    }

    /// <summary>The displayed salary, or NULL where none is shown.</summary>
    public Salary? SalaryOf(long posting)
    {
        if (!HasSalary(posting))
        {
            return null;
        }

        // The rates of the salary columns hold among the postings that have one. The stride keeps the 580 of size S
        // from missing a rare currency.
        const int Stride = 219;
        var (block, place) = Math.DivRem(Draws.Rank(posting, 8, SalaryRate), 1000);
        var rank = (block * 1000) + (place * Stride % 1000);
        var currency = s_currency[Draws.Slot(rank, 9)]!;
        var period = s_period[Draws.Slot(rank, 10)]!;
        var amounts = Draws.Slot(rank, 11);
        var min = (double)BaseAmount(posting, period.Text) * (currency.Text == "₹" ? 60 : 1);
        if (amounts is >= 15 and < 30 && period.Text == "yr")
        {
            min = 63;
        }

        var max = Math.Round(min * draws.Between(12, posting, 110, 160) / 100);
        return amounts switch
        {
            < 15 => new Salary(max, min, currency, period),
            >= 30 and < 50 => new Salary(min, null, currency, period),
            >= 50 and < 60 => new Salary(null, max, currency, period),
            _ => new Salary(min, max, currency, period),
        };
    }

    /// <summary>True when a salary is displayed.</summary>
    public static bool HasSalary(long posting) => Draws.Slot(posting, 8) < SalaryRate;

    int BaseAmount(long posting, string period) => period switch
    {
        "hr" => draws.Between(11, posting, 25, 120),
        "mo" => draws.Between(11, posting, 2_000, 15_000),
        "fortnight" => draws.Between(11, posting, 1_500, 7_000),
        _ => 60_000 + (500 * draws.Pick(11, posting, 321)),
    };
}

/// <summary>A displayed salary; one of the bounds may be missing.</summary>
sealed record Salary(double? Min, double? Max, Utf8 Currency, Utf8 Period);
