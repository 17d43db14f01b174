namespace Gild.Engine;

/// <summary>Finds the known name that a misspelt one most likely meant.</summary>
public static class NearestName
{
    /// <summary>The nearest of <paramref name="known"/>, or null when none is near.</summary>
    public static string? Find(string name, IEnumerable<string> known)
    {
        string? best = null;
        int limit = Math.Max(1, name.Length / 3) + 1;
        foreach (string candidate in known)
        {
            if (Math.Abs(candidate.Length - name.Length) >= limit)
            {
                continue;
            }

            int distance = Distance(name, candidate, limit);
            if (distance < limit)
            {
                limit = distance;
                best = candidate;
            }
        }

        return best;
    }

    /// <summary>A help line naming the nearest name, or null.</summary>
    public static string? Help(string name, IEnumerable<string> known) =>
        Find(name, known) is { } near ? $"did you mean `{near}`?" : null;

    // Edit distance with transpositions, given up at the limit.
    static int Distance(string a, string b, int limit)
    {
        int[] before = new int[b.Length + 1];
        int[] last = new int[b.Length + 1];
        int[] row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            last[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            int least = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                row[j] = Math.Min(Math.Min(last[j] + 1, row[j - 1] + 1), last[j - 1] + same);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }

                least = Math.Min(least, row[j]);
            }

            if (least >= limit)
            {
                return limit;
            }

            (before, last, row) = (last, row, before);
        }

        return last[b.Length];
    }
}
