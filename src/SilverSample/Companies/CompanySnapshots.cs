using System.Security.Cryptography;
using SilverSample.Values;

namespace SilverSample.Companies;

/// <summary>One row of linkedin_companies.</summary>
/// <param name="Company">Company index; below 0 a row without company_id.</param>
/// <param name="Day">snapshot_date as a day number.</param>
/// <param name="Sequence">0 for the first snapshot of the company, counting up; drives followers and employees.</param>
/// <param name="SizeStep">How far company_size is moved from the company's own size.</param>
/// <param name="IsMoved">The second head office and name.</param>
/// <param name="ProcessedAt">Time the row was written, in microseconds.</param>
sealed record CompanySnapshot(int Company, int Day, int Sequence, int SizeStep, bool IsMoved, long ProcessedAt);

/// <summary>Which snapshots exist, by <c>q = company mod 100</c> (sample-data.md sections 3 and 6).</summary>
sealed class CompanySnapshots(CompanyDirectory directory)
{
    /// <summary>Days from the first snapshot to the one with a Type 2 change.</summary>
    public const int ChangeAfter = 120;

    /// <summary>Days from the first snapshot to the one that takes the change back.</summary>
    public const int ReturnAfter = 240;

    /// <summary>Number of buckets of the dataset.</summary>
    public const int Buckets = 50;

    /// <summary>Rows without a company_id on day 1, in bucket 0.</summary>
    public const int NullIds = 3;

    const int RefreshAfter = 90;
    const int LateBefore = 150;
    const int LateBetween = 60;

    /// <summary>MD5 of the id, read as an unsigned integer, modulo 50.</summary>
    public static int Bucket(int company)
    {
        Span<byte> text = stackalloc byte[20];
        var line = new Utf8Line(text);
        line.Add(CompanyDirectory.Id(company));
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
#pragma warning disable CA5351 // The layout of Silver names MD5; nothing is protected by it.
        MD5.HashData(line.Written, hash);
#pragma warning restore CA5351
        var bucket = 0;
        foreach (var part in hash)
        {
            bucket = ((bucket * 256) + part) % Buckets;
        }

        return bucket;
    }

    /// <summary>The snapshots delivered on day 1.</summary>
    public IEnumerable<CompanySnapshot> Day1(int company)
    {
        var q = company % 100;
        if (CompanyDirectory.IsWithoutProfile(company))
        {
            yield break;
        }

        var first = directory.FirstSnapshot(company);
        yield return Row(company, first, 0, 0, false);
        switch (q)
        {
            case < 30:
                yield return Row(company, first + RefreshAfter, 1, 0, false);
                break;
            case < 50:
                yield return Row(company, first + ChangeAfter, 1, q % 2 == 0 ? 1 : 0, q % 2 == 1);
                if (q < 35)
                {
                    yield return Row(company, first + ReturnAfter, 2, 0, false);
                }

                break;
            case < 52:
                yield return Row(company, first, 0, 1, false) with { ProcessedAt = Processed(first) + (6 * Clock.Hour) };
                break;
            default:
                break;
        }
    }

    /// <summary>The rows without an id: error records of the writer.</summary>
    public static IEnumerable<CompanySnapshot> WithoutId() =>
        Enumerable.Range(1, NullIds).Select(n => Row(-n, Clock.DayOf(2025, 12, 8) + n, 0, 0, false));

    /// <summary>The snapshots delivered on day 2: increments g, h, i and j.</summary>
    public IEnumerable<CompanySnapshot> Day2(int company)
    {
        var written = (SampleSize.Day2 * Clock.Day) + (5 * Clock.Hour);
        var first = directory.FirstSnapshot(company);
        switch (company % 100)
        {
            case 60 or 61 or 62:
                var isMove = company % 2 == 1;
                yield return Row(company, SampleSize.Day2, 1, isMove ? 0 : 1, isMove) with { ProcessedAt = written };
                break;
            case 19 or 39 or 59 or 79 or 99:
                yield return Row(company, SampleSize.Day2, 0, 0, false) with { ProcessedAt = written };
                break;
            case 70:
                yield return Row(company, first - LateBefore, 0, 1, false) with { ProcessedAt = written };
                break;
            case 40:
                yield return Row(company, first + LateBetween, 0, 2, false) with { ProcessedAt = written };
                break;
            default:
                break;
        }
    }

    static CompanySnapshot Row(int company, int day, int sequence, int sizeStep, bool isMoved) =>
        new(company, day, sequence, sizeStep, isMoved, Processed(day));

    static long Processed(int day) => (day * Clock.Day) + (3 * Clock.Hour);
}
