using SilverSample.Parquet;
using SilverSample.Values;
using SilverSample.Vocabularies;

namespace SilverSample.Linkedin;

/// <summary>
/// skills_canonical, skills_families and skills_raw_hits of a posting (sample-data.md, rule r16): sorted and distinct
/// catalog names, their families, and hits of another length.
/// </summary>
sealed class PostingSkills(SampleSize size, Draws draws)
{
    const int Empty = 24, Missing = 27, MostSkills = 25;

    /// <summary>The skill day 2 brings for the first time, on the first new posting.</summary>
    public static readonly Utf8 New = "Apache Paimon";

    static readonly Utf8[] s_lowerCase = [.. SkillCatalog.Sorted.Select(s => new Utf8(s.Name.Text.ToLowerInvariant()))];
    static readonly Utf8 s_newFamily = "data_processing";

    [ThreadStatic]
    static Buffers? t_buffers;

    /// <summary>Writes skills_canonical.</summary>
    public void WriteNames(Scrape scrape, Cell cell)
    {
        var buffers = t_buffers ??= new Buffers();
        if (!Find(scrape.Posting, buffers))
        {
            cell.Null();
            return;
        }

        var count = 0;
        var isNew = scrape.Posting == size.Postings;
        foreach (var skill in buffers.Skills.AsSpan(0, buffers.Count))
        {
            var name = SkillCatalog.Sorted[skill].Name;
            if (isNew && string.CompareOrdinal(New.Text, name.Text) < 0)
            {
                buffers.Texts[count++] = New;
                isNew = false;
            }

            buffers.Texts[count++] = name;
        }

        if (isNew)
        {
            buffers.Texts[count++] = New;
        }

        cell.List(buffers.Texts.AsSpan(0, count));
    }

    /// <summary>Writes skills_families.</summary>
    public void WriteFamilies(Scrape scrape, Cell cell)
    {
        var buffers = t_buffers ??= new Buffers();
        if (!Find(scrape.Posting, buffers))
        {
            cell.Null();
            return;
        }

        var families = new SortedSet<string>(StringComparer.Ordinal);
        var count = 0;
        foreach (var skill in buffers.Skills.AsSpan(0, buffers.Count))
        {
            var family = SkillCatalog.Sorted[skill].Category;
            if (families.Add(family.Text))
            {
                buffers.Texts[count++] = family;
            }
        }

        if (scrape.Posting == size.Postings && families.Add(s_newFamily.Text))
        {
            buffers.Texts[count++] = s_newFamily;
        }

        buffers.Texts.AsSpan(0, count).Sort((a, b) => string.CompareOrdinal(a.Text, b.Text));
        cell.List(buffers.Texts.AsSpan(0, count));
    }

    /// <summary>Writes skills_raw_hits: the matched words with one or two of them hit again.</summary>
    public void WriteHits(Scrape scrape, Cell cell)
    {
        var buffers = t_buffers ??= new Buffers();
        if (!Find(scrape.Posting, buffers))
        {
            cell.Null();
            return;
        }

        var count = 0;
        foreach (var skill in buffers.Skills.AsSpan(0, buffers.Count))
        {
            buffers.Texts[count++] = s_lowerCase[skill];
        }

        var again = count == 0 ? 0 : draws.Between(17, scrape.Posting, 1, 2);
        for (var n = 0; n < again; n++)
        {
            buffers.Texts[count] = buffers.Texts[n % buffers.Count];
            count++;
        }

        cell.List(buffers.Texts.AsSpan(0, count));
    }

    /// <summary>Fills the sorted catalog positions of a posting; false when the array is NULL.</summary>
    bool Find(long posting, Buffers buffers)
    {
        buffers.Count = 0;
        var slot = Draws.Slot(posting, 16);
        if (slot < Missing)
        {
            return slot < Empty;
        }

        // The first skill walks through the whole catalog, the others prefer what is wanted most.
        var catalog = SkillCatalog.ByDemand;
        var chosen = buffers.Chosen;
        chosen.Clear();
        chosen.Set((int)((slot - Missing + (posting / 1000 * (1000 - Missing))) % catalog.Length));
        var wanted = draws.Between(14, posting, 1, MostSkills);
        for (var n = 1; n < wanted; n++)
        {
            var x = (long)draws.Pick(16, (posting * 32) + n, 10_000);
            chosen.Set(catalog[(int)(catalog.Length * x * x / 100_000_000 * x / 10_000)]);
        }

        for (var skill = 0; skill < catalog.Length; skill++)
        {
            if (chosen.Has(skill))
            {
                buffers.Skills[buffers.Count++] = skill;
            }
        }

        return true;
    }

    sealed class Buffers
    {
        public readonly int[] Skills = new int[MostSkills];
        public readonly Utf8[] Texts = new Utf8[MostSkills + 4];
        public readonly SkillSet Chosen = new();
        public int Count;
    }

    /// <summary>A set of catalog positions.</summary>
    sealed class SkillSet
    {
        readonly ulong[] _bits = new ulong[4];

        public void Clear() => Array.Clear(_bits);

        public void Set(int skill) => _bits[skill >> 6] |= 1UL << (skill & 63);

        public bool Has(int skill) => (_bits[skill >> 6] & (1UL << (skill & 63))) != 0;
    }
}
