namespace SilverSample.Values;

/// <summary>
/// The deterministic functions of the sample (sample-data.md section 1): 64-bit wrap-around arithmetic, no clock, no
/// library generator. <see cref="Slot"/> serves rates, <see cref="Pick"/> free variation.
/// </summary>
readonly struct Draws(ulong seed)
{
    /// <summary>Number of slot rules.</summary>
    public const int Rules = 500;

    const int SlotCount = 1000;

    /// <summary>Multipliers of <see cref="Slot"/>: the primes from 3 on, without 5 (coprime with 1000).</summary>
    static readonly int[] s_multipliers = Multipliers(Rules);

    /// <summary>The seed of the sample.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>Value 0..<paramref name="n"/>-1 of stream <paramref name="stream"/> at <paramref name="index"/>.</summary>
    public int Pick(int stream, long index, int n) => (int)(Hash(Seed, (ulong)stream, (ulong)index) % (ulong)n);

    /// <summary>Value <paramref name="from"/>..<paramref name="to"/>, both inclusive.</summary>
    public int Between(int stream, long index, int from, int to) => from + Pick(stream, index, to - from + 1);

    /// <summary><c>H(s, k, i)</c> of the specification.</summary>
    public static ulong Hash(ulong seed, ulong stream, ulong index) =>
        Mix(seed + (stream * 0x9E3779B97F4A7C15) + (index * 0xD1B54A32D192ED03));

    /// <summary>
    /// <c>slot(i, r)</c> of the specification: each of 0..999 exactly once per block of 1,000 indexes, so that
    /// <c>Slot(i, r) &lt; q</c> holds for exactly q per mille.
    /// </summary>
    public static int Slot(long index, int rule)
    {
        var (block, place) = Math.DivRem(index, SlotCount);
        return (int)(((place * s_multipliers[rule]) + (block * ((7L * rule) + 1)) + (113L * rule)) % SlotCount);
    }

    /// <summary>
    /// Rank of an index among those that rule <paramref name="rule"/> selects with <paramref name="rate"/> per mille;
    /// only meaningful when <c>Slot(index, rule) &lt; rate</c>. Ranks run through 0.. without a gap per block.
    /// </summary>
    public static long Rank(long index, int rule, int rate) => (index / SlotCount * rate) + Slot(index, rule);

    static ulong Mix(ulong z)
    {
        z ^= z >> 30;
        z *= 0xBF58476D1CE4E5B9;
        z ^= z >> 27;
        z *= 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    static int[] Multipliers(int count)
    {
        var primes = new List<int>(count);
        for (var candidate = 3; primes.Count < count; candidate += 2)
        {
            var isPrime = candidate != 5;
            for (var divisor = 3; isPrime && divisor * divisor <= candidate; divisor += 2)
            {
                isPrime = candidate % divisor != 0;
            }

            if (isPrime)
            {
                primes.Add(candidate);
            }
        }

        return [.. primes];
    }
}
