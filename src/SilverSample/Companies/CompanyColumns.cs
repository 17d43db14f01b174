using SilverSample.Parquet;
using SilverSample.Values;
using static SilverSample.Parquet.ColumnType;

namespace SilverSample.Companies;

/// <summary>The columns of linkedin_companies (silver-schema.md section 2) and how a snapshot fills them.</summary>
sealed class CompanyColumns(Draws draws)
{
    static readonly PerMille s_size = new(
        "51-200 employees 210; 1,001-5,000 employees 172; 201-500 employees 143; 10,001+ employees 131; "
        + "11-50 employees 118; 501-1,000 employees 104; 2-10 employees 60; 5,001-10,000 employees 51; 1 employee 6; "
        + "NULL 5",
        "; ");

    static readonly PerMille s_organization = new(
        "Privately Held 675, Public Company 220, Partnership 38, Self-Owned 19, Nonprofit 16, Government Agency 11, "
        + "Educational 8, Self-Employed 8, NULL 5");

    static readonly Utf8[] s_industries = Utf8.Split(
        "Software Development; IT Services and IT Consulting; Financial Services; Staffing and Recruiting; Hospitals and "
        + "Health Care; Business Consulting and Services; Retail; Insurance; Banking; Telecommunications; Information "
        + "Services; Computer and Network Security; Advertising Services; Manufacturing; Pharmaceutical Manufacturing; "
        + "Biotechnology Research; Higher Education; Government Administration; Non-profit Organizations; Motor Vehicle "
        + "Manufacturing; Oil and Gas; Utilities; Renewable Energy; Real Estate; Construction; Hospitality; Food and "
        + "Beverage Services; Airlines and Aviation; Defense and Space Manufacturing; Semiconductor Manufacturing; Media "
        + "Production; Entertainment Providers; Computer Games; Gambling Facilities and Casinos; E-Learning Providers; "
        + "Market Research; Data Infrastructure and Analytics; Human Resources Services",
        ';');

    static readonly Utf8[] s_industriesWithComma =
        Utf8.All("Technology, Information and Internet", "Transportation, Logistics, Supply Chain and Storage");

    /// <summary>Head offices: city, region, country, and the plain city for the third spelling.</summary>
    static readonly (Utf8[] Spellings, string Country)[] s_offices =
    [
        (Utf8.All("New York, NY", "New York, New York", "New York"), "US"),
        (Utf8.All("San Francisco, CA", "San Francisco, California", "San Francisco"), "US"),
        (Utf8.All("Austin, TX", "Austin, Texas", "Austin"), "US"),
        (Utf8.All("Chicago, IL", "Chicago, Illinois", "Chicago"), "US"),
        (Utf8.All("Boston, MA", "Boston, Massachusetts", "Boston"), "US"),
        (Utf8.All("London, England", "London, Greater London", "London"), "GB"),
        (Utf8.All("Berlin, BE", "Berlin, Berlin", "Berlin"), "DE"),
        (Utf8.All("São Paulo, SP", "São Paulo, São Paulo", "São Paulo"), "BR"),
        (Utf8.All("Bengaluru, KA", "Bengaluru, Karnataka", "Bengaluru"), "IN"),
        (Utf8.All("Toronto, ON", "Toronto, Ontario", "Toronto"), "CA"),
        (Utf8.All("Paris, IDF", "Paris, Île-de-France", "Paris"), "FR"),
        (Utf8.All("Madrid, MD", "Madrid, Community of Madrid", "Madrid"), "ES"),
        (Utf8.All("Sydney, NSW", "Sydney, New South Wales", "Sydney"), "AU"),
        (Utf8.All("Zagreb, HR", "Zagreb, Zagreb", "Zagreb"), "HR"),
    ];

    static readonly Utf8[] s_otherCountries = Utf8.Split("IN,GB,CA,DE,SG,BR,MX,PL,AU,NL,IE,JP,ES,FR,PH,ZA", ',');

    static readonly Utf8[] s_specialties = Utf8.Split(
        "data engineering, cloud migration, consultoria de dados, machine learning, Datenplattformen, analytics, "
        + "business intelligence, ingeniería de datos, payments, supply chain, customer experience, cybersecurity",
        ',');

    static readonly Utf8[] s_rounds = Utf8.Split(
        "Post IPO debt, Private equity, Series unknown, Series A, Series B, Series C, Series D, Series E, Series F, "
        + "Series G, Series H, Seed, Pre seed, Angel, Grant, Debt financing, Corporate round, Convertible note, "
        + "Equity crowdfunding, Secondary market, Initial coin offering, Non equity assistance, Post IPO equity, "
        + "Post IPO secondary, Product crowdfunding, Undisclosed, Funding round",
        ',');

    /// <summary>The sizes in order, without NULL.</summary>
    static readonly Utf8[] s_sizeSteps = Utf8.Split(
        "1 employee; 2-10 employees; 11-50 employees; 51-200 employees; 201-500 employees; 501-1,000 employees; "
        + "1,001-5,000 employees; 5,001-10,000 employees; 10,001+ employees",
        ';');

    /// <summary>Builds the columns in the order of the contract.</summary>
    public SampleColumn<CompanySnapshot>[] Build() =>
    [
        new("company_id", Text, (s, c) => Number(s, c, ""u8, CompanyDirectory.Id(s.Company), ""u8)),
        new("linkedin_id", Text, (s, c) => Slug(s, c, ""u8, ""u8)),
        new("name", Text, Name),
        new("slogan", Text, (s, c) => Known(s, c, 790, 40, Sentence(s, 21))),
        new("website", Text, (s, c) => Slug(s, c, "https://www."u8, ".example"u8)),
        new("linkedin_url", Text, (s, c) => Slug(s, c, "https://linkedin.example/company/"u8, ""u8)),
        new("headquarters", Text, Headquarters),
        new("country_code", Text, (s, c) => Countries(s, c, false)),
        new("website_domain", Text, (s, c) => Slug(s, c, ""u8, ".example"u8)),
        new("about", Text, (s, c) => Known(s, c, 980, 41, Sentence(s, 22))),
        new("industries", Text, (s, c) => Known(s, c, 997, 42, Industry(s.Company))),
        new("specialties", Text, Specialties),
        new("organization_type", Text, (s, c) => Known(s, c, 1000, 43, s_organization[Draws.Slot(Math.Max(0, s.Company), 44)])),
        new("company_size", Text, (s, c) => Known(s, c, 1000, 43, SizeOf(s))),
        new("founded_year", Integer, (s, c) => c.Integer(Holds(s, 717, 45) ? 1900 + draws.Pick(24, s.Company, 126) : null)),
        new("followers", Long, (s, c) => c.Long(s.Company < 0 ? null : Followers(s))),
        new("employees_on_linkedin", Integer, (s, c) => c.Integer(s.Company < 0 ? null : Employees(s))),
        new("locations_json", Text, (s, c) => Countries(s, c, true)),
        new("formatted_locations_json", Text, (s, c) => Countries(s, c, true)),
        new("country_codes_json", Text, (s, c) => Countries(s, c, true)),
        new("logo_url", Text, (s, c) => Number(s, c, "https://media.example/logo/"u8, s.Day, "?e=expires"u8)),
        new("cover_image_url", Text, (s, c) => Number(s, c, "https://media.example/cover/"u8, s.Day, "?e=expires"u8)),
        new("funding_last_round_date", Date, (s, c) => c.Date(IsFunded(s) ? Clock.DayOf(2012, 1, 1) + draws.Pick(25, s.Company, 4700) : null)),
        new("funding_last_round_type", Text, (s, c) => c.Text(IsFunded(s) ? s_rounds[Skewed(26, s.Company, s_rounds.Length)] : null)),
        new("funding_rounds_count", Integer, (s, c) => c.Integer(IsFunded(s) ? draws.Pick(27, s.Company, 12) : null)),
        new("funding_last_round_amount", Text, Amount),
        new("crunchbase_url", Text, Crunchbase),
        new("employees_json", Text, (_, c) => c.Null()),
        new("similar_companies_json", Text, (s, c) => Fixed(s, c, "[]"u8)),
        new("affiliated_pages_json", Text, (s, c) => Fixed(s, c, "[]"u8)),
        new("updates_json", Text, (s, c) => Fixed(s, c, "[]"u8)),
        new("employees_featured_count", Integer, (s, c) => c.Integer(draws.Pick(28, s.Company, 5))),
        new("similar_companies_count", Integer, (s, c) => c.Integer(draws.Pick(29, s.Company, 11))),
        new("affiliated_pages_count", Integer, (s, c) => c.Integer(draws.Pick(50, s.Company, 6))),
        new("updates_count", Integer, (s, c) => c.Integer(draws.Pick(51, s.Company, 20))),
        new("has_funding_info", Flag, (s, c) => c.Flag(IsFunded(s))),
        new("latest_update_date", Timestamp, (s, c) => c.Timestamp(s.Company < 0 ? null : (s.Day * Clock.Day) - (draws.Pick(52, s.Company, 400) * Clock.Hour))),
        new("snapshot_date", Date, (s, c) => c.Date(s.Day)),
        new("scraped_at", Timestamp, (s, c) => c.Timestamp(s.ProcessedAt - (20 * Clock.Minute))),
        new("source_url", Text, (s, c) => Slug(s, c, "https://linkedin.example/company/"u8, "/about"u8)),
        new("processed_at", Timestamp, (s, c) => c.Timestamp(s.ProcessedAt)),
    ];

    void Name(CompanySnapshot snapshot, Cell cell)
    {
        if (snapshot.Company < 0)
        {
            cell.Null();
            return;
        }

        var line = new Utf8Line(stackalloc byte[128]);
        CompanyDirectory.AddBaseName(ref line, snapshot.Company);
        if (snapshot.IsMoved)
        {
            line.Add(CompanyDirectory.RenamedSuffix);
        }

        cell.Text(line.Written);
    }

    void Headquarters(CompanySnapshot snapshot, Cell cell)
    {
        if (!Holds(snapshot, 952, 46))
        {
            cell.Null();
            return;
        }

        var office = s_offices[Office(snapshot)];
        cell.Text(office.Spellings[draws.Pick(53, snapshot.Company, 3)]);
    }

    /// <summary>
    /// A moved company has its office in another city. A company without a head office keeps none, which is why the
    /// name changes as well.
    /// </summary>
    int Office(CompanySnapshot snapshot) =>
        (Skewed(54, snapshot.Company, s_offices.Length) + (snapshot.IsMoved ? 1 : 0)) % s_offices.Length;

    void Countries(CompanySnapshot snapshot, Cell cell, bool isJson)
    {
        if (!Holds(snapshot, 956, 47))
        {
            cell.Null();
            return;
        }

        // The list follows the company, not its head office: it must not turn a followers-only snapshot into a version.
        var home = s_offices[Office(snapshot with { IsMoved = false })].Country;
        var line = new Utf8Line(stackalloc byte[128]);
        line.Add(isJson ? "[\""u8 : ""u8);
        line.Add(System.Text.Encoding.UTF8.GetBytes(home));
        var others = Draws.Slot(snapshot.Company, 48) < 370 ? draws.Between(55, snapshot.Company, 1, 5) : 0;
        for (var n = 0; n < others; n++)
        {
            line.Add(isJson ? "\",\""u8 : ","u8);
            line.Add(s_otherCountries[(draws.Pick(56, snapshot.Company, 16) + n) % s_otherCountries.Length].Bytes);
        }

        line.Add(isJson ? "\"]"u8 : ""u8);
        cell.Text(line.Written);
    }

    void Specialties(CompanySnapshot snapshot, Cell cell)
    {
        if (!Holds(snapshot, 770, 49))
        {
            cell.Null();
            return;
        }

        var line = new Utf8Line(stackalloc byte[256]);
        var count = draws.Between(57, snapshot.Company, 1, 5);
        for (var n = 0; n < count; n++)
        {
            line.Add(n == 0 ? ""u8 : ", "u8);
            line.Add(s_specialties[(draws.Pick(58, snapshot.Company, 12) + (n * 5)) % s_specialties.Length].Bytes);
        }

        cell.Text(line.Written);
    }

    void Amount(CompanySnapshot snapshot, Cell cell)
    {
        if (!IsFunded(snapshot) || draws.Pick(59, snapshot.Company, 1000) >= 717)
        {
            cell.Null();
            return;
        }

        var line = new Utf8Line(stackalloc byte[32]);
        line.Add("US$ "u8);
        line.Add(1 + draws.Pick(60, snapshot.Company, 400));
        line.Add("."u8);
        line.Add(draws.Pick(61, snapshot.Company, 10));
        line.Add("M"u8);
        cell.Text(line.Written);
    }

    void Crunchbase(CompanySnapshot snapshot, Cell cell)
    {
        if (IsFunded(snapshot))
        {
            Slug(snapshot, cell, "https://crunchbase.example/organization/"u8, ""u8);
        }
        else
        {
            cell.Null();
        }
    }

    /// <summary>company_size: the company's own, or moved along the ladder. A moved size is never NULL.</summary>
    static Utf8? SizeOf(CompanySnapshot snapshot)
    {
        var own = s_size[Draws.Slot(Math.Max(0, snapshot.Company), 43)];
        if (snapshot.SizeStep == 0)
        {
            return own;
        }

        var place = own is null ? 0 : Array.FindIndex(s_sizeSteps, s => s.Text == own.Text);
        return s_sizeSteps[(place + snapshot.SizeStep) % s_sizeSteps.Length];
    }

    /// <summary>Log-uniform between 10 and 5,000,000; every later snapshot has some more.</summary>
    long Followers(CompanySnapshot snapshot)
    {
        var floor = 10L << draws.Pick(30, snapshot.Company, 19);
        var first = Math.Min(5_000_000, floor + (long)(Draws.Hash(draws.Seed, 31, (ulong)snapshot.Company) % (ulong)floor));
        return first + (snapshot.Sequence * (1 + (first / 50)));
    }

    int Employees(CompanySnapshot snapshot)
    {
        var first = draws.Pick(32, snapshot.Company, 50) == 0 ? 0 : 1 << draws.Pick(33, snapshot.Company, 18);
        return first + (snapshot.Sequence * (1 + (first / 40)));
    }

    Utf8 Industry(int company)
    {
        var place = Draws.Slot(Math.Max(0, company), 50);
        return place < 50
            ? s_industriesWithComma[place % s_industriesWithComma.Length]
            : s_industries[draws.Pick(34, company, s_industries.Length)];
    }

    Utf8 Sentence(CompanySnapshot snapshot, int stream) =>
        SentencePool.At(Draws.Hash(draws.Seed, (ulong)stream, (ulong)snapshot.Company));

    int Skewed(int stream, int company, int count)
    {
        var x = (long)draws.Pick(stream, company, 10_000);
        return (int)(count * x * x / 100_000_000);
    }

    static bool IsFunded(CompanySnapshot snapshot) => Holds(snapshot, 265, 51);

    static bool Holds(CompanySnapshot snapshot, int rate, int rule) =>
        snapshot.Company >= 0 && Draws.Slot(snapshot.Company, rule) < rate;

    static void Known(CompanySnapshot snapshot, Cell cell, int rate, int rule, Utf8? value) =>
        cell.Text(Holds(snapshot, rate, rule) ? value : null);

    static void Fixed(CompanySnapshot snapshot, Cell cell, ReadOnlySpan<byte> text)
    {
        if (snapshot.Company < 0)
        {
            cell.Null();
        }
        else
        {
            cell.Text(text);
        }
    }

    static void Number(CompanySnapshot snapshot, Cell cell, ReadOnlySpan<byte> before, long number, ReadOnlySpan<byte> after)
    {
        if (snapshot.Company < 0)
        {
            cell.Null();
            return;
        }

        var line = new Utf8Line(stackalloc byte[96]);
        line.Add(before);
        line.Add(number);
        line.Add(after);
        cell.Text(line.Written);
    }

    static void Slug(CompanySnapshot snapshot, Cell cell, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        if (snapshot.Company < 0)
        {
            cell.Null();
            return;
        }

        var name = new Utf8Line(stackalloc byte[96]);
        CompanyDirectory.AddBaseName(ref name, snapshot.Company);
        var line = new Utf8Line(stackalloc byte[192]);
        line.Add(before);
        line.AddSlug(name.Written.TrimEnd((byte)'.'));
        line.Add(after);
        cell.Text(line.Written);
    }
}
