using Gild.Jinja.Diagnostics;

namespace Gild.Jinja.Runtime;

/// <summary>
/// Which piece of which source wrote which part of an output: a warehouse that complains about a place of the SQL can be
/// answered with a place of the model. A text that was captured (by <c>set</c>, by a filter) belongs to the print that wrote
/// it in the end.
/// </summary>
public sealed class OutputMap
{
    readonly List<Entry> _entries = [];

    readonly record struct Entry(int OutputOffset, SourceText Source, Span Span, bool IsLiteral);

    /// <summary>Number of pieces.</summary>
    public int Count => _entries.Count;

    /// <summary>
    /// The place that wrote the character at <paramref name="outputOffset"/>: in literal text exactly, else the print.
    /// </summary>
    public bool TryFind(int outputOffset, out SourceText source, out Span span)
    {
        int low = 0;
        int high = _entries.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_entries[middle].OutputOffset <= outputOffset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        if (low == 0)
        {
            source = null!;
            span = default;
            return false;
        }

        Entry entry = _entries[low - 1];
        source = entry.Source;
        int into = Math.Min(outputOffset - entry.OutputOffset, Math.Max(0, entry.Span.Length - 1));
        span = entry.IsLiteral ? new Span(entry.Span.Offset + into, 1) : entry.Span;
        return true;
    }

    internal void Note(int outputOffset, SourceText source, Span span, bool isLiteral)
    {
        // Pieces that wrote nothing give way.
        while (_entries.Count > 0 && _entries[^1].OutputOffset >= outputOffset)
        {
            _entries.RemoveAt(_entries.Count - 1);
        }

        _entries.Add(new Entry(outputOffset, source, span, isLiteral));
    }

    internal void TruncateTo(int outputOffset)
    {
        while (_entries.Count > 0 && _entries[^1].OutputOffset >= outputOffset)
        {
            _entries.RemoveAt(_entries.Count - 1);
        }
    }

    /// <summary>The same map for an output that begins at <paramref name="start"/> of this one.</summary>
    internal void Rebase(int start)
    {
        for (int i = 0; i < _entries.Count; i++)
        {
            _entries[i] = _entries[i] with { OutputOffset = _entries[i].OutputOffset - start };
        }
    }
}
