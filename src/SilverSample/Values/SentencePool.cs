namespace SilverSample.Values;

/// <summary>Invented sentences of 5 to 20 words, the same in every sample. Evidence, descriptions and notes draw from them.</summary>
static class SentencePool
{
    const int Count = 256;

    static readonly string[] s_words =
    [
        "the", "team", "builds", "reliable", "pipelines", "for", "daily", "reports", "and", "owns", "models", "in",
        "a", "shared", "platform", "with", "clear", "goals", "you", "will", "design", "review", "tests", "that",
        "protect", "quality", "of", "streaming", "events", "across", "regions", "while", "working", "closely", "to",
        "product", "managers", "who", "value", "simple", "solutions", "over", "heavy", "process", "our", "customers",
        "expect", "fresh", "numbers", "every", "morning", "from", "warehouse", "tables", "documented", "by", "engineers",
        "on", "call", "rotation", "is", "light", "but", "planned",
    ];

    static readonly Utf8[] s_sentences = [.. Enumerable.Range(0, Count).Select(Sentence)];

    /// <summary>A sentence of the pool; any index is folded into it.</summary>
    public static Utf8 At(ulong index) => s_sentences[(int)(index % Count)];

    static Utf8 Sentence(int number)
    {
        var draws = new Draws(0);
        var words = Enumerable.Range(0, 5 + (number % 16))
            .Select(w => s_words[draws.Pick(900, (number * 32L) + w, s_words.Length)]);
        var text = string.Join(' ', words);
        return new Utf8(char.ToUpperInvariant(text[0]) + text[1..] + ".");
    }
}
