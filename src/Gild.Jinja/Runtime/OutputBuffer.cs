using System.Buffers;
using Gild.Jinja.Values;

namespace Gild.Jinja.Runtime;

/// <summary>
/// The characters that a render has written so far, in one pooled array. A capture (macro, block set, filter block) is
/// no buffer of its own: it is the text behind a mark, taken off again by <see cref="TakeFrom"/>.
/// </summary>
public sealed class OutputBuffer : IDisposable
{
    const int InitialSize = 4096;

    readonly int _limit;
    char[] _characters;
    int _length;

    /// <param name="limit">Most UTF-16 units to hold at once.</param>
    public OutputBuffer(int limit)
    {
        _limit = limit;
        _characters = ArrayPool<char>.Shared.Rent(InitialSize);
    }

    /// <summary>Notes who writes what, when somebody asked for it.</summary>
    internal OutputMap? Map { get; set; }

    /// <summary>Number of UTF-16 units written; also the mark of a capture that starts here.</summary>
    public int Length => _length;

    public void Append(char character)
    {
        if (_length == _characters.Length)
        {
            Grow(1);
        }

        _characters[_length++] = character;
    }

    public void Append(string text) => Append(text.AsSpan());

    public void Append(ReadOnlySpan<char> text)
    {
        int length = _length;
        if (text.Length > _characters.Length - length)
        {
            Grow(text.Length);
        }

        text.CopyTo(_characters.AsSpan(length));
        _length = length + text.Length;
    }

    /// <summary>Python's <c>str()</c> of <paramref name="value"/>.</summary>
    public void Append(Value value)
    {
        if (value.AsString is { } text)
        {
            Append(text.AsSpan());
        }
        else
        {
            ValueText.AppendText(value, this);
        }
    }

    public void Append(long value)
    {
        if (!value.TryFormat(_characters.AsSpan(_length), out int written))
        {
            Grow(24);
            value.TryFormat(_characters.AsSpan(_length), out written);
        }

        _length += written;
    }

    /// <summary>The text behind <paramref name="mark"/>; valid until the next change.</summary>
    public ReadOnlySpan<char> SpanFrom(int mark) => _characters.AsSpan(mark, _length - mark);

    /// <summary>The text behind <paramref name="mark"/>, which is removed from the output.</summary>
    public string TakeFrom(int mark)
    {
        string text = _length == mark ? "" : new string(_characters, mark, _length - mark);
        _length = mark;
        Map?.TruncateTo(mark);
        return text;
    }

    /// <summary>Forgets what was written behind <paramref name="mark"/>.</summary>
    public void Truncate(int mark)
    {
        _length = mark;
        Map?.TruncateTo(mark);
    }

    public void Dispose()
    {
        char[] characters = _characters;
        _characters = [];
        _length = 0;
        if (characters.Length > 0)
        {
            ArrayPool<char>.Shared.Return(characters);
        }
    }

    void Grow(int needed)
    {
        long wanted = (long)_length + needed;
        if (wanted > _limit)
        {
            throw JinjaException.Limit($"the output is longer than {_limit} characters");
        }

        char[] larger = ArrayPool<char>.Shared.Rent((int)Math.Min(Math.Max(wanted, _characters.Length * 2L), Array.MaxLength));
        _characters.AsSpan(0, _length).CopyTo(larger);
        if (_characters.Length > 0)
        {
            ArrayPool<char>.Shared.Return(_characters);
        }

        _characters = larger;
    }
}
