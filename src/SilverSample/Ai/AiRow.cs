using SilverSample.Values;
using SilverSample.Vocabularies;

namespace SilverSample.Ai;

/// <summary>Why an AI row exists (sample-data.md sections 4 and 6).</summary>
enum AiRowKind
{
    /// <summary>The first model run over a posting.</summary>
    First,

    /// <summary>A forced second run: other model, other seniority, one day later.</summary>
    Second,

    /// <summary>A row for a posting that linkedin does not have.</summary>
    Orphan,

    /// <summary>Day 2: the same run written again with cut arrays and another job family.</summary>
    Reanalysis,
}

/// <summary>One row of ai_enrichment.</summary>
/// <param name="Posting">Posting index.</param>
/// <param name="Rank">The index j all AI rules use.</param>
/// <param name="Kind">Why the row exists.</param>
/// <param name="EnrichedAt">Microseconds.</param>
/// <param name="IngestedAt">ingestion_timestamp in microseconds.</param>
/// <param name="IsQuantum">Carries the job family that day 2 brings for the first time.</param>
sealed record AiRow(long Posting, long Rank, AiRowKind Kind, long EnrichedAt, long IngestedAt, bool IsQuantum = false)
{
    /// <summary>The job family outside the vocabulary that day 2 brings.</summary>
    public static readonly Utf8 Quantum = "quantum_engineer";

    static readonly Utf8 s_analyticsEngineer = "analytics_engineer";
    static readonly Utf8 s_mid = "mid";
    static readonly Utf8 s_senior = "senior";

    /// <summary>How many items of every array survive a re-analysis; no limit for other rows.</summary>
    public int MostItems => Kind != AiRowKind.Reanalysis ? int.MaxValue : Rank / 100 % 2 == 0 ? 1 : 0;

    /// <summary>Value of a code column, with the exceptions of second runs and day 2.</summary>
    public Utf8? Code(string column, PerMille distribution, int rule)
    {
        var value = distribution[Draws.Slot(Rank, rule)];
        return (column, Kind) switch
        {
            ("inf_job_family", _) when IsQuantum => Quantum,
            ("inf_job_family", AiRowKind.Reanalysis) => s_analyticsEngineer,
            ("inf_seniority_level", AiRowKind.Second) => value?.Text == s_mid.Text ? s_senior : s_mid,
            _ => value,
        };
    }

    /// <summary>Value of a code column of <see cref="CodeDistributions"/>.</summary>
    public Utf8? Code(string column) => Code(column, CodeDistributions.ByColumn[column], AiSchema.Rule(column));
}
