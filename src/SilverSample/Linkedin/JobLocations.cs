using SilverSample.Values;
using SilverSample.Vocabularies;

namespace SilverSample.Linkedin;

/// <summary>job_location and country_code of a posting, in the forms of silver-schema.md (sample-data.md, rule r7).</summary>
static class JobLocations
{
    const int CityAndState = 330, StateAndCountry = 390, UnitedStates = 495, CityRegionCountry = 875, AreaAndCountry = 920,
        CountryOnly = 955, Alias = 985, TrailingBlank = 990, Missing = 995;

    /// <summary>The location day 2 brings for the first time.</summary>
    public static readonly Utf8 New = "Nairobi, Nairobi County, Kenya";

    static readonly Utf8 s_unitedStates = "United States";
    static readonly Utf8 s_unparsable = "Remote - Earth";

    /// <summary>The eight cities that take half of the "City, ST" postings, so that small groups reach five salaries.</summary>
    static readonly Utf8[] s_hotCities = Utf8.Split(
        "New York, NY; San Francisco, CA; Austin, TX; Seattle, WA; Chicago, IL; Boston, MA; Atlanta, GA; Dallas, TX", ';');

    static readonly Utf8[] s_otherCities = Utf8.Split(
        """
        Fairfax County, VA; St Louis, MO; Denver, CO; Phoenix, AZ; Charlotte, NC; Raleigh, NC; Nashville, TN; Tampa, FL;
        Miami, FL; Orlando, FL; Houston, TX; San Antonio, TX; Portland, OR; Salt Lake City, UT; Minneapolis, MN;
        Milwaukee, WI; Detroit, MI; Columbus, OH; Cleveland, OH; Pittsburgh, PA; Philadelphia, PA; Baltimore, MD;
        Washington, DC; Richmond, VA; Jersey City, NJ; Hartford, CT; Providence, RI; Manchester, NH; Burlington, VT;
        Portland, ME; Wilmington, DE; Louisville, KY; Indianapolis, IN; Des Moines, IA; Omaha, NE; Kansas City, MO;
        Wichita, KS; Oklahoma City, OK; Tulsa, OK; Little Rock, AR; New Orleans, LA; Jackson, MS; Birmingham, AL;
        Charleston, SC; Albuquerque, NM; Las Vegas, NV; Boise, ID; Billings, MT; Cheyenne, WY; Fargo, ND;
        Sioux Falls, SD; Anchorage, AK; Honolulu, HI; Charleston, WV; San Jose, CA; Los Angeles, CA; San Diego, CA
        """,
        ';');

    /// <summary>"City, Region, Country" of 20 countries.</summary>
    static readonly Utf8[] s_foreignCities = Utf8.Split(
        """
        São Paulo, São Paulo, Brazil; Curitiba, Paraná, Brazil; Belo Horizonte, Minas Gerais, Brazil;
        Bengaluru, Karnataka, India; Hyderabad, Telangana, India; Pune, Maharashtra, India; Chennai, Tamil Nadu, India;
        Toronto, Ontario, Canada; Vancouver, British Columbia, Canada; Montreal, Quebec, Canada;
        London, England, United Kingdom; Manchester, England, United Kingdom; Edinburgh, Scotland, United Kingdom;
        Berlin, Berlin, Germany; Munich, Bavaria, Germany; Paris, Île-de-France, France;
        Le Plessis-Robinson, Île-de-France, France; Lyon, Auvergne-Rhône-Alpes, France;
        Madrid, Community of Madrid, Spain; Barcelona, Catalonia, Spain; Lisbon, Lisbon, Portugal;
        Warsaw, Mazowieckie, Poland; Kraków, Małopolskie, Poland; Bucharest, Bucharest, Romania;
        Zagreb, Zagreb, Croatia; Brussels, Brussels Region, Belgium; Amsterdam, North Holland, Netherlands;
        Dublin, County Dublin, Ireland; Sydney, New South Wales, Australia; Melbourne, Victoria, Australia;
        Mexico City, Mexico City, Mexico; Guadalajara, Jalisco, Mexico; Buenos Aires, Buenos Aires Province, Argentina;
        Bogotá, Capital District, Colombia; Santiago, Santiago Metropolitan Region, Chile;
        Tel Aviv, Tel Aviv District, Israel; Cape Town, Western Cape, South Africa; Makati, National Capital Region, Philippines
        """,
        ';');

    static readonly Utf8[] s_areas = Utf8.Split(
        """
        London Area, United Kingdom; Scotland, United Kingdom; San Jose, Costa Rica; Porto, Portugal;
        Greater Leeds Area, United Kingdom; Wales, United Kingdom; Singapore, Singapore; Lagos, Nigeria; Dubai, United Arab Emirates
        """,
        ';');

    static readonly Utf8[] s_countries = Utf8.Split(
        "Brazil, Belgium, India, Romania, Germany, Canada, Mexico, Poland, Japan, Egypt, Türkiye, New Zealand", ',');

    /// <summary>One-part locations that Gold looks up.</summary>
    public static readonly Utf8[] Aliases = Utf8.Split(
        """
        New York City Metropolitan Area; Greater Houston; Greater Boston; Greater Chicago Area; Greater Seattle Area;
        Greater Philadelphia; San Francisco Bay Area; Los Angeles Metropolitan Area; Dallas-Fort Worth Metroplex;
        Atlanta Metropolitan Area; Washington DC-Baltimore Area; Greater Toronto Area, Canada; Greater Buenos Aires;
        Greater Porto Alegre; Greater São Paulo Area; Ho Chi Minh City Metropolitan Area; Greater Bengaluru Area;
        Greater Delhi Area; Mumbai Metropolitan Region; Greater London; Greater Paris Metropolitan Region;
        Berlin Metropolitan Area; Greater Madrid Metropolitan Area; Latin America; European Union; EMEA; APAC; North America
        """,
        ';');

    static readonly Utf8[] s_states = [.. Places.States.Select(s => new Utf8(s.Name + ", United States"))];
    static readonly Utf8[] s_citiesWithBlank = [.. s_hotCities.Select(c => new Utf8(c.Text + " "))];
    static readonly Utf8[] s_foreignWithBlank = [.. s_foreignCities.Select(c => new Utf8(c.Text + " "))];

    /// <summary>job_location, NULL for 5 of 1,000.</summary>
    public static Utf8? Of(long posting, Draws draws)
    {
        var slot = Draws.Slot(posting, 7);

        // Vocabularies are walked in turn, so that every member occurs however few postings there are.
        var turn = posting / 1000;
        return slot switch
        {
            < CityAndState when slot % 2 == 0 => s_hotCities[draws.Pick(13, posting, s_hotCities.Length)],
            < CityAndState => s_otherCities[draws.Pick(13, posting, s_otherCities.Length)],
            < StateAndCountry => InTurn(s_states, slot - CityAndState + (turn * 60)),
            < UnitedStates => s_unitedStates,
            < CityRegionCountry => InTurn(s_foreignCities, slot - UnitedStates + (turn * 380)),
            < AreaAndCountry => InTurn(s_areas, slot - CityRegionCountry + (turn * 45)),
            < CountryOnly => InTurn(s_countries, slot - AreaAndCountry + (turn * 35)),
            < Alias => InTurn(Aliases, slot - CountryOnly + (turn * 30)),
            < TrailingBlank => slot % 2 == 0 ? InTurn(s_citiesWithBlank, turn) : InTurn(s_foreignWithBlank, turn),
            < Missing => null,
            _ => s_unparsable,
        };
    }

    /// <summary>True where Silver fills country_code with US: "City, ST" and "State, United States".</summary>
    public static bool IsUnitedStates(long posting) => Draws.Slot(posting, 7) < StateAndCountry;

    /// <summary>True when the posting has no location.</summary>
    public static bool IsMissing(long posting) => Draws.Slot(posting, 7) is >= TrailingBlank and < Missing;

    static Utf8 InTurn(Utf8[] members, long turn) => members[(int)(turn % members.Length)];
}
