namespace DbtRunner;

/// <summary>Texts that must not grow without end: answers, locks, log lines.</summary>
static class BoundedText
{
    /// <summary>The beginning of the text and an ellipsis where it is longer than <paramref name="most"/> UTF-16 units; no character is cut in two.</summary>
    public static string Cut(string text, int most) => text.Length <= most ? text : $"{text.AsSpan(0, char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)}…";
}
