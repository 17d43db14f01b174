using SilverSample.Linkedin;
using SilverSample.Parquet;
using SilverSample.Values;
using SilverSample.Vocabularies;

namespace SilverSample.Ai;

/// <summary>The 299 columns of ai_enrichment: puts the writers of its parts into table order.</summary>
sealed class AiColumns(Draws draws)
{
    static readonly Utf8 s_linkedin = "linkedin";
    static readonly Utf8 s_model = "openai.gpt-oss-120b-1:0";
    static readonly Utf8 s_secondModel = "openai.gpt-oss-20b-1:0";

    static readonly PerMille s_source = new("pass1_derived 500, inferred 400, combined 100");

    /// <summary>Builds the columns in the order of <see cref="AiSchema"/>.</summary>
    public SampleColumn<AiRow>[] Build()
    {
        var writers = new AiArrays(draws).Writers();
        foreach (var (name, writer) in new AiScalars(draws).Writers())
        {
            writers.Add(name, writer);
        }

        writers.Add("job_posting_id", Id);
        writers.Add("source_system", (_, c) => c.Text(s_linkedin));
        writers.Add("model_id", (r, c) => c.Text(r.Kind == AiRowKind.Second ? s_secondModel : s_model));
        writers.Add("enriched_at", (r, c) => c.Timestamp(r.EnrichedAt));
        writers.Add("ingestion_timestamp", (r, c) => c.Timestamp(r.IngestedAt));
        foreach (var (column, distribution) in CodeDistributions.ByColumn)
        {
            var rule = AiSchema.Rule(column);
            writers.Add(column, (r, c) => c.Text(r.Code(column, distribution, rule)));
        }

        return [.. AiSchema.Columns.Select(c => new SampleColumn<AiRow>(c.Name, c.Type, writers.TryGetValue(c.Name, out var w) ? w : BesideValue(c.Name)))];
    }

    static void Id(AiRow row, Cell cell)
    {
        var line = new Utf8Line(stackalloc byte[24]);
        line.Add(Postings.Id(row.Posting));
        cell.Text(line.Written);
    }

    /// <summary>Confidence, evidence or source beside a value of pass 2 or 3.</summary>
    CellWriter<AiRow> BesideValue(string column)
    {
        var rule = AiSchema.Rule(column);
        if (column.EndsWith(AiSchema.Confidence, StringComparison.Ordinal))
        {
            return (r, c) => c.Number(Confidence(r.Rank, rule));
        }

        if (column.EndsWith(AiSchema.Evidence, StringComparison.Ordinal))
        {
            return (r, c) => c.Text(SentencePool.At(Draws.Hash(draws.Seed, 100, (ulong)((r.Rank * Draws.Rules) + rule))));
        }

        return column.EndsWith(AiSchema.Source, StringComparison.Ordinal)
            ? (r, c) => c.Text(s_source[Draws.Slot(r.Rank, rule)])
            : throw new InvalidOperationException($"No rule writes the column {column}.");
    }

    /// <summary>0.50-0.99; 40 of 1,000 below, 5 NULL.</summary>
    double? Confidence(long rank, int rule) => Draws.Slot(rank, rule) switch
    {
        < 5 => null,
        < 45 => draws.Between(101, (rank * Draws.Rules) + rule, 20, 49) / 100.0,
        _ => draws.Between(101, (rank * Draws.Rules) + rule, 50, 99) / 100.0,
    };
}
