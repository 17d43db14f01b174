namespace SilverSample.Linkedin;

/// <summary>One row of linkedin: a posting as one scrape partition saw it.</summary>
/// <param name="Posting">Posting index; for a row without job_posting_id an index of its own range.</param>
/// <param name="Slot">Scrape slot of the row.</param>
/// <param name="FirstSlot">Slot of the first scrape of the posting.</param>
/// <param name="Number">0 for the first scrape, counting up; -1 for a back-filled hour before it.</param>
/// <param name="ScrapedAt">Microseconds.</param>
/// <param name="IngestedAt">ingestion_timestamp in microseconds.</param>
/// <param name="Availability">application_availability of this scrape.</param>
sealed record Scrape(
    long Posting,
    int Slot,
    int FirstSlot,
    int Number,
    long ScrapedAt,
    long IngestedAt,
    bool? Availability)
{
    /// <summary>First index of the rows without job_posting_id.</summary>
    public const long NullIdBase = 1L << 32;

    /// <summary>True for a row whose job_posting_id is NULL.</summary>
    public bool IsNullId => Posting >= NullIdBase;
}
