namespace Gild.Adapters.Postgres;

/// <summary>Names of columns as seeds write them.</summary>
static class SeedHeader
{
    /// <summary>
    /// The column's name: a header may bring its own quotes (<c>"""default"""</c> in the file), with which the table was created as it
    /// stands there.
    /// </summary>
    public static string NameOf(string header) => header is ['"', .., '"'] && header.Length > 2
        ? header[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal)
        : header;

    /// <summary>The name for a statement.</summary>
    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
