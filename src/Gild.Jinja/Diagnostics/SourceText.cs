namespace Gild.Jinja.Diagnostics;

/// <summary>A range of a <see cref="SourceText"/>, in UTF-16 units.</summary>
public readonly record struct Span(int Offset, int Length)
{
    public int End => Offset + Length;

    public static Span Between(int start, int end) => new(start, end - start);
}

/// <summary>A place as people count: both numbers start at 1.</summary>
public readonly record struct LinePosition(int Line, int Column);

/// <summary>
/// A template's text with the name to show for it. Lines are counted only when a message asks for them.
/// A piece of a larger file (a block, a YAML value) carries the line and column at which it starts there.
/// </summary>
public sealed class SourceText(string path, string text, int firstLine = 1, int firstColumn = 1)
{
    int[]? _lineStarts;

    /// <summary>The file as the user knows it, relative to the project; or a description such as <c>--inline</c>.</summary>
    public string Path { get; } = path;

    public string Text { get; } = text;

    /// <summary>Line and column of the place <paramref name="offset"/> in the file.</summary>
    public LinePosition PositionOf(int offset)
    {
        int index = LineIndexOf(offset);
        int column = offset - LineStarts[index] + 1;
        return new LinePosition(index + firstLine, index == 0 ? column + firstColumn - 1 : column);
    }

    /// <summary>The text of the line that holds <paramref name="offset"/>, without its line end.</summary>
    public string LineAt(int offset)
    {
        int start = LineStarts[LineIndexOf(offset)];
        int end = Text.AsSpan(start).IndexOfAny('\r', '\n');
        return end < 0 ? Text[start..] : Text.Substring(start, end);
    }

    /// <summary>The offset at which the line that holds <paramref name="offset"/> starts.</summary>
    public int LineStartOf(int offset) => LineStarts[LineIndexOf(offset)];

    int LineIndexOf(int offset)
    {
        int index = Array.BinarySearch(LineStarts, Math.Clamp(offset, 0, Text.Length));
        return index >= 0 ? index : ~index - 1;
    }

    int[] LineStarts => _lineStarts ??= FindLineStarts(Text);

    static int[] FindLineStarts(string text)
    {
        List<int> starts = [0];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
            {
                starts.Add(i + 1);
            }
        }

        return [.. starts];
    }
}
