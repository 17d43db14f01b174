using System.Globalization;

namespace Gild.Engine.Adapters;

/// <summary>An attempt failed in a way that may pass, and another one follows.</summary>
/// <param name="What">What is tried again, as the object of a sentence: <c>the connection to host:5439</c>.</param>
/// <param name="Attempt">The attempt that follows, from 2.</param>
/// <param name="Attempts">Attempts at most.</param>
/// <param name="Pause">How long is waited before it.</param>
/// <param name="Error">What went wrong, without secrets.</param>
public sealed record RetryNotice(string What, int Attempt, int Attempts, TimeSpan Pause, string Error)
{
    /// <summary>Unique id of the node that waits, or null.</summary>
    public string? NodeId { get; init; }

    /// <summary>A failure's own words, and those of what lies under it: drivers say <c>Failed to connect</c>, and the system why.</summary>
    public static string ErrorOf(Exception? failure) => failure switch
    {
        null => "",
        { InnerException: { } inner } when !failure.Message.Contains(inner.Message, StringComparison.Ordinal) => $"{failure.Message}: {inner.Message}",
        _ => failure.Message,
    };

    /// <summary>For the log.</summary>
    public string Text => string.Create(
        CultureInfo.InvariantCulture, $"Retrying {What} after {Pause.TotalSeconds:0.##} s (attempt {Attempt} of {Attempts}): {Error.ReplaceLineEndings(" ").Trim()}");
}
