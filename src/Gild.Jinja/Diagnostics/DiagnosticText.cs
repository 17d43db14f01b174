using System.Globalization;
using System.Text;

namespace Gild.Jinja.Diagnostics;

/// <summary>
/// Renders a diagnostic for people: in full with the source line and a caret, or in one line. Together with the
/// reporters of the host this is the only writer of messages, so it takes the host's <c>mask</c> for secrets.
/// </summary>
public static class DiagnosticText
{
    const int TabWidth = 4;
    const int LongestLine = 160;
    const int FramesShown = 12;

    /// <summary>The message, each place with its source line and carets, what to do, and the calls that led there.</summary>
    public static string Full(Diagnostic diagnostic, Func<string, string>? mask = null)
    {
        StringBuilder text = new();
        text.Append(NameOf(diagnostic.Severity)).Append('[').Append(diagnostic.Code).Append("]: ").Append(diagnostic.Message);
        int gutter = GutterOf(diagnostic);
        for (int i = 0; i < diagnostic.Labels.Count; i++)
        {
            AppendLabel(text, diagnostic.Labels[i], gutter, isFirst: i == 0);
        }

        foreach (string help in diagnostic.Help)
        {
            AppendNote(text, gutter, "help: " + help);
        }

        AppendTrace(text, diagnostic.Trace, gutter);
        return mask is null ? text.ToString() : mask(text.ToString());
    }

    /// <summary><c>path:line:column: error[code]: message</c>.</summary>
    public static string OneLine(Diagnostic diagnostic, Func<string, string>? mask = null)
    {
        string message = diagnostic.Message.ReplaceLineEndings(" ");
        string text = $"{NameOf(diagnostic.Severity)}[{diagnostic.Code}]: {message}";
        if (diagnostic.Labels.Count > 0)
        {
            text = $"{PlaceOf(diagnostic.Labels[0].Source, diagnostic.Labels[0].Span)}: {text}";
        }

        return mask is null ? text : mask(text);
    }

    /// <summary><c>path:line:column</c>.</summary>
    public static string PlaceOf(SourceText source, Span span)
    {
        LinePosition position = source.PositionOf(span.Offset);
        return $"{source.Path}:{position.Line}:{position.Column}";
    }

    static string NameOf(Severity severity) => severity == Severity.Error ? "error" : "warning";

    static int GutterOf(Diagnostic diagnostic)
    {
        int line = 1;
        foreach (Label label in diagnostic.Labels)
        {
            line = Math.Max(line, label.Source.PositionOf(label.Span.Offset).Line);
        }

        return Math.Max(2, line.ToString(CultureInfo.InvariantCulture).Length);
    }

    static void AppendLabel(StringBuilder text, Label label, int gutter, bool isFirst)
    {
        LinePosition position = label.Source.PositionOf(label.Span.Offset);
        (string line, int caret, int length) = ShownLine(label);
        string margin = new(' ', gutter);
        text.Append('\n').Append(margin).Append(isFirst ? "--> " : "::: ").Append(PlaceOf(label.Source, label.Span));
        text.Append('\n').Append(margin).Append(" |");
        text.Append('\n').Append(position.Line.ToString(CultureInfo.InvariantCulture).PadLeft(gutter)).Append(" | ").Append(line);
        text.Append('\n').Append(margin).Append(" | ").Append(' ', caret).Append('^', length);
        if (label.Text is not null)
        {
            text.Append(' ').Append(label.Text);
        }
    }

    // The line with tabs widened and its far ends cut, and where the carets go below it.
    static (string Line, int Caret, int Length) ShownLine(Label label)
    {
        string source = label.Source.LineAt(label.Span.Offset);
        int lineStart = label.Source.LineStartOf(label.Span.Offset);
        int start = Math.Clamp(label.Span.Offset - lineStart, 0, source.Length);
        int end = Math.Clamp(start + label.Span.Length, start, source.Length);
        StringBuilder line = new(source.Length);
        int caret = 0;
        int caretEnd = 0;
        for (int i = 0; i <= source.Length; i++)
        {
            caret = i == start ? line.Length : caret;
            caretEnd = i == end ? line.Length : caretEnd;
            if (i < source.Length)
            {
                line.Append(source[i] == '\t' ? new string(' ', TabWidth) : char.IsControl(source[i]) ? "\uFFFD" : source[i].ToString());
            }
        }

        string shown = line.ToString().TrimEnd();
        if (shown.Length > LongestLine)
        {
            int from = Math.Max(0, Math.Min(caret - (LongestLine / 2), shown.Length - LongestLine));
            shown = string.Concat(from > 0 ? "…" : "", shown.AsSpan(from, Math.Min(LongestLine, shown.Length - from)));
            caret = caret - from + (from > 0 ? 1 : 0);
            caretEnd = Math.Min(caretEnd - from + (from > 0 ? 1 : 0), shown.Length);
        }

        return (shown, caret, Math.Max(1, caretEnd - caret));
    }

    static void AppendNote(StringBuilder text, int gutter, string note) =>
        text.Append('\n').Append(' ', gutter).Append(" = ").Append(note);

    static void AppendTrace(StringBuilder text, IReadOnlyList<TraceFrame> trace, int gutter)
    {
        for (int i = 0; i < trace.Count; i++)
        {
            if (i == FramesShown && trace.Count > FramesShown + 1)
            {
                AppendNote(text, gutter, $"… {trace.Count - FramesShown - 1} more calls …");
                i = trace.Count - 1;
            }

            TraceFrame frame = trace[i];
            AppendNote(text, gutter, $"in macro `{frame.Macro}`, called from {PlaceOf(frame.Source, frame.CallSite)}");
        }
    }
}
