using System.Globalization;

namespace SilverSample.Values;

/// <summary>
/// A distribution of texts in parts per thousand, written as in sample-data.md: <c>"hybrid 226, remote 201, NULL 5"</c>.
/// Values that hold a comma are written with another separator.
/// <c>NULL</c> stands for a missing value. The parts must add up to 1,000.
/// </summary>
sealed class PerMille
{
    readonly Utf8?[] _bySlot = new Utf8?[1000];

    public PerMille(string parts, string separator = ", ")
    {
        var next = 0;
        var members = new List<Utf8?>();
        foreach (var part in parts.Split(separator))
        {
            var cut = part.LastIndexOf(' ');
            var count = int.Parse(part.AsSpan(cut + 1), CultureInfo.InvariantCulture);
            var text = part[..cut].Trim();
            Utf8? value = text == "NULL" ? null : new Utf8(text);
            members.Add(value);
            if (next + count > _bySlot.Length)
            {
                throw new ArgumentException($"The parts exceed 1,000: {parts}", nameof(parts));
            }

            Array.Fill(_bySlot, value, next, count);
            next += count;
        }

        if (next != _bySlot.Length)
        {
            throw new ArgumentException($"The parts add up to {next}, not 1,000: {parts}", nameof(parts));
        }

        Members = members;
    }

    /// <summary>The values in the order they were given; NULL is a null entry.</summary>
    public IReadOnlyList<Utf8?> Members { get; }

    /// <summary>The last value: in the tables of sample-data.md section 4 the one outside the vocabulary.</summary>
    public Utf8 Unexpected => Members[^1]!;

    /// <summary>The value of slot 0..999.</summary>
    public Utf8? this[int slot] => _bySlot[slot];
}
