using SilverSample.Values;

namespace SilverSample.Companies;

/// <summary>
/// The invented companies: what is true of company <c>c</c> (0..K-1) whenever it is seen, and its name at a date.
/// Rules by <c>q = c mod 100</c>, sample-data.md section 3.
/// </summary>
sealed class CompanyDirectory(SampleSize size, Draws draws)
{
    const long FirstId = 70_000_001;

    static readonly Utf8[] s_heads = Utf8.Split(
        """
        Alder Amber Anchor Arbor Aspen Atlas Aurora Badger Basalt Beacon Birch Boreal Bramble Bridge Cedar Cinder
        Clover Cobalt Copper Coral Crest Delta Dune Eider Ember Falcon Fern Fjord Flint Forge Garnet Glacier Granite
        Harbor Hazel Heron Hollow Indigo Iris Ivory Jasper Juniper Kestrel Lagoon Lantern Larch Lichen Linden Lumen
        Magnet Maple Marble Meadow Mistral Nimbus Nordic Oak Ochre Onyx Opal Orchid Osprey Pebble Pine Prairie Quarry
        Quartz Raven Reef Ridge Rowan Saffron Sage Sierra Slate Sparrow Spruce Summit Sunder Tamarack Thistle Tide
        Topaz Tundra Umber Valley Vector Velvet Vesper Violet Walnut Willow Wren Zenith Zephyr
        """,
        ' ');

    static readonly Utf8[] s_tails = Utf8.Split(
        "Analytics, Bank, Biotech, Capital, Cloud, Consulting, Data, Digital, Dynamics, Energy, Foods, Freight, Games, "
        + "Health, Home, Insurance, Labs, Learning, Logistics, Media, Mobility, Networks, Partners, Payments, Pharma, "
        + "Power, Retail, Robotics, Security, Software, Solutions, Sports, Studios, Systems, Talent, Telecom, Travel, "
        + "Utilities, Ventures, Works & Co.",
        ',');

    /// <summary>Number of companies K.</summary>
    public int Count => size.Companies;

    /// <summary>Digits of the company id.</summary>
    public static long Id(int company) => FirstId + company;

    /// <summary>True for the companies that have no profile on day 1 (q mod 10 = 9).</summary>
    public static bool IsWithoutProfile(int company) => company % 10 == 9;

    /// <summary>Name without the suffix of a Type 2 change.</summary>
    public static void AddBaseName(ref Utf8Line line, int company)
    {
        line.Add(s_heads[company % s_heads.Length].Bytes);
        line.Add(" "u8);
        line.Add(s_tails[(company + (company / s_heads.Length)) % s_tails.Length].Bytes);
        var edition = company / (s_heads.Length * s_tails.Length);
        if (edition > 0)
        {
            line.Add(" "u8);
            line.Add(edition + 1);
        }
    }

    /// <summary>Name as of a day: companies with an odd q between 30 and 49, and q = 61, are renamed once.</summary>
    public void AddName(ref Utf8Line line, int company, int day)
    {
        AddBaseName(ref line, company);
        if (IsRenamed(company, day))
        {
            line.Add(RenamedSuffix);
        }
    }

    /// <summary>Suffix of the second name.</summary>
    public static ReadOnlySpan<byte> RenamedSuffix => " Group"u8;

    /// <summary>Day of the first snapshot.</summary>
    public int FirstSnapshot(int company) => Clock.DayOf(2024, 11, 20) + draws.Pick(20, company, 60);

    bool IsRenamed(int company, int day)
    {
        var q = company % 100;
        if (q == 61)
        {
            return day >= SampleSize.Day2;
        }

        if (q is < 30 or >= 50 || q % 2 == 0 || IsWithoutProfile(company))
        {
            return false;
        }

        var age = day - FirstSnapshot(company);
        return age >= CompanySnapshots.ChangeAfter && (q >= 35 || age < CompanySnapshots.ReturnAfter);
    }
}
