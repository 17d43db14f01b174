namespace Gild.Cli;

/// <summary>Colours of the terminal, or none.</summary>
sealed class Ansi(bool enabled)
{
    public bool Enabled { get; } = enabled;

    public string Green(string text) => Paint("32", text);

    public string Yellow(string text) => Paint("33", text);

    public string Red(string text) => Paint("31", text);

    public string Dim(string text) => Paint("2", text);

    public string Bold(string text) => Paint("1", text);

    string Paint(string code, string text) => Enabled ? $"\e[{code}m{text}\e[0m" : text;

    /// <summary>By <c>--use-colors</c>, else by NO_COLOR and whether this is a terminal.</summary>
    public static Ansi For(bool? useColors, Func<string, string?> environment) => new(useColors
        ?? (!Console.IsOutputRedirected && string.IsNullOrEmpty(environment("NO_COLOR")) && environment("TERM") is not ("dumb" or null or "")));
}
