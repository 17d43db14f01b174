using System.Globalization;
using System.Text.RegularExpressions;
using Gild.Engine.Adapters;

namespace Gild.Adapters.DuckDb;

/// <summary>DuckDB's messages, read: where in the statement, what to do, whether another try may help.</summary>
static partial class DuckDbErrors
{
    /// <summary>Another session changed the same thing first.</summary>
    internal static bool IsConflict(string message) =>
        message.StartsWith("TransactionContext Error", StringComparison.Ordinal)
        && message.Contains("onflict", StringComparison.Ordinal);

    /// <summary>A failed statement.</summary>
    /// <param name="isFirst">Whether it is the first of the text; DuckDB counts the places of later ones from a wrong start.</param>
    internal static AdapterException Failure(string message, string sql, bool isFirst)
    {
        int? position = PositionIn(message, sql);
        return new AdapterException(message)
        {
            Position = position is null || isFirst ? position : Corrected(message, sql, position.Value),
            Hint = HintFor(message),
        };
    }

    /// <summary>The name that the message complains of, looked for from the wrong place backwards.</summary>
    static int? Corrected(string message, string sql, int position)
    {
        Match name = NamePattern().Match(message);
        int found = name.Success
            ? sql.LastIndexOf(name.Groups["name"].Value, Math.Min(sql.Length - 1, position + name.Groups["name"].Length), StringComparison.OrdinalIgnoreCase)
            : -1;
        return found < 0 ? null : found;
    }

    /// <summary>A database that cannot be opened.</summary>
    internal static AdapterException CannotOpen(string path, string message) =>
        new($"Cannot open the DuckDB database '{path}': {message}") { Kind = "Runtime Error", Hint = HintFor(message) };

    static string? HintFor(string message)
    {
        if (message.Contains("Could not set lock", StringComparison.Ordinal))
        {
            Match holder = HolderPattern().Match(message);
            string who = holder.Success ? $"process {holder.Groups["pid"].Value} ({holder.Groups["program"].Value})" : "another process";
            return $"{who} has the file open. Close it there, or set another path in the profile; "
                + "retries.connect_attempts makes Gild wait for it.";
        }

        if (message.Contains("No space left", StringComparison.Ordinal) || message.Contains("Out of disk", StringComparison.Ordinal))
        {
            return "The disk is full. Free some space and run again; what was committed before is kept.";
        }

        if (message.Contains("Permission denied", StringComparison.Ordinal))
        {
            return "This user may not write there. Change the permissions or the path in the profile.";
        }

        if (message.Contains("Read-only file system", StringComparison.Ordinal))
        {
            return "The file system is mounted read-only. Set another path in the profile.";
        }

        return message.Contains("Out of Memory Error", StringComparison.Ordinal)
            ? "Raise settings.memory_limit, lower threads, or set settings.temp_directory so that DuckDB can spill to disk."
            : null;
    }

    /// <summary>
    /// Reads <c>LINE 3: ...text</c> and the caret below it. Long lines are shown as a piece between dots, so the piece is searched for in
    /// the line; null when there is no such marker.
    /// </summary>
    internal static int? PositionIn(string message, string sql)
    {
        Match marker = MarkerPattern().Match(message);
        if (!marker.Success)
        {
            return null;
        }

        int line = int.Parse(marker.Groups["line"].Value, CultureInfo.InvariantCulture);
        int start = 0;
        for (int i = 1; i < line; i++)
        {
            start = sql.IndexOf('\n', start) + 1;
            if (start == 0)
            {
                return null;
            }
        }

        int end = sql.IndexOf('\n', start);
        string text = sql[start..(end < 0 ? sql.Length : end)];
        string shown = marker.Groups["text"].Value.TrimEnd('\r');
        int caret = marker.Groups["caret"].Length - 1 - marker.Groups["head"].Length;
        if (shown.StartsWith("...", StringComparison.Ordinal) && !text.StartsWith("...", StringComparison.Ordinal))
        {
            shown = shown[3..];
            caret -= 3;
        }

        if (shown.EndsWith("...", StringComparison.Ordinal) && !text.EndsWith("...", StringComparison.Ordinal))
        {
            shown = shown[..^3];
        }

        int found = text.Replace('\t', ' ').IndexOf(shown.Replace('\t', ' '), StringComparison.Ordinal);
        return found < 0 ? start : Math.Clamp(start + found + caret, start, start + text.Length);
    }

    [GeneratedRegex(@"^(?<head>LINE (?<line>\d+): )(?<text>[^\n]*)\n(?<caret> *\^)", RegexOptions.Multiline)]
    private static partial Regex MarkerPattern();

    [GeneratedRegex(@"^[^\n]*?(?:""(?<name>[^""\n]+)""|name (?<name>\w+))")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"held in (?<program>.+?) \(PID (?<pid>\d+)\)")]
    private static partial Regex HolderPattern();
}
