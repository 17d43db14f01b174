namespace SilverSample;

/// <summary>Which days a run writes.</summary>
enum SampleDay
{
    /// <summary>Day 1 alone.</summary>
    First,

    /// <summary>The increment of day 2, into a sample of day 1.</summary>
    Second,

    /// <summary>Day 1 and day 2.</summary>
    Both,
}

/// <summary>What the command line asks for.</summary>
/// <param name="Size">Size of the sample.</param>
/// <param name="Seed">Seed of all values.</param>
/// <param name="Day">Days to write.</param>
/// <param name="Out">Sample folder.</param>
/// <param name="IsLongText">Descriptions of up to 4,000 characters instead of 500.</param>
/// <param name="Force">Replace an existing sample.</param>
sealed record SampleOptions(SampleSize Size, ulong Seed, SampleDay Day, string Out, bool IsLongText, bool Force);
